"""How a form's verb is called when it may first have to ask, or find the time taken."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest

from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error
from scheduling import queries
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import NeedsConfirmation, SlotTaken
from scheduling.models import Appointment

T = TypeVar("T")


def attempt(form: Any, verb: Callable[..., T], **facts: Any) -> T | None:
    """Call the verb with the answer to what it asked before, if any. None when the form has to be shown again."""
    try:
        return verb(**facts, anyway=form.cleaned_data.get("anyway") or False)
    except NeedsConfirmation as error:
        form.ask(error)
    except SlotTaken as error:
        form.offer(error, opening_choices(error.openings))
    except DomainError as error:
        add_domain_error(form, error)
    return None


def opening_choices(openings: tuple[datetime, ...]) -> list[tuple[str, str]]:
    """Free starts as (value of the button, words)."""
    made = []
    for opening in openings:
        local = clock.local(opening)
        words = f"{formatting.short_date(local.date())}, {formatting.time(local)}"
        made.append((f"{local:%Y-%m-%dT%H:%M}", words))
    return made


def with_opening(data: Any) -> Any:
    """The form as sent, with day and start of the free time whose button was pressed, if one was."""
    chosen = data.get("opening", "") if data is not None else ""
    try:
        wall = datetime.strptime(chosen, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall time
    except ValueError:
        return data
    changed = data.copy()
    changed["date"], changed["start"] = formatting.date(wall.date()), formatting.time(wall)
    return changed


def point_out_tightness(request: HttpRequest, appointment: Appointment) -> None:
    """Say so when there is less than the usual pause beside the appointment, unless that was asked before."""
    settings = practice.get(ScheduleDefaults)
    pause = settings.buffer_minutes
    if not settings.ask_buffer and queries.neighbours_within(appointment, pause):
        minutes = formatting.plural(pause, "minute")
        messages.warning(
            request,
            f"{appointment.staff.full_name} has less than {minutes} before or after this appointment.",
        )
