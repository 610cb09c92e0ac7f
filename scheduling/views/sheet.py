"""A day on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from mentalspace.core import audit, clock, formatting, practice
from mentalspace.core.gates import requires
from scheduling import asked, blocks, grid, queries, rules
from scheduling.closures import closed_days
from scheduling.entries import Entry, entries_between
from staff.availability import time_off
from staff.models import Staff


@requires(rules.can_print_day)
@require_safe
def day_sheet(request: ActorRequest) -> HttpResponse:
    """The day of those whom the calendar shows, a page for each; that it was made stands in the audit trail."""
    actor = request.user
    state = asked.read(actor, request.GET, asked.calendars(actor), queries.calendar_choice(actor))
    day = state.day
    entries = entries_between(actor, day, day, [each.pk for each in state.staff], called_off=state.called_off)
    found = grid.by_staff(entries)
    audit.look(actor=actor, verb="schedule.printed")
    context = {
        "title": "Day sheet",
        "day": formatting.long_date(day),
        "practice_name": practice.get(practice.PracticeProfile).name,
        "holiday": closed_days(day, day).get(day, ""),
        "sheets": [_sheet(each, day, found.get(each.pk, [])) for each in state.staff],
        "printed": formatting.instant(clock.now(), clock.zone()),
        "calendar_url": state.url(view="day"),
        "zone_name": clock.zone_name(day),
        "breadcrumbs": [("Schedule", state.url(view="day"))],
    }
    return render(request, "scheduling/day_sheet.html", context)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One clinician's day: what is booked, and when they are away."""

    name: str
    count: str
    off: list[str]
    rows: list[dict[str, str]]


def _sheet(staff: Staff, day: date, entries: Sequence[Entry]) -> Sheet:
    return Sheet(
        name=staff.name_with_credential,
        count=formatting.plural(len(entries), "appointment"),
        off=[
            "Time off, the whole day"
            if each.whole_day
            else f"Time off, {formatting.time(each.start)} {formatting.EN_DASH} {formatting.time(each.end)}"
            for each in time_off(staff, day)
            if not each.pending
        ],
        rows=[_row(entry) for entry in entries],
    )


def _row(entry: Entry) -> dict[str, str]:
    when = formatting.time_range(entry.start, entry.end, clock.zone())
    if entry.busy:
        return {"when": when, "who": "Busy"}
    return {
        "when": when,
        "theirs": entry.client_time,
        "who": entry.client
        if not entry.members
        else f"{formatting.plural(entry.members, 'client')}: {entry.client}",
        "type": blocks.TYPES[entry.type],
        "place": entry.room or blocks.LOCATIONS[entry.location],
        "status": blocks.STATUSES[entry.status],
    }
