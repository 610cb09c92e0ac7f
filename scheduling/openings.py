"""Free times of a clinician, near one that was wanted."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from mentalspace.core import clock, practice
from scheduling.choices import OCCUPIES
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.models import Appointment, Room
from staff.availability import END_OF_DAY, OpenBlock, TimeOff, open_blocks
from staff.models import Staff

STEP = timedelta(minutes=30)
DAYS_EACH_WAY = 7


def nearest_openings(
    staff: Staff,
    wanted: datetime,
    minutes: int,
    *,
    client_ids: Iterable[UUID] = (),
    room: Room | None = None,
    besides: Collection[UUID] = (),
    limit: int = 4,
) -> list[datetime]:
    """Starts, half hours apart, at which the clinician works and neither they nor clients nor room are taken.

    `besides` are appointments that will not be where they are.

    Nearest first in time to `wanted`, within a week of it, never in the past and never while the practice is closed;
    answered in order of time. Two queries.
    """
    length = timedelta(minutes=minutes)
    day = clock.local(wanted).date()
    first, last = day - timedelta(days=DAYS_EACH_WAY), day + timedelta(days=DAYS_EACH_WAY)
    closed = closed_days(first, last)
    theirs = Q(staff=staff) | Q(client_id__in=set(client_ids))
    bounds = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    taken = _taken(theirs | Q(room=room) if room else theirs, *bounds, besides)
    settings = practice.get(ScheduleDefaults)
    pause = timedelta(minutes=settings.buffer_minutes if settings.ask_buffer else 0)
    soonest = clock.now() + timedelta(hours=settings.lead_hours)
    found = [
        start
        for offset in range((last - first).days + 1)
        if (on := first + timedelta(days=offset)) not in closed
        for start in starts_on(staff, on, length)
        if start > soonest
        and not any(begun < start + length + pause and over > start - pause for begun, over in taken)
    ]
    return sorted(sorted(found, key=lambda start: abs(start - wanted))[:limit])


def block_instants(block: OpenBlock | TimeOff, day: date) -> tuple[datetime, datetime]:
    """Hours of a day as instants; a block to the end of the day lasts to midnight."""
    closes = clock.day_bounds(day)[1] if block.end == END_OF_DAY else clock.at(day, block.end)
    return clock.at(day, block.start), closes


def starts_on(staff: Staff, day: date, length: timedelta) -> Iterator[datetime]:
    """Every half hour of the clinician's hours at which so long an appointment still fits."""
    for block in open_blocks(staff, day):
        opens, closes = block_instants(block, day)
        for half_hour in range(max(0, (closes - opens - length) // STEP + 1)):
            yield opens + half_hour * STEP


def _taken(
    theirs: Q, start: datetime, end: datetime, besides: Collection[UUID]
) -> list[tuple[datetime, datetime]]:
    """What occupies them in [start, end)."""
    rows = Appointment.objects.filter(status__in=OCCUPIES, start_time__lt=end, end_time__gt=start)
    return list(rows.filter(theirs).exclude(pk__in=besides).values_list("start_time", "end_time"))
