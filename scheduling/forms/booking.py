"""Forms of appointments."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role
from clients.forms import ClientChoiceField
from mentalspace.core import clock, formatting, practice
from mentalspace.core.forms import (
    DateField,
    PageForm,
    Section,
    TimeField,
    Together,
    add_domain_error,
)
from scheduling import rules
from scheduling.choices import AppointmentType, CancelledBy, CancelReason, Location
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import NeedsConfirmation, SlotTaken
from scheduling.forms.rooms import RoomChoice, offer_rooms
from scheduling.models import Appointment
from scheduling.queries import same_session
from scheduling.services.fitting import InRoom, Overbooking
from staff.choices import StaffStatus
from staff.models import Staff

CODE = RegexValidator(
    r"^[A-Za-z0-9-]{2,20}$", "A service code has letters and digits only, for example 90834 or H0004."
)


# Beside the times: what they are for a client in another zone.
CLIENT_TIME = HTML("{% include 'scheduling/_client_time.html' %}")


class StaffChoiceField(forms.ModelChoiceField):
    """A clinician, with credentials."""

    def label_from_instance(self, obj: Staff) -> str:
        return obj.name_with_credential


class Asks(PageForm):
    """A form that may have to ask whether something unusual is meant.

    The tick belongs to exactly the sentences that were shown: when they change, it is asked for again.
    """

    anyway = forms.CharField(required=False, widget=forms.HiddenInput, label="Do it anyway")
    openings: Sequence[tuple[str, str]] = ()

    def ask(self, error: NeedsConfirmation) -> None:
        """Show the reasons and the box that accepts them."""
        field = self.fields["anyway"]
        field.widget = forms.CheckboxInput(attrs={"value": error.token}, check_test=lambda value: False)
        self.add_error("anyway", error.message)

    def offer(self, error: SlotTaken, openings: Sequence[tuple[str, str]]) -> None:
        """Show what is in the way, and the free times nearby."""
        self.openings = openings
        add_domain_error(self, error)


def length_choices(current: int | None = None) -> list[tuple[int, str]]:
    """Lengths the practice offers, and the one an appointment already has."""
    lengths = {*practice.get(ScheduleDefaults).durations, *([current] if current else [])}
    return [(minutes, formatting.duration(minutes)) for minutes in sorted(lengths)]


class _Times(Asks):
    """Day, start, length and clinician: what booking, moving and rescheduling have in common.

    A reason for overbooking belongs to exactly the appointments that were named, by the token in `beside`.
    """

    staff = StaffChoiceField(
        label="Clinician", queryset=Staff.objects.none(), error_messages={"required": "Choose a clinician."}
    )
    date = DateField(label="Date")
    start = TimeField(label="Start")
    minutes = forms.TypedChoiceField(label="Length", coerce=int)
    overbook_reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=200,
        help_text="Both then stand side by side in the calendar, and the history keeps the reason. Nothing clinical.",
    )
    beside = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    room = RoomChoice()

    def __init__(
        self,
        *args: Any,
        actor: User,
        current: int | None = None,
        session: Appointment | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        staff: Any = self.fields["staff"]
        staff.queryset = (
            rules.schedulable_staff(actor)
            .exclude(status=StaffStatus.INACTIVE)
            .order_by("last_name", "first_name", "pk")
        )
        staff.empty_label = "Choose a clinician"
        minutes: Any = self.fields["minutes"]
        minutes.choices = length_choices(current)
        # The members of a group may live in as many zones.
        self.client_id = session.client_id if session and not session.group_session else None
        room = session.room if session else None
        offer_rooms(self, self._span(), current=room, besides=same_session(session) if session else None)

    def _span(self) -> tuple[datetime, datetime] | None:
        """The time in the form as it stands, if it makes sense so far."""
        try:
            day, wall, minutes = (
                self.fields[name].to_python(self[name].value()) for name in ("date", "start", "minutes")
            )
        except ValidationError:
            return None
        if not (day and wall and minutes):
            return None
        start = clock.at(day, wall)
        return start, start + timedelta(minutes=int(minutes))

    @property
    def room_id(self) -> UUID | None:
        """The room chosen; None where there is none to choose."""
        found: UUID | None = self.cleaned_data.get("room")
        return found

    @property
    def rooms(self) -> list[str]:
        """The name of the field, where there are rooms."""
        return ["room"] if "room" in self.fields else []

    def clean_overbook_reason(self) -> str:
        """Whoever presses the button for it says why."""
        reason = " ".join(self.cleaned_data["overbook_reason"].split())
        if self.data.get("overbook") and not reason:
            raise forms.ValidationError("Say why both are booked at the same time.")
        return reason

    @property
    def overbooking(self) -> Overbooking | None:
        """The answer to a clash that was shown."""
        reason, token = self.cleaned_data["overbook_reason"], self.cleaned_data["beside"]
        return Overbooking(reason, token) if reason and token else None

    def offer(self, error: SlotTaken, openings: Sequence[tuple[str, str]]) -> None:
        """The same, and for whoever may overbook the question why."""
        super().offer(error, openings)
        data = self.data.copy()
        data["beside"] = error.token if error.overbookable else ""
        self.data = data

    @property
    def starts_at(self) -> datetime:
        """The instant typed, on the practice's clocks."""
        return clock.at(self.cleaned_data["date"], self.cleaned_data["start"])


class AppointmentForm(_Times):
    """A new appointment."""

    submit_label = "Book appointment"
    client = ClientChoiceField()
    type = forms.ChoiceField(
        label="Type", choices=AppointmentType.choices, initial=AppointmentType.INDIVIDUAL
    )
    location = forms.ChoiceField(label="Location", choices=Location.choices, initial=Location.TELEHEALTH)
    is_billable = forms.BooleanField(label="Billable", required=False, initial=True)
    billing_code = forms.CharField(
        label="Service code",
        required=False,
        max_length=20,
        validators=[CODE],
        help_text="Leave it empty for the usual code of the type.",
        widget=forms.TextInput(attrs={"list": "service-codes", "autocomplete": "off"}),
    )
    notes = forms.CharField(
        label="Scheduling note",
        required=False,
        max_length=2000,
        help_text="Everybody who works with the schedule reads this. Nothing clinical.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    assign = forms.BooleanField(
        label="Put the clinician on the client's care team",
        required=False,
        initial=True,
        help_text="Only somebody on the care team can open the client's chart.",
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        client: Any = self.fields["client"]
        client.limit_to(actor)
        if not has_role(actor, Role.ADMIN, Role.FRONT_DESK):
            del self.fields["assign"]

    def layout(self) -> list[Any]:
        who = ["client", "staff", *(["assign"] if "assign" in self.fields else [])]
        return [
            *who,
            Together("date", "start", "minutes"),
            CLIENT_TIME,
            "anyway",
            Section(
                "Details",
                Together("type", "location"),
                *self.rooms,
                Together("billing_code", "is_billable"),
                "notes",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """A room belongs to the office."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("room") and cleaned.get("location") != Location.OFFICE:
            self.add_error("room", "A room is for visits at the office. Choose that location, or no room.")
        return cleaned


class MoveForm(_Times):
    """Another time, or another clinician, for an appointment that stays the same one."""

    submit_label = "Move appointment"
    version = forms.IntegerField(widget=forms.HiddenInput)

    def layout(self) -> list[Any]:
        return ["staff", Together("date", "start", "minutes"), CLIENT_TIME, *self.rooms, "anyway", "version"]

    def __init__(self, *args: Any, session: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, session=session, current=session.minutes, **kwargs)
        if session.location != Location.OFFICE:
            self.fields.pop("room", None)


class RescheduleForm(_Times):
    """A new appointment in place of one that the client cannot keep."""

    submit_label = "Reschedule"
    location = forms.ChoiceField(label="Location", choices=Location.choices)

    def layout(self) -> list[Any]:
        times = Together("date", "start", "minutes")
        return ["staff", times, CLIENT_TIME, "anyway", "location", *self.rooms]


class DragForm(forms.Form):
    """Where an appointment was dragged to: a wall time on the practice's clocks."""

    start = forms.CharField(max_length=16)
    minutes = forms.IntegerField(min_value=5, max_value=480)
    staff = forms.UUIDField()
    version = forms.IntegerField()
    anyway = forms.CharField(required=False)

    def clean_start(self) -> tuple[date, time]:
        """The wall time as it was shown, in no zone but the practice's."""
        try:
            wall = datetime.strptime(self.cleaned_data["start"], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall time
        except ValueError:
            raise forms.ValidationError("The new time could not be read.") from None
        return wall.date(), wall.time()


class DetailsForm(PageForm):
    """What an appointment is, apart from when and with whom."""

    submit_label = "Save details"
    type = forms.ChoiceField(label="Type", choices=AppointmentType.choices)
    location = forms.ChoiceField(label="Location", choices=Location.choices)
    is_billable = forms.BooleanField(label="Billable", required=False)
    billing_code = forms.CharField(
        label="Service code",
        required=False,
        max_length=20,
        validators=[CODE],
        widget=forms.TextInput(attrs={"list": "service-codes", "autocomplete": "off"}),
    )
    notes = forms.CharField(
        label="Scheduling note",
        required=False,
        max_length=2000,
        help_text="Everybody who works with the schedule reads this. Nothing clinical.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    room = RoomChoice()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, session: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.initial_of(session), **kwargs)
        span = session.start_time, session.end_time
        offer_rooms(self, span, current=session.room, besides=same_session(session))

    def layout(self) -> list[Any]:
        rooms = ["room"] if "room" in self.fields else []
        return [
            Together("type", "location"),
            *rooms,
            Together("billing_code", "is_billable"),
            "notes",
            "version",
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, for the service; a room only where there are some to choose from."""
        values = dict(self.cleaned_data)
        return {**values, "room": InRoom(values["room"])} if "room" in values else values

    @staticmethod
    def initial_of(appointment: Appointment) -> dict[str, Any]:
        names = ("type", "location", "is_billable", "billing_code", "notes", "version")
        return {**{name: getattr(appointment, name) for name in names}, "room": appointment.room_id}


class ReopenForm(PageForm):
    """Why a closed appointment is opened again."""

    submit_label = "Reopen"
    reason = forms.CharField(
        label="Reason", max_length=200, help_text="It stays in the history. Nothing clinical."
    )


class CancelForm(PageForm):
    """Why, who, and since when the practice knows."""

    submit_label = "Cancel appointment"
    cancelled_by = forms.ChoiceField(
        label="Who cancels", choices=CancelledBy.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *CancelReason.choices])
    heard_on = DateField(label="Heard on", required=False)
    heard_at = TimeField(
        label="At", required=False, help_text="When the message came in. Leave both empty for now."
    )
    note = forms.CharField(
        label="Note", required=False, max_length=300, help_text="For the schedule; nothing clinical."
    )

    def layout(self) -> list[Any]:
        return ["cancelled_by", "reason", Together("heard_on", "heard_at"), "note"]

    def clean(self) -> dict[str, Any]:
        """Both the day and the time of the message, or neither."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors.keys() & {"heard_on", "heard_at"}:
            return cleaned
        if cleaned.get("heard_on") and not cleaned.get("heard_at"):
            self.add_error("heard_at", "Give the time as well, or leave the day empty.")
        elif cleaned.get("heard_at") and not cleaned.get("heard_on"):
            cleaned["heard_on"] = clock.today()
        return cleaned

    @property
    def heard(self) -> datetime | None:
        """The instant the practice heard of it; None for now."""
        day, wall = self.cleaned_data.get("heard_on"), self.cleaned_data.get("heard_at")
        return clock.at(day, wall) if day and wall else None
