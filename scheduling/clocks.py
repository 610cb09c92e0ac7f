"""Weekdays and hours of the practice's clock, as filters and reports name them; and what the client's clock shows."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from mentalspace.core import clock, formatting

# ISO 8601: Monday is 1.
WEEKDAYS = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
# An hour is named by its beginning.
HOURS = {hour: formatting.time(time(hour)) for hour in range(24)}


def zone_of(name: str) -> ZoneInfo:
    """The time zone a client's profile names, else the practice's."""
    try:
        return ZoneInfo(name) if name else clock.zone()
    except (KeyError, ValueError, OSError):
        return clock.zone()


def elsewhere(instant: datetime, name: str) -> str:
    """What a client's clock shows, `1:00 PM CST`, with the weekday where it is another; empty where it shows ours."""
    if not name:
        return ""
    ours, theirs = clock.local(instant), instant.astimezone(zone_of(name))
    if ours.utcoffset() == theirs.utcoffset():
        return ""
    day = f"{theirs:%a} " if ours.date() != theirs.date() else ""
    return f"{day}{formatting.time(theirs)} {theirs.tzname()}"
