"""Days on which the practice is closed: its own, and the federal holidays it keeps.

Federal holidays follow 5 U.S.C. 6103: some have a date, the others a weekday of a month. One with a date that falls
on a weekend is kept on that day and on the weekday the law puts it to, Friday before a Saturday and Monday after a
Sunday.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q

from scheduling.choices import FederalHoliday
from scheduling.models import Closure

H = FederalHoliday
# Month and day; or month, weekday (Monday is 0) and which one of the month, counted from the end where negative.
DATED = {
    H.NEW_YEAR: (1, 1),
    H.JUNETEENTH: (6, 19),
    H.INDEPENDENCE: (7, 4),
    H.VETERANS: (11, 11),
    H.CHRISTMAS: (12, 25),
}
FLOATING = {
    H.KING: (1, 0, 3),
    H.PRESIDENTS: (2, 0, 3),
    H.MEMORIAL: (5, 0, -1),
    H.LABOR: (9, 0, 1),
    H.COLUMBUS: (10, 0, 2),
    H.THANKSGIVING: (11, 3, 4),
}
SATURDAY, SUNDAY = 5, 6


def closed_days(first: date, last: date) -> dict[date, str]:
    """The days from `first` to `last`, both inclusive, on which the practice is closed, with their names. One query."""
    kept = Closure.objects.filter(Q(day__range=(first, last)) | Q(yearly=True) | ~Q(holiday="")).order_by(
        "pk"
    )
    found: dict[date, list[str]] = {}
    for closure in kept:
        for day, name in _days(closure, first, last):
            found.setdefault(day, []).append(name)
    return {day: ", ".join(dict.fromkeys(found[day])) for day in sorted(found)}


def next_day(closure: Closure, today: date) -> date | None:
    """The first day from today on which this one closes the practice; None for one that is over. No queries."""
    last = max(closure.day or today, date(today.year + 1, 12, 31))
    return min((day for day, _ in _days(closure, today, last)), default=None)


def holiday_days(holiday: str, year: int) -> dict[date, str]:
    """The day of a federal holiday, and where it is kept on another one too, that day, with what each is called."""
    label = FederalHoliday(holiday).label
    if holiday in FLOATING:
        month, weekday, place = FLOATING[H(holiday)]
        return {_nth_weekday(year, month, weekday, place): label}
    day = date(year, *DATED[H(holiday)])
    days = {day: label}
    if day.weekday() == SATURDAY:
        days[day - timedelta(days=1)] = f"{label} (observed)"
    elif day.weekday() == SUNDAY:
        days[day + timedelta(days=1)] = f"{label} (observed)"
    return days


def _days(closure: Closure, first: date, last: date) -> Iterator[tuple[date, str]]:
    """On which days, from the first to the last, it closes the practice."""
    if closure.holiday:
        # New Year's Day of the next year may be kept on the last day of this one.
        years = range(first.year, last.year + 2)
        days = {day: label for year in years for day, label in holiday_days(closure.holiday, year).items()}
    elif closure.day and closure.yearly:
        began, years = closure.day, range(max(first.year, closure.day.year), last.year + 1)
        days = {day: closure.name for year in years if (day := _in_year(began, year))}
    else:
        days = {closure.day: closure.name} if closure.day else {}
    yield from ((day, name) for day, name in days.items() if first <= day <= last)


def _in_year(day: date, year: int) -> date:
    """The same date of another year; the leap day is the last of February where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _nth_weekday(year: int, month: int, weekday: int, place: int) -> date:
    if place > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (place - 1))
    after = date(year + month // 12, month % 12 + 1, 1)
    last = after - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-place - 1))
