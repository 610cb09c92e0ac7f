"""The days of a series are those of RFC 5545 as python-dateutil understands it, and its time is the wall's, to 2035."""

from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from hypothesis import given
from hypothesis import strategies as st

from mentalspace.core import clock
from scheduling.series.choices import Frequency
from scheduling.series.recurrence import LAST, PLACES, Recurrence, days_until, place_in_month

# Every zone of the United States and its territories in the time-zone database's table of countries.
US_ZONES = (
    "America/New_York", "America/Detroit", "America/Kentucky/Louisville", "America/Kentucky/Monticello",
    "America/Indiana/Indianapolis", "America/Indiana/Vincennes", "America/Indiana/Winamac", "America/Indiana/Marengo",
    "America/Indiana/Petersburg", "America/Indiana/Vevay", "America/Chicago", "America/Indiana/Tell_City",
    "America/Indiana/Knox", "America/Menominee", "America/North_Dakota/Center", "America/North_Dakota/New_Salem",
    "America/North_Dakota/Beulah", "America/Denver", "America/Boise", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Juneau", "America/Sitka", "America/Metlakatla", "America/Yakutat", "America/Nome",
    "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan",
    "Pacific/Pago_Pago",
)  # fmt: skip
WITHOUT_CHANGE = {
    "America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan",
    "Pacific/Pago_Pago",
}  # fmt: skip
LAST_YEAR = 2035
dates = st.dates(date(2024, 1, 1), date(LAST_YEAR, 12, 31))
walls = st.builds(lambda n: time(n // 12, n % 12 * 5), st.integers(0, 287))
weekly = st.builds(
    Recurrence,
    frequency=st.just(Frequency.WEEKLY),
    every=st.integers(1, 12),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
)
monthly = st.builds(
    Recurrence,
    frequency=st.just(Frequency.MONTHLY),
    every=st.integers(1, 12),
    weekdays=st.integers(0, 6).map(lambda day: (day,)),
    place=st.sampled_from(sorted(PLACES)),
)
rules = weekly | monthly


def oracle(rule: Recurrence, start: datetime, **end: object) -> rrule:
    """The same rule for python-dateutil; weeks begin on Monday, as RFC 5545 says where nothing else is said."""
    if rule.frequency == Frequency.WEEKLY:
        days = [weekday(day) for day in rule.weekdays]
        return rrule(WEEKLY, dtstart=start, interval=rule.every, byweekday=days, **end)  # type: ignore[arg-type]
    return rrule(
        MONTHLY,
        dtstart=start,
        interval=rule.every,
        byweekday=weekday(rule.weekdays[0], rule.place),
        **end,  # type: ignore[arg-type]
    )


@given(rules, dates, st.integers(1, 120))
def test_so_many_sessions_fall_where_dateutil_puts_them(rule: Recurrence, start: date, sessions: int) -> None:
    expected = [each.date() for each in oracle(rule, datetime.combine(start, time()), count=sessions)]
    assert list(islice(rule.days(start), sessions)) == expected
    assert days_until(rule, start, sessions=sessions, until=None, most=120) == expected


@given(rules, dates, st.integers(0, 800))
def test_sessions_until_a_day_fall_where_dateutil_puts_them(
    rule: Recurrence, start: date, length: int
) -> None:
    until = start + timedelta(days=length)
    expected = [
        each.date()
        for each in oracle(rule, datetime.combine(start, time()), until=datetime.combine(until, time()))
    ]
    assert days_until(rule, start, sessions=None, until=until, most=900) == expected


@given(rules, dates, walls, st.sampled_from(US_ZONES))
def test_every_session_is_at_its_wall_time_in_every_zone(
    rule: Recurrence, start: date, wall: time, zone: str
) -> None:
    """dateutil's own zones and its own answer to times that do not exist: two roads to one instant."""
    found = [clock.at(day, wall, ZoneInfo(zone)) for day in islice(rule.days(start), 40)]
    local = islice(oracle(rule, datetime.combine(start, wall)), 40)
    assert found == [
        tz.resolve_imaginary(each.replace(tzinfo=tz.gettz(zone))).astimezone(tz.UTC) for each in local
    ]


def changes(zone: ZoneInfo) -> list[tuple[date, timedelta]]:
    """The days on which the clocks of a zone change, to the last year, and by how much."""
    found = []
    day = date(2026, 1, 1)
    while day.year <= LAST_YEAR:
        before, after = (datetime.combine(day + timedelta(days=n), time(), zone).utcoffset() for n in (0, 1))
        if before != after:
            assert before is not None
            assert after is not None
            found.append((day, after - before))
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize("name", US_ZONES)
def test_a_weekly_series_keeps_its_wall_time_over_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    found = changes(zone)
    assert len(found) == (0 if name in WITHOUT_CHANGE else 2 * (LAST_YEAR - 2025))
    for day, shift in found:
        rule = Recurrence(Frequency.WEEKLY, 1, (day.weekday(),))
        for wall in (time(0, 30), time(10), time(23, 30)):
            before, at, after = (
                clock.at(each, wall, zone) for each in islice(rule.days(day - timedelta(days=7)), 3)
            )
            assert {each.astimezone(zone).time() for each in (before, at, after)} == {wall}
            # A spring week is an hour short, an autumn week an hour long, whichever side of the change this time is on.
            assert after - before == timedelta(days=14) - shift


@pytest.mark.parametrize("name", sorted(set(US_ZONES) - WITHOUT_CHANGE))
def test_a_time_in_the_spring_gap_moves_on_and_one_that_comes_twice_is_the_first(name: str) -> None:
    zone = ZoneInfo(name)
    for day, shift in changes(zone):
        gap_or_repeat = time(2, 30) if shift > timedelta(0) else time(1, 30)
        instant = clock.at(day, gap_or_repeat, zone)
        shown = instant.astimezone(zone)
        if shift > timedelta(0):
            assert shown.time() == time(3, 30)
            # The offset before the gap, as RFC 5545 has it.
            assert instant - clock.at(day, time(0), zone) == timedelta(hours=2, minutes=30)
        else:
            assert (shown.time(), shown.fold) == (time(1, 30), 0)
            assert instant - clock.at(day, time(0), zone) == timedelta(hours=1, minutes=30)
        rule = Recurrence(Frequency.WEEKLY, 1, (day.weekday(),))
        following = list(islice(rule.days(day), 2))[1]
        assert clock.at(following, gap_or_repeat, zone).astimezone(zone).time() == gap_or_repeat


@given(dates)
def test_a_day_is_found_again_by_its_place_in_the_month(day: date) -> None:
    place = place_in_month(day)
    if place <= 4:
        rule = Recurrence(Frequency.MONTHLY, 1, (day.weekday(),), place)
        assert rule.day_of_month(day.year, day.month) == day
    last = Recurrence(Frequency.MONTHLY, 1, (day.weekday(),), LAST).day_of_month(day.year, day.month)
    assert last >= day
    assert (last == day) == ((day + timedelta(days=7)).month != day.month)


@given(rules, dates)
def test_days_are_in_order_and_each_comes_once(rule: Recurrence, start: date) -> None:
    days = list(islice(rule.days(start), 60))
    assert days == sorted(set(days))
    assert all(day >= start and day.weekday() in rule.weekdays for day in days)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Recurrence(Frequency.WEEKLY, 1, (1,)), "Every Tuesday"),
        (Recurrence(Frequency.WEEKLY, 1, (1, 3)), "Every Tuesday and Thursday"),
        (Recurrence(Frequency.WEEKLY, 2, (1,)), "Every 2 weeks on Tuesday"),
        (Recurrence(Frequency.MONTHLY, 1, (1,), 2), "Every month on the second Tuesday"),
        (Recurrence(Frequency.MONTHLY, 3, (4,), LAST), "Every 3 months on the last Friday"),
    ],
)
def test_a_rule_says_itself(rule: Recurrence, words: str) -> None:
    assert rule.words() == words
