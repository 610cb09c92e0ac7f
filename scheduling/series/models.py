"""The series of appointments, as stored: the rule and what all of its sessions have."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from mentalspace.core import formatting
from mentalspace.core.constraints import known_value
from mentalspace.core.models import Record
from scheduling.choices import AppointmentType, Location
from scheduling.series.choices import Frequency
from scheduling.series.recurrence import Recurrence, days_until


class Series(Record):
    """Appointments of a client that repeat: the rule, on the clock of a time zone, and what all of them have.

    Where later sessions get another time or clinician and earlier ones stay behind, they go on as another row with the
    same `origin`; the first row of a series is its own origin. Sessions that differ were changed by hand.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="series")
    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="series")
    origin = models.ForeignKey("self", on_delete=models.PROTECT, related_name="continuations")
    frequency = models.CharField(max_length=10, choices=Frequency)
    every = models.PositiveSmallIntegerField(default=1, help_text="Weeks or months from one to the next.")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="0 is Monday.")
    place = models.SmallIntegerField(
        default=0, help_text="Which such weekday of the month, -1 for the last; 0 where weeks are counted."
    )
    starts_on = models.DateField(help_text="Weeks and months are counted from this day.")
    sessions = models.PositiveSmallIntegerField(null=True, blank=True, help_text="So many, or until a day.")
    until = models.DateField(null=True, blank=True)
    wall_time = models.TimeField(help_text="What the clocks of the time zone show at each start.")
    time_zone = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=50, choices=AppointmentType, default=AppointmentType.INDIVIDUAL)
    location = models.CharField(max_length=100, choices=Location, default=Location.TELEHEALTH)
    is_billable = models.BooleanField("billable", default=True)
    billing_code = models.CharField("service code", max_length=20, blank=True)
    created_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.UUIDField(
        null=True,
        blank=True,
        help_text="Shared by the series of a group's members: their sessions are the same.",
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When what was still to come was cancelled."
    )

    class Meta:
        db_table = "appointment_series"
        verbose_name_plural = "series"
        constraints = [
            known_value("frequency", Frequency, "appointment_series"),
            known_value("type", AppointmentType, "appointment_series"),
            known_value("location", Location, "appointment_series"),
            models.CheckConstraint(
                condition=Q(every__gte=1, minutes__gte=1, place__gte=-1, place__lte=4),
                name="appointment_series_rule",
            ),
            models.CheckConstraint(
                condition=Q(sessions__isnull=True, until__isnull=False)
                | Q(sessions__gte=1, until__isnull=True),
                name="appointment_series_one_end",
            ),
            # A member's series may go on as further rows of one origin; a second series there is none.
            ExclusionConstraint(
                name="appointment_series_member_once",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    ("client", RangeOperators.EQUAL),
                    ("origin", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(ended_at__isnull=True, group__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def recurrence(self) -> Recurrence:
        """The rule, which knows its days."""
        return Recurrence(Frequency(self.frequency), self.every, tuple(self.weekdays), self.place)

    @property
    def words(self) -> str:
        """`Every Tuesday at 10:00 AM`."""
        return f"{self.recurrence.words()} at {formatting.time(self.wall_time)}"

    @property
    def planned_until(self) -> date:
        """The last day of the rule, whatever became of its session."""
        if self.until is not None:
            return self.until
        days = days_until(
            self.recurrence, self.starts_on, sessions=self.sessions, until=None, most=self.sessions or 1
        )
        return days[-1]

    def day_of(self, slot: datetime) -> date:
        """The day of a session on the clock of the series."""
        return slot.astimezone(ZoneInfo(self.time_zone)).date()
