"""How the practice writes things."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mentalspace.core import formatting

ATLANTA = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (formatting.date, dt.date(2026, 3, 4), "03/04/2026"),
        (formatting.date, None, ""),
        (formatting.long_date, dt.date(2026, 3, 14), "Saturday, March 14, 2026"),
        (formatting.short_date, dt.date(2026, 3, 4), "Wed, Mar 4"),
        (formatting.time, dt.time(0, 5), "12:05 AM"),
        (formatting.time, dt.time(12, 0), "12:00 PM"),
        (formatting.time, dt.time(14, 30), "2:30 PM"),
        (formatting.money, Decimal("1234.5"), "$1,234.50"),
        (formatting.money, Decimal("-5"), "−$5.00"),
        (formatting.money, Decimal("0.005"), "$0.01"),
        (formatting.money, Decimal("-0.001"), "$0.00"),
        (formatting.phone, "+14045550134", "(404) 555-0134"),
        (formatting.phone, "not a phone", "not a phone"),
        (formatting.phone, "", ""),
        (formatting.duration, 50, "50 min"),
        (formatting.duration, 90, "1 h 30 min"),
        (formatting.duration, dt.timedelta(hours=2), "2 h"),
        (formatting.duration, 0, "0 min"),
        (formatting.percent, Decimal("0.874"), "87%"),
        (formatting.percent, None, ""),
        (formatting.number, 12345, "12,345"),
        (formatting.initials, "Maya Okafor-Lind", "MO"),
        (formatting.initials, "Theo Brandt, LCSW", "TB"),
        (formatting.initials, "  ", "?"),
        (formatting.listed, ["a", "b", "c"], "a, b and c"),
        (formatting.listed, [], ""),
    ],
)
def test_values(function, value, text):
    assert function(value) == text


def test_instants_stand_on_the_practices_clocks():
    instant = dt.datetime(2026, 3, 14, 18, 30, tzinfo=dt.UTC)
    assert formatting.instant(instant, ATLANTA) == "03/14/2026 2:30 PM"
    assert formatting.instant_date(dt.datetime(2026, 3, 15, 2, 0, tzinfo=dt.UTC), ATLANTA) == "03/14/2026"


@pytest.mark.parametrize(
    ("start", "minutes", "text"), [(18, 50, "2:00 – 2:50 PM"), (15, 90, "11:00 AM – 12:30 PM")]
)
def test_ranges_name_the_half_day_once(start, minutes, text):
    first = dt.datetime(2026, 3, 14, start, 0, tzinfo=dt.UTC)
    assert formatting.time_range(first, first + dt.timedelta(minutes=minutes), ATLANTA) == text


@pytest.mark.parametrize(
    ("born", "text"),
    [
        (dt.date(1991, 3, 14), "35"),
        (dt.date(1991, 3, 15), "34"),
        (dt.date(2025, 1, 20), "13 months"),
        (dt.date(2026, 2, 14), "1 month"),
        (dt.date(2024, 3, 14), "2"),
        (dt.date(2026, 3, 15), ""),
    ],
)
def test_ages(born, text):
    assert formatting.age(born, dt.date(2026, 3, 14)) == text


@pytest.mark.parametrize(
    ("away", "text"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (5, "in 5 days"),
        (-3, "3 days ago"),
        (20, "04/03/2026"),
    ],
)
def test_days_near_by(away, text):
    today = dt.date(2026, 3, 14)
    assert formatting.relative_day(today + dt.timedelta(days=away), today) == text
