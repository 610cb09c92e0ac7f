"""Who waits for a time, and times that opened."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When

from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import EncryptedCharField
from mentalspace.core.models import Record
from mentalspace.core.shapes import ShapeField
from scheduling.choices import AppointmentType, Location
from scheduling.waitlist.choices import ClosedBecause, EntryState, OpenedBy, Urgency
from scheduling.waitlist.shapes import Window, Windows


def by_urgency() -> Case:
    """0 for the most urgent."""
    return Case(
        *(When(urgency=each, then=Value(place)) for place, each in enumerate(Urgency)),
        output_field=IntegerField(),
    )


class WaitlistEntry(Record):
    """A client who waits for a time: when, with whom and for what. Nobody named, or no hours, means any will do."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="waits")
    clinicians = models.ManyToManyField(
        "staff.Staff", blank=True, related_name="+", db_table="waitlist_clinicians"
    )
    types = ArrayField(models.CharField(max_length=50, choices=AppointmentType))
    locations = ArrayField(models.CharField(max_length=100, choices=Location), blank=True, default=list)
    minutes = models.PositiveSmallIntegerField()
    windows = ShapeField(shape=Windows, default=list, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    note = EncryptedCharField(scope="client_id", max_length=500, blank=True)
    expires_on = models.DateField(help_text="The last day on which they wait.")
    state = models.CharField(max_length=10, choices=EntryState, default=EntryState.WAITING)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=20, choices=ClosedBecause, blank=True)
    # Of an entry that was put back and booked again it is the last one.
    appointment = models.OneToOneField(
        "scheduling.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="waited"
    )
    created_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "waitlist_entries"
        verbose_name = "waitlist entry"
        verbose_name_plural = "waitlist entries"
        indexes = [
            models.Index(fields=["client", "-created_at"], name="waitlist_entries_client"),
            models.Index(
                fields=["expires_on"], name="waitlist_entries_waiting", condition=Q(state=EntryState.WAITING)
            ),
        ]
        constraints = [
            known_value("urgency", Urgency, "waitlist_entries"),
            known_value("state", EntryState, "waitlist_entries"),
            known_value("closed_because", ClosedBecause, "waitlist_entries", empty=True),
            models.CheckConstraint(condition=Q(types__len__gte=1), name="waitlist_entries_for_something"),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480), name="waitlist_entries_minutes"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=EntryState.WAITING,
                    closed_at__isnull=True,
                    closed_because="",
                    appointment__isnull=True,
                )
                | Q(
                    state=EntryState.BOOKED,
                    closed_at__isnull=False,
                    closed_because="",
                    appointment__isnull=False,
                )
                | Q(state=EntryState.CLOSED, closed_at__isnull=False, appointment__isnull=True)
                & ~Q(closed_because=""),
                name="waitlist_entries_state_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}, since {self.created_at:%Y-%m-%d}"

    @property
    def hours(self) -> tuple[Window, ...]:
        """The times preferred, as objects."""
        return tuple(Window.model_validate(each) for each in self.windows)

    def waits(self, today: date) -> bool:
        """Neither booked nor closed, and not expired."""
        return self.state == EntryState.WAITING and self.expires_on >= today


class Opening(Record):
    """A time of a clinician's that was taken and no longer is.

    It says that something opened, not that it is still free: whoever reads it asks the calendar too.
    """

    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="openings")
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    opened_by = models.CharField(max_length=10, choices=OpenedBy)
    opened_at = models.DateTimeField(default=clock.now)
    dismissed_at = models.DateTimeField(null=True, blank=True, help_text="Somebody decided to leave it free.")

    class Meta:
        db_table = "waitlist_openings"
        verbose_name = "time that opened"
        verbose_name_plural = "times that opened"
        indexes = [models.Index(fields=["start_time"], name="waitlist_openings_start")]
        constraints = [
            known_value("opened_by", OpenedBy, "waitlist_openings"),
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")), name="waitlist_openings_end_after_start"
            ),
            # Opened, taken and opened again, it is one that opened just now.
            models.UniqueConstraint(fields=["staff", "start_time"], name="waitlist_openings_once"),
        ]

    def __str__(self) -> str:
        return f"{self.start_time:%Y-%m-%d %H:%M}Z"
