"""Emergency access: asked for, ended, looked at and reviewed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest, asked_again
from accounts.mail import base_url
from accounts.queries import name_of
from clients import rules, services
from clients.chart import tab_url
from clients.defaults import EmergencyDefaults
from clients.errors import EmergencyOver
from clients.forms import EmergencyForm, ReviewForm
from clients.lists import EmergencyList, emergency_badge
from clients.models import Client, EmergencyAccess
from clients.queries.emergencies import listed_emergencies, opened_under
from clients.queries.history import entry, subjects_of
from mentalspace.core import audit, clock, formatting, practice
from mentalspace.core.cells import Action, Cell
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

SHOWN = 200


@requires(rules.can_begin_emergency)
@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
@once
def emergency_create(request: ActorRequest) -> HttpResponse:
    """Open one client's chart for reading. The answer is the same for whoever is unknown, and says nothing else."""

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        access = services.begin_emergency_access(actor=request.user, base_url=base_url(request), **values)
        until = formatting.instant_time(access.ends_at, clock.zone())
        return f"The chart is open for reading until {until}.", _chart_url(access.client)

    page = {
        "title": "Emergency access",
        "cancel_url": reverse("clients:client_list"),
        "minutes": practice.get(EmergencyDefaults).minutes,
    }
    return answer(request, EmergencyForm(posted(request)), deed, page, "clients/emergency_create.html")


@requires(rules.can_list_emergencies)
@require_safe
def emergency_list(request: ActorRequest) -> HttpResponseBase:
    """Every emergency access, to be reviewed."""
    return EmergencyList(request, listed_emergencies(request.user)).respond()


@requires(rules.can_list_emergencies)
@require_safe
def emergency_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One of them, with what was opened under it."""
    access = _visible(request, pk)
    audit.record(actor=request.user, verb="emergency_access.viewed", obj=access, client_id=access.client_id)
    found = list(opened_under(access)[: SHOWN + 1])
    subjects, zone = subjects_of(request.user, found), clock.zone()
    context = {
        "title": f"Emergency access of {name_of(access.user)}",
        "breadcrumbs": [("Emergency access", reverse("clients:emergency_list"))],
        "badge": emergency_badge(access),
        "access": access,
        "facts": _facts(access),
        "entries": [entry(event, zone, subjects.get(event.object_id)) for event in found[:SHOWN]],
        "more_url": f"{tab_url(access.client, 'history')}" if len(found) > SHOWN else "",
        "actions": _actions(request, access),
    }
    return render(request, "clients/emergency_detail.html", context)


@requires(rules.can_end_emergency)
@require_POST
def emergency_end(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close the chart now: who opened it, or an administrator. What is over already stays so."""
    access = _visible(request, pk)
    try:
        services.end_emergency_access(actor=request.user, access_id=access.pk)
    except EmergencyOver as error:
        messages.info(request, error.message)
    else:
        messages.success(request, "The emergency access has ended.")
    if rules.can_list_emergencies(request.user):
        return redirect("clients:emergency_detail", access.pk)
    return redirect("clients:client_list")


@requires(rules.can_review_emergency)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def emergency_review(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say whether it was appropriate."""
    access = _visible(request, pk)
    back = reverse("clients:emergency_detail", args=[access.pk])
    if request.method != "POST" and not rules.can_review_emergency(request.user, access):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.review_emergency_access(actor=request.user, access_id=access.pk, **values)
        return "The review was saved.", back

    page = {
        "title": f"Review the emergency access of {name_of(access.user)}",
        "intro": f"Reason given: “{access.reason}” The review cannot be changed afterwards.",
        "cancel_url": back,
    }
    return answer(request, ReviewForm(posted(request)), deed, page)


def _visible(request: ActorRequest, pk: UUID) -> EmergencyAccess:
    return get_object_or_404(listed_emergencies(request.user), pk=pk)


def _chart_url(client: Client) -> str:
    return reverse("clients:client_detail", args=[client.pk])


def _facts(access: EmergencyAccess) -> list[tuple[str, Any]]:
    zone = clock.zone()
    ended = f"{formatting.instant(access.over_at, zone)}, by itself"
    if access.ended_at and access.ended_by:
        ended = f"{formatting.instant(access.ended_at, zone)}, by {name_of(access.ended_by)}"
    facts: list[tuple[str, Any]] = [
        ("Clinician", name_of(access.user)),
        (
            "Client",
            Cell(access.client.display_name, url=_chart_url(access.client), sub=f"C-{access.client.number}"),
        ),
        ("Reason", access.reason),
        ("Began", formatting.instant(access.began_at, zone)),
        ("Ends" if rules.lasts(access) else "Ended", ended),
    ]
    if access.reviewed_by and access.reviewed_at:
        reviewed = f"{formatting.instant(access.reviewed_at, zone)}, by {name_of(access.reviewed_by)}"
        facts += [("Reviewed", reviewed), ("Found", access.get_verdict_display()), ("Note", access.note)]
    return facts


def _actions(request: ActorRequest, access: EmergencyAccess) -> list[Action]:
    actions = []
    if rules.can_end_emergency(request.user, access):
        url = reverse("clients:emergency_end", args=[access.pk])
        actions.append(Action("End access now", url, "lock", post=True, danger=True))
    if rules.can_review_emergency(request.user, access):
        url = reverse("clients:emergency_review", args=[access.pk])
        actions.append(Action("Review", url, "clipboard-check", dialog=True, primary=True))
    return actions
