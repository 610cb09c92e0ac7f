"""What a client sees who follows the link of a reminder, without signing in.

The pages tell a time and a number to call: not who treats, not what for, not even the practice's name, as somebody else
may hold the phone.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import public
from scheduling import services
from scheduling.choices import AppointmentStatus, CancelledBy
from scheduling.defaults import ReminderDefaults, ScheduleDefaults
from scheduling.errors import AppointmentError
from scheduling.models import Appointment, Reminder
from scheduling.reminders import wording
from scheduling.services.answering import is_open, reminder_of
from scheduling.services.calling_off import is_late
from scheduling.telehealth import join_address


def _page(request: HttpRequest, token: str, *, template: str = "answer", status: int = 200) -> HttpResponse:
    reminder = reminder_of(token)
    scene: dict[str, Any] = {
        "title": "Your appointment",
        # The frame would name it.
        "practice_name": "",
        "signed": practice.get(ReminderDefaults).signed,
        "phone": formatting.phone(practice.get(practice.PracticeProfile).phone),
    }
    if reminder is None:
        return render(request, "scheduling/reminder_unknown.html", scene, status=404)
    appointment = reminder.appointment
    scene |= {
        "reminder": reminder,
        "token": token,
        "moment": wording.moment(appointment),
        "is_open": is_open(reminder),
        "is_confirmed": appointment.status == AppointmentStatus.CONFIRMED,
        "is_late": is_late(appointment, CancelledBy.CLIENT, clock.now()),
        "notice_hours": practice.get(ScheduleDefaults).notice_hours,
        "room": join_address(appointment, clock.now()) if _as_told(reminder) else "",
    }
    return render(request, f"scheduling/reminder_{template}.html", scene, status=status)


def _as_told(reminder: Reminder) -> bool:
    """Is the appointment still at the time that the message named?"""
    return reminder.appointment.start_time == reminder.start_time


def _answered(request: HttpRequest, token: str, verb: Callable[..., Appointment]) -> HttpResponse:
    try:
        verb(token=token)
    except AppointmentError:
        return _page(request, token, status=409)
    return redirect("scheduling:reminder_answer", token=token)


@public
@require_safe
def reminder_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The time, and two buttons while they mean something; afterwards what was answered."""
    return _page(request, token)


@public
@require_POST
def reminder_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The client will come."""
    return _answered(request, token, services.confirm_by_link)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once more, because it cannot be taken back here; then the client will not come."""
    if request.method == "POST":
        return _answered(request, token, services.cancel_by_link)
    reminder = reminder_of(token)
    if reminder is not None and not is_open(reminder):
        return redirect("scheduling:reminder_answer", token=token)
    return _page(request, token, template="cancel")
