"""Filters that write values as the practice does; instants are shown on the practice's clocks."""

import datetime as dt
from decimal import Decimal

from django import template

from mentalspace.core import clock, formatting

register = template.Library()
register.filter("us_date", lambda value: formatting.date(_day(value)))
register.filter("phone", formatting.phone)


@register.filter
def us_datetime(value: dt.datetime | None) -> str:
    """`03/14/2026 2:30 PM`."""
    return formatting.instant(value, clock.zone()) if value else ""


@register.filter
def money(value: Decimal | int | None) -> str:
    """`$1,234.50`."""
    return formatting.money(value) if value not in (None, "") else ""


@register.filter
def relative_day(value: dt.date | dt.datetime | None) -> str:
    """`tomorrow`, `3 days ago`."""
    return formatting.relative_day(_day(value), clock.today()) if value else ""


@register.filter
def plural(count: int, words: str) -> str:
    """`{{ n|plural:"client" }}` or `{{ n|plural:"person,people" }}`."""
    one, _, many = words.partition(",")
    return formatting.plural(count, one, many)


def _day(value: dt.date | dt.datetime | str | None) -> dt.date | None:
    """The day of a date or, in the practice's zone, of an instant."""
    if not value or isinstance(value, str):
        return None
    return clock.local(value).date() if isinstance(value, dt.datetime) else value
