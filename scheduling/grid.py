"""The day and week grid: columns of five-minute rows, placed by the classes of `static/css/calendar.css`.

Rows count wall time, so that nine o'clock stands at the same height on the day the clocks change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from mentalspace.core import clock, formatting
from scheduling.entries import Entry
from staff.availability import END_OF_DAY, open_blocks, time_off
from staff.models import Staff

ROW_MINUTES = 5
DAY_MINUTES = 24 * 60
LANES = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of a column: the first one (counted from 1) and how many."""

    row: int
    rows: int

    @property
    def classes(self) -> str:
        return f"r{self.row} s{self.rows}"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry in its rows; `lane` of `lanes` side by side where entries overlap."""

    entry: Entry
    span: Span
    lane: int = 1
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A free step of the grid that can be booked."""

    start: time
    span: Span


@dataclass(slots=True)
class Column:
    """One clinician's day.

    `asked` is time off that nobody has approved yet; `pieces` are entries and free slots in order of time, as one meets
    them by keyboard.
    """

    staff: Staff
    day: date
    bookable: bool
    closed: list[Span] = field(default_factory=list)
    off: list[tuple[Span, str]] = field(default_factory=list)
    asked: list[tuple[Span, str]] = field(default_factory=list)
    pieces: list[Placed | Slot] = field(default_factory=list)
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """What the grid shows of the day, in minutes after midnight."""

    start: int
    end: int
    # How finely the day is divided into what can be booked.
    step: int = 30

    @property
    def rows(self) -> int:
        return (self.end - self.start) // ROW_MINUTES

    def span(self, start: int, end: int) -> Span | None:
        """The rows of [start, end) as far as they are shown, at least one; None outside."""
        start, end = max(start, self.start), min(end, self.end)
        if start >= end:
            return None
        first = (start - self.start) // ROW_MINUTES
        last = -((self.start - end) // ROW_MINUTES)
        return Span(first + 1, max(1, last - first))

    @property
    def labels(self) -> list[tuple[str, str]]:
        """Every full hour with the classes of its rows."""
        return [
            (f"{(minute // 60) % 12 or 12} {'AM' if minute < 12 * 60 else 'PM'}", span.classes)
            for minute in range(self.start, self.end, 60)
            if (span := self.span(minute, minute + 60))
        ]

    def now(self, instant: datetime) -> Span | None:
        """Where the now line is."""
        minute = wall_minutes(clock.local(instant))
        return self.span(minute, minute + ROW_MINUTES)


def wall_minutes(wall: datetime | time) -> int:
    """Minutes after midnight; the end of a day's hours is midnight itself."""
    if isinstance(wall, time) and wall == END_OF_DAY:
        return DAY_MINUTES
    return wall.hour * 60 + wall.minute


def shown_hours(starts: time, ends: time, entries: Sequence[Entry], step: int = 30) -> Hours:
    """The practice's hours, stretched to whole hours around what lies outside them."""
    first = min([wall_minutes(starts), *(wall_minutes(entry.start) for entry in entries)])
    last = max([wall_minutes(ends), *(min(DAY_MINUTES, _end(entry)) for entry in entries)])
    return Hours(first // 60 * 60, -(-last // 60) * 60, step)


def column(
    staff: Staff, day: date, entries: Sequence[Entry], hours: Hours, *, bookable: bool, holiday: str = ""
) -> Column:
    """Lay out one clinician's day. No queries: `entries` are those of this clinician and day, in order of time.

    On a `holiday` nobody works, and it is named instead of anybody's time off.
    """
    made = Column(staff, day, bookable, entries=len(entries))
    if holiday:
        made.off = [(Span(1, hours.rows), f"Closed: {holiday}")]
    else:
        _shade(made, hours)
    placed = place(entries, hours)
    taken = [(wall_minutes(entry.start), _end(entry)) for entry in entries if entry.occupies]
    slots = _slots(hours, taken) if bookable else []
    made.pieces = sorted([*placed, *slots], key=lambda piece: (piece.span.row, isinstance(piece, Slot)))
    return made


def _shade(made: Column, hours: Hours) -> None:
    """What is outside the clinician's hours, and time off."""
    opening = [
        (wall_minutes(block.start), wall_minutes(block.end)) for block in open_blocks(made.staff, made.day)
    ]
    made.closed = [span for gap in _gaps(opening, hours) if (span := hours.span(*gap))]
    for each in time_off(made.staff, made.day):
        if span := hours.span(wall_minutes(each.start), wall_minutes(each.end)):
            label = "Time off" if each.whole_day else f"Time off until {formatting.time(each.end)}"
            (made.asked if each.pending else made.off).append((span, label))


def place(entries: Sequence[Entry], hours: Hours) -> list[Placed]:
    """Rows for each entry, and lanes for those that overlap: called-off ones beside what took their time."""
    made: list[Placed] = []
    cluster: list[tuple[Entry, Span, int]] = []
    reach = 0
    for entry in sorted(entries, key=lambda each: (wall_minutes(each.start), each.end)):
        span = hours.span(wall_minutes(entry.start), _end(entry))
        if span is None:
            continue
        if cluster and span.row >= reach:
            made += _spread(cluster)
            cluster = []
        busy = {lane for _, other, lane in cluster if other.row + other.rows > span.row}
        lane = next((number for number in range(1, LANES) if number not in busy), LANES)
        cluster.append((entry, span, lane))
        reach = max(reach, span.row + span.rows) if len(cluster) > 1 else span.row + span.rows
    return made + _spread(cluster)


def _spread(cluster: Sequence[tuple[Entry, Span, int]]) -> list[Placed]:
    lanes = max((lane for _, _, lane in cluster), default=1)
    return [Placed(entry, span, lane, lanes) for entry, span, lane in cluster]


def _end(entry: Entry) -> int:
    return wall_minutes(entry.start) + entry.minutes


def _gaps(opening: Sequence[tuple[int, int]], hours: Hours) -> list[tuple[int, int]]:
    """What is not open, within the hours shown."""
    gaps, reached = [], hours.start
    for start, end in sorted(opening):
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    return [*gaps, (reached, hours.end)] if reached < hours.end else gaps


def _slots(hours: Hours, taken: Sequence[tuple[int, int]]) -> list[Slot]:
    """Steps in which nothing is booked."""
    made = []
    for minute in range(hours.start, min(hours.end, DAY_MINUTES), hours.step):
        span = hours.span(minute, minute + hours.step)
        if span and not any(start < minute + hours.step and end > minute for start, end in taken):
            made.append(Slot(time(*divmod(minute, 60)), span))
    return made


def days_of_week(day: date) -> list[date]:
    """Sunday to Saturday around the day."""
    first = day - timedelta(days=(day.weekday() + 1) % 7)
    return [first + timedelta(days=number) for number in range(7)]


def weeks_of_month(day: date) -> list[list[date]]:
    """The weeks that touch the month."""
    first = days_of_week(day.replace(day=1))[0]
    weeks = [[first + timedelta(days=7 * week + number) for number in range(7)] for week in range(6)]
    return [week for week in weeks if any((each.year, each.month) == (day.year, day.month) for each in week)]


def by_staff(entries: Sequence[Entry]) -> dict[UUID, list[Entry]]:
    """Entries of one day by clinician, still in order of time."""
    found: dict[UUID, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.staff_id, []).append(entry)
    return found


def by_day(entries: Sequence[Entry]) -> dict[date, list[Entry]]:
    """Entries by the practice's day, still in order of time."""
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.day, []).append(entry)
    return found
