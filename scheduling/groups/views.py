"""HTTP of group sessions: booking one, its page, and what is done to all of it at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once
from mentalspace.core.places import asked_from, came_from, shown_on
from scheduling import badges, rules, services
from scheduling.choices import Location
from scheduling.defaults import ScheduleDefaults, UsualCodes
from scheduling.groups import services as group_services
from scheduling.groups.forms import (
    CAME,
    MISSED,
    AttendanceForm,
    GroupCancelForm,
    GroupDetailsForm,
    GroupSessionForm,
    MemberForm,
)
from scheduling.groups.joining import join_group_series
from scheduling.groups.page import group_context
from scheduling.groups.sessions import GroupSession, group_of
from scheduling.models import Appointment
from scheduling.services.viewing import record_view
from scheduling.views.back import changeable, get_appointment, page_of
from scheduling.views.booking import calendar_of, facts_of, initial_times, model_of, page, say, status_of
from scheduling.views.confirming import attempt, with_opening

FORM = "scheduling/appointment_form.html"
GROUP_MINUTES = 90


def _group(request: ActorRequest, appointment: Appointment) -> GroupSession:
    """The group of this member; an appointment of no group is not found here."""
    if appointment.group_session is None:
        raise Http404
    return group_of(request.user, appointment)


def _page_of(appointment: Appointment) -> str:
    return reverse("scheduling:group_session_detail", args=[appointment.pk])


def _context(request: ActorRequest, group: GroupSession, title: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "intro": f"{group.words}, {badges.full_when(group.head, clock.zone())}",
        "cancel_url": came_from(request, _page_of(group.head)),
        "cancel_label": "Keep it as it is",
        "action_url": request.get_full_path(),
        **more,
    }


@requires(rules.can_see_appointment)
@require_safe
def group_session_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The session with its members, their attendance, notes and bills; htmx gets the panel alone."""
    appointment = get_appointment(request, pk)
    group = _group(request, appointment)
    record_view(actor=request.user, appointment=appointment)
    panel = bool(getattr(request, "htmx", False))
    context = group_context(request.user, group, shown_on(request) or _page_of(appointment))
    template = "scheduling/group_session_detail.html"
    response = render(request, f"{template}#panel" if panel else template, context)
    response["Vary"] = "HX-Request"
    return response


@requires(rules.can_schedule_for)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def group_session_create(request: ActorRequest) -> HttpResponse:
    """Book several clients into one session."""
    data = with_opening(posted(request))
    initial = {**initial_times(request), **_alike(request)}
    form = GroupSessionForm(data, actor=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        booked = attempt(
            form,
            services.book_group_session,
            actor=request.user,
            client_ids=[client.pk for client in form.cleaned_data["clients"]],
            **facts_of(form),
        )
        if booked is not None:
            members = formatting.plural(len(booked), "client")
            say(request, booked[0], f"The group session is booked for {members}")
            return redirect(came_from(request, calendar_of(booked[0])))
    return page(request, form, "New group session")


def _alike(request: ActorRequest) -> dict[str, Any]:
    """The usual place and length, or the clients of the group that the address names as its model."""
    model = model_of(request)
    if model is None or model.group_session is None:
        return {"location": Location.OFFICE, "minutes": GROUP_MINUTES}
    return {"clients": [each.client_id for each in group_of(request.user, model).taking_part]}


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def group_member_add(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Add a client to a group session."""
    appointment = changeable(request, pk)
    repeats = appointment.series is not None and appointment.series.group is not None
    form = MemberForm(posted(request), actor=request.user, repeats=repeats)
    if request.method == "POST" and form.is_valid() and _join(request, form, appointment):
        return redirect(came_from(request, _page_of(appointment)))
    context = {
        "title": "Add a client to the group",
        "intro": badges.full_when(appointment, clock.zone()),
        "form": form,
        "cancel_url": came_from(request, page_of(appointment)),
        "action_url": request.get_full_path(),
    }
    return render(request, FORM, context, status=status_of(form))


def _join(request: ActorRequest, form: MemberForm, appointment: Appointment) -> bool:
    """Add the client, to this session or from it on; whether that was done."""
    facts = {"appointment_id": appointment.pk, "client_id": form.cleaned_data["client"].pk}
    if not form.cleaned_data.get("later"):
        if attempt(form, services.join_group_session, actor=request.user, **facts) is None:
            return False
        messages.success(request, "The client was added to the group.")
        return True
    joined = attempt(form, join_group_series, actor=request.user, **facts)
    if joined is None:
        return False
    number = formatting.plural(len(joined.booked), "session")
    messages.success(request, f"The client was added to {number} of the group.")
    if joined.missed:
        days = formatting.listed(formatting.date(clock.local(each).date()) for each in joined.missed)
        messages.warning(request, f"Left out, as the client has another appointment: {days}.")
    return True


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def group_session_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Place, room and code for all members."""
    appointment = changeable(request, pk)
    group = _group(request, appointment)
    form = GroupDetailsForm(posted(request), session=group.head)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        group_services.update_group_session(actor=request.user, appointment_id=pk, **form.values)
        return "Saved for all members.", came_from(request, _page_of(appointment))

    codes = sorted({code for code in practice.get(UsualCodes).model_dump().values() if code})
    text = "What differs for one client is kept with that client’s own appointment."
    return answer(request, form, deed, _context(request, group, "Edit for all", codes=codes, text=text), FORM)


@requires(rules.can_hold_session)
@require_POST
def group_session_start(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The session begins for all who are checked in."""
    appointment = get_appointment(request, pk)
    _group(request, appointment)
    try:
        started = group_services.start_group_session(actor=request.user, appointment_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The session has started for {formatting.plural(len(started), 'client')}.")
    return redirect(came_from(request, asked_from(request) or _page_of(appointment)))


@requires(rules.can_hold_session)
@require_http_methods(["GET", "HEAD", "POST"])
def group_session_attendance(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Who came and who did not, for all whom nothing was said of yet."""
    appointment = get_appointment(request, pk)
    require(rules.can_hold_session(request.user, appointment))
    group = _group(request, appointment)
    if not group.open and request.method != "POST":
        messages.info(request, "Whether they came is recorded already for everybody in this group.")
        return redirect(_page_of(appointment))
    form = AttendanceForm(posted(request), members=group.open)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        came, missed = form.chosen(CAME), form.chosen(MISSED)
        group_services.record_attendance(actor=request.user, appointment_id=pk, came=came, missed=missed)
        absent = f", {formatting.plural(len(missed), 'no-show')}" if missed else ""
        said = f"Recorded: {formatting.plural(len(came), 'client')} came{absent}."
        return said, came_from(request, _page_of(appointment))

    text = "Whoever came has a note due; a no-show proposes the practice’s fee where the payer allows one."
    return answer(request, form, deed, _context(request, group, "Attendance", text=text), FORM)


@requires(rules.can_change_appointment)
@require_http_methods(["GET", "HEAD", "POST"])
def group_session_cancel(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Call the session off for everybody."""
    appointment = changeable(request, pk)
    group = _group(request, appointment)
    form = GroupCancelForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        given = {name: values[name] for name in ("reason", "cancelled_by", "note")}
        cancelled = group_services.cancel_group_session(
            actor=request.user, appointment_id=pk, heard_at=form.heard, **given
        )
        late = sum(each.status == "late_cancelled" for each in cancelled)
        counts = f" {formatting.plural(late, 'counts', 'count')} as late." if late else ""
        said = f"The group session is cancelled for {formatting.plural(len(cancelled), 'client')}.{counts}"
        return said, came_from(request, _page_of(appointment))

    hours = formatting.plural(practice.get(ScheduleDefaults).notice_hours, "hour")
    text = f"For everybody in it. Less than {hours} of notice from clients counts as a late cancellation."
    return answer(
        request, form, deed, _context(request, group, "Cancel group session", text=text, danger=True), FORM
    )
