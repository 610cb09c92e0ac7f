"""Reversing a row of the ledger: a question with a reason. One view, made once for each kind of row."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from billing import rules, services
from billing.forms import ReasonForm
from billing.models import Adjustment, Allocation, LedgerRow, Payment, Refund, Transfer
from mentalspace.core import formatting
from mentalspace.core.forms import ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


def _bill_url(row: Any) -> str:
    return reverse("billing:bill_detail", args=[row.bill_id])


def _payment_url(row: Any) -> str:
    payment_id = row.pk if isinstance(row, Payment) else row.payment_id
    return reverse("billing:payment_detail", args=[payment_id])


def reversing(
    model: type[LedgerRow], verb: Callable[..., Any], sentence: str, back: Callable[[Any], str]
) -> Callable[..., HttpResponseBase]:
    """The view that asks whether to reverse a row of this model, calls the verb and goes `back`.

    `sentence` says what follows, with the row's amount in it.
    """
    rows: Any = model

    @requires(rules.can_manage_bills)
    @require_http_methods(["GET", "HEAD", "POST"])
    @once
    def view(request: ActorRequest, pk: UUID) -> HttpResponse:
        row = get_object_or_404(rows, pk=pk, reverses__isnull=True)

        def deed(values: dict[str, Any]) -> tuple[str, str]:
            verb(actor=request.user, row_id=pk, reason=values["reason"])
            return "Reversed.", back(row)

        page = {
            "title": f"Reverse this {rows._meta.verbose_name}",
            "text": sentence.format(amount=formatting.money(row.amount)),
            "details": ["A row with the opposite amount is added; both stay visible."],
            "confirm_label": "Reverse",
            "cancel_url": back(row),
            "danger": True,
        }
        return ask(request, ReasonForm(posted(request)), deed, page)

    return view


payment_reverse = reversing(
    Payment,
    services.reverse_payment,
    "The payment of {amount} is taken back, and what it paid is owed again.",
    _payment_url,
)
allocation_reverse = reversing(
    Allocation,
    services.reverse_allocation,
    "{amount} is taken off the bill and becomes unapplied credit.",
    _bill_url,
)
adjustment_reverse = reversing(
    Adjustment,
    services.reverse_adjustment,
    "The adjustment of {amount} is taken back; it is owed again.",
    _bill_url,
)
transfer_reverse = reversing(
    Transfer, services.reverse_transfer, "{amount} moves back to whose part it was.", _bill_url
)
refund_reverse = reversing(
    Refund,
    services.reverse_refund,
    "The refund of {amount} is taken back; the money is credit again.",
    _payment_url,
)
