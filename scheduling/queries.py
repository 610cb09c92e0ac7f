"""Named reads of the calendar. What concerns the grid alone is in `scheduling/grid.py`."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock
from scheduling import rules
from scheduling.choices import OCCUPIES, OPEN, AppointmentStatus
from scheduling.models import Appointment


def appointments_on(
    actor: User, day: date, *, staff_id: UUID | None = None, statuses: Collection[str] | None = None
) -> QuerySet[Appointment]:
    """Appointments that begin on the practice's day and that the actor may see, with client and clinician, by time."""
    start, end = clock.day_bounds(day)
    found = rules.visible_appointments(actor).filter(start_time__gte=start, start_time__lt=end)
    if staff_id is not None:
        found = found.filter(staff_id=staff_id)
    if statuses is not None:
        found = found.filter(status__in=statuses)
    return found.select_related("client", "staff").order_by("start_time", "staff__last_name", "id")


class Visits(NamedTuple):
    """The client's nearest visits either way."""

    next: Appointment | None
    last: Appointment | None


def next_and_last_visit(actor: User, client: Client) -> Visits:
    """The next open appointment that has not ended, and the last one held; as far as the actor may see them."""
    seen = rules.visible_appointments(actor).filter(client=client).select_related("staff")
    now = clock.now()
    upcoming = seen.filter(status__in=OPEN, end_time__gt=now).order_by("start_time", "id")
    held = seen.filter(status=AppointmentStatus.COMPLETED, start_time__lte=now).order_by("-start_time", "id")
    return Visits(upcoming.first(), held.first())


def of_client(actor: User, client: Client) -> QuerySet[Appointment]:
    """All of a client's appointments that the actor may see, latest first."""
    seen = rules.visible_appointments(actor).filter(client=client)
    return seen.select_related("staff", "client").order_by("-start_time", "id")


def neighbours_within(appointment: Appointment, minutes: int) -> bool:
    """Does the clinician have less than so many minutes before or after this appointment?"""
    gap = timedelta(minutes=minutes)
    others = Appointment.objects.filter(
        staff_id=appointment.staff_id,
        status__in=OCCUPIES,
        start_time__lt=appointment.end_time + gap,
        end_time__gt=appointment.start_time - gap,
    ).exclude(pk=appointment.pk)
    if appointment.group_session:
        others = others.exclude(group_session=appointment.group_session)
    return minutes > 0 and others.exists()
