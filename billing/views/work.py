"""The biller's home, what is ready to bill, what is not and why."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ActorRequest
from billing import queries, rules, services
from billing.home import home_context
from billing.links import account_url, appointment_url
from billing.lists import HeldList, ReadyList, note_url_of
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_ids
from mentalspace.core.once import once


@requires(rules.can_open_billing)
@require_safe
def billing_home(request: ActorRequest) -> HttpResponse:
    """What is there to do today."""
    return render(request, "billing/billing_home.html", home_context(request.user))


@requires(rules.can_manage_bills)
@require_safe
def bill_ready(request: ActorRequest) -> HttpResponseBase:
    """Sessions that can be billed as proposed, many at once."""
    actions = [Action("Not ready", reverse("billing:bill_held"), icon="clock-pause")]
    return ReadyList(request, queries.ready_to_bill(), page_actions=actions).respond()


@requires(rules.can_manage_bills)
@require_safe
def bill_held(request: ActorRequest) -> HttpResponseBase:
    """Completed sessions that cannot be billed yet, each with what is missing."""
    actions = [Action("Ready to bill", reverse("billing:bill_ready"), icon="checklist")]
    return HeldList(request, queries.held_sessions(), page_actions=actions).respond()


@requires(rules.can_manage_bills)
@require_POST
@once
def bill_many(request: ActorRequest) -> HttpResponse:
    """Bill the chosen sessions as proposed."""
    chosen = read_ids(request.POST.getlist("selected"))
    back = request.POST.get("next", "")
    target = back if back.startswith(reverse("billing:bill_ready")) else reverse("billing:bill_ready")
    if not chosen:
        messages.warning(request, "Choose the sessions to bill first.")
        return redirect(target)
    result = services.bill_sessions(actor=request.user, appointment_ids=chosen)
    if result.created:
        total = formatting.money(sum(bill.amount for bill in result.created))
        messages.success(request, f"Billed {formatting.plural(len(result.created), 'session')}, {total}.")
    for session, sentence in result.refused:
        day = formatting.instant_date(session.start_time, clock.zone())
        messages.error(request, f"{session.client.display_name}, {day}: {sentence}")
    return redirect(target)


@requires(rules.can_manage_bills)
@require_safe
def bill_checks(request: ActorRequest, appointment_id: UUID) -> HttpResponse:
    """Why can't I bill this? The conditions of one session, each with where to mend it."""
    session: Any = get_object_or_404(queries.unbilled_sessions(), pk=appointment_id)
    context = {
        "title": "Why can’t I bill this?",
        "subtitle": f"{session.client.display_name}, {formatting.instant(session.start_time, clock.zone())}",
        "breadcrumbs": [("Not ready to bill", reverse("billing:bill_held"))],
        "checks": queries.checks_of(session, note_url=note_url_of(request.user, session)),
        "can_bill": session.has_signed_note,
        "bill_url": reverse("billing:bill_create", args=[session.pk]),
        "appointment_url": appointment_url(session.pk),
        "account_url": account_url(session.client_id),
    }
    return render(request, "billing/bill_checks.html", context)
