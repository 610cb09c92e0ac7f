"""One appointment: a page of its own, and the calendar's side panel."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Cell, TimelineEntry
from mentalspace.core.gates import requires
from mentalspace.core.places import shown_on
from scheduling import actions, badges, queries, rules
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.panels import AppointmentSection
from scheduling.panels import appointment as panels
from scheduling.services.calling_off import cancellation_summary
from scheduling.services.viewing import record_view
from scheduling.views.back import get_appointment, page_of


@requires(rules.can_see_appointment)
@require_safe
def appointment_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Everything about one appointment; htmx gets the panel alone."""
    appointment = get_appointment(request, pk)
    record_view(actor=request.user, appointment=appointment)
    panel = bool(getattr(request, "htmx", False))
    context = detail_context(request, appointment, shown_on(request) or page_of(appointment))
    template = "scheduling/appointment_detail.html"
    response = render(request, f"{template}#panel" if panel else template, context)
    response["Vary"] = "HX-Request"
    return response


def detail_context(request: ActorRequest, appointment: Appointment, back: str) -> dict[str, Any]:
    """What the page and the panel show, with every verb that the actor can use now."""
    actor, zone = request.user, clock.zone()
    opens_chart = appointment.opens_chart  # type: ignore[attr-defined]
    linked, members = queries.beside(actor, appointment)
    return {
        "title": "Appointment",
        "appointment": appointment,
        "badge": badges.status_badge(appointment.status),
        "when": badges.full_when(appointment, zone),
        "chart_url": reverse("clients:client_detail", args=[appointment.client_id]) if opens_chart else "",
        "page_url": page_of(appointment),
        "facts": _facts(appointment),
        "cancellation": cancellation_summary(appointment),
        "links": _links(appointment, linked),
        "series": _series(appointment),
        "members": _members(members),
        "group_url": reverse("scheduling:group_session_detail", args=[appointment.pk])
        if appointment.group_session
        else "",
        "steps": actions.steps_of(actor, appointment, back),
        "others": actions.actions_of_others(actor, [appointment])[appointment.pk],
        "changes": actions.changes_of(actor, appointment, back),
        "undo": _undo(actor, appointment, linked, back),
        "again": actions.again_of(actor, appointment),
        "fits": actions.fits_of(actor, appointment),
        "sections": [
            (section.template, found)
            for section in panels.of(AppointmentSection)
            if (found := section.context(request, appointment)) is not None
        ],
        "history": _history(appointment),
        "breadcrumbs": [
            (
                "Schedule",
                f"{reverse('scheduling:schedule')}?date={clock.local(appointment.start_time):%Y-%m-%d}",
            )
        ],
    }


def _undo(actor: User, appointment: Appointment, linked: list[Appointment], back: str) -> Action | None:
    """Taking back its last step; of one that was just put in the place of another, the rescheduling."""
    source = [each for each in linked if each.pk == appointment.rescheduled_from_id]
    undos = actions.undos_of(actor, [appointment, *source], back)
    return undos.get(appointment.pk) or (undos.get(source[0].pk) if source else None)


def _facts(appointment: Appointment) -> list[tuple[str, Any]]:
    client = appointment.client
    phone = Cell(formatting.phone(client.phone), url=f"tel:{client.phone}") if client.phone else ""
    billing = appointment.billing_code if appointment.is_billable else "Not billable"
    return [
        ("Clinician", appointment.staff.name_with_credential),
        ("Length", formatting.duration(appointment.minutes)),
        ("Type", appointment.get_type_display()),
        ("Location", appointment.get_location_display()),
        *([("Room", str(appointment.room))] if appointment.room else []),
        ("Service code", billing),
        ("Phone", phone),
    ]


def _series(appointment: Appointment) -> tuple[str, str] | None:
    """`Every Tuesday at 10:00 AM, 3 of 12`, and the page of the series."""
    series = appointment.series
    if series is None:
        return None
    place, total = appointment.series_place, appointment.series_total  # type: ignore[attr-defined]
    count = f", {place} of {total}" if appointment.status != AppointmentStatus.RESCHEDULED else ""
    ended = ", ended" if series.ended_at else ""
    return f"{series.words}{count}{ended}", reverse("scheduling:series_detail", args=[series.pk])


def _links(appointment: Appointment, others: list[Appointment]) -> list[tuple[str, str, str]]:
    """Where it was moved from and to."""
    zone = clock.zone()
    return [
        (
            "Rescheduled from" if other.pk == appointment.rescheduled_from_id else "Rescheduled to",
            badges.when(other, zone),
            page_of(other),
        )
        for other in others
    ]


def _members(members: list[Appointment]) -> list[tuple[str, str, Any]]:
    """The other clients of a group session."""
    return [
        (member.client.display_name, page_of(member), badges.status_badge(member.status))
        for member in members
    ]


def _history(appointment: Appointment) -> list[TimelineEntry]:
    zone = clock.zone()
    return [
        TimelineEntry(
            when=formatting.instant(event.at, zone),
            title=AppointmentStatus(event.to_status).label
            if event.from_status != event.to_status
            else "Changed",
            text=event.detail,
            actor=event.by.full_name if event.by else "",
            icon=badges.ICONS[event.to_status] if event.from_status != event.to_status else "edit",
            tone=badges.TONES[event.to_status],
        )
        for event in queries.history(appointment)
    ]
