"""Find a time agrees with a slow and simple search, over any hours, appointments and both clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mentalspace.core import clock
from scheduling.finding import Wanted, free_days
from staff.availability import END_OF_DAY, OpenBlock, open_blocks
from staff.models import Staff
from staff.shapes import DAYS

ZONE = ZoneInfo("America/New_York")
# A Thursday before each clock change of 2026, and any other week.
FIRSTS = [date(2026, 3, 5), date(2026, 10, 29), date(2026, 6, 4)]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HALF_HOURS = st.integers(0, 47)
PLACES = st.sampled_from(["", "office", "telehealth"])


def wall(half_hour: int) -> time:
    return time(half_hour // 2, 30 * (half_hour % 2))


@st.composite
def hours(draw: Any) -> dict[str, Any]:
    """Up to three blocks a day that do not overlap, and time off or extra hours on some days."""
    weekly: dict[str, list[dict[str, str]]] = {}
    for day in DAYS:
        marks = sorted(draw(st.sets(HALF_HOURS, max_size=6)))
        weekly[day] = [
            {"from": f"{wall(start):%H:%M}", "to": f"{wall(end):%H:%M}", "location": draw(PLACES)}
            for start, end in zip(marks[::2], marks[1::2], strict=False)
        ]
    first, exceptions = draw(st.sampled_from(FIRSTS)), []
    for offset in draw(st.sets(st.integers(0, 8), max_size=3)):
        start, end = sorted(draw(st.lists(HALF_HOURS, min_size=2, max_size=2, unique=True)))
        exceptions.append(
            {
                "date": str(first + timedelta(days=offset)),
                "from": f"{wall(start):%H:%M}",
                "to": f"{wall(end):%H:%M}",
                "available": draw(st.booleans()),
                "pending": draw(st.booleans()),
            }
        )
    return {"weekly": weekly, "exceptions": exceptions}


@st.composite
def spans(draw: Any) -> list[tuple[int, int]]:
    """Appointments somewhere around the days, in seconds since 1970, overlapping or not."""
    first = int(clock.day_bounds(draw(st.sampled_from(FIRSTS)), ZONE)[0].timestamp())
    starts = draw(st.lists(st.integers(-6, 24 * 9 * 4), max_size=12))
    return [(first + 900 * each, first + 900 * each + 60 * draw(st.integers(5, 180))) for each in starts]


@st.composite
def wants(draw: Any) -> Wanted:
    first = draw(st.sampled_from(FIRSTS))
    earliest, latest = sorted(draw(st.lists(HALF_HOURS, min_size=2, max_size=2)))
    return Wanted(
        minutes=draw(st.sampled_from([15, 30, 50, 60, 90])),
        first=first,
        last=first + timedelta(days=draw(st.integers(0, 8))),
        weekdays=frozenset(draw(st.sets(st.integers(0, 6), max_size=4))),
        earliest=wall(earliest),
        latest=draw(st.sampled_from([END_OF_DAY, wall(latest)])),
        location=draw(PLACES),
        pause=draw(st.sampled_from([0, 10])),
        not_before=draw(st.sampled_from([LONG_AGO, clock.at(first, time(11, 10), ZONE)])),
    )


def instants(block: OpenBlock, day: date) -> tuple[datetime, datetime]:
    closes = clock.day_bounds(day, ZONE)[1] if block.end == END_OF_DAY else clock.at(day, block.end, ZONE)
    return clock.at(day, block.start, ZONE), closes


def suits(start: datetime, day: date, wanted: Wanted, busy: list[tuple[int, int]], client: Any) -> bool:
    """Asked of one start at a time, of every appointment there is."""
    end = start + timedelta(minutes=wanted.minutes)
    latest = (
        clock.day_bounds(day, ZONE)[1] if wanted.latest == END_OF_DAY else clock.at(day, wanted.latest, ZONE)
    )
    pause = timedelta(minutes=wanted.pause)
    taken = [(begins, over, pause) for begins, over in busy] + [(*each, timedelta()) for each in client]
    return (
        start >= (wanted.not_before or LONG_AGO)
        and start >= clock.at(day, wanted.earliest, ZONE)
        and end <= latest
        and not any(
            start < datetime.fromtimestamp(over, UTC) + gap
            and datetime.fromtimestamp(begins, UTC) - gap < end
            for begins, over, gap in taken
        )
    )


def slowly(staff: Staff, wanted: Wanted, holidays: set[date], busy: Any, client: Any) -> list[datetime]:
    found = set()
    for offset in range((wanted.last - wanted.first).days + 1):
        day = wanted.first + timedelta(days=offset)
        if day in holidays or (wanted.weekdays and day.weekday() not in wanted.weekdays):
            continue
        for block in open_blocks(staff, day):
            if wanted.location and block.location not in {"", wanted.location}:
                continue
            start, closes = instants(block, day)
            while start + timedelta(minutes=wanted.minutes) <= closes:
                if suits(start, day, wanted, busy, client):
                    found.add(start)
                start += timedelta(minutes=30)
    return sorted(found)


NIGHT = {"weekly": {day: [{"from": "00:00", "to": "23:59"}] for day in DAYS}, "exceptions": []}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(hours(), min_size=1, max_size=3),
    wants(),
    st.lists(spans(), min_size=4, max_size=4),
    st.booleans(),
)
@example(
    [NIGHT], Wanted(60, date(2026, 3, 7), date(2026, 3, 9), not_before=LONG_AGO), [[], [], [], []], False
)
@example(
    [NIGHT], Wanted(60, date(2026, 10, 31), date(2026, 11, 2), not_before=LONG_AGO), [[], [], [], []], True
)
def test_it_finds_exactly_what_a_slow_search_finds(
    calendars: list[dict[str, Any]], wanted: Wanted, busy: list[Any], closed: bool
) -> None:
    people = [Staff(first_name=f"Staff{place}", availability=each) for place, each in enumerate(calendars)]
    holidays = {wanted.first + timedelta(days=1)} if closed else set()
    by_staff = {each.pk: spans for each, spans in zip(people, busy, strict=False)}
    found = free_days(people, wanted, holidays, by_staff, busy[3], ZONE)
    for each in people:
        quickly = [
            start for day in found for staff, starts in day.by_staff if staff is each for start in starts
        ]
        assert quickly == slowly(each, wanted, holidays, by_staff[each.pk], busy[3])


@given(st.lists(hours(), min_size=1, max_size=3), wants(), st.integers(1, 4))
def test_fewer_days_are_the_first_of_all_days(
    calendars: list[dict[str, Any]], wanted: Wanted, days: int
) -> None:
    people = [Staff(first_name=f"Staff{place}", availability=each) for place, each in enumerate(calendars)]
    everything = free_days(people, wanted, (), {}, [], ZONE)
    assert free_days(people, wanted, (), {}, [], ZONE, days=days) == everything[:days]
