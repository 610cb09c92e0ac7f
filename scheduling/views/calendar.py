"""The calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import background, requires
from scheduling import asked, grid, queries, rules, services
from scheduling.asked import Asked
from scheduling.badges import ICONS, TONES
from scheduling.blocks import column_html, entries_html
from scheduling.choices import AppointmentStatus, AppointmentType, CalendarStep
from scheduling.closures import closed_days
from scheduling.defaults import ScheduleDefaults
from scheduling.entries import Entry, entries_between
from scheduling.models import CalendarChoice
from staff.models import Staff

MONTH_CELL = 4


@requires(rules.can_see_appointment)
@require_safe
def schedule(request: ActorRequest) -> HttpResponse:
    """Day, week, month or agenda, all by address."""
    actor = request.user
    staff, choice = asked.calendars(actor), queries.calendar_choice(actor)
    state = asked.read(actor, request.GET, staff, choice)
    services.remember_calendar(choice, staff_ids=state.whom, step=state.step)
    holidays = closed_days(state.first, state.last)
    # Read before what is shown: what changes in between is then fetched once more, never missed.
    version = queries.calendar_state(state.staff, state.first, state.last, holidays)
    context = _frame(actor, state, staff) | {"version": version} | _shown_days(actor, state, holidays)
    return render(request, "scheduling/schedule.html", context)


@background
@requires(rules.can_see_appointment)
@require_safe
def schedule_live(request: ActorRequest) -> HttpResponse:
    """What an open calendar asks for every few seconds: nothing while it shows what there is, else the days anew."""
    actor = request.user
    staff = asked.calendars(actor)
    state = asked.read(actor, request.GET, staff, CalendarChoice(user=actor))
    holidays = closed_days(state.first, state.last)
    version = queries.calendar_state(state.staff, state.first, state.last, holidays)
    if request.headers.get("If-None-Match") == f'"{version}"':
        return HttpResponseNotModified()
    context = {"state": state, "version": version} | _shown_days(actor, state, holidays)
    response = render(request, "scheduling/schedule_live.html", context)
    response["ETag"] = f'"{version}"'
    return response


def _shown_days(actor: User, state: Asked, holidays: Mapping[date, str]) -> dict[str, Any]:
    """The part that changes while one looks at it."""
    entries = entries_between(
        actor, state.first, state.last, [each.pk for each in state.staff], called_off=state.called_off
    )
    bookable = {each.pk for each in state.staff if rules.can_schedule_for(actor, each)}
    context: dict[str, Any] = {}
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
    return context


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
    hours = grid.shown_hours(settings.day_starts, settings.day_ends, entries, state.step)
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


def _frame(actor: User, state: Asked, staff: list[Staff]) -> dict[str, Any]:
    """What stands around every view: the ways to turn, whom to choose, the legend, the zone."""
    today = clock.today()
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
        "zone_name": clock.zone_name(state.day),
        "types": AppointmentType.choices,
        "statuses": [(key, label, ICONS[key], TONES[key]) for key, label in AppointmentStatus.choices],
        "may_book": any(rules.can_schedule_for(actor, each) for each in staff),
        "steps": _steps(state) if state.view in {"day", "week"} else (),
        "sheet_url": state.url("day_sheet") if state.view == "day" and rules.can_print_day(actor) else "",
        "live_url": state.url("schedule_live", step=state.step),
        "may_feed": rules.can_keep_feed.gate(actor),
        "dates": {"typed": formatting.date(state.day)},
    }


def _steps(state: Asked) -> list[tuple[int, str, bool, str]]:
    """Ways to divide the day, as (minutes, address, is it this one, key): plus is finer, minus coarser."""
    ways = sorted(CalendarStep.values, reverse=True)
    here = ways.index(state.step)
    keys = {here + 1: "+", here - 1: "-"}
    return [
        (minutes, state.url(step=minutes), place == here, keys.get(place, ""))
        for place, minutes in enumerate(ways)
    ]
