"""On which days a series falls: every few weeks on chosen weekdays, or every few months on one weekday.

Days only, by arithmetic on dates: a time of day comes in with `clock.at`, which keeps what the practice's clocks show
over both changes. The rules are those of RFC 5545 with weeks that begin on Monday; tests compare them with
python-dateutil (docs/decisions/0022-series.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile

from mentalspace.core import formatting
from scheduling.series.choices import Frequency
from staff.choices import Weekday
from staff.shapes import DAYS

LAST = -1
PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
END_OF_CALENDAR = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule without its end.

    `weekdays` are 0 for Monday to 6 for Sunday; a monthly rule has one, and `place` says which one of the month it is,
    1 to 4 or LAST: not every month has a fifth.
    """

    frequency: Frequency
    every: int
    weekdays: tuple[int, ...]
    place: int = 0

    def days(self, start: date) -> Iterator[date]:
        """The days from `start` on, in order; the first one is `start` itself only where the rule falls on it."""
        walk = self._weekly(start) if self.frequency == Frequency.WEEKLY else self._monthly(start)
        return (day for day in takewhile(lambda day: day <= END_OF_CALENDAR, walk) if day >= start)

    def _weekly(self, start: date) -> Iterator[date]:
        """Weeks are counted from the one of `start`."""
        monday = start - timedelta(days=start.weekday())
        for number in count(step=self.every):
            for weekday in self.weekdays:
                yield monday + timedelta(days=7 * number + weekday)

    def _monthly(self, start: date) -> Iterator[date]:
        for number in count(start.month - 1, self.every):
            yield self.day_of_month(start.year + number // 12, number % 12 + 1)

    def day_of_month(self, year: int, month: int) -> date:
        """The day of a monthly rule in this month."""
        weekday = self.weekdays[0]
        if self.place == LAST:
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - weekday) % 7)
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (self.place - 1))

    def words(self) -> str:
        """`Every Tuesday and Thursday`, `Every 2 weeks on Tuesday`, `Every month on the second Tuesday`."""
        names = formatting.listed(Weekday(DAYS[weekday]).label for weekday in self.weekdays)
        if self.frequency == Frequency.WEEKLY:
            return f"Every {names}" if self.every == 1 else f"Every {self.every} weeks on {names}"
        often = "Every month" if self.every == 1 else f"Every {self.every} months"
        return f"{often} on the {PLACES[self.place]} {names}"


def days_until(
    rule: Recurrence, start: date, *, sessions: int | None, until: date | None, most: int
) -> list[date]:
    """The days of so many sessions, or up to and with a day; never more than `most` and one, which tells too many."""
    days = rule.days(start)
    if until is not None:
        days = takewhile(lambda day: day <= until, days)
    return list(islice(days, most + 1 if sessions is None else min(sessions, most + 1)))


def place_in_month(day: date) -> int:
    """Which one of its weekday in the month a day is: 1 to 5."""
    return (day.day - 1) // 7 + 1
