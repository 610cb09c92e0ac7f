"""Fees for missed visits: decide on each."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from billing import queries, rules, services
from billing.forms import ReasonForm
from billing.lists import FeeList
from billing.models import FeeProposal
from mentalspace.core import clock, formatting
from mentalspace.core.forms import PageForm, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import came_from


class _NoFields(PageForm):
    """A question without anything to type."""


def _page(request: ActorRequest, proposal: FeeProposal, title: str, text: str, label: str) -> dict[str, Any]:
    when = formatting.instant(proposal.appointment.start_time, clock.zone())
    return {
        "title": title,
        "subtitle": f"{proposal.client.display_name}, {when}",
        "text": text,
        "confirm_label": label,
        "cancel_url": came_from(request, reverse("billing:fee_list")),
        "cancel_label": "Decide later",
    }


@requires(rules.can_manage_bills)
@require_safe
def fee_list(request: ActorRequest) -> HttpResponseBase:
    """Proposed fees, and what was decided before."""
    return FeeList(request, queries.fee_proposals()).respond()


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def fee_confirm(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Charge it to the client."""
    proposal = get_object_or_404(queries.fee_proposals(), pk=pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        bill = services.confirm_fee(actor=request.user, proposal_id=proposal.pk)
        return f"Charged {formatting.money(bill.amount)}.", reverse("billing:bill_detail", args=[bill.pk])

    kind = proposal.get_kind_display().lower()
    text = f"{formatting.money(proposal.amount)} is charged to the client as a {kind}. Insurers are never asked for it."
    return ask(
        request,
        _NoFields(posted(request)),
        deed,
        _page(request, proposal, "Charge the fee", text, "Charge the fee"),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def fee_waive(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let it go, with a reason."""
    proposal = get_object_or_404(queries.fee_proposals(), pk=pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.waive_fee(actor=request.user, proposal_id=proposal.pk, **values)
        return "The fee was waived.", came_from(request, reverse("billing:fee_list"))

    text = f"The fee of {formatting.money(proposal.amount)} is not charged."
    return ask(
        request,
        ReasonForm(posted(request)),
        deed,
        _page(request, proposal, "Waive the fee", text, "Waive the fee"),
    )
