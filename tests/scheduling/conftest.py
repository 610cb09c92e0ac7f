"""A stopped clock and a Monday on which everybody works."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from mentalspace.core import clock

# A Monday; nine in the morning in New York, four hours before UTC.
NOW = datetime(2026, 9, 14, 13, tzinfo=UTC)
TODAY = date(2026, 9, 14)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def stopped_clock() -> Iterator[Any]:
    """It is Monday, 09/14/2026, 9:00 AM."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    """The instant at which the practice's clocks show this."""
    return clock.at(day, time(hour, minute), NEW_YORK)
