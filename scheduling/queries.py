"""Named reads of the calendar. What concerns the grid alone is in `scheduling/grid.py`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Lower

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock, practice
from scheduling import rules
from scheduling.choices import BOOKED, OCCUPIES, OPEN, ReminderAnswer
from scheduling.defaults import ScheduleDefaults
from scheduling.models import (
    ON_ITS_WAY,
    Appointment,
    AppointmentEvent,
    CalendarChoice,
    Reminder,
    Room,
)
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
    return found.select_related("client", "staff", "room").order_by("start_time", "staff__last_name", "id")


def booked_during(staff: Staff, spans: Iterable[tuple[datetime, datetime | None]]) -> QuerySet[Appointment]:
    """Open appointments of a clinician that fall into one of the spans [start, end), or after its start for good."""
    then = Q(pk__in=[])
    for start, end in spans:
        then |= Q(end_time__gt=start, start_time__lt=end) if end is not None else Q(end_time__gt=start)
    return Appointment.objects.filter(then, staff=staff, status__in=OPEN).order_by("start_time", "pk")


def of_client(actor: User, client: Client) -> QuerySet[Appointment]:
    """All of a client's appointments that the actor may see, latest first."""
    seen = rules.visible_appointments(actor).filter(client=client)
    return seen.select_related("staff", "client", "series").order_by("-start_time", "id")


def listed(actor: User) -> QuerySet[Appointment]:
    """Everything the actor may see, with client and clinician, for lists that filter and sort it."""
    return rules.visible_appointments(actor).select_related("client", "staff", "room")


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
        .select_related("client", "staff")
        .order_by("start_time", "client__last_name", "client__first_name", "id")
    )
    linked, members = [], []
    for other in found:
        if other.pk == source or other.rescheduled_from_id == appointment.pk:
            linked.append(other)
        else:
            members.append(other)
    return linked, members


def calendar_choice(actor: User) -> CalendarChoice:
    """How the actor left the calendar; one that says nothing where they never did. One query."""
    return rules.can_see_choice.scope(actor).first() or CalendarChoice(user=actor)


def calendar_state(staff: Sequence[Staff], first: date, last: date, holidays: Mapping[date, str]) -> str:
    """Another text whenever these calendars show something else: appointments, hours, holidays, the day. One query.

    Besides the latest save it counts saves, because of two at once the one that ends later may have the earlier clock.
    """
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    booked = Appointment.objects.filter(staff__in=staff, start_time__gte=start, start_time__lt=end).aggregate(
        rows=Count("pk"), saved=Sum("version"), latest=Max("updated_at")
    )
    people = [(each.full_name, each.status, each.availability) for each in staff]
    seen = (clock.today(), practice.get(ScheduleDefaults), booked, people, holidays)
    return blake2b(repr(seen).encode(), digest_size=12).hexdigest()


def history(appointment: Appointment) -> QuerySet[AppointmentEvent]:
    """What happened to it, latest first."""
    return appointment.events.select_related("by").order_by("-id")


def reminders(actor: User) -> QuerySet[Reminder]:
    """Those of the appointments that the actor may see, with client and clinician."""
    return rules.can_see_reminder.scope(actor).select_related(
        "appointment__client", "appointment__staff__user"
    )


def needs_a_look(now: datetime) -> Q:
    """Reminders that failed, or were taken on a while ago and nobody knows whether they left."""
    return Q(failed_at__isnull=False) | Q(claimed_at__lt=now - ON_ITS_WAY, sent_at__isnull=True)


def reminders_to_look_at(actor: User, now: datetime) -> QuerySet[Reminder]:
    """Of them, those whose appointment is still to come as they told it."""
    return (
        reminders(actor)
        .filter(needs_a_look(now), start_time__gt=now, start_time=F("appointment__start_time"))
        .filter(appointment__status__in=BOOKED, answer="")
    )


def cancelled_by_link(actor: User, since: datetime) -> QuerySet[Reminder]:
    """Appointments that clients called off by the link of a reminder, latest first."""
    return (
        reminders(actor)
        .filter(answer=ReminderAnswer.CANCELLED, answered_at__gte=since)
        .order_by("-answered_at")
    )


def rooms_to_choose(current: Room | None = None) -> list[Room]:
    """The rooms in use, and the one a session is in already, by office and name. One query."""
    wanted = Q(is_active=True) | Q(pk=current.pk) if current else Q(is_active=True)
    return list(Room.objects.filter(wanted).order_by(Lower("place"), Lower("name")))


def same_session(appointment: Appointment) -> QuerySet[Appointment]:
    """The appointment itself and whoever shares its group session."""
    group = appointment.group_session
    return Appointment.objects.filter(Q(group_session=group) if group else Q(pk=appointment.pk))


def rooms_taken(
    start: datetime, end: datetime, *, besides: QuerySet[Appointment] | None = None
) -> dict[UUID, tuple[datetime, datetime]]:
    """By room, when the first session that takes it within [start, end) begins and ends. One query."""
    rows = Appointment.objects.filter(
        room__isnull=False, status__in=OCCUPIES, start_time__lt=end, end_time__gt=start
    )
    if besides is not None:
        rows = rows.exclude(pk__in=besides.values("pk"))
    times = rows.order_by("-start_time").values_list("room_id", "start_time", "end_time")
    return {room: (begins, ends) for room, begins, ends in times if room}
