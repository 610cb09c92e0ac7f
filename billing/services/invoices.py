"""Invoices: numbered without gaps, a snapshot of what was asked, and never changed but by voiding."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from billing import rules
from billing.choices import BillStatus, InvoiceStatus
from billing.defaults import BillingDefaults
from billing.errors import DueBeforeInvoice, InvoiceIsVoid, NothingToInvoice, ReasonMissing
from billing.models import ZERO, Bill, Invoice
from billing.services.locks import lock_bills, lock_invoice, lock_invoice_sequence
from clients.models import Client
from mentalspace.core import audit, practice
from mentalspace.core.gates import require
from staff.models import Staff
from staff.rules import staff_of


def usual_due_date(invoice_date: date) -> date:
    return invoice_date + timedelta(days=practice.get(BillingDefaults).net_days)


@transaction.atomic
def create_invoice(
    *,
    actor: User,
    client_id: UUID,
    bill_ids: Iterable[UUID],
    invoice_date: date,
    due_date: date | None = None,
) -> Invoice:
    """Invoice the client for these bills: what was charged, what is paid, and what is open.

    Raises NotPermitted, NothingToInvoice, DueBeforeInvoice.
    """
    require(rules.can_manage_bills(actor))
    due_date = due_date or usual_due_date(invoice_date)
    if due_date < invoice_date:
        raise DueBeforeInvoice
    wanted = set(bill_ids)
    bills = sorted(lock_bills(wanted).values(), key=lambda bill: (bill.service_date, bill.created_at))
    if not bills or len(bills) != len(wanted) or not all(_fits(bill, client_id) for bill in bills):
        raise NothingToInvoice
    client = Client.objects.get(pk=client_id)
    lock_invoice_sequence()
    sequence = _next_sequence()
    invoice = Invoice.objects.create(
        client=client,
        sequence=sequence,
        number=f"{practice.get(BillingDefaults).invoice_prefix}{sequence}",
        invoice_date=invoice_date,
        due_date=due_date,
        snapshot=snapshot_of(client, bills),
        created_by=staff_of(actor),
    )
    for bill in bills:
        bill.invoice, bill.invoice_number = invoice, invoice.number
        bill.invoice_date, bill.due_date = invoice_date, due_date
        bill.save(update_fields=["invoice", "invoice_number", "invoice_date", "due_date", "updated_at"])
    audit.record(
        actor=actor,
        verb="invoice.issued",
        obj=invoice,
        client_id=client_id,
        changes={"number": ["", invoice.number], "due": ["", invoice.snapshot["total_due"]]},
    )
    return invoice


@transaction.atomic
def void_invoice(*, actor: User, invoice_id: UUID, reason: str) -> Invoice:
    """Withdraw an invoice; it keeps its number, its bills are free for another.

    Raises NotPermitted, InvoiceIsVoid, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    bills = lock_bills(Bill.objects.filter(invoice_id=invoice_id).values_list("pk", flat=True))
    invoice = lock_invoice(invoice_id)
    if invoice.status == InvoiceStatus.VOID:
        raise InvoiceIsVoid
    if not reason.strip():
        raise ReasonMissing
    for bill in bills.values():
        bill.invoice, bill.invoice_number, bill.invoice_date, bill.due_date = None, "", None, None
        bill.save(update_fields=["invoice", "invoice_number", "invoice_date", "due_date", "updated_at"])
    invoice.status, invoice.void_reason = InvoiceStatus.VOID, reason.strip()
    invoice.save(update_fields=["status", "void_reason", "updated_at"])
    audit.record(
        actor=actor,
        verb="invoice.voided",
        obj=invoice,
        client_id=invoice.client_id,
        changes={"number": [invoice.number, invoice.number], "void_reason": ["", invoice.void_reason]},
    )
    return invoice


def record_printed(*, actor: User, invoice: Invoice) -> None:
    """An invoice left the system on paper or as a file."""
    audit.look(
        actor=actor,
        verb="invoice.printed",
        obj=invoice,
        client_id=invoice.client_id,
        changes={"number": ["", invoice.number]},
    )


def snapshot_of(client: Client, bills: list[Bill]) -> dict[str, Any]:
    """What an invoice says, for good: practice, client, a line per bill and totals. Money as text with two decimals."""
    names = {
        row.pk: row.name_with_credential
        for row in Staff.objects.filter(pk__in={bill.staff_id for bill in bills})
    }
    profile = practice.get(practice.PracticeProfile)
    lines = [_line(bill, names) for bill in bills]
    return {
        "practice": {
            name: getattr(profile, name)
            for name in ("name", "street", "city", "state", "zip_code", "phone", "email", "npi", "ein")
        },
        "client": {"name": client.legal_name, "number": client.number, "address": client.address or {}},
        "lines": lines,
        "note": practice.get(BillingDefaults).invoice_note,
        "total_charges": _total(bill.amount for bill in bills),
        "total_insurance": _total(bill.insurance_amount for bill in bills),
        "total_adjustments": _total(bill.adjusted_amount for bill in bills),
        "total_paid": _total(bill.client_paid for bill in bills),
        "total_due": _total(bill.client_balance for bill in bills),
    }


def _fits(bill: Bill, client_id: UUID) -> bool:
    """Has the client a part in this bill, open or paid, that no other invoice names?"""
    free = bill.invoice_id is None and bill.status != BillStatus.VOID
    return free and bill.client_id == client_id and bill.client_amount > 0


def _line(bill: Bill, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "bill": str(bill.pk),
        "date": bill.service_date.isoformat(),
        "code": bill.code,
        "description": bill.description or bill.get_kind_display(),
        "clinician": names.get(bill.staff_id, "") if bill.staff_id else "",
        "units": bill.units,
        "charge": str(bill.amount),
        "insurance": str(bill.insurance_amount),
        "adjustments": str(bill.adjusted_amount),
        "paid": str(bill.client_paid),
        "due": str(bill.client_balance),
    }


def _total(amounts: Iterable[Decimal]) -> str:
    return str(sum(amounts, ZERO))


def _next_sequence() -> int:
    """The number after the last; the caller holds the sequence's lock."""
    last: int | None = Invoice.objects.aggregate(last=Max("sequence"))["last"]
    start = practice.get(BillingDefaults).invoice_start
    return start if last is None else last + 1
