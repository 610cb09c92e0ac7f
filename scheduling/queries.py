"""Named reads of the calendar. What concerns the grid alone is in `scheduling/grid.py`."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock
from scheduling import rules
from scheduling.choices import OCCUPIES, OPEN
from scheduling.models import Appointment, AppointmentEvent
from staff.models import Staff


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


def booked_during(staff: Staff, start: datetime, end: datetime | None) -> QuerySet[Appointment]:
    """Open appointments of a clinician that fall into [start, end), or after `start` for good."""
    found = Appointment.objects.filter(staff=staff, status__in=OPEN, end_time__gt=start)
    return found.filter(start_time__lt=end) if end is not None else found


def of_client(actor: User, client: Client) -> QuerySet[Appointment]:
    """All of a client's appointments that the actor may see, latest first."""
    seen = rules.visible_appointments(actor).filter(client=client)
    return seen.select_related("staff", "client").order_by("-start_time", "id")


def listed(actor: User) -> QuerySet[Appointment]:
    """Everything the actor may see, with client and clinician, for lists that filter and sort it."""
    return rules.visible_appointments(actor).select_related("client", "staff")


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


def beside(actor: User, appointment: Appointment) -> tuple[list[Appointment], list[Appointment]]:
    """The one it took the place of and the one that took its own; the other rows of its group session, by name.

    One query.
    """
    source, group = appointment.rescheduled_from_id, appointment.group_session
    related = Q(rescheduled_from=appointment.pk)
    if source:
        related |= Q(pk=source)
    if group:
        related |= Q(group_session=group, start_time=appointment.start_time)
    found = (
        rules.visible_appointments(actor)
        .filter(related)
        .exclude(pk=appointment.pk)
        .select_related("client")
        .order_by("start_time", "client__last_name", "client__first_name", "id")
    )
    linked, members = [], []
    for other in found:
        if other.pk == source or other.rescheduled_from_id == appointment.pk:
            linked.append(other)
        else:
            members.append(other)
    return linked, members


def history(appointment: Appointment) -> QuerySet[AppointmentEvent]:
    """What happened to it, latest first."""
    return appointment.events.select_related("by").order_by("-id")
