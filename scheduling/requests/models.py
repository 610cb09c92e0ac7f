"""Requests for an appointment, from the public booking page."""

from django.db import models
from django.db.models import F, Q

from mentalspace.core.constraints import known_value, lower_case
from mentalspace.core.models import Record
from scheduling.choices import AppointmentType, Location
from scheduling.requests.choices import DeclinedBecause, RequestState


class BookingRequest(Record):
    """Somebody asks for a time. Nothing is booked and no time is held until the desk approves.

    Name and contact are as typed by a stranger and are cleared some time after; what became of it stays.
    """

    type = models.CharField(max_length=50, choices=AppointmentType)
    location = models.CharField(max_length=100, choices=Location)
    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="requests")
    any_clinician = models.BooleanField(
        default=False, help_text="They asked for anybody; this one was free then."
    )
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField("e-mail", max_length=255, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    consented_to = models.TextField(help_text="The sentence that was ticked, as it read then.")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.WAITING)
    declined_because = models.CharField(max_length=20, choices=DeclinedBecause, blank=True)
    appointment = models.OneToOneField(
        "scheduling.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="asked_by"
    )
    handled_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(
        max_length=10, choices=RequestState, blank=True, help_text="The state of which they were told last."
    )
    looked_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was looked up whether the person is known."
    )
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "booking_requests"
        verbose_name = "booking request"
        indexes = [
            models.Index(fields=["-created_at"], name="booking_requests_recent"),
            models.Index(
                fields=["start_time"],
                name="booking_requests_waiting",
                condition=Q(state=RequestState.WAITING),
            ),
        ]
        constraints = [
            known_value("type", AppointmentType, "booking_requests"),
            known_value("location", Location, "booking_requests"),
            known_value("state", RequestState, "booking_requests"),
            known_value("told", RequestState, "booking_requests", empty=True),
            known_value("declined_because", DeclinedBecause, "booking_requests", empty=True),
            lower_case("email", "booking_requests"),
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")), name="booking_requests_end_after_start"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RequestState.WAITING,
                    appointment__isnull=True,
                    declined_because="",
                    handled_at__isnull=True,
                )
                | Q(
                    state__in=[RequestState.APPROVED, RequestState.MOVED],
                    appointment__isnull=False,
                    declined_because="",
                    handled_at__isnull=False,
                )
                | Q(state=RequestState.DECLINED, appointment__isnull=True, handled_at__isnull=False)
                & ~Q(declined_because=""),
                name="booking_requests_state_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"Request for {self.start_time:%Y-%m-%d %H:%M}Z"

    @property
    def full_name(self) -> str:
        """As typed; empty once it was cleared."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def minutes(self) -> int:
        return int((self.end_time - self.start_time).total_seconds() // 60)

    @property
    def is_waiting(self) -> bool:
        """Still to be answered."""
        return self.state == RequestState.WAITING and self.cleared_at is None
