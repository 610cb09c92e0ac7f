"""Reversing a row of the ledger: a question with a reason."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from billing import rules, services
from billing.forms import ReasonForm
from billing.models import Adjustment, Allocation, Payment, Refund, Transfer
from mentalspace.core import formatting
from mentalspace.core.forms import ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


def _reverse(request: ActorRequest, text: str, verb: Callable[[str], Any], back: str) -> HttpResponse:
    def deed(values: dict[str, Any]) -> tuple[str, str]:
        verb(values["reason"])
        return "Reversed.", back

    page = {
        "title": "Reverse",
        "text": text,
        "details": ["A row with the opposite amount is added; both stay visible."],
        "confirm_label": "Reverse",
        "cancel_url": back,
        "danger": True,
    }
    return ask(request, ReasonForm(posted(request)), deed, page)


def _bill_url(bill_id: UUID) -> str:
    return reverse("billing:bill_detail", args=[bill_id])


def _payment_url(payment_id: UUID) -> str:
    return reverse("billing:payment_detail", args=[payment_id])


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "POST"])
@once
def payment_reverse(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A bounced check, a wrong amount."""
    row = get_object_or_404(Payment, pk=pk, reverses__isnull=True)
    text = f"The payment of {formatting.money(row.amount)} is taken back, and what it paid is owed again."
    return _reverse(
        request,
        text,
        lambda reason: services.reverse_payment(actor=request.user, payment_id=pk, reason=reason),
        _payment_url(pk),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "POST"])
@once
def allocation_reverse(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take money off a bill again."""
    row = get_object_or_404(Allocation, pk=pk, reverses__isnull=True)
    text = f"{formatting.money(row.amount)} is taken off the bill and becomes unapplied credit."
    return _reverse(
        request,
        text,
        lambda reason: services.reverse_allocation(actor=request.user, allocation_id=pk, reason=reason),
        _bill_url(row.bill_id),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "POST"])
@once
def adjustment_reverse(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put an adjusted amount back."""
    row = get_object_or_404(Adjustment, pk=pk, reverses__isnull=True)
    text = f"The adjustment of {formatting.money(row.amount)} is taken back; it is owed again."
    return _reverse(
        request,
        text,
        lambda reason: services.reverse_adjustment(actor=request.user, adjustment_id=pk, reason=reason),
        _bill_url(row.bill_id),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "POST"])
@once
def transfer_reverse(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Move a transferred part back."""
    row = get_object_or_404(Transfer, pk=pk, reverses__isnull=True)
    text = f"{formatting.money(row.amount)} moves back to whose part it was."
    return _reverse(
        request,
        text,
        lambda reason: services.reverse_transfer(actor=request.user, transfer_id=pk, reason=reason),
        _bill_url(row.bill_id),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "POST"])
@once
def refund_reverse(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A refund that was never cashed."""
    row = get_object_or_404(Refund, pk=pk, reverses__isnull=True)
    text = f"The refund of {formatting.money(row.amount)} is taken back; the money is credit again."
    return _reverse(
        request,
        text,
        lambda reason: services.reverse_refund(actor=request.user, refund_id=pk, reason=reason),
        _payment_url(row.payment_id),
    )
