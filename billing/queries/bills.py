"""Bills for lists and for their own page."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, Model, OuterRef, Q, QuerySet

from accounts.models import User
from billing import rules
from billing.choices import BillKind, BillStatus, Owes, PaymentMethod
from billing.models import ZERO, Adjustment, Allocation, Bill, LedgerRow, Transfer
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, OPEN
from documents.choices import DocumentStatus
from documents.models import Document
from documents.queries import SESSION_NOTES, STANDS
from documents.rules import visible_documents
from mentalspace.core import clock


@dataclass(frozen=True, slots=True)
class BillLine:
    """A row of a bill's ledger as its page shows it. `kind` is payment, adjustment, transfer or charge."""

    kind: str
    at: datetime
    on: date
    text: str
    amount: Decimal
    balance: Decimal
    note: str = ""
    by: str = ""
    row: LedgerRow | None = None
    is_reversed: bool = False
    is_reversal: bool = False


def note_in_error() -> Q:
    """Bills of a session whose note was entered in error, and that no other signed note documents yet."""
    notes = Document.objects.filter(appointment=OuterRef("appointment"), type__in=SESSION_NOTES)
    standing = notes.filter(STANDS, status=DocumentStatus.SIGNED)
    return (
        Q(Exists(notes.filter(in_error=True)), kind=BillKind.SERVICE)
        & ~Q(status=BillStatus.VOID)
        & ~Q(Exists(standing))
    )


def bills_to_mend(actor: User) -> QuerySet[Bill]:
    """Bills that rest on a note that was entered in error."""
    return rules.visible_bills(actor).filter(note_in_error())


def bill_rows(actor: User) -> QuerySet[Bill]:
    """Bills the actor may see, with what a list of them shows."""
    return (
        rules.visible_bills(actor)
        .select_related("client", "staff", "invoice")
        .annotate(
            open=OPEN,
            client_open=CLIENT_OPEN,
            insurance_open=INSURANCE_OPEN,
            note_in_error=ExpressionWrapper(note_in_error(), BooleanField()),
        )
    )


def bill_with_chain(actor: User) -> QuerySet[Bill]:
    """Bills with their appointment, clinician and invoice: the chain that their page shows."""
    return (
        rules.visible_bills(actor)
        .select_related("client", "staff", "invoice", "appointment__staff", "created_by", "fee_proposal")
        .annotate(note_in_error=ExpressionWrapper(note_in_error(), BooleanField()))
    )


def session_note_of(actor: User, appointment_id: UUID | None) -> Document | None:
    """The session's note, if the actor may read it; one that was entered in error only where there is no other."""
    if appointment_id is None:
        return None
    notes = visible_documents(actor).filter(appointment_id=appointment_id, type__in=SESSION_NOTES)
    return notes.only("id", "title", "status", "type", "in_error").order_by("in_error", "-created_at").first()


def ledger_of(bill: Bill) -> list[BillLine]:
    """Everything posted to a bill, oldest first, with the balance after each row. Three queries."""
    rows: list[LedgerRow] = [
        *Allocation.objects.filter(bill=bill).select_related("payment", "created_by", "reversed_by"),
        *Adjustment.objects.filter(bill=bill).select_related("created_by", "reversed_by"),
        *Transfer.objects.filter(bill=bill).select_related("created_by", "reversed_by"),
    ]
    balance = bill.amount
    lines = [
        BillLine(
            "charge",
            bill.created_at,
            bill.service_date,
            "Charge",
            bill.amount,
            balance,
            by=_name(bill.created_by),
        )
    ]
    for row in sorted(rows, key=lambda each: (each.created_at, each.amount < 0)):
        effect = ZERO if isinstance(row, Transfer) else -row.amount
        balance += effect
        lines.append(_line(row, effect, balance))
    return lines


def _line(row: LedgerRow, effect: Decimal, balance: Decimal) -> BillLine:
    kind, text, on = _words(row)
    reversal = row.reverses_id is not None  # type: ignore[attr-defined]
    return BillLine(
        kind,
        row.created_at,
        on,
        f"Reversed: {text}" if reversal else text,
        row.amount if kind == "transfer" else effect,
        balance,
        row.note,
        _name(row.created_by),
        row,
        is_reversed=getattr(row, "reversed_by", None) is not None,
        is_reversal=reversal,
    )


def _words(row: LedgerRow) -> tuple[str, str, date]:
    made_on = clock.local(row.created_at).date()
    if isinstance(row, Allocation):
        payment = row.payment
        who = payment.payer or payment.get_source_display()
        by = (
            f" by {payment.get_method_display().lower()}" if payment.method != PaymentMethod.INSURANCE else ""
        )
        return "payment", f"{who} paid{by}", made_on
    if isinstance(row, Adjustment):
        return (
            "adjustment",
            f"{row.get_kind_display()} adjustment, {Owes(row.taken_from).label.lower()}’s part",
            made_on,
        )
    if isinstance(row, Transfer):
        return "transfer", f"Transfer: {row.get_direction_display().lower()}", made_on
    raise TypeError(type(row))


def _name(person: Any) -> str:
    return str(person) if isinstance(person, Model) else ""
