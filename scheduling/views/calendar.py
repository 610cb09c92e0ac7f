"""The calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import requires
from scheduling import asked, grid, rules
from scheduling.asked import Asked
from scheduling.badges import ICONS, TONES
from scheduling.blocks import column_html, entries_html
from scheduling.choices import AppointmentStatus, AppointmentType
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.entries import Entry, entries_between
from staff.models import Staff

MONTH_CELL = 4


@requires(rules.can_see_appointment)
@require_safe
def schedule(request: ActorRequest) -> HttpResponse:
    """Day, week, month or agenda, all by address."""
    staff = asked.calendars(request)
    state = asked.read(request, staff)
    entries = entries_between(
        request.user, state.first, state.last, [each.pk for each in state.staff], called_off=state.called_off
    )
    bookable = _bookable(request, staff)
    holidays = closed_days(state.first, state.last)
    context = _frame(request.user, state, staff, bookable)
    match state.view:
        case "day":
            days = [(person, state.day) for person in state.staff]
            context |= _grid(state, days, entries, bookable, holidays)
        case "week":
            days = [(state.one, day) for day in grid.days_of_week(state.day)] if state.one else []
            context |= _grid(state, days, entries, bookable, holidays)
        case "month":
            context |= _month(state, entries, holidays)
        case "agenda":
            context |= _agenda(state, entries, holidays)
    return render(request, "scheduling/schedule.html", context)


def _bookable(request: ActorRequest, staff: Sequence[Staff]) -> set[UUID]:
    """For whom the actor may book, of those shown."""
    return {each.pk for each in staff if rules.can_schedule_for(request.user, each)}


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column with its blocks as markup."""

    heading: str
    sub: str
    url: str
    key: str
    day: str
    today: bool
    empty: bool
    bookable: bool
    html: SafeString


def _grid(
    state: Asked,
    days: Sequence[tuple[Staff, date]],
    entries: list[Entry],
    bookable: set[UUID],
    holidays: Mapping[date, str],
) -> dict[str, Any]:
    settings = practice.get(ScheduleDefaults)
    hours = grid.shown_hours(settings.day_starts, settings.day_ends, entries)
    today = clock.today()
    sorted_out: dict[Any, list[Entry]] = (
        {**grid.by_staff(entries)} if state.view == "day" else {**grid.by_day(entries)}
    )
    columns = []
    for person, day in days:
        found = sorted_out.get(person.pk if state.view == "day" else day, [])
        made = grid.column(
            person, day, found, hours, bookable=person.pk in bookable, holiday=holidays.get(day, "")
        )
        columns.append(_shown(state, made, today))
    now = hours.now(clock.now())
    return {
        "columns": columns,
        "hours": hours.labels,
        "rows": hours.rows,
        "starts": hours.start,
        "now": now.classes if now and any(column.today for column in columns) else "",
        "today": today,
    }


def _shown(state: Asked, column: grid.Column, today: date) -> ShownColumn:
    staff, day = column.staff, column.day
    if state.view == "day":
        heading, sub = staff.full_name, staff.credential
        url = state.url(view="week", staff=(staff,), everybody=False)
    else:
        heading, sub = f"{day:%a} {day.day}", "Today" if day == today else ""
        url = state.url(view="day", day=day)
    return ShownColumn(
        heading=heading,
        sub=sub,
        url=url,
        key=str(staff.pk),
        day=day.isoformat(),
        today=day == today,
        empty=not column.entries,
        bookable=column.bookable,
        html=column_html(column, draggable=column.bookable),
    )


def _month(state: Asked, entries: list[Entry], holidays: Mapping[date, str]) -> dict[str, Any]:
    today, days = clock.today(), grid.by_day(entries)
    names = _names(state)
    weeks = [
        [
            {
                "day": day,
                "label": formatting.short_date(day),
                "url": state.url(view="day", day=day),
                "outside": day.month != state.day.month,
                "today": day == today,
                "html": entries_html(days.get(day, [])[:MONTH_CELL], names, short=True),
                "more": max(0, len(days.get(day, [])) - MONTH_CELL),
                "empty": day not in days and day not in holidays,
                "holiday": holidays.get(day, ""),
            }
            for day in week
        ]
        for week in grid.weeks_of_month(state.day)
    ]
    return {"weeks": weeks, "weekdays": [f"{day:%A}" for day in grid.days_of_week(state.day)]}


def _agenda(state: Asked, entries: list[Entry], holidays: Mapping[date, str]) -> dict[str, Any]:
    today, names, days = clock.today(), _names(state), grid.by_day(entries)
    agenda = [
        {
            "label": formatting.long_date(day),
            "url": state.url(view="day", day=day),
            "today": day == today,
            "count": formatting.plural(len(days.get(day, [])), "appointment"),
            "html": entries_html(days.get(day, []), names),
            "holiday": holidays.get(day, ""),
        }
        for day in sorted({*days, *holidays})
    ]
    return {"agenda": agenda}


def _names(state: Asked) -> dict[UUID, str] | None:
    """With whom, where the page shows more than one person's appointments."""
    return {each.pk: each.full_name for each in state.staff} if len(state.staff) > 1 else None


def _frame(actor: User, state: Asked, staff: list[Staff], bookable: set[UUID]) -> dict[str, Any]:
    """What stands around every view: the ways to turn, whom to choose, the legend, the zone."""
    today = clock.today()
    noon = clock.local(clock.day_bounds(state.day)[1])
    chosen = {each.pk for each in state.staff}
    if state.everybody:
        whom = "All clinicians"
    elif len(chosen) == 1:
        whom = state.staff[0].full_name
    else:
        whom = formatting.plural(len(chosen), "clinician")
    return {
        "title": "Schedule",
        "state": state,
        "views": [(key, key.title(), state.url(view=key), key == state.view, key[0]) for key in asked.VIEWS],
        "today_url": state.url(day=today),
        "called_off_url": state.url(called_off=not state.called_off),
        "staff_choices": [(str(each.pk), each.name_with_credential, each.pk in chosen) for each in staff],
        "everybody_url": state.url(everybody=True),
        "whom": whom,
        "zone_name": f"{clock.zone().key.replace('_', ' ')} ({noon.tzname()})",
        "types": AppointmentType.choices,
        "statuses": [(key, label, ICONS[key], TONES[key]) for key, label in AppointmentStatus.choices],
        "may_book": bool(bookable),
        "may_feed": rules.can_keep_feed.gate(actor),
        "dates": {"typed": formatting.date(state.day)},
    }
