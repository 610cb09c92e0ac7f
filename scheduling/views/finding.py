"""Find a time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from mentalspace.core import audit, clock, formatting, practice
from mentalspace.core.gates import requires
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.choices import AppointmentType, Location
from scheduling.defaults import ScheduleDefaults
from scheduling.finding import FreeDay, find_times
from scheduling.forms import FindForm

DAYS = 7


@requires(rules.can_schedule_for)
@require_safe
def find_a_time(request: ActorRequest) -> HttpResponse:
    """The next free times of whom the actor may book, each booked with one click."""
    form = FindForm(_given(request), actor=request.user)
    context: dict[str, Any] = {"title": "Find a time", "form": form, "back": came_from(request, "")}
    if form.is_valid():
        context |= _found(request, form)
    return render(request, "scheduling/find_a_time.html", context, status=200 if form.is_valid() else 422)


def _given(request: ActorRequest) -> Any:
    """The address, with the usual answers where it says nothing."""
    given = request.GET.copy()
    usual = {"type": AppointmentType.INDIVIDUAL, "minutes": practice.get(ScheduleDefaults).session_minutes}
    for name, value in usual.items():
        if not given.get(name):
            given[name] = str(value)
    return given


def _found(request: ActorRequest, form: FindForm) -> dict[str, Any]:
    client = form.cleaned_data["client"]
    if client is not None:
        audit.saw(client.pk)
    days = find_times(form.asked, form.wanted, client_id=client.pk if client else None, days=DAYS)
    return {
        "days": [_shown(form, day) for day in days],
        "client": client,
        "more_url": _later(request, days),
        "facts": {
            "client": client.pk if client else "",
            "minutes": form.cleaned_data["minutes"],
            "type": form.cleaned_data["type"],
            "location": form.cleaned_data["location"] or Location.TELEHEALTH,
        },
        "nobody": not form.asked,
    }


@dataclass(frozen=True, slots=True)
class ShownStarts:
    """A clinician's free starts of one day, as (value of the button, words, address of the form)."""

    key: str
    name: str
    starts: list[tuple[str, str, str]]


def _shown(form: FindForm, day: FreeDay) -> dict[str, Any]:
    given = form.cleaned_data
    carried = {name: given[name] for name in ("minutes", "type", "location") if given[name]}
    create, rows = reverse("scheduling:appointment_create"), []
    for staff, starts in day.by_staff:
        walls = [clock.local(start) for start in starts]
        made = [
            (
                f"{wall:%Y-%m-%dT%H:%M}",
                formatting.time(wall),
                f"{create}?{urlencode({'staff': staff.pk, 'date': day.day, 'start': f'{wall:%H:%M}', **carried})}",
            )
            for wall in walls
        ]
        rows.append(ShownStarts(str(staff.pk), staff.name_with_credential, made))
    return {"label": formatting.long_date(day.day), "rows": rows}


def _later(request: ActorRequest, days: list[FreeDay]) -> str:
    """The same question from the day after the last one shown, if there may be more."""
    if len(days) < DAYS:
        return ""
    query = request.GET.copy()
    query["first"] = formatting.date(days[-1].day + timedelta(days=1))
    return f"{request.path}?{query.urlencode()}"
