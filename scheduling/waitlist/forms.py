"""Forms of the waitlist."""

from datetime import time
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet

from accounts.models import User
from clients.forms import ClientChoiceField
from mentalspace.core import formatting, practice
from mentalspace.core.forms import DateField, PageForm, Section, TimeField, Together
from scheduling import rules
from scheduling.choices import AppointmentType, Location
from scheduling.defaults import ScheduleDefaults
from scheduling.forms.booking import AppointmentForm, length_choices
from scheduling.models import WaitlistEntry
from scheduling.waitlist.choices import ClosedBecause, Urgency
from scheduling.waitlist.services import usual_last_day
from staff.availability import END_OF_DAY
from staff.choices import StaffStatus, Weekday
from staff.models import Staff

MOST_WINDOWS = 6


class WindowForm(PageForm):
    """Hours that suit, on some weekdays. A row without weekdays and hours counts for nothing."""

    weekdays = forms.MultipleChoiceField(
        label="Weekdays",
        required=False,
        choices=[(str(place), label[:3]) for place, label in enumerate(Weekday.labels)],
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means any day.",
    )
    start = TimeField(label="From", required=False)
    end = TimeField(label="Until", required=False, help_text="The session ends by then.")

    def layout(self) -> list[Any]:
        return ["weekdays", Together("start", "end"), *(["DELETE"] if "DELETE" in self.fields else [])]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if end == time.min:
            given["end"] = end = END_OF_DAY
        if start and end and end <= start:
            self.add_error("end", f"Enter a time after {formatting.time(start)}.")
        return given

    @property
    def window(self) -> dict[str, Any] | None:
        """As it is stored; None for a row that says nothing or was removed."""
        given = self.cleaned_data
        days, start, end = given.get("weekdays"), given.get("start"), given.get("end")
        if given.get(DELETION_FIELD_NAME) or not (days or start or end):
            return None
        return {
            "weekdays": [int(day) for day in days] if days else list(range(7)),
            "from": f"{start or time.min:%H:%M:%S}",
            "to": f"{end or END_OF_DAY:%H:%M:%S}",
        }


class _WindowFormSet(BaseFormSet):
    @property
    def windows(self) -> list[dict[str, Any]]:
        """What is stored: each once."""
        found: list[dict[str, Any]] = []
        for form in self.forms:
            window = form.window
            if window is not None and window not in found:
                found.append(window)
        return found


WindowFormSet = forms.formset_factory(
    WindowForm,
    formset=_WindowFormSet,
    extra=1,
    can_delete=True,
    max_num=MOST_WINDOWS,
    validate_max=True,
    # A forged count does not make a thousand rows.
    absolute_max=2 * MOST_WINDOWS,
)


def windows_initial(entry: WaitlistEntry) -> list[dict[str, Any]]:
    """The rows of an entry; an edge of the day is an empty field."""
    return [
        {
            "weekdays": [str(day) for day in window.weekdays] if len(set(window.weekdays)) < 7 else [],
            "start": None if window.start == time.min else window.start,
            "end": None if window.end == END_OF_DAY else window.end,
        }
        for window in entry.hours
    ]


class EntryForm(PageForm):
    """What somebody waits for; their hours are the formset's."""

    submit_label = "Put on the waitlist"
    client = ClientChoiceField()
    urgency = forms.ChoiceField(label="Urgency", choices=Urgency.choices, initial=Urgency.ROUTINE)
    types = forms.MultipleChoiceField(
        label="Types",
        choices=[each for each in AppointmentType.choices if each[0] != AppointmentType.GROUP],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    minutes = forms.TypedChoiceField(label="Length", coerce=int)
    locations = forms.MultipleChoiceField(
        label="Locations",
        required=False,
        choices=Location.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means any.",
    )
    clinicians = forms.ModelMultipleChoiceField(
        label="Clinicians",
        required=False,
        queryset=Staff.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means any.",
    )
    expires_on = DateField(label="Waits until", required=False)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everybody who works with the schedule reads this. Nothing clinical.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: User, entry: WaitlistEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if entry is None:
            fields["client"].limit_to(actor)
            fields["expires_on"].initial = usual_last_day
        else:
            del self.fields["client"]
            self.submit_label = "Save"
        found = rules.visible_calendars(actor).exclude(status=StaffStatus.INACTIVE)
        fields["clinicians"].queryset = found.order_by("last_name", "first_name", "pk")
        fields["clinicians"].label_from_instance = lambda staff: staff.name_with_credential
        usual = practice.get(ScheduleDefaults).session_minutes
        fields["minutes"].choices = length_choices(entry.minutes if entry else usual)
        fields["minutes"].initial = usual

    def layout(self) -> list[Any]:
        return [
            *(["client"] if "client" in self.fields else []),
            Together("urgency", "minutes", "expires_on"),
            Section("What for", "types", "locations", "clinicians"),
            "note",
            "version",
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """For the verbs, without client and hours."""
        given = self.cleaned_data
        names = ("types", "locations", "minutes", "urgency", "note")
        return {
            **{name: given[name] for name in names},
            "expires_on": given["expires_on"] or usual_last_day(),
            "clinicians": list(given["clinicians"]),
        }


def entry_initial(entry: WaitlistEntry) -> dict[str, Any]:
    """The form as the entry stands."""
    names = ("urgency", "types", "minutes", "locations", "expires_on", "note", "version")
    initial: dict[str, Any] = {name: getattr(entry, name) for name in names}
    return {**initial, "clinicians": [each.pk for each in entry.clinicians.all()]}


class CloseForm(PageForm):
    """Why somebody no longer waits."""

    submit_label = "Take off the waitlist"
    because = forms.ChoiceField(label="Why", choices=ClosedBecause.choices)


class WaitlistBookForm(AppointmentForm):
    """An appointment of a client who waits."""

    submit_label = "Book from the waitlist"

    def __init__(self, *args: Any, entry: WaitlistEntry, **kwargs: Any) -> None:
        super().__init__(*args, current=entry.minutes, **kwargs)
        del self.fields["client"]
        self.client_id = entry.client_id

    def layout(self) -> list[Any]:
        return [part for part in super().layout() if part != "client"]
