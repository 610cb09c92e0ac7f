"""Sessions that an absence or a holiday has left without their clinician, each with the nearest free times.

Nothing is stored: a session is here as long as it stands where nobody will be, and gone once it is moved or cancelled,
or the absence is taken back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from mentalspace.core import clock
from scheduling import rules
from scheduling.choices import BOOKED
from scheduling.closures import closed_days
from scheduling.finding import Wanted, busy_between, free_days
from scheduling.models import Appointment
from scheduling.openings import block_instants
from staff.availability import time_off_between
from staff.choices import StaffStatus
from staff.models import Staff

AHEAD = timedelta(days=366)
AROUND = timedelta(days=7)
OFFERS = 3
MOST = 40


@dataclass(frozen=True, slots=True)
class Gap:
    """When somebody is not there, and why, as far as that is anybody's business."""

    start: datetime
    end: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Displaced:
    """A session in such a gap, with the free starts nearest to it."""

    session: Appointment
    why: str
    openings: list[datetime]


def displaced(actor: User, staff: Sequence[Staff]) -> tuple[list[Displaced], bool]:
    """The soonest of them with these clinicians, and whether there are more. Five queries, however many there are."""
    now = clock.now()
    today = clock.local(now).date()
    holidays = closed_days(today, today + AHEAD)
    closed = [Gap(*clock.day_bounds(day), f"Closed: {name}") for day, name in holidays.items()]
    away = {each.pk: list(_away(each, today)) for each in staff}
    condition = Q(pk__in=[])
    for gap in closed:
        condition |= Q(start_time__lt=gap.end, end_time__gt=gap.start)
    for key, spans in away.items():
        for gap in spans:
            condition |= Q(staff_id=key, start_time__lt=gap.end, end_time__gt=gap.start)
    found = list(
        rules.visible_appointments(actor)
        .filter(condition, staff__in=staff, status__in=BOOKED, start_time__gte=now)
        .select_related("client", "staff", "room")
        .order_by("start_time", "pk")[: MOST + 1]
    )
    shown = found[:MOST]
    gaps = {key: [*spans, *closed] for key, spans in away.items()}
    return _with_openings(shown, gaps, holidays), len(found) > MOST


def _away(staff: Staff, today: date) -> Iterator[Gap]:
    """Leave, and time off that is approved."""
    if staff.status != StaffStatus.ACTIVE:
        begins = clock.day_bounds(today)[0]
        yield Gap(begins, begins + AHEAD, staff.get_status_display())
        return
    for day, off in time_off_between(staff, today, today + AHEAD):
        yield Gap(*block_instants(off, day), "Time off")


def _with_openings(
    sessions: Sequence[Appointment], gaps: Mapping[UUID, Sequence[Gap]], holidays: Mapping[date, str]
) -> list[Displaced]:
    if not sessions:
        return []
    first = clock.local(sessions[0].start_time).date() - AROUND
    last = clock.local(sessions[-1].start_time).date() + 2 * AROUND
    clinicians, clients = busy_between(
        first, last, {each.staff_id for each in sessions}, {each.client_id for each in sessions}
    )
    made = []
    for session in sessions:
        day = clock.local(session.start_time).date()
        wanted = Wanted(session.minutes, day - AROUND, day + 2 * AROUND, location=session.location)
        days = free_days(
            [session.staff],
            wanted,
            holidays,
            {session.staff_id: clinicians.get(session.staff_id, [])},
            clients.get(session.client_id, []),
            clock.zone(),
        )
        starts = [start for free in days for _, found in free.by_staff for start in found]
        nearest = sorted(starts, key=lambda start: abs(start - session.start_time))[:OFFERS]
        why = next(
            gap.why
            for gap in gaps[session.staff_id]
            if gap.start < session.end_time and session.start_time < gap.end
        )
        made.append(Displaced(session, why, sorted(nearest)))
    return made
