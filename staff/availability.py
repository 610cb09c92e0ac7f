"""When somebody works: weekly hours on the practice's clock, less time off, plus extra hours.

Pure functions of a staff row: no queries. Hours are wall times, so a block from nine to five is nine to five before and
after a clock change; spans of an appointment are instants. A block that ends at 11:59 PM lasts to midnight, because a
wall time has no 24:00; hours over midnight are two blocks that meet there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mentalspace.core import clock, formatting
from staff.choices import StaffStatus, Weekday, WorkLocation
from staff.models import Staff
from staff.shapes import DAYS, Availability, AvailabilityException, Block, Day

END_OF_DAY = time(23, 59)
# From and to in minutes after midnight, and where; an empty location is any.
Span = tuple[int, int, str]
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class OpenBlock:
    """Hours on one day, on the practice's clock; an empty `location` is any."""

    start: time
    end: time
    location: str = ""

    @property
    def label(self) -> str:
        """`9:00 AM – 5:00 PM`, with midnight for the end of the day."""
        return span_label(self.start, self.end)


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A part of one day on which somebody is away; `whole_day` where it has no times of its own.

    While it is `pending` nobody has approved it, and the hours still hold.
    """

    start: time
    end: time
    whole_day: bool
    reason: str = ""
    pending: bool = False


def hours_of(staff: Staff) -> Availability:
    """The stored hours as objects."""
    return Availability.model_validate(staff.availability or {})


def open_blocks(staff: Staff, day: date) -> list[OpenBlock]:
    """The hours of one day, in order, with exceptions applied. Time off wins over extra hours.

    Extra hours serve every location. Blocks that meet at the same place are one. Empty for somebody who is on leave or
    inactive.
    """
    spans = WorkingTime(staff).spans(day)
    return [OpenBlock(_wall(start), _wall(end), location) for start, end, location in spans]


class WorkingTime:
    """Somebody's hours, read once and asked of many days."""

    def __init__(self, staff: Staff) -> None:
        hours = hours_of(staff)
        self._works = staff.status == StaffStatus.ACTIVE
        self._usual = {day: _spans_of(hours.weekly.get(day, [])) for day in DAYS}
        self._exceptions: dict[date, list[AvailabilityException]] = {}
        for each in hours.exceptions:
            if not each.pending:
                self._exceptions.setdefault(each.day, []).append(each)

    def spans(self, day: date) -> list[Span]:
        """The hours of a day as minutes after midnight with their location, in order."""
        if not self._works:
            return []
        usual, today = self._usual[_weekday(day)], self._exceptions.get(day)
        if not today:
            return usual
        extra = [
            (_minutes(each.start), _end_minutes(each.end), "")
            for each in today
            if each.available and each.start is not None and each.end is not None
        ]
        spans = _merged([*usual, *extra]) if extra else usual
        for each in today:
            if not each.available:
                spans = _without(spans, *_bounds(each))
        return spans


def time_off(staff: Staff, day: date) -> list[TimeOff]:
    """The time off of one day, in order; what is asked for too."""
    found = [
        TimeOff(each.start or time.min, each.end or END_OF_DAY, each.start is None, each.reason, each.pending)
        for each in hours_of(staff).exceptions
        if each.day == day and not each.available
    ]
    return sorted(found, key=lambda each: (each.start, each.end))


def time_off_between(staff: Staff, first: date, last: date) -> list[tuple[date, TimeOff]]:
    """The approved time off of the days from the first to the last, in order."""
    days = sorted({each.day for each in hours_of(staff).exceptions if first <= each.day <= last})
    return [(day, off) for day in days for off in time_off(staff, day) if not off.pending]


def is_open(staff: Staff, start: datetime, end: datetime, zone: ZoneInfo, location: str = "") -> bool:
    """Do the hours cover the whole of [start, end) at this location? Both are aware instants.

    A block without a location serves every location, and an appointment without one fits every block.
    """
    if end <= start:
        raise ValueError("The end must be after the start.")
    reached = start
    for opens, closes in _open_spans(staff, start, end, zone, location):
        if opens > reached:
            return False
        reached = max(reached, closes)
        if reached >= end:
            return True
    return False


def why_closed(staff: Staff, start: datetime, end: datetime, zone: ZoneInfo, location: str = "") -> str:
    """Why [start, end) is outside the hours, in one sentence; empty when it is inside them.

    Says when somebody is away, never why.
    """
    if is_open(staff, start, end, zone, location):
        return ""
    name = staff.full_name
    if staff.status != StaffStatus.ACTIVE:
        return f"{name} is {staff.get_status_display().lower()}."
    if location and is_open(staff, start, end, zone):
        return f"{name} does not work {_place(location)} at that time."
    for day in _days(start, end, zone):
        day_start, day_end = clock.day_bounds(day, zone)
        if is_open(staff, max(start, day_start), min(end, day_end), zone, location):
            continue
        return _why_closed_on(staff, day, max(start, day_start), min(end, day_end), zone)
    return f"{name} is not available at that time."


def _why_closed_on(staff: Staff, day: date, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    name, named_day = staff.full_name, formatting.long_date(day)
    away = [each for each in time_off(staff, day) if not each.pending]
    if any(each.whole_day for each in away):
        return f"{name} has the day off on {named_day}."
    for each in away:
        opens, closes = _instants(day, each.start, each.end, zone)
        if opens < end and start < closes:
            return f"{name} is away {span_label(each.start, each.end)} on {named_day}."
    blocks = open_blocks(staff, day)
    if not blocks:
        if not any(hours_of(staff).weekly.values()):
            return f"{name} has entered no weekly hours yet."
        return f"{name} does not work on {Weekday(_weekday(day)).label}s."
    hours = formatting.listed(dict.fromkeys(block.label for block in blocks))
    return f"{name} works {hours} on {named_day}."


def span_label(start: time, end: time) -> str:
    """`9:00 AM – 5:00 PM`; a span to 11:59 PM lasts to midnight and says so."""
    last = "midnight" if end == END_OF_DAY else formatting.time(end)
    return f"{formatting.time(start)} {formatting.EN_DASH} {last}"


def _open_spans(
    staff: Staff, start: datetime, end: datetime, zone: ZoneInfo, location: str
) -> list[tuple[datetime, datetime]]:
    """The hours around [start, end) as instants, in order; a block inside the spring gap is empty and left out."""
    spans = [
        _instants(day, block.start, block.end, zone)
        for day in _days(start, end, zone)
        for block in open_blocks(staff, day)
        if not location or block.location in {"", location}
    ]
    return sorted((opens, closes) for opens, closes in spans if closes > opens)


def _instants(day: date, start: time, end: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Wall times of a day as instants; the end of the day is the next midnight."""
    closes = clock.day_bounds(day, zone)[1] if end == END_OF_DAY else clock.at(day, end, zone)
    return clock.at(day, start, zone), closes


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """The days of `zone` that [start, end) touches."""
    first = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _spans_of(blocks: Iterable[Block]) -> list[Span]:
    return _merged((_minutes(block.start), _end_minutes(block.end), block.location) for block in blocks)


def _weekday(day: date) -> Day:
    return DAYS[day.weekday()]


def _place(location: str) -> str:
    """`at the office`, `by telehealth`: how a location is spoken of."""
    spoken: dict[str, str] = {
        WorkLocation.TELEHEALTH: "by telehealth",
        WorkLocation.OFFICE: "at the office",
        WorkLocation.PHONE: "by phone",
        WorkLocation.HOME: "on home visits",
        WorkLocation.SCHOOL: "at schools",
    }
    return spoken.get(location, "at that location")


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _end_minutes(wall: time) -> int:
    return _DAY_MINUTES if wall == END_OF_DAY else _minutes(wall)


def _wall(minutes: int) -> time:
    return END_OF_DAY if minutes >= _DAY_MINUTES else time(*divmod(minutes, 60))


def _bounds(exception: AvailabilityException) -> tuple[int, int]:
    """Minutes of the day an exception covers: all of them where it has no times."""
    if exception.start is None or exception.end is None:
        return 0, _DAY_MINUTES
    return _minutes(exception.start), _end_minutes(exception.end)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of their start; those at one place that overlap or meet become one."""
    merged: list[Span] = []
    for start, end, location in sorted(spans, key=lambda span: (span[2], span[0], span[1])):
        if merged and merged[-1][2] == location and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), location)
        else:
            merged.append((start, end, location))
    return sorted(merged)


def _without(spans: list[Span], away_from: int, away_to: int) -> list[Span]:
    """What is left of the spans outside [away_from, away_to)."""
    left: list[Span] = []
    for start, end, location in spans:
        if start < min(end, away_from):
            left.append((start, min(end, away_from), location))
        if max(start, away_to) < end:
            left.append((max(start, away_to), end, location))
    return sorted(left)
