"""How the practice writes days, times, money and phones: 03/14/2026, 2:30 PM, $1,234.50, (404) 555-0134.

Pure functions that take ready values (and, for instants, the zone), so that a list can format its rows before the
template. Nothing that is missing fails: None becomes the empty string.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import phonenumbers

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
CENT = Decimal("0.01")


def date(value: dt.date | None) -> str:
    """`03/14/2026`. A datetime must be brought to a zone first; see `instant`."""
    return f"{value.month:02d}/{value.day:02d}/{value.year:04d}" if value else ""


def long_date(value: dt.date | None) -> str:
    """`Saturday, March 14, 2026`."""
    return f"{value:%A, %B} {value.day}, {value.year}" if value else ""


def short_date(value: dt.date | None) -> str:
    """`Sat, Mar 14`: where the year is plain from around it."""
    return f"{value:%a, %b} {value.day}" if value else ""


def time(value: dt.time | dt.datetime | None) -> str:
    """`2:30 PM`, of a wall time; see `instant_time` for instants."""
    if value is None:
        return ""
    return f"{value.hour % 12 or 12}:{value.minute:02d} {'AM' if value.hour < 12 else 'PM'}"


def instant(value: dt.datetime | None, tz: ZoneInfo) -> str:
    """`03/14/2026 2:30 PM` on the clocks of `tz`."""
    if value is None:
        return ""
    local = value.astimezone(tz)
    return f"{date(local)} {time(local)}"


def instant_date(value: dt.datetime | None, tz: ZoneInfo) -> str:
    """The day an instant falls on in `tz`."""
    return date(value.astimezone(tz)) if value else ""


def instant_time(value: dt.datetime | None, tz: ZoneInfo) -> str:
    """The time an instant shows on the clocks of `tz`."""
    return time(value.astimezone(tz)) if value else ""


def time_range(start: dt.datetime, end: dt.datetime, tz: ZoneInfo) -> str:
    """`2:30 – 3:20 PM`, or `11:30 AM – 12:20 PM`; the half day is said once where both share it."""
    first, last = time(start.astimezone(tz)), time(end.astimezone(tz))
    if first[-2:] == last[-2:]:
        first = first[:-3]
    return f"{first} {EN_DASH} {last}"


def money(value: Decimal | int | None) -> str:
    """`$1,234.50`, and `−$5.00` below zero. Rounds half up to cents."""
    if value is None:
        return ""
    cents = Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)
    return f"{MINUS if cents < 0 else ''}${abs(cents):,.2f}"


def number(value: Decimal | int | float | None, places: int = 0) -> str:
    """`12,345`, with a true minus sign."""
    return "" if value is None else f"{value:,.{places}f}".replace("-", MINUS)


def percent(value: Decimal | float | None, places: int = 0) -> str:
    """A share between 0 and 1 as `87%`; empty where there is nothing to divide by."""
    return "" if value is None else f"{value * 100:.{places}f}%".replace("-", MINUS)


def phone(value: str | None) -> str:
    """A stored number (`+14045550134`) as people here write it; a foreign one in its international form."""
    if not value:
        return ""
    try:
        parsed = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return value
    style = phonenumbers.PhoneNumberFormat
    text = phonenumbers.format_number(
        parsed, style.NATIONAL if parsed.country_code == 1 else style.INTERNATIONAL
    )
    return (
        f"{text[: -len(ext)]}ext. {parsed.extension}" if (ext := f"ext. {parsed.extension}") in text else text
    )


def age(born: dt.date | None, today: dt.date) -> str:
    """Completed years; months below two years, as a child's chart needs them. Empty if unknown or not yet born."""
    if born is None or born > today:
        return ""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return plural(months, "month") if months < 24 else str(months // 12)


def duration(value: int | dt.timedelta | None) -> str:
    """Minutes, or a timedelta, as `50 min` or `1 h 30 min`."""
    if value is None:
        return ""
    minutes = int(value.total_seconds() // 60) if isinstance(value, dt.timedelta) else value
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def relative_day(value: dt.date | None, today: dt.date) -> str:
    """`today`, `tomorrow`, `in 5 days`, `3 days ago`; beyond two weeks the date itself."""
    if value is None:
        return ""
    away = (value - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away)
    if near:
        return near
    if abs(away) > 14:
        return date(value)
    return f"in {away} days" if away > 0 else f"{-away} days ago"


def size(value: int) -> str:
    """`640 KB`, `1.2 MB`, of bytes."""
    kilobytes = max(1, round(value / 1024))
    return f"{kilobytes} KB" if kilobytes < 1024 else f"{value / 1024 / 1024:.1f} MB"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 client`, `2 clients`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """The first letters of the first and last words: `Maya Okafor-Lind` is MO. Suffixes after a comma are left out."""
    words = [word for word in name.split(",", maxsplit=1)[0].split() if word[:1].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def listed(values: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    items = [value for value in values if value]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
