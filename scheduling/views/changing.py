"""Changing an appointment: details, time, and calling it off."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError, NotPermitted, StaleVersion
from mentalspace.core.forms import add_domain_error, answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling import actions, badges, rules, services
from scheduling.defaults import ScheduleDefaults, UsualCodes
from scheduling.errors import NeedsConfirmation, SlotTaken
from scheduling.forms import CancelForm, DetailsForm, DragForm, MoveForm, ReopenForm, RescheduleForm
from scheduling.models import Appointment
from scheduling.services.fitting import InRoom
from scheduling.views.asked_times import asked_times
from scheduling.views.back import back, changeable, page_of
from scheduling.views.confirming import attempt, opening_choices, point_out_tightness, with_opening
from scheduling.views.following import follow_up
from scheduling.waitlist.queries import fitting, slot_of


def _page(
    request: ActorRequest, appointment: Appointment, form: Any, title: str, **more: Any
) -> HttpResponse:
    context = {"form": form, **_context(request, appointment, title, **more)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "scheduling/appointment_form.html", context, status=status)


def _context(request: ActorRequest, appointment: Appointment, title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "intro": f"{appointment.client.display_name}, {badges.full_when(appointment, clock.zone())}",
        "cancel_url": came_from(request, page_of(appointment)),
        "cancel_label": "Keep it as it is",
        "action_url": request.get_full_path(),
        **more,
    }


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Type, place, billable, code and scheduling note."""
    appointment = changeable(request, pk)
    form = DetailsForm(posted(request), session=appointment)
    stored = None
    if request.method == "POST" and form.is_valid():
        try:
            services.update_details(actor=request.user, appointment_id=appointment.pk, **form.values)
        except StaleVersion as error:
            stored = _stored(appointment)
            form.data = {**form.data.dict(), "version": str(appointment.version)}
            add_domain_error(form, error)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The details are saved.")
            return back(request, appointment)
    codes = sorted({code for code in practice.get(UsualCodes).model_dump().values() if code})
    return _page(request, appointment, form, "Edit details", codes=codes, stored=stored)


def _stored(appointment: Appointment) -> list[tuple[str, str]]:
    """What somebody else saved meanwhile, to compare with."""
    return [
        ("Type", appointment.get_type_display()),
        ("Location", appointment.get_location_display()),
        ("Room", str(appointment.room or "")),
        ("Billable", "Yes" if appointment.is_billable else "No"),
        ("Service code", appointment.billing_code),
        ("Scheduling note", appointment.notes),
    ]


def _times_of(appointment: Appointment) -> dict[str, Any]:
    start = clock.local(appointment.start_time)
    return {
        "staff": appointment.staff_id,
        "date": start.date(),
        "start": start.time(),
        "minutes": appointment.minutes,
        "location": appointment.location,
        "room": appointment.room_id,
        "version": appointment.version,
    }


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_move(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Another time or clinician for the same appointment."""
    appointment = changeable(request, pk)
    data = with_opening(posted(request))
    initial = _times_of(appointment) | asked_times(request)
    form = MoveForm(data, actor=request.user, session=appointment, initial=initial)
    if request.method == "POST" and form.is_valid():
        moved = attempt(
            form,
            services.move_appointment,
            actor=request.user,
            appointment_id=appointment.pk,
            start=form.starts_at,
            minutes=form.cleaned_data["minutes"],
            staff_id=form.cleaned_data["staff"].pk,
            version=form.cleaned_data["version"],
            overbooking=form.overbooking,
            room=InRoom(form.room_id) if form.rooms else None,
        )
        if moved is not None:
            messages.success(request, f"Moved to {badges.full_when(moved, clock.zone())}.")
            point_out_tightness(request, moved)
            return back(request, appointment)
    text = (
        "The same appointment at another time or with another clinician; a confirmation is asked for again."
    )
    return _page(request, appointment, form, "Move appointment", text=text)


@requires(rules.can_change_appointment)
@require_POST
def appointment_drag(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The same from the calendar's own script, which asks first: JSON that says it is done, or why not."""
    appointment = changeable(request, pk)
    form = DragForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"refused": "The new time could not be read."}, status=422)
    cleaned = form.cleaned_data
    facts = {
        "actor": request.user,
        "appointment_id": appointment.pk,
        "start": clock.at(*cleaned["start"]),
        "minutes": cleaned["minutes"],
        "staff_id": cleaned["staff"],
        "version": cleaned["version"],
        "anyway": cleaned["anyway"] or False,
    }
    return _drag(request, facts)


def _move_url(facts: dict[str, Any]) -> str:
    """The form that asks why, with the time filled in to which it was dragged."""
    wall = clock.local(facts["start"])
    query = urlencode(
        {
            "staff": facts["staff_id"],
            "date": wall.date().isoformat(),
            "start": f"{wall:%H:%M}",
            "minutes": facts["minutes"],
        }
    )
    return f"{reverse('scheduling:appointment_move', args=[facts['appointment_id']])}?{query}"


def _drag(request: ActorRequest, facts: dict[str, Any]) -> HttpResponse:
    try:
        moved = services.move_appointment(**facts)
    except NeedsConfirmation as error:
        return JsonResponse({"asks": error.message, "anyway": error.token}, status=409)
    except SlotTaken as error:
        free = "; ".join(words for _, words in opening_choices(error.openings))
        refused = {"refused": f"{error.message} Free: {free}." if free else error.message}
        if error.overbookable:
            refused["overbook"] = _move_url(facts)
        return JsonResponse(refused, status=409)
    except NotPermitted:
        raise
    except DomainError as error:
        return JsonResponse({"refused": error.message}, status=409)
    messages.success(request, f"Moved to {badges.full_when(moved, clock.zone())}.")
    point_out_tightness(request, moved)
    return JsonResponse({"moved": True})


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def appointment_reschedule(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A new appointment in place of this one."""
    appointment = changeable(request, pk)
    data = with_opening(posted(request))
    initial = _times_of(appointment) | asked_times(request)
    form = RescheduleForm(
        data, actor=request.user, current=appointment.minutes, session=appointment, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        new = attempt(
            form,
            services.reschedule_appointment,
            actor=request.user,
            appointment_id=appointment.pk,
            start=form.starts_at,
            minutes=form.cleaned_data["minutes"],
            staff_id=form.cleaned_data["staff"].pk,
            location=form.cleaned_data["location"],
            room=InRoom(form.room_id) if form.rooms else None,
            overbooking=form.overbooking,
        )
        if new is not None:
            messages.success(request, f"Rescheduled to {badges.full_when(new, clock.zone())}.")
            point_out_tightness(request, new)
            return redirect(page_of(new))
    text = "For a client who cannot keep the time: this one stays in the record as rescheduled."
    return _page(request, appointment, form, "Reschedule appointment", text=text)


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_cancel(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Call it off: why, who, and since when the practice knows."""
    appointment = changeable(request, pk)
    form = CancelForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        given = {name: values[name] for name in ("reason", "cancelled_by", "note")}
        cancelled = services.cancel_appointment(
            actor=request.user, appointment_id=appointment.pk, heard_at=form.heard, **given
        )
        late = " It counts as a late cancellation." if cancelled.status == "late_cancelled" else ""
        said, _ = actions.consequences_of(request.user, cancelled)
        fits = _who_fits(request, cancelled)
        done = f"The appointment is cancelled.{late}{fits} {said}".strip()
        return done, came_from(request, page_of(appointment))

    hours = formatting.plural(practice.get(ScheduleDefaults).notice_hours, "hour")
    text = f"Less than {hours} of notice from the client counts as a late cancellation."
    text += "" if request.method == "POST" else _who_fits(request, appointment)
    page = _context(request, appointment, "Cancel appointment", text=text, danger=True)
    return answer(request, form, deed, page, "scheduling/appointment_form.html")


def _who_fits(request: ActorRequest, appointment: Appointment) -> str:
    """How many of those who wait would fit its time, once it is free. Two queries."""
    if appointment.start_time <= clock.now() or not rules.can_see_waitlist_entry.gate(request.user):
        return ""
    slot = slot_of(appointment.staff, appointment.start_time, appointment.end_time)
    count = len(fitting(request.user, slot))
    fits = "fits" if count == 1 else "fit"
    return f" {formatting.plural(count, 'client')} on the waitlist {fits} this time." if count else ""


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_no_show(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The client did not come: asked once, then recorded."""
    appointment = changeable(request, pk)
    if request.method == "POST":
        target = came_from(request, page_of(appointment))
        try:
            missed = services.mark_no_show(actor=request.user, appointment_id=appointment.pk)
        except NotPermitted:
            raise
        except DomainError as error:
            messages.error(request, error.message)
        else:
            target = follow_up(request, missed, "Recorded as a no-show.", target)
        return redirect(target)
    context = {
        "title": "Record a no-show",
        "text": f"{appointment.client.display_name} did not come, {badges.full_when(appointment, clock.zone())}.",
        "confirm_label": "Record no-show",
        "cancel_url": came_from(request, page_of(appointment)),
        "breadcrumbs": [("Schedule", reverse("scheduling:schedule"))],
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_reopen(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take back what closed it, with a reason."""
    appointment = changeable(request, pk)
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen_appointment(
                actor=request.user, appointment_id=appointment.pk, reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The appointment is scheduled again.")
            return back(request, appointment)
    word = appointment.get_status_display().lower()
    text = f"It is recorded as {word}. Reopening makes it scheduled again, as if that had not been recorded."
    return _page(request, appointment, form, "Reopen appointment", text=text)
