"""The calendar: the documented `appointments` table and the history of each appointment's states."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Lower

from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import EncryptedCharField, EncryptedTextField, RowNumberField
from mentalspace.core.models import Record
from scheduling.choices import (
    OCCUPIES,
    AppointmentStatus,
    AppointmentType,
    CalendarStep,
    CancelledBy,
    CancelReason,
    FederalHoliday,
    Location,
    ReminderAnswer,
    ReminderFault,
    ReminderKind,
)
from scheduling.feed.models import CalendarFeed  # noqa: F401 - a table of this app
from scheduling.requests.models import BookingRequest  # noqa: F401 - a table of this app
from scheduling.series.models import Series
from scheduling.waitlist.models import Opening, WaitlistEntry  # noqa: F401 - tables of this app

# How long a mail server or gateway may take until a reminder counts as lost.
ON_ITS_WAY = timedelta(minutes=5)


class TimeRange(Func):
    """The half-open range of an appointment: one may start when the other ends."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


def occupied() -> TimeRange:
    return TimeRange(F("start_time"), F("end_time"), Value("[)"))


class Appointment(Record):
    """A client's time with a clinician. The members of a group session have a row each, with one `group_session`."""

    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="appointments")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="appointments")
    start_time = models.DateTimeField(db_index=True)
    end_time = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=20, choices=AppointmentStatus, default=AppointmentStatus.SCHEDULED)
    type = models.CharField(max_length=50, choices=AppointmentType, default=AppointmentType.INDIVIDUAL)
    location = models.CharField(max_length=100, choices=Location, default=Location.TELEHEALTH)
    notes = EncryptedTextField(
        "scheduling note", scope="client_id", blank=True, help_text="For the schedule; nothing clinical."
    )
    is_billable = models.BooleanField("billable", default=True)
    billing_code = models.CharField("service code", max_length=20, blank=True)
    created_by = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        db_column="created_by",
        null=True,
        blank=True,
        related_name="+",
    )
    # Further columns
    group_session = models.UUIDField(
        null=True, blank=True, help_text="Shared by the rows of one group session."
    )
    cancel_reason = models.CharField(max_length=30, choices=CancelReason, blank=True)
    cancelled_by = models.CharField(max_length=20, choices=CancelledBy, blank=True)
    cancel_note = EncryptedCharField(scope="client_id", max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    notice_minutes = models.IntegerField(
        null=True,
        blank=True,
        help_text="From hearing of the cancellation to the start; negative after the start.",
    )
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    series_slot = models.DateTimeField(
        null=True, blank=True, help_text="When its series has it; moved by hand, it keeps this."
    )
    rescheduled_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="rescheduled_to"
    )
    checked_in_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    imported_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Came from another system, where its note and bill are kept.",
    )
    room = models.ForeignKey(
        "scheduling.Room", on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    overbooked = models.BooleanField(
        default=False, editable=False, help_text="May stand beside others of its clinician."
    )
    overbook_reason = EncryptedCharField(
        "reason for overbooking", scope="client_id", max_length=300, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "appointments"
        indexes = [
            models.Index(fields=["staff", "start_time"], name="appointments_staff_start"),
            models.Index(fields=["client", "start_time"], name="appointments_client_start"),
            models.Index(fields=["status", "start_time"], name="appointments_status_start"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")), name="appointments_end_after_start"
            ),
            known_value("status", AppointmentStatus, "appointments"),
            known_value("type", AppointmentType, "appointments"),
            known_value("location", Location, "appointments"),
            models.CheckConstraint(
                condition=Q(status__in=["cancelled", "late_cancelled"], cancelled_at__isnull=False)
                & ~Q(cancel_reason="")
                & ~Q(cancelled_by="")
                | ~Q(status__in=["cancelled", "late_cancelled"]),
                name="appointments_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(overbooked=False, overbook_reason="")
                | Q(overbooked=True) & ~Q(overbook_reason=""),
                name="appointments_overbooked_says_why",
            ),
            models.UniqueConstraint(
                fields=["group_session", "client"],
                condition=Q(status__in=sorted(OCCUPIES)),
                name="appointments_group_member_once",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, series_slot__isnull=True)
                | Q(series__isnull=False, series_slot__isnull=False),
                name="appointments_series_with_slot",
            ),
            # One that was put off and its successor share their place.
            models.UniqueConstraint(
                fields=["series", "series_slot"],
                condition=~Q(status=AppointmentStatus.RESCHEDULED),
                name="appointments_series_slot_once",
            ),
            # What notes and bills refer to, so that they cannot name another client or clinician.
            models.UniqueConstraint(fields=["id", "client", "staff"], name="appointments_id_client_staff"),
            models.UniqueConstraint(fields=["id", "client"], name="appointments_id_client"),
            ExclusionConstraint(
                name="appointments_clinician_once",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (occupied(), RangeOperators.OVERLAPS),
                    (Coalesce("group_session", "id"), RangeOperators.NOT_EQUAL),
                ],
                condition=Q(status__in=sorted(OCCUPIES), overbooked=False),
            ),
            ExclusionConstraint(
                name="appointments_room_once",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (occupied(), RangeOperators.OVERLAPS),
                    (Coalesce("group_session", "id"), RangeOperators.NOT_EQUAL),
                ],
                condition=Q(status__in=sorted(OCCUPIES), overbooked=False, room__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(location=Location.OFFICE),
                name="appointments_room_in_office",
            ),
            ExclusionConstraint(
                name="appointments_client_once",
                expressions=[("client", RangeOperators.EQUAL), (occupied(), RangeOperators.OVERLAPS)],
                condition=Q(status__in=sorted(OCCUPIES)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.start_time:%Y-%m-%d %H:%M}Z"

    @property
    def minutes(self) -> int:
        """Booked length in minutes."""
        return int((self.end_time - self.start_time).total_seconds() // 60)


class AppointmentEvent(models.Model):
    """A state the appointment came into, or a move in time; written by every verb, never changed."""

    id = RowNumberField(primary_key=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=20, choices=AppointmentStatus, blank=True)
    to_status = models.CharField(max_length=20, choices=AppointmentStatus)
    detail = EncryptedCharField(scope="appointment.client_id", max_length=300, blank=True)

    class Meta:
        db_table = "appointment_events"

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Reminder(models.Model):
    """A reminder to a client of one time: claimed before it is sent, so that nobody is told twice.

    One that is claimed and never sent means that the sender was stopped in between: nobody knows whether it left.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    start_time = models.DateTimeField(
        help_text="The start that it tells; after a move there is another reminder."
    )
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: to be tried again.")
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=20, choices=ReminderFault, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="Given up, until somebody looks.")
    link_hash = models.CharField(max_length=64, blank=True, editable=False)
    answer = models.CharField(max_length=20, choices=ReminderAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "reminders"
        indexes = [
            models.Index(fields=["-start_time", "id"], name="reminders_start"),
        ]
        constraints = [
            known_value("kind", ReminderKind, "reminders"),
            known_value("fault", ReminderFault, "reminders", empty=True),
            known_value("answer", ReminderAnswer, "reminders", empty=True),
            models.UniqueConstraint(
                fields=["link_hash"], condition=~Q(link_hash=""), name="reminders_link_hash"
            ),
            models.UniqueConstraint(fields=["appointment", "kind", "start_time"], name="reminders_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.start_time:%Y-%m-%d %H:%M}Z"

    def needs_a_look(self, now: datetime) -> bool:
        """It failed, or it was taken on a while ago and nobody knows whether it left."""
        lost = self.claimed_at is not None and self.sent_at is None and now - self.claimed_at > ON_ITS_WAY
        return self.failed_at is not None or lost


class CalendarChoice(models.Model):
    """How somebody left their calendar: whose columns it showed, and how finely it divided the day."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    staff_ids = ArrayField(
        models.UUIDField(),
        null=True,
        blank=True,
        help_text="Empty for everybody, NULL while nobody was chosen.",
    )
    step = models.PositiveSmallIntegerField(choices=CalendarStep, default=CalendarStep.HALF)

    class Meta:
        db_table = "calendar_choices"
        constraints = [known_value("step", CalendarStep, "calendar_choices")]

    def __str__(self) -> str:
        return f"Calendar of {self.user_id}"


class Room(Record):
    """A room of the practice's offices, in which one session takes place at a time."""

    name = models.CharField(max_length=60)
    place = models.CharField(
        max_length=120, blank=True, help_text="Which office or floor, where there are several."
    )
    capacity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many clients it takes; empty for any number."
    )
    is_active = models.BooleanField("in use", default=True)

    class Meta:
        db_table = "rooms"
        constraints = [
            models.UniqueConstraint(Lower("name"), Lower("place"), name="rooms_once"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="rooms_capacity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.place}" if self.place else self.name


class Closure(Record):
    """A day on which the practice is closed: one of its own, once or every year, or a federal holiday."""

    name = models.CharField(max_length=80)
    day = models.DateField(null=True, blank=True, help_text="Of a federal holiday it follows from the year.")
    yearly = models.BooleanField("every year", default=False)
    holiday = models.CharField("federal holiday", max_length=20, choices=FederalHoliday, blank=True)

    class Meta:
        db_table = "closures"
        verbose_name = "holiday"
        constraints = [
            models.CheckConstraint(
                condition=Q(holiday="", day__isnull=False)
                | Q(holiday__in=sorted(FederalHoliday.values), day__isnull=True, yearly=True),
                name="closures_day_or_holiday",
            ),
            models.UniqueConstraint(fields=["day", "name"], name="closures_once"),
            models.UniqueConstraint(
                fields=["holiday"], condition=~Q(holiday=""), name="closures_holiday_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
