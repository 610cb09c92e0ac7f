"""Forms of series: planning one, extending it, changing or cancelling several of its sessions."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock, practice
from mentalspace.core.forms import DateField, PageForm, Section, TimeField, Together
from scheduling import rules
from scheduling.choices import AppointmentType, Location
from scheduling.defaults import usual_code
from scheduling.forms import AppointmentForm, CancelForm
from scheduling.forms.booking import CLIENT_TIME, CODE, StaffChoiceField, length_choices
from scheduling.groups.forms import GroupSessionForm, offer_clients
from scheduling.models import Series
from scheduling.series.choices import Frequency, OnConflicts, OnHolidays, Scope, Unit
from scheduling.series.defaults import SeriesDefaults
from scheduling.series.obstacles import Terms
from scheduling.series.recurrence import LAST, PLACES, Recurrence, days_until, place_in_month
from scheduling.series.sessions import further_days, most_sessions
from staff.choices import StaffStatus, Weekday
from staff.models import Staff
from staff.shapes import DAYS

WEEKDAYS = [(str(number), Weekday(day).label) for number, day in enumerate(DAYS)]
# A group has several clients, and a form of its own.
TYPES = [(key, label) for key, label in AppointmentType.choices if key != AppointmentType.GROUP]


class _Ends(PageForm):
    """When a series ends, and what becomes of sessions that meet an obstacle."""

    sessions = forms.IntegerField(label="Number of sessions", required=False, min_value=1, max_value=366)
    until = DateField(label="Or until", required=False)
    holidays = forms.ChoiceField(
        label="On days the practice is closed",
        required=False,
        choices=OnHolidays.choices,
        initial=OnHolidays.SKIP,
    )
    conflicts = forms.ChoiceField(
        label="Where something else is in the way",
        required=False,
        choices=OnConflicts.choices,
        initial=OnConflicts.ASK,
    )

    def clean(self) -> dict[str, Any]:
        """One of the two ends, and not both."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"sessions", "until"}:
            if cleaned.get("sessions") and cleaned.get("until"):
                self.add_error("until", "Give the number of sessions or the last day, not both.")
            elif not cleaned.get("sessions") and not cleaned.get("until"):
                self.add_error("sessions", "Give the number of sessions, or the last day.")
        return cleaned

    def refuse_number(self, days: list[date]) -> None:
        """Not none, and not more than the practice books at once."""
        most, field = most_sessions(), "until" if self.cleaned_data.get("until") else "sessions"
        if not days:
            self.add_error(field, "No session falls before this day.")
        elif len(days) > most:
            self.add_error(field, f"That is more than {most} sessions, the most that are booked at once.")


class SeriesForm(_Ends, AppointmentForm):
    """A new series: what every session is like, when they fall, and until when."""

    submit_label = "Show the sessions"
    date = DateField(label="First day")
    every = forms.IntegerField(label="Repeat every", min_value=1, max_value=52, initial=1)
    unit = forms.ChoiceField(label="Weeks or months", choices=Unit.choices, initial=Unit.WEEKS)
    weekdays = forms.MultipleChoiceField(
        label="On",
        required=False,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text="For weeks. Without a tick it is the weekday of the first day.",
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        for name in ("anyway", "overbook_reason", "beside", "room"):
            self.fields.pop(name, None)
        self.fields["sessions"].initial = practice.get(SeriesDefaults).sessions
        type_: Any = self.fields["type"]
        type_.choices = TYPES
        self.rule: Recurrence | None = None
        self.days: list[date] = []

    def layout(self) -> list[Any]:
        """Who, when, how often; the rest as for one appointment."""
        who = ["client", "staff", *(["assign"] if "assign" in self.fields else [])]
        return [
            *who,
            Together("date", "start", "minutes"),
            CLIENT_TIME,
            Section("Repeats", Together("every", "unit"), "weekdays", Together("sessions", "until")),
            Section("If a session cannot be booked as it falls", Together("holidays", "conflicts")),
            Section(
                "Details", Together("type", "location"), Together("billing_code", "is_billable"), "notes"
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """The rule and its days, as `rule` and `days`."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        first: date = cleaned["date"]
        unit, every = cleaned["unit"], cleaned["every"]
        if unit == Unit.WEEKS:
            weekdays = tuple(sorted(int(day) for day in cleaned["weekdays"])) or (first.weekday(),)
            self.rule = Recurrence(Frequency.WEEKLY, every, weekdays)
        else:
            place = LAST if unit == Unit.MONTHS_LAST else place_in_month(first)
            if place not in PLACES:
                self.add_error(
                    "unit",
                    f"This is the fifth {first:%A} of its month, and not every month has one."
                    " Choose the last such weekday, or another first day.",
                )
                return cleaned
            self.rule = Recurrence(Frequency.MONTHLY, every, (first.weekday(),), place)
        self.days = days_until(
            self.rule, first, sessions=cleaned["sessions"], until=cleaned["until"], most=most_sessions()
        )
        self.refuse_number(self.days)
        return cleaned

    @property
    def members(self) -> list[Client]:
        """Whose series it is."""
        return [self.cleaned_data["client"]]

    @property
    def terms(self) -> Terms:
        """What every session has, in the practice's zone; the type's usual code where none is given."""
        cleaned = self.cleaned_data
        return Terms(
            staff=cleaned["staff"],
            client=self.members[0],
            others=tuple(self.members[1:]),
            wall=cleaned["start"],
            zone=clock.zone(),
            minutes=cleaned["minutes"],
            type=cleaned["type"],
            location=cleaned["location"],
            is_billable=cleaned["is_billable"],
            billing_code=cleaned["billing_code"].strip().upper() or usual_code(cleaned["type"]),
        )


class GroupSeriesForm(SeriesForm):
    """A group that repeats: several clients, one rule."""

    clients = GroupSessionForm.base_fields["clients"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        for name in ("client", "type", "assign"):
            self.fields.pop(name, None)
        offer_clients(self.fields["clients"], actor)

    def layout(self) -> list[Any]:
        # The members may live in as many zones.
        first, *others, _ = [each for each in super().layout()[1:] if each is not CLIENT_TIME]
        details = Section("Details", "location", Together("billing_code", "is_billable"), "notes")
        return ["clients", first, *others, details]

    def clean(self) -> dict[str, Any]:
        """The type is that of groups."""
        cleaned = super().clean()
        cleaned["type"] = AppointmentType.GROUP
        return cleaned

    @property
    def members(self) -> list[Client]:
        return list(self.cleaned_data["clients"])


class ExtendForm(_Ends):
    """Further sessions of a series."""

    submit_label = "Show the sessions"

    def __init__(self, *args: Any, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series
        self.fields["sessions"].label = "Further sessions"
        self.fields["sessions"].initial = practice.get(SeriesDefaults).sessions
        self.days: list[date] = []

    def layout(self) -> list[Any]:
        return [Together("sessions", "until"), Together("holidays", "conflicts")]

    def clean(self) -> dict[str, Any]:
        """The days after the last one so far, as `days`."""
        cleaned = super().clean()
        if not self.errors:
            self.days = further_days(self.series, sessions=cleaned["sessions"], until=cleaned["until"])
            self.refuse_number(self.days)
        return cleaned


class ChangeForm(PageForm):
    """Other terms for several sessions of a series."""

    submit_label = "Show what changes"
    scope = forms.ChoiceField(
        label="Which sessions",
        choices=[choice for choice in Scope.choices if choice[0] != Scope.ONE],
        initial=Scope.LATER,
        widget=forms.RadioSelect,
    )
    staff = StaffChoiceField(
        label="Clinician", queryset=Staff.objects.none(), error_messages={"required": "Choose a clinician."}
    )
    weekday = forms.TypedChoiceField(label="Weekday", coerce=int, choices=WEEKDAYS)
    start = TimeField(label="Start")
    minutes = forms.TypedChoiceField(label="Length", coerce=int)
    type = forms.ChoiceField(label="Type", choices=TYPES)
    location = forms.ChoiceField(label="Location", choices=Location.choices)
    billing_code = forms.CharField(
        label="Service code",
        required=False,
        max_length=20,
        validators=[CODE],
        widget=forms.TextInput(attrs={"list": "service-codes", "autocomplete": "off"}),
    )
    is_billable = forms.BooleanField(label="Billable", required=False)
    conflicts = forms.ChoiceField(
        label="Where something is in the way",
        required=False,
        choices=[
            (OnConflicts.ASK, OnConflicts.ASK.label),
            (OnConflicts.SKIP, "Leave those sessions as they are"),
            (OnConflicts.NEAREST, OnConflicts.NEAREST.label),
        ],
        initial=OnConflicts.ASK,
    )

    def __init__(self, *args: Any, actor: User, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series = series
        staff: Any = self.fields["staff"]
        staff.queryset = (
            rules.schedulable_staff(actor)
            .exclude(status=StaffStatus.INACTIVE)
            .order_by("last_name", "first_name", "pk")
        )
        minutes: Any = self.fields["minutes"]
        minutes.choices = length_choices(series.minutes)
        if len(series.weekdays) > 1:
            del self.fields["weekday"]
        if series.group is not None:
            # A group stays one.
            del self.fields["type"]

    @staticmethod
    def initial_of(series: Series) -> dict[str, Any]:
        """The terms as they are."""
        names = ("minutes", "type", "location", "billing_code", "is_billable")
        return {
            "staff": series.staff_id,
            "weekday": series.weekdays[0],
            "start": series.wall_time,
            **{name: getattr(series, name) for name in names},
        }

    def layout(self) -> list[Any]:
        when = ["weekday", "start", "minutes"] if "weekday" in self.fields else ["start", "minutes"]
        return [
            "scope",
            "staff",
            Together(*when),
            Together("type", "location") if "type" in self.fields else "location",
            Together("billing_code", "is_billable"),
            "conflicts",
        ]

    @property
    def wanted_weekday(self) -> int | None:
        """The weekday asked for; None where the series has several and keeps them."""
        return self.cleaned_data.get("weekday")

    @property
    def terms(self) -> Terms:
        """The terms asked for, on the clock of the series; of a group, of one member alone."""
        cleaned = self.cleaned_data
        return Terms(
            staff=cleaned["staff"],
            client=self.series.client,
            wall=cleaned["start"],
            zone=ZoneInfo(self.series.time_zone),
            minutes=cleaned["minutes"],
            type=cleaned.get("type", self.series.type),
            location=cleaned["location"],
            is_billable=cleaned["is_billable"],
            billing_code=cleaned["billing_code"].strip().upper(),
        )


class CancelSeriesForm(CancelForm):
    """Why, who, since when, and which sessions."""

    submit_label = "Cancel these sessions"
    scope = ChangeForm.base_fields["scope"]

    def layout(self) -> list[Any]:
        return ["scope", *super().layout()]
