"""Find a time: the next free starts of any set of clinicians, by interval arithmetic over three queries.

Everything is whole seconds since 1970 and minutes after midnight. A day on which the clocks change is counted by the
clock of the practice like any other, only more slowly.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, F, QuerySet
from django.db.models.functions import Cast, Ceil, Extract, Floor

from mentalspace.core import clock
from scheduling.choices import OCCUPIES
from scheduling.closures import closed_days
from scheduling.models import Appointment
from staff.availability import END_OF_DAY, WorkingTime
from staff.models import Staff

STEP = 30
DAY = 24 * 60
Busy = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: how long, on which days from the first to the last, at which hours, and where.

    No `weekdays` (Monday is 0) are all of them; an empty `location` is any. The whole session lies between `earliest`
    and `latest` on the practice's clock. `pause` are minutes that stay free on both sides of the clinician's others.
    """

    minutes: int
    first: date
    last: date
    weekdays: frozenset[int] = frozenset()
    earliest: time = time.min
    latest: time = END_OF_DAY
    location: str = ""
    pause: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """A start at which a clinician is free for all of it."""

    start: datetime
    staff: Staff


@dataclass(slots=True)
class FreeDay:
    """The free starts of one day, by clinician in the order asked."""

    day: date
    by_staff: list[tuple[Staff, list[datetime]]] = field(default_factory=list)


def find_times(
    staff: Sequence[Staff], wanted: Wanted, *, client_id: UUID | None = None, days: int | None = None
) -> list[FreeDay]:
    """The next days on which somebody is free, at most so many, each with its starts. Three queries.

    Starts are half hours from the beginning of each block of hours. With a client, their own appointments count too.
    """
    holidays = closed_days(wanted.first, wanted.last)
    busy, clients = busy_between(
        wanted.first, wanted.last, [each.pk for each in staff], [client_id] if client_id else []
    )
    client = clients.get(client_id, []) if client_id else []
    return free_days(staff, wanted, holidays, busy, client, clock.zone(), days=days)


def free_days(
    staff: Sequence[Staff],
    wanted: Wanted,
    holidays: Iterable[date],
    busy: Mapping[UUID, Busy],
    client: Busy,
    zone: ZoneInfo,
    *,
    days: int | None = None,
) -> list[FreeDay]:
    """The same, of what was read. No queries. `busy` are the clinicians' appointments and `client` the client's."""
    closed = set(holidays)
    calendars = [
        (each, WorkingTime(each), _merged([*_widened(busy.get(each.pk, []), wanted.pause * 60), *client]))
        for each in staff
    ]
    not_before = wanted.not_before or clock.now()
    earliest_start = ceil(not_before.timestamp())
    found: list[FreeDay] = []
    for offset in range((wanted.last - wanted.first).days + 1):
        day = wanted.first + timedelta(days=offset)
        if day in closed or (wanted.weekdays and day.weekday() not in wanted.weekdays):
            continue
        wall = _Wall(day, zone)
        free = FreeDay(day)
        for each, hours, taken in calendars:
            starts = [
                datetime.fromtimestamp(start, UTC)
                for start in _starts(hours, day, wall, wanted, taken)
                if start >= earliest_start
            ]
            if starts:
                free.by_staff.append((each, starts))
        if free.by_staff:
            found.append(free)
        if days is not None and len(found) == days:
            break
    return found


class _Wall:
    """What the practice's clocks show on one day, as seconds since 1970."""

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self._day, self._zone = day, zone
        start, end = clock.day_bounds(day, zone)
        self._midnight, self._end = int(start.timestamp()), int(end.timestamp())
        self._plain = self._end - self._midnight == DAY * 60

    def at(self, minutes: int) -> int:
        """The instant of so many minutes after midnight on the clock; the end of the day is the next midnight."""
        if minutes >= DAY:
            return self._end
        if self._plain:
            return self._midnight + minutes * 60
        return int(clock.at(self._day, time(*divmod(minutes, 60)), self._zone).timestamp())


def _starts(hours: WorkingTime, day: date, wall: _Wall, wanted: Wanted, taken: Busy) -> list[int]:
    """Every start of a day that suits, in order and each once."""
    earliest = wall.at(wanted.earliest.hour * 60 + wanted.earliest.minute)
    latest = wall.at(DAY if wanted.latest == END_OF_DAY else wanted.latest.hour * 60 + wanted.latest.minute)
    length, step = wanted.minutes * 60, STEP * 60
    found: set[int] = set()
    for opens, closes, location in hours.spans(day):
        if wanted.location and location not in {"", wanted.location}:
            continue
        start, last = wall.at(opens), min(wall.at(closes), latest) - length
        if start < earliest:
            start += -(-(earliest - start) // step) * step
        place = bisect_right(taken, start, key=_end_of)
        while start <= last:
            if place < len(taken) and taken[place][0] < start + length:
                # Taken: on to the first half hour after what takes it.
                start += -(-(taken[place][1] - start) // step) * step
                place += 1
                while place < len(taken) and taken[place][1] <= start:
                    place += 1
                continue
            found.add(start)
            start += step
            while place < len(taken) and taken[place][1] <= start:
                place += 1
    return sorted(found)


def _end_of(span: tuple[int, int]) -> int:
    return span[1]


def _widened(spans: Busy, seconds: int) -> Busy:
    return [(start - seconds, end + seconds) for start, end in spans] if seconds else spans


def _merged(spans: Iterable[tuple[int, int]]) -> Busy:
    """In order, without overlaps."""
    merged: Busy = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def busy_between(
    first: date, last: date, staff_ids: Iterable[UUID], client_ids: Iterable[UUID]
) -> tuple[dict[UUID, Busy], dict[UUID, Busy]]:
    """What occupies these clinicians, and these clients, on the days from the first to the last. Two queries."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    around = Appointment.objects.filter(status__in=OCCUPIES, start_time__lt=end, end_time__gt=start)
    return (
        _spans_by(around.filter(staff_id__in=list(staff_ids)), "staff_id"),
        _spans_by(around.filter(client_id__in=list(client_ids)), "client_id"),
    )


def _spans_by(rows: QuerySet[Appointment], key: str) -> dict[UUID, Busy]:
    """When each of them is taken, in seconds: two arrays a row, which PostgreSQL makes faster than we read rows.

    Seconds are counted in UTC whatever zone a request has put in force: in another one Django would shift them.
    """
    seconds = {
        name: ArrayAgg(
            Cast(whole(Extract(F(name), "epoch", tzinfo=UTC)), BigIntegerField()),
            order_by=["start_time", "pk"],
        )
        for name, whole in (("start_time", Floor), ("end_time", Ceil))
    }
    found = rows.order_by().values(key).annotate(starts=seconds["start_time"], ends=seconds["end_time"])
    return {row[key]: list(zip(row["starts"], row["ends"], strict=True)) for row in found}
