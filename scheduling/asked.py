"""What a calendar's address asks for: view, day, whom, how finely, and whether called-off appointments are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from accounts.rules import is_clinician
from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField
from scheduling import grid, rules
from scheduling.choices import CalendarStep
from scheduling.models import CalendarChoice
from staff.choices import StaffStatus
from staff.models import Staff
from staff.rules import staff_of

View = Literal["day", "week", "month", "agenda"]
VIEWS: tuple[View, ...] = ("day", "week", "month", "agenda")
AGENDA_DAYS = 7
ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """One state of the calendar; `url` is its address. `whom` is what will be shown where none are named."""

    view: View
    day: date
    staff: tuple[Staff, ...]
    called_off: bool
    everybody: bool = False
    problem: str = ""
    step: int = CalendarStep.HALF
    whom: tuple[UUID, ...] | None = None

    @property
    def one(self) -> Staff | None:
        """The person of the week view: the first of those chosen."""
        return self.staff[0] if self.staff else None

    @property
    def first(self) -> date:
        if self.view == "week":
            return grid.days_of_week(self.day)[0]
        return grid.weeks_of_month(self.day)[0][0] if self.view == "month" else self.day

    @property
    def last(self) -> date:
        if self.view == "month":
            return grid.weeks_of_month(self.day)[-1][-1]
        return self.first + timedelta(days={"day": 0, "week": 6, "agenda": AGENDA_DAYS - 1}[self.view])

    @property
    def title(self) -> str:
        """What is shown, in words."""
        if self.view == "day":
            return formatting.long_date(self.day)
        if self.view == "month":
            return f"{self.day:%B %Y}"
        first, last = formatting.short_date(self.first), formatting.short_date(self.last)
        return f"{first} {formatting.EN_DASH} {last}, {self.last.year}"

    def url(self, page: str = "schedule", **changes: Any) -> str:
        """The address of this state with some of it changed."""
        other = replace(self, **changes)
        query: dict[str, Any] = {"view": other.view, "date": other.day.isoformat()}
        names = [str(each.pk) for each in other.staff]
        if self.view == "week" and other.view != "week" and self.whom is not None:
            # The week showed one of them.
            names = [str(pk) for pk in self.whom] or [ALL]
        query["staff"] = [ALL] if other.everybody else names
        if other.called_off:
            query["called_off"] = "1"
        if "step" in changes:
            query["step"] = other.step
        return f"{reverse(f'scheduling:{page}')}?{urlencode(query, doseq=True)}"

    @property
    def earlier(self) -> str:
        return self.url(day=self._turned(-1))

    @property
    def later(self) -> str:
        return self.url(day=self._turned(1))

    def _turned(self, way: int) -> date:
        """The same view one step on; a month later is the same day, or the month's last."""
        if self.view != "month":
            days = {"day": 1, "week": 7, "agenda": AGENDA_DAYS}[self.view]
            return self.day + timedelta(days=way * days)
        month = self.day.replace(day=1) + timedelta(days=31 if way > 0 else -1)
        month = month.replace(day=1)
        last = ((month + timedelta(days=31)).replace(day=1) - timedelta(days=1)).day
        return month.replace(day=min(self.day.day, last))


def read(actor: User, given: QueryDict, staff: Sequence[Staff], choice: CalendarChoice) -> Asked:
    """The state asked for, of those whose calendars the actor may open; what makes no sense falls back, and says so."""
    view: View = given["view"] if given.get("view") in VIEWS else "day"  # type: ignore[assignment]
    day, problem = _day(given.get("date", ""))
    chosen = _chosen(actor, given, staff, choice)
    shown = tuple(each for each in staff if each.pk in chosen) if chosen else tuple(staff)
    everybody = not chosen
    if view == "week" and len(shown) > 1:
        own = staff_of(actor)
        person = next((each for each in shown if own and each.pk == own.pk), shown[0])
        shown, everybody = (person,), False
    steps = {str(step): step for step in CalendarStep.values}
    step = steps.get(str(given.get("step")), choice.step)
    # The week shows one person of those remembered; looking at it does not forget the others.
    named = "staff" in given and view != "week"
    remembered = None if choice.staff_ids is None else tuple(choice.staff_ids)
    whom = tuple(sorted(chosen)) if named else remembered
    return Asked(view, day, shown, given.get("called_off") == "1", everybody, problem, step, whom)


def _day(text: str) -> tuple[date, str]:
    try:
        day = DateField(required=False, earliest=date(1950, 1, 1), latest=date(2150, 12, 31)).clean(text)
    except ValidationError as error:
        return clock.today(), f"{error.messages[0]} This is today."
    return day or clock.today(), ""


def _chosen(actor: User, given: QueryDict, staff: Sequence[Staff], choice: CalendarChoice) -> set[UUID]:
    """Whom the address names, else those of the last time, else oneself; nobody in particular means everybody."""
    known = {str(each.pk): each.pk for each in staff}
    if "staff" in given:
        return {known[text] for text in given.getlist("staff") if text in known}
    if choice.staff_ids is not None:
        return set(choice.staff_ids) & set(known.values())
    own = staff_of(actor)
    return {own.pk} if own and is_clinician(actor) and str(own.pk) in known else set()


def calendars(actor: User) -> list[Staff]:
    """Everybody with a column whom the actor may look at, by name. One query."""
    return list(
        rules.visible_calendars(actor)
        .exclude(status=StaffStatus.INACTIVE)
        .order_by("last_name", "first_name", "pk")
    )
