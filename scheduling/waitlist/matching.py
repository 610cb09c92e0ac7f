"""Who fits a time that is free, best first, and why. Pure functions: no queries, no clock.

Somebody fits who waits for this clinician or for any, for something that the clinician does, where the clinician works
then, and at hours in which the whole session lies. Nobody is offered what they said does not suit them.

Of those who fit, in this order:

1. the more urgent first;
2. who has waited more whole weeks;
3. who asked for just these hours before who can come at any time, and so will be served by another time too;
4. whose care team the clinician is on, or who asked for this clinician;
5. who has waited longer to the minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from mentalspace.core import formatting
from scheduling.choices import PRESCRIBED, AppointmentType, Location
from scheduling.waitlist.choices import Urgency
from scheduling.waitlist.shapes import Window
from staff.availability import END_OF_DAY
from staff.choices import Weekday

ORDER = {urgency: place for place, urgency in enumerate(Urgency)}
DAYS = [label[:3] for label in Weekday.labels]
# A session within wider hours begins at one of these minutes.
STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Slot:
    """A clinician's time [start, end) that is free, and where they work then: nowhere named is anywhere."""

    staff_id: UUID
    start: datetime
    end: datetime
    locations: frozenset[str] = frozenset()
    prescriber: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for. `team` are the clinicians of their care team; `busy` when they are taken, in seconds."""

    key: UUID
    urgency: str
    since: datetime
    minutes: int
    types: tuple[str, ...]
    windows: tuple[Window, ...] = ()
    clinicians: frozenset[UUID] = frozenset()
    locations: tuple[str, ...] = ()
    team: frozenset[UUID] = frozenset()
    busy: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """Somebody who fits, with what would be booked, and why they stand where they stand."""

    wish: Wish
    start: datetime
    type: str
    location: str
    reasons: tuple[str, ...]
    rank: tuple[int, int, bool, bool, datetime, UUID]

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.wish.minutes)


def best_first(slot: Slot, wishes: Iterable[Wish], *, now: datetime, zone: ZoneInfo) -> list[Fit]:
    """Everybody who fits the slot, in the order in which they should be asked."""
    found = [fit for wish in wishes if (fit := fitting(slot, wish, now=now, zone=zone)) is not None]
    return sorted(found, key=lambda fit: fit.rank)


def fitting(slot: Slot, wish: Wish, *, now: datetime, zone: ZoneInfo) -> Fit | None:
    """How this wish fits the slot; None where it does not."""
    if wish.clinicians and slot.staff_id not in wish.clinicians:
        return None
    type_ = next((each for each in wish.types if slot.prescriber or each not in PRESCRIBED), None)
    location = _location(slot, wish)
    if type_ is None or location is None:
        return None
    start, window = _start(slot, wish, zone)
    if start is None or _is_taken(wish.busy, start, start + timedelta(minutes=wish.minutes)):
        return None
    weeks = max(0, (now - wish.since).days // 7)
    cared_for, asked_for = slot.staff_id in wish.team, slot.staff_id in wish.clinicians
    reasons = (
        f"{Urgency(wish.urgency).label}",
        waited(wish.since, now),
        f"Asked for {window_words(window)}" if window else "Can come at any time",
        "On the care team" if cared_for else "Asked for this clinician" if asked_for else "Any clinician",
    )
    rank = (
        ORDER[Urgency(wish.urgency)], -weeks, window is None, not (cared_for or asked_for), wish.since, wish.key
    )  # fmt: skip
    return Fit(wish, start, type_, location, reasons, rank)


def suits(wish: Wish, start: datetime, zone: ZoneInfo) -> bool:
    """Does the whole session lie in hours that they prefer, if it begins then?"""
    return not wish.windows or any(_holds(each, start, wish.minutes, zone) for each in wish.windows)


def _location(slot: Slot, wish: Wish) -> str | None:
    """Where it would be: the first place that suits both; None where there is none."""
    for each in wish.locations or tuple(sorted(slot.locations)) or (Location.TELEHEALTH,):
        if not slot.locations or each in slot.locations:
            return str(each)
    return None


def _start(slot: Slot, wish: Wish, zone: ZoneInfo) -> tuple[datetime | None, Window | None]:
    """The first start in the slot that suits, and the hours in which it lies."""
    last = slot.end - timedelta(minutes=wish.minutes)
    start = slot.start
    while start <= last:
        if not wish.windows:
            return start, None
        for window in wish.windows:
            if _holds(window, start, wish.minutes, zone):
                return start, window
        start += STEP
    return None, None


def _holds(window: Window, start: datetime, minutes: int, zone: ZoneInfo) -> bool:
    begins, ends = start.astimezone(zone), (start + timedelta(minutes=minutes)).astimezone(zone)
    if begins.weekday() not in window.weekdays or begins.time() < window.start:
        return False
    if window.end == END_OF_DAY:
        midnight = (begins + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return ends <= midnight
    return ends.date() == begins.date() and ends.time() <= window.end


def _is_taken(busy: tuple[tuple[int, int], ...], start: datetime, end: datetime) -> bool:
    begins, ends = start.timestamp(), end.timestamp()
    return any(taken_from < ends and begins < taken_to for taken_from, taken_to in busy)


def waited(since: datetime, now: datetime) -> str:
    """`Waiting 5 weeks`."""
    days = max(0, (now - since).days)
    if days < 14:
        return f"Waiting {formatting.plural(days, 'day')}" if days else "Since today"
    return f"Waiting {formatting.plural(days // 7, 'week')}"


def window_words(window: Window) -> str:
    """`Mon, Wed 4:00 PM – 6:00 PM`; every day of the week is not spelled out."""
    days = sorted(set(window.weekdays))
    if len(days) == 7:
        named = "any day"
    elif days == [0, 1, 2, 3, 4]:
        named = "Mon–Fri"
    else:
        named = ", ".join(DAYS[day] for day in days)
    if (window.start, window.end) == (time.min, END_OF_DAY):
        return named
    if window.end == END_OF_DAY:
        return f"{named} from {formatting.time(window.start)}"
    if window.start == time.min:
        return f"{named} until {formatting.time(window.end)}"
    return f"{named} {formatting.time(window.start)} {formatting.EN_DASH} {formatting.time(window.end)}"


def wish_words(types: Iterable[str], minutes: int) -> str:
    """`Individual therapy or Intake assessment, 50 min`."""
    named = formatting.listed((AppointmentType(each).label for each in types), "or")
    return f"{named}, {formatting.duration(minutes)}"
