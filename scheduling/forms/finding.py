"""What is looked for on the page that finds a time."""

from datetime import date, time, timedelta
from typing import Any

from django import forms

from accounts.models import User
from clients.forms import ClientChoiceField
from mentalspace.core import clock, formatting, practice
from mentalspace.core.forms import DateField, Folded, PageForm, TimeField, Together
from scheduling import rules
from scheduling.choices import PRESCRIBED, AppointmentType, Location
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import Wanted
from scheduling.forms.booking import length_choices
from staff.availability import END_OF_DAY
from staff.choices import PRESCRIBERS, StaffStatus, Weekday
from staff.models import Staff

WEEKS = 8
LONGEST = timedelta(days=366)


class FindForm(PageForm):
    """Clinicians, type, place, days and hours; every field has a usual answer. Sent by its address."""

    submit_label = "Find times"
    client = ClientChoiceField(required=False, help_text="Their own appointments then count too.")
    staff = forms.MultipleChoiceField(
        label="Clinicians",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means anybody.",
    )
    type = forms.ChoiceField(label="Type", choices=AppointmentType.choices)
    location = forms.ChoiceField(
        label="Location", required=False, choices=[("", "Any location"), *Location.choices]
    )
    minutes = forms.TypedChoiceField(label="Length", coerce=int)
    weekdays = forms.MultipleChoiceField(
        label="Weekdays",
        required=False,
        choices=[(str(place), label) for place, label in enumerate(Weekday.labels)],
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means any.",
    )
    first = DateField(label="From", required=False, earliest=clock.today)
    last = DateField(label="Until", required=False, earliest=clock.today)
    earliest = TimeField(label="Not before", required=False)
    latest = TimeField(label="Not after", required=False, help_text="The session ends by then.")

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = rules.schedulable_staff(actor).exclude(status=StaffStatus.INACTIVE)
        self.clinicians = list(found.order_by("last_name", "first_name", "pk"))
        client: Any = self.fields["client"]
        client.limit_to(actor)
        staff: Any = self.fields["staff"]
        staff.choices = [(str(each.pk), each.name_with_credential) for each in self.clinicians]
        minutes: Any = self.fields["minutes"]
        minutes.choices = length_choices(practice.get(ScheduleDefaults).session_minutes)

    def layout(self) -> list[Any]:
        return [
            "client",
            "type",
            Together("minutes", "location"),
            Folded(
                "Days, hours and clinicians",
                Together("first", "last"),
                Together("earliest", "latest"),
                "weekdays",
                *(["staff"] if len(self.clinicians) > 1 else []),
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """From before until, on either pair."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first") or clock.today(), cleaned.get("last")
        if last and last < first:
            self.add_error("last", f"The last day is before {formatting.date(first)}.")
        elif last and last - first > LONGEST:
            self.add_error("last", "Look through at most a year at once.")
        earliest, latest = cleaned.get("earliest"), cleaned.get("latest")
        if earliest and latest and latest <= earliest:
            self.add_error("latest", f"Enter a time after {formatting.time(earliest)}.")
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """The question as typed, eight weeks from today where no days are named."""
        given, settings = self.cleaned_data, practice.get(ScheduleDefaults)
        first: date = given["first"] or clock.today()
        return Wanted(
            minutes=given["minutes"],
            first=first,
            last=given["last"] or first + timedelta(weeks=WEEKS) - timedelta(days=1),
            weekdays=frozenset(int(each) for each in given["weekdays"]),
            earliest=given["earliest"] or time.min,
            latest=given["latest"] or END_OF_DAY,
            location=given["location"],
            pause=settings.buffer_minutes if settings.ask_buffer else 0,
            not_before=clock.now() + timedelta(hours=settings.lead_hours),
        )

    @property
    def asked(self) -> list[Staff]:
        """Whose calendars are looked through: those chosen, or everybody; prescribers alone for what only they do."""
        chosen = set(self.cleaned_data["staff"])
        found = [each for each in self.clinicians if not chosen or str(each.pk) in chosen]
        if self.cleaned_data["type"] in PRESCRIBED:
            found = [each for each in found if each.license_type in PRESCRIBERS]
        return found
