"""Booking."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting, practice
from mentalspace.core.forms import posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import asked_from, came_from
from scheduling import badges, rules, services
from scheduling.choices import AppointmentType
from scheduling.defaults import ScheduleDefaults, UsualCodes
from scheduling.forms import AppointmentForm
from scheduling.groups.forms import GroupSessionForm
from scheduling.models import Appointment
from scheduling.views.asked_times import asked_times
from scheduling.views.confirming import attempt, point_out_tightness, with_opening
from staff.rules import staff_of

FOUND_BY = ("client", "staff", "minutes", "type", "location", "next")
PREFILLED = ("client", "staff", "date", "start", "minutes", "type", "location", "room")
COPIED = ("client", "staff", "minutes", "type", "location", "room", "is_billable", "billing_code")


@requires(rules.can_schedule_for)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def appointment_create(request: ActorRequest) -> HttpResponse:
    """Book one client with one clinician; the address may fill in any field, or name an appointment to be like."""
    model = model_of(request)
    if model is not None and model.group_session:
        return redirect(f"{reverse('scheduling:group_session_create')}?{request.GET.urlencode()}")
    data = with_opening(posted(request))
    form = AppointmentForm(data, actor=request.user, initial=initial_times(request))
    if request.method == "POST" and form.is_valid():
        facts = facts_of(form)
        booked = attempt(
            form,
            services.book_appointment,
            actor=request.user,
            client_id=form.cleaned_data["client"].pk,
            type=form.cleaned_data["type"],
            assign=form.cleaned_data.get("assign", False),
            **facts,
        )
        if booked is not None:
            say(request, booked, "The appointment is booked")
            return redirect(came_from(request, calendar_of(booked)))
    return page(request, form, "New appointment")


def calendar_of(booked: Appointment) -> str:
    """The day of the new appointment, with whoever the calendar showed last."""
    return f"{reverse('scheduling:schedule')}?date={clock.local(booked.start_time):%Y-%m-%d}"


def status_of(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def facts_of(form: Any) -> dict[str, Any]:
    """What a booking form says of time, place and bill."""
    cleaned = form.cleaned_data
    return {
        "staff_id": cleaned["staff"].pk,
        "start": form.starts_at,
        "minutes": cleaned["minutes"],
        "location": cleaned["location"],
        "is_billable": cleaned["is_billable"],
        "billing_code": cleaned["billing_code"] or None,
        "notes": cleaned["notes"],
        "room_id": form.room_id,
        "overbooking": form.overbooking,
    }


def initial_times(request: ActorRequest) -> dict[str, Any]:
    """What the address fills in; the usual length, and the actor's own calendar where nobody is named."""
    initial: dict[str, Any] = {"minutes": practice.get(ScheduleDefaults).session_minutes}
    own = staff_of(request.user)
    if own is not None and own.takes_appointments:
        initial["staff"] = own.pk
    if (model := model_of(request)) is not None:
        initial |= {name: getattr(model, f"{name}_id", None) or getattr(model, name) for name in COPIED}
    initial |= {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}
    return initial | asked_times(request)


def model_of(request: ActorRequest) -> Appointment | None:
    """The appointment that the address names as the model of the new one, if the actor may see it."""
    try:
        pk = UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    found: Appointment | None = rules.visible_appointments(request.user).filter(pk=pk).first()
    return found


def page(request: ActorRequest, form: Any, title: str, **more: Any) -> HttpResponse:
    """The form of a new appointment, with the ways to other forms."""
    codes = practice.get(UsualCodes)
    calendar = asked_from(request)
    back_to = came_from(request, calendar if calendar.startswith(reverse("scheduling:schedule")) else "")
    group = isinstance(form, GroupSessionForm)
    series = "group_series_create" if group else "series_create"
    context = {
        "title": title,
        "form": form,
        "cancel_url": back_to or reverse("scheduling:schedule"),
        "next": back_to,
        "action_url": request.get_full_path(),
        "codes": sorted({code for code in codes.model_dump().values() if code}),
        "usual_codes": [
            (AppointmentType(key).label, code) for key, code in codes.model_dump().items() if code
        ],
        "find_url": "" if group else f"{reverse('scheduling:find_a_time')}?{_found_by(request)}",
        "series_url": f"{reverse(f'scheduling:{series}')}?{_carried(request)}",
        "group_url": "" if group else f"{reverse('scheduling:group_session_create')}?{_carried(request)}",
        "fits_url": "" if group else _who_fits(request),
        **more,
    }
    return render(request, "scheduling/appointment_form.html", context, status=status_of(form))


def _found_by(request: ActorRequest) -> str:
    """What the booking form was opened for, as the page that finds a time asks it."""
    named = {name: request.GET[name] for name in FOUND_BY if request.GET.get(name)}
    day = asked_times(request).get("date")
    if isinstance(day, date) and day >= clock.today():
        named["first"] = formatting.date(day)
    return urlencode(named)


def _who_fits(request: ActorRequest) -> str:
    """The page of who waits for the time that the address names, while nobody is named to have it."""
    named = {name: request.GET.get(name, "") for name in ("staff", "date", "start")}
    if request.GET.get("client") or not all(named.values()):
        return ""
    minutes = request.GET.get("minutes") or practice.get(ScheduleDefaults).session_minutes
    return f"{reverse('scheduling:waitlist_fits')}?{urlencode({**named, 'minutes': minutes})}"


def _carried(request: ActorRequest) -> str:
    return urlencode({name: request.GET[name] for name in (*PREFILLED, "next") if request.GET.get(name)})


def say(request: ActorRequest, booked: Appointment, done: str) -> None:
    """When it is, and that it is tight where it is."""
    messages.success(request, f"{done}: {badges.full_when(booked, clock.zone())}.")
    point_out_tightness(request, booked)
