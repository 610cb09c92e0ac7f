"""What a biller does to one bill, each its own address."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from billing import rules, services
from billing.choices import TransferDirection
from billing.forms import AdjustForm, DenyForm, PartsForm, ReasonForm, SubmitForm, TransferForm, WriteOffForm
from billing.models import Bill
from mentalspace.core import clock, formatting
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


def _bill(request: ActorRequest, pk: UUID) -> Bill:
    return get_object_or_404(rules.visible_bills(request.user).select_related("client"), pk=pk)


def _url(bill: Bill) -> str:
    return reverse("billing:bill_detail", args=[bill.pk])


def _page(bill: Bill, title: str, **more: Any) -> dict[str, Any]:
    what = f"{bill.code or bill.get_kind_display()} on {formatting.date(bill.service_date)}"
    return {
        "title": title,
        "subtitle": f"{bill.client.display_name}, {what}",
        "cancel_url": _url(bill),
        **more,
    }


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_parts(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Split the charge differently while nothing is posted."""
    bill = _bill(request, pk)
    now = {
        "insurance_amount": bill.insurance_amount,
        "client_amount": bill.client_amount,
        "payer": bill.payer,
    }
    form = PartsForm(posted(request), bill=bill, initial=now)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.change_parts(actor=request.user, bill_id=bill.pk, **values)
        return "The parts were saved.", _url(bill)

    return answer(
        request,
        form,
        deed,
        _page(bill, "Edit parts", intro=f"The charge is {formatting.money(bill.amount)}."),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_submit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say when the insurer was asked."""
    bill = _bill(request, pk)
    form = SubmitForm(posted(request), initial={"submitted_on": clock.today()})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.mark_submitted(actor=request.user, bill_id=bill.pk, **values)
        return "Marked as submitted.", _url(bill)

    return answer(request, form, deed, _page(bill, "Mark as submitted"))


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_deny(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say that the insurer refused."""
    bill = _bill(request, pk)
    form = DenyForm(posted(request), initial={"denied_on": clock.today()})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.mark_denied(actor=request.user, bill_id=bill.pk, **values)
        return "Marked as denied. Transfer it to the client, adjust it, or submit it again.", _url(bill)

    return answer(request, form, deed, _page(bill, "Mark as denied"))


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_adjust(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take an amount off one part."""
    bill = _bill(request, pk)
    form = AdjustForm(posted(request), bill=bill)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        row = services.adjust(actor=request.user, bill_id=bill.pk, **values)
        return f"Adjusted by {formatting.money(row.amount)}.", _url(bill)

    return answer(request, form, deed, _page(bill, "Adjust this bill"))


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_transfer(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Move an open amount between insurer and client."""
    bill = _bill(request, pk)
    initial = {"direction": TransferDirection.TO_CLIENT, "amount": bill.insurance_balance or None}
    form = TransferForm(posted(request), bill=bill, initial=initial)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        row = services.transfer(actor=request.user, bill_id=bill.pk, **values)
        return f"Transferred {formatting.money(row.amount)}.", _url(bill)

    return answer(request, form, deed, _page(bill, "Transfer to the other payer"))


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_write_off(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give up all that is open."""
    bill = _bill(request, pk)
    form = WriteOffForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        rows = services.write_off(actor=request.user, bill_id=bill.pk, **values)
        return f"Wrote off {formatting.money(sum(row.amount for row in rows))}.", _url(bill)

    text = f"{formatting.money(bill.balance)} is open and will no longer be asked for."
    return ask(
        request,
        form,
        deed,
        _page(bill, "Write off this bill", text=text, confirm_label="Write off", danger=True),
    )


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_void(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take the charge back."""
    bill = _bill(request, pk)
    form = ReasonForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.void_bill(actor=request.user, bill_id=bill.pk, **values)
        return "The bill was voided.", _url(bill)

    details = ["The session can be billed again."] if bill.appointment_id else []
    paid = bill.client_paid + bill.insurance_paid
    if paid:
        details.append(f"{formatting.money(paid)} applied to it becomes unapplied credit.")
    text = f"The charge of {formatting.money(bill.amount)} is taken back. This cannot be undone."
    return ask(
        request,
        form,
        deed,
        _page(bill, "Void this bill", text=text, details=details, confirm_label="Void bill", danger=True),
    )
