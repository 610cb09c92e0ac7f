"""The week's hours, a row per block, and time off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet, formset_factory

from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField, Fault, PageForm, TimeField, Together, faults_of
from mentalspace.core.forms.widgets import TimeInput
from staff.availability import END_OF_DAY, OpenBlock, hours_of
from staff.choices import Weekday, WorkLocation
from staff.models import Staff
from staff.shapes import DAYS, Day

LONGEST_ABSENCE = 366
MOST_BLOCKS = 12
WEEKDAYS: tuple[Day, ...] = DAYS[:5]


class BlockForm(PageForm):
    """One block. Without either time the row counts for nothing."""

    start = TimeField(required=False, label="From", widget=TimeInput({"class": "form-control"}))
    end = TimeField(required=False, label="To", widget=TimeInput({"class": "form-control"}))
    location = forms.ChoiceField(
        choices=[("", "Any location"), *WorkLocation.choices],
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )

    def clean_end(self) -> time | None:
        """Twelve at night, as an end, is the end of this day."""
        end: time | None = self.cleaned_data["end"]
        return END_OF_DAY if end == time.min else end

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        start, end = given.get("start"), given.get("end")
        if "start" in self.errors or "end" in self.errors:
            return given
        if start is None and end is not None:
            self.add_error("start", "Enter when it begins.")
        elif start is not None and end is None:
            self.add_error("end", "Enter when it ends.")
        elif start is not None and end is not None and end <= start:
            self.add_error("end", f"The end must be after {formatting.time(start)}.")
        return given

    @property
    def is_spare(self) -> bool:
        """The blank row at the end, for whoever works without scripts."""
        return self.empty_permitted and not self.has_changed()

    @property
    def block(self) -> OpenBlock | None:
        """The block, unless the row is blank or removed."""
        given = self.cleaned_data
        if given.get("start") is None or given.get(DELETION_FIELD_NAME):
            return None
        return OpenBlock(given["start"], given["end"], given.get("location", ""))


class _DayFormSet(BaseFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        # The day too, for the summary of errors and for whoever hears the page.
        day = Weekday(str(self.prefix)).label
        for name, what in (("start", "from"), ("end", "to"), ("location", "location")):
            form.fields[name].label = f"{day}, {what}"
        form.fields[DELETION_FIELD_NAME].label = f"{day}, remove"
        form.fields[DELETION_FIELD_NAME].widget.attrs["class"] = "form-check-input"

    def clean(self) -> None:
        """Blocks of a day do not overlap; said at the later one."""
        kept = [form for form in self.forms if not self._should_delete_form(form)]  # type: ignore[attr-defined]
        if any(form.errors for form in kept):
            return
        rows = [(form.block, form) for form in kept if form.block]
        rows.sort(key=lambda row: (row[0].start, row[0].end))
        for (earlier, _), (later, form) in pairwise(rows):
            if later.start < earlier.end:
                form.add_error("start", f"This overlaps with {earlier.label}.")

    @property
    def blocks(self) -> list[OpenBlock]:
        return [form.block for form in self.forms if form.block]


DayFormSet = formset_factory(
    BlockForm,
    formset=_DayFormSet,
    extra=1,
    can_delete=True,
    max_num=MOST_BLOCKS,
    # Rows beyond are refused in a sentence; a forged count does not make a thousand of them.
    absolute_max=2 * MOST_BLOCKS,
    validate_max=True,
)


@dataclass(frozen=True)
class DayRows:
    """A weekday with its rows, for the template."""

    label: str
    formset: Any


class _WeekOptions(PageForm):
    same_all_week = forms.BooleanField(
        required=False,
        label="Monday's hours hold from Monday to Friday",
        help_text="What stands under Tuesday to Friday is replaced.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class WeekForm:
    """All seven days, with what holds for the whole week."""

    def __init__(self, staff: Staff, data: Any = None) -> None:
        weekly = hours_of(staff).weekly
        self.options = _WeekOptions(data, initial={"version": staff.version})
        self.days: dict[Day, Any] = {
            day: DayFormSet(
                data,
                prefix=day,
                initial=[_initial(block.start, block.end, block.location) for block in weekly.get(day, [])],
            )
            for day in DAYS
        }

    def __iter__(self) -> Iterator[DayRows]:
        for day, formset in self.days.items():
            yield DayRows(Weekday(day).label, formset)

    def is_valid(self) -> bool:
        # A list, so that every day gets its say.
        counted = (
            [self.days["mon"], *(self.days[day] for day in DAYS[5:])] if self._same else self.days.values()
        )
        return all([self.options.is_valid(), *(formset.is_valid() for formset in counted)])

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the whole week, for one summary."""
        return [
            *faults_of(self.options),
            *(fault for formset in self.days.values() for fault in faults_of(formset)),
        ]

    def take_version(self, version: int) -> None:
        """Go on from what is stored now, with everything typed still here."""
        given: Any = self.options.data
        data = given.copy()
        data["version"] = str(version)
        self.options.data = data

    @property
    def version(self) -> int:
        return int(self.options.cleaned_data["version"])

    @property
    def weekly(self) -> dict[Day, list[OpenBlock]]:
        """The hours by day."""
        if not self._same:
            return {day: formset.blocks for day, formset in self.days.items()}
        monday = self.days["mon"].blocks
        return {day: monday if day in WEEKDAYS else self.days[day].blocks for day in DAYS}

    @property
    def _same(self) -> bool:
        return bool(
            self.options.is_bound and self.options.is_valid() and self.options.cleaned_data["same_all_week"]
        )


def _initial(start: time, end: time, location: str) -> dict[str, Any]:
    return {"start": start, "end": time.min if end == END_OF_DAY else end, "location": location}


class AbsenceForm(PageForm):
    """Time off or extra hours, for a day or several."""

    submit_label = "Add to hours"
    kind = forms.ChoiceField(
        choices=[("off", "Time off"), ("extra", "Extra hours")], widget=forms.RadioSelect, initial="off"
    )
    first_day = DateField(earliest=clock.today, label="First day")
    last_day = DateField(
        required=False, earliest=clock.today, label="Last day", help_text="Leave empty for a single day."
    )
    start = TimeField(required=False, label="From", help_text="Leave both times empty for the whole day.")
    end = TimeField(required=False, label="To")
    weekdays = forms.MultipleChoiceField(
        label="Only on",
        required=False,
        choices=[(str(place), label) for place, label in enumerate(Weekday.labels)],
        widget=forms.CheckboxSelectMultiple,
        help_text="For instance every Friday from the first day to the last; none means every day.",
    )
    reason = forms.CharField(max_length=200, required=False, help_text="Seen by you and administrators.")

    def layout(self) -> list[Any]:
        return ["kind", Together("first_day", "last_day"), "weekdays", Together("start", "end"), "reason"]

    def clean_end(self) -> time | None:
        end: time | None = self.cleaned_data["end"]
        return END_OF_DAY if end == time.min else end

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        self._check_days(given.get("first_day"), given.get("last_day"))
        if "start" in self.errors or "end" in self.errors:
            return given
        start, end = given.get("start"), given.get("end")
        if given.get("kind") == "extra" and start is None:
            self.add_error("start", "Enter when the extra hours begin.")
        elif start is None and end is not None:
            self.add_error("start", "Enter when it begins, or leave both times empty.")
        if start is not None and end is None:
            self.add_error("end", "Enter when it ends, or leave both times empty.")
        elif start is not None and end is not None and end <= start:
            self.add_error("end", f"The end must be after {formatting.time(start)}.")
        return given

    def _check_days(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            return
        if last < first:
            self.add_error("last_day", "The last day is before the first.")
        elif last - first >= timedelta(days=LONGEST_ABSENCE):
            self.add_error(
                "last_day", f"Enter at most {LONGEST_ABSENCE} days at once; for longer, change the status."
            )

    def verb_arguments(self) -> dict[str, Any]:
        """What was typed, for the service."""
        given = self.cleaned_data
        return {
            "first_day": given["first_day"],
            "last_day": given["last_day"] or given["first_day"],
            "start": given["start"],
            "end": given["end"],
            "available": given["kind"] == "extra",
            "reason": given["reason"],
            "weekdays": [int(each) for each in given["weekdays"]],
        }
