"""Free times of a clinician, near one that was wanted."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Q

from mentalspace.core import clock, practice
from scheduling.choices import OCCUPIES
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import Busy, Wanted, free_days
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
    day = clock.local(wanted).date()
    settings = practice.get(ScheduleDefaults)
    looked_for = Wanted(
        minutes=minutes,
        first=day - timedelta(days=DAYS_EACH_WAY),
        last=day + timedelta(days=DAYS_EACH_WAY),
        pause=settings.buffer_minutes if settings.ask_buffer else 0,
        not_before=clock.now() + timedelta(hours=settings.lead_hours),
    )
    theirs = Q(staff=staff) | Q(client_id__in=set(client_ids))
    taken = _taken(theirs | Q(room=room) if room else theirs, looked_for, besides)
    holidays = closed_days(looked_for.first, looked_for.last)
    days = free_days([staff], looked_for, holidays, {staff.pk: taken}, [], clock.zone())
    found = [start for free in days for _, starts in free.by_staff for start in starts]
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


def _taken(theirs: Q, looked_for: Wanted, besides: Collection[UUID]) -> Busy:
    """What occupies them on the days looked at, in seconds since 1970."""
    start, end = clock.day_bounds(looked_for.first)[0], clock.day_bounds(looked_for.last)[1]
    rows = Appointment.objects.filter(theirs, status__in=OCCUPIES, start_time__lt=end, end_time__gt=start)
    spans = rows.exclude(pk__in=besides).values_list("start_time", "end_time")
    return [(int(begins.timestamp()), ceil(ends.timestamp())) for begins, ends in spans]
