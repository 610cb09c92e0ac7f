"""The time, from one place: instants are UTC, days are the practice's.

Code never asks `datetime.now()` or `date.today()`, so that a test can stop the clock (time-machine) and so that no day
is ever taken from the server's own zone.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from mentalspace.core import practice


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def zone() -> ZoneInfo:
    """The practice's time zone."""
    return ZoneInfo(practice.get(practice.PracticeProfile).time_zone)


def zone_name(day: date) -> str:
    """`America/New York (EDT)`, by the day's own offset."""
    return f"{zone().key.replace('_', ' ')} ({at(day, time(12)).astimezone(zone()).tzname()})"


def today() -> date:
    """The day it is in the practice's time zone."""
    return now().astimezone(zone()).date()


def at(day: date, wall_time: time, tz: ZoneInfo | None = None) -> datetime:
    """The instant at which the practice's clocks show `wall_time` on `day`.

    A time inside the spring gap moves forward by the gap, one that occurs twice is the first of the two (RFC 5545).
    """
    local = datetime.combine(day, wall_time, tzinfo=tz or zone())
    return local.astimezone(ZoneInfo("UTC"))


def day_bounds(day: date, tz: ZoneInfo | None = None) -> tuple[datetime, datetime]:
    """The half-open range of instants [start, end) that make up `day`; 23 to 25 hours long around clock changes."""
    return at(day, time.min, tz), at(day + timedelta(days=1), time.min, tz)


def local(instant: datetime) -> datetime:
    """The instant on the practice's clocks."""
    return instant.astimezone(zone())
