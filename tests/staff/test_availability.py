"""When somebody works: weekly hours, exceptions, clock changes and midnight."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentalspace.core import clock
from scheduling.choices import Location
from staff.availability import OpenBlock, is_open, open_blocks, time_off, why_closed
from staff.choices import StaffStatus, WorkLocation
from staff.models import Staff

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
SPRING = date(2026, 3, 8)  # 2 AM becomes 3 AM
AUTUMN = date(2026, 11, 1)  # 2 AM becomes 1 AM


def block(start: str, end: str, location: str = "") -> dict[str, str]:
    return {"from": start, "to": end, "location": location}


def person(weekly: dict[str, list[dict[str, str]]], *exceptions: dict[str, Any], **fields: Any) -> Staff:
    return Staff(
        first_name="Maya",
        last_name="Lind",
        availability={"weekly": weekly, "exceptions": list(exceptions)},
        **fields,
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at(day, time(hour, minute), NEW_YORK)


def test_a_day_shows_its_weekly_blocks_in_order_and_merged_where_they_meet() -> None:
    staff = person(
        {"mon": [block("13:00", "17:00"), block("09:00", "12:00"), block("12:00", "13:00", "office")]}
    )
    assert open_blocks(staff, MONDAY) == [
        OpenBlock(time(9), time(12)),
        OpenBlock(time(12), time(13), "office"),
        OpenBlock(time(13), time(17)),
    ]
    assert open_blocks(person({"mon": [block("09:00", "12:00"), block("12:00", "15:00")]}), MONDAY) == [
        OpenBlock(time(9), time(15))
    ]
    assert open_blocks(staff, MONDAY + timedelta(days=1)) == []


def test_time_off_cuts_the_day_and_a_whole_day_off_empties_it() -> None:
    lunch = {"date": "2026-03-02", "from": "11:00", "to": "14:00"}
    weekly = {"mon": [block("09:00", "12:00"), block("13:00", "17:00")]}
    assert open_blocks(person(weekly, lunch), MONDAY) == [
        OpenBlock(time(9), time(11)),
        OpenBlock(time(14), time(17)),
    ]
    assert open_blocks(person(weekly, {"date": "2026-03-02"}), MONDAY) == []
    assert open_blocks(person(weekly, {"date": "2026-03-09"}), MONDAY) == [
        OpenBlock(time(9), time(12)),
        OpenBlock(time(13), time(17)),
    ]


def test_extra_hours_open_a_day_that_has_none_and_time_off_wins_over_them() -> None:
    extra = {"date": "2026-03-07", "from": "10:00", "to": "14:00", "available": True}
    away = {"date": "2026-03-07", "from": "12:00", "to": "13:00"}
    saturday = date(2026, 3, 7)
    assert open_blocks(person({}, extra), saturday) == [OpenBlock(time(10), time(14))]
    assert open_blocks(person({}, extra, away), saturday) == [
        OpenBlock(time(10), time(12)),
        OpenBlock(time(13), time(14)),
    ]


@pytest.mark.parametrize("status", [StaffStatus.ON_LEAVE, StaffStatus.INACTIVE])
def test_nobody_who_is_on_leave_or_inactive_has_hours(status: str) -> None:
    staff = person({"mon": [block("09:00", "17:00")]}, status=status)
    assert open_blocks(staff, MONDAY) == []
    assert not is_open(staff, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK)
    assert why_closed(staff, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK) in {
        "Maya Lind is on leave.",
        "Maya Lind is inactive.",
    }


def test_time_off_is_listed_with_its_reason() -> None:
    staff = person(
        {},
        {"date": "2026-03-02", "from": "15:00", "to": "16:00", "reason": "Training"},
        {"date": "2026-03-02", "from": "08:00", "to": "09:00"},
        {"date": "2026-03-02", "from": "18:00", "to": "19:00", "available": True},
    )
    assert [(each.start, each.reason, each.whole_day) for each in time_off(staff, MONDAY)] == [
        (time(8), "", False),
        (time(15), "Training", False),
    ]
    assert time_off(person({}, {"date": "2026-03-02"}), MONDAY)[0].whole_day


def test_an_appointment_fits_only_wholly_within_the_hours() -> None:
    staff = person({"mon": [block("09:00", "12:00"), block("12:00", "13:00", "office")]})
    assert is_open(staff, at(MONDAY, 9), at(MONDAY, 13), NEW_YORK)
    assert is_open(staff, at(MONDAY, 9), at(MONDAY, 9, 1), NEW_YORK)
    assert not is_open(staff, at(MONDAY, 8, 59), at(MONDAY, 9, 30), NEW_YORK)
    assert not is_open(staff, at(MONDAY, 12, 30), at(MONDAY, 13, 1), NEW_YORK)


def test_the_location_must_fit_and_an_empty_one_fits_everything() -> None:
    staff = person({"mon": [block("09:00", "12:00"), block("12:00", "15:00", "office")]})
    assert is_open(staff, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK, "telehealth")
    assert is_open(staff, at(MONDAY, 11), at(MONDAY, 13), NEW_YORK, "office")
    assert not is_open(staff, at(MONDAY, 11), at(MONDAY, 13), NEW_YORK, "telehealth")
    assert why_closed(staff, at(MONDAY, 13), at(MONDAY, 14), NEW_YORK, "telehealth") == (
        "Maya Lind does not work by telehealth at that time."
    )


def test_an_end_that_is_not_after_the_start_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="after the start"):
        is_open(person({}), at(MONDAY, 9), at(MONDAY, 9), NEW_YORK)


def test_hours_meet_over_midnight() -> None:
    staff = person({"mon": [block("20:00", "23:59")], "tue": [block("00:00", "02:00")]})
    tuesday = MONDAY + timedelta(days=1)
    assert is_open(staff, at(MONDAY, 23, 30), at(tuesday, 0, 30), NEW_YORK)
    assert is_open(staff, at(MONDAY, 23), at(tuesday, 0), NEW_YORK)
    assert not is_open(staff, at(tuesday, 1, 30), at(tuesday, 2, 30), NEW_YORK)
    assert why_closed(staff, at(tuesday, 1, 30), at(tuesday, 2, 30), NEW_YORK) == (
        "Maya Lind works 12:00 AM – 2:00 AM on Tuesday, March 3, 2026."
    )
    assert why_closed(staff, at(MONDAY, 19, 30), at(MONDAY, 21), NEW_YORK) == (
        "Maya Lind works 8:00 PM – midnight on Monday, March 2, 2026."
    )


def test_nine_is_nine_on_both_sides_of_a_clock_change() -> None:
    staff = person({"fri": [block("09:00", "10:00")], "mon": [block("09:00", "10:00")]})
    winter, summer = date(2026, 3, 6), date(2026, 3, 9)
    assert is_open(
        staff, datetime(2026, 3, 6, 14, tzinfo=UTC), datetime(2026, 3, 6, 15, tzinfo=UTC), NEW_YORK
    )
    assert is_open(
        staff, datetime(2026, 3, 9, 13, tzinfo=UTC), datetime(2026, 3, 9, 14, tzinfo=UTC), NEW_YORK
    )
    assert at(winter, 9).hour == 14
    assert at(summer, 9).hour == 13


def test_hours_over_the_spring_gap_are_an_hour_shorter_and_hours_within_it_are_none() -> None:
    staff = person({"sun": [block("01:00", "04:00")]})
    before, after = at(SPRING, 1), at(SPRING, 4)
    assert after - before == timedelta(hours=2)
    assert is_open(staff, before, after, NEW_YORK)
    within = person({"sun": [block("02:00", "03:00")]})
    assert not is_open(within, at(SPRING, 3), at(SPRING, 3, 30), NEW_YORK)


def test_hours_over_the_repeated_hour_hold_both_of_them() -> None:
    staff = person({"sun": [block("00:30", "03:00")]})
    first, last = at(AUTUMN, 0, 30), at(AUTUMN, 3)
    assert last - first == timedelta(hours=3, minutes=30)
    assert is_open(staff, first, last, NEW_YORK)
    # The second 1:30 AM, which only the instant tells from the first.
    assert is_open(
        staff, datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC), NEW_YORK
    )


def test_the_reason_says_when_and_never_why() -> None:
    weekly = {"mon": [block("09:00", "12:00"), block("13:00", "17:00")]}
    nobody = person({})
    day_off = person(weekly, {"date": "2026-03-02", "reason": "Surgery"})
    away = person(weekly, {"date": "2026-03-02", "from": "10:00", "to": "11:00", "reason": "Surgery"})
    sunday = date(2026, 3, 1)
    assert why_closed(nobody, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK) == (
        "Maya Lind has entered no weekly hours yet."
    )
    assert why_closed(person(weekly), at(sunday, 9), at(sunday, 10), NEW_YORK) == (
        "Maya Lind does not work on Sundays."
    )
    assert why_closed(person(weekly), at(MONDAY, 12), at(MONDAY, 13), NEW_YORK) == (
        "Maya Lind works 9:00 AM – 12:00 PM and 1:00 PM – 5:00 PM on Monday, March 2, 2026."
    )
    assert why_closed(day_off, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK) == (
        "Maya Lind has the day off on Monday, March 2, 2026."
    )
    assert why_closed(away, at(MONDAY, 10, 30), at(MONDAY, 11, 30), NEW_YORK) == (
        "Maya Lind is away 10:00 AM – 11:00 AM on Monday, March 2, 2026."
    )
    assert why_closed(away, at(MONDAY, 9), at(MONDAY, 10), NEW_YORK) == ""


def test_locations_are_those_of_the_schedule() -> None:
    assert WorkLocation.choices == Location.choices


# --- Whatever the hours ------------------------------------------------------------------------------------------

minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    start, end = sorted(draw(st.lists(minutes, min_size=2, max_size=2, unique=True)))
    return f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"


days = st.sampled_from([MONDAY, SPRING, AUTUMN])
exceptions = st.lists(st.tuples(spans(), st.booleans()), max_size=4)


@given(span=spans(), changes=exceptions, day=days)
def test_blocks_are_ordered_apart_and_never_within_time_off(
    span: tuple[str, str], changes: list[tuple[tuple[str, str], bool]], day: date
) -> None:
    rows = [{"date": day.isoformat(), "from": a, "to": b, "available": more} for (a, b), more in changes]
    weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day.weekday()]
    staff = person({weekday: [block(*span)]}, *rows)
    blocks = open_blocks(staff, day)
    assert all(each.start < each.end for each in blocks)
    assert all(one.end < other.start for one, other in pairwise(blocks))
    for (start, end), more in changes:
        if not more:
            away_from, away_to = time.fromisoformat(start), time.fromisoformat(end)
            assert all(each.end <= away_from or each.start >= away_to for each in blocks)


@given(span=spans(), begins=minutes, lasts=st.integers(1, 26 * 60), day=days)
def test_an_appointment_is_inside_exactly_when_each_of_its_minutes_is(
    span: tuple[str, str], begins: int, lasts: int, day: date
) -> None:
    """The walk over spans agrees with looking at every quarter of an hour on the wall clock."""
    weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day.weekday()]
    staff = person({weekday: [block(*span)]})
    start = clock.at(day, time(begins // 60, begins % 60), NEW_YORK)
    end = start + timedelta(minutes=lasts)
    opens, closes = (clock.at(day, time.fromisoformat(wall), NEW_YORK) for wall in span)
    if span[1] == "23:59":
        closes = clock.day_bounds(day, NEW_YORK)[1]
    inside = opens <= start and end <= closes
    assert is_open(staff, start, end, NEW_YORK) == inside
    assert (why_closed(staff, start, end, NEW_YORK) == "") == inside
