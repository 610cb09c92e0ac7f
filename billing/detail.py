"""What the pages of a bill, a payment and an account show: chains, facts, ledger lines and the verbs that apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from billing import queries, rules
from billing.choices import BillKind, BillStatus
from billing.links import account_url, appointment_url, document_url
from billing.models import Adjustment, Allocation, Bill, LedgerRow, LeftCopay, Transfer
from billing.queries import BillLine
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge, Cell

REVERSE = {Allocation: "allocation_reverse", Adjustment: "adjustment_reverse", Transfer: "transfer_reverse"}


@dataclass(frozen=True, slots=True)
class Link:
    """One step of appointment → note → bill → invoice; without an address it is only named."""

    label: str
    text: str
    icon: str
    url: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A ledger line, formatted."""

    when: str
    text: str
    sub: str
    amount: str
    balance: str
    url: str = ""
    reverse_url: str = ""
    is_quiet: bool = False


def bill_chain(actor: User, bill: Bill) -> list[Link]:
    """The session, its note and the invoice. The note is a link only for who may read it, else just "Signed note"."""
    steps: list[Link] = []
    visit = bill.appointment
    if visit is not None:
        when = formatting.instant(visit.start_time, clock.zone())
        steps.append(Link(visit.get_type_display(), when, "calendar", appointment_url(visit.pk)))
    if visit is not None and bill.kind == "service":
        note = queries.session_note_of(actor, visit.pk)
        url = document_url(note.pk) if note else ""
        steps.append(Link("Note", note.get_status_display() if note else "Signed", "file-check", url))
    steps.append(Link("Bill", formatting.money(bill.amount), "receipt", is_here=True))
    if bill.invoice is not None:
        url = (
            reverse("billing:invoice_detail", args=[bill.invoice_id]) if rules.can_see_balances(actor) else ""
        )
        steps.append(Link("Invoice", bill.invoice.number, "file-invoice", url))
    return steps


def bill_facts(actor: User, bill: Bill) -> list[tuple[str, Any]]:
    """What a bill says of itself."""
    return [
        (
            "Client",
            Cell(bill.client.display_name, account_url(bill.client_id), sub=f"C-{bill.client.number}"),
        ),
        ("Clinician", bill.staff.name_with_credential if bill.staff else ""),
        (
            "Service",
            " ".join(part for part in (bill.code, bill.description or bill.get_kind_display()) if part),
        ),
        ("Units", formatting.number(bill.units)),
        ("Insurer", bill.payer or "Self-pay"),
        ("Sent to insurer", formatting.date(bill.submitted_on)),
        *([("Denied", f"{formatting.date(bill.denied_on)}: {bill.denial_reason}")] if bill.denied_on else []),
        ("Due", formatting.date(bill.due_date)),
        ("Paid on", formatting.date(bill.paid_date)),
        *_copay(actor, bill),
        ("Billed by", bill.created_by.full_name if bill.created_by else ""),
        *([("Voided because", bill.void_reason)] if bill.void_reason else []),
    ]


def left_copay_words(left: LeftCopay) -> str:
    """`$30.00: pays later. Will bring the card. Faye Front, 11/23/2026 9:05 AM`"""
    who = f"{left.left_by.full_name}, " if left.left_by else ""
    why = left.why if left.why.endswith((".", "!", "?")) else f"{left.why}."
    return f"{formatting.money(left.amount)}: {why} {who}{formatting.instant(left.left_at, clock.zone())}"


def _copay(actor: User, bill: Bill) -> list[tuple[str, str]]:
    """That the copay of its session was not taken at the desk, for the office. One query."""
    if bill.appointment_id is None or bill.kind != BillKind.SERVICE or not rules.can_see_balances(actor):
        return []
    left = queries.left_for_visits(actor, [bill.appointment_id]).get(bill.appointment_id)
    return [("Copay not taken", left_copay_words(left))] if left else []


def ledger_lines(actor: User, bill: Bill, lines: Sequence[BillLine]) -> list[Shown]:
    """The ledger for the page; what still counts can be reversed by who manages bills."""
    may = rules.can_manage_bills(actor) and bill.status != BillStatus.VOID
    return [_shown(line, may) for line in lines]


def _shown(line: BillLine, may_reverse: bool) -> Shown:
    row = line.row
    stands = row is not None and not line.is_reversed and not line.is_reversal
    return Shown(
        when=formatting.date(line.on),
        text=line.text,
        sub=" · ".join(part for part in (line.note, line.by) if part),
        amount=formatting.money(line.amount),
        balance=formatting.money(line.balance),
        url=reverse("billing:payment_detail", args=[row.payment_id]) if isinstance(row, Allocation) else "",
        reverse_url=_reverse_url(row) if may_reverse and stands and row else "",
        is_quiet=line.is_reversed or line.is_reversal,
    )


def _reverse_url(row: LedgerRow) -> str:
    return reverse(f"billing:{REVERSE[type(row)]}", args=[row.pk])


def bill_actions(actor: User, bill: Bill, lines: Sequence[BillLine]) -> list[Action]:
    """The verbs that apply to this bill now, the likeliest first."""
    if bill.status == BillStatus.VOID:
        return []
    made: list[Action] = []

    def add(label: str, name: str, icon: str, *, danger: bool = False) -> None:
        made.append(
            Action(label, reverse(f"billing:{name}", args=[bill.pk]), icon=icon, dialog=True, danger=danger)
        )

    if bill.client_balance > 0 and rules.can_take_payments(actor):
        url = f"{reverse('billing:payment_create')}?client={bill.client_id}&bill={bill.pk}"
        made.append(Action("Take payment", url, icon="cash", primary=True))
    if not rules.can_manage_bills(actor):
        return made
    if bill.insurance_balance > 0:
        url = f"{reverse('billing:payment_create')}?client={bill.client_id}&bill={bill.pk}&source=insurance"
        made.append(Action("Insurance payment", url, icon="building-bank", primary=bill.client_balance <= 0))
        add("Submit again" if bill.submitted_on else "Mark as submitted", "bill_submit", "send")
        add("Mark as denied", "bill_deny", "ban")
    if bill.balance > 0:
        add("Adjust", "bill_adjust", "adjustments-horizontal")
        add("Transfer", "bill_transfer", "switch-horizontal")
        add("Write off", "bill_write_off", "scissors")
    if bill.client_amount > 0 and bill.invoice_id is None and bill.status != BillStatus.VOID:
        url = f"{reverse('billing:invoice_create', args=[bill.client_id])}?bill={bill.pk}"
        made.append(Action("Invoice", url, icon="file-invoice"))
    stands = any(line.row is not None and not line.is_reversed and not line.is_reversal for line in lines)
    if not stands and bill.invoice_id is None:
        add("Edit parts", "bill_parts", "edit")
    if bill.invoice_id is None:
        add("Void", "bill_void", "circle-x", danger=True)
    return made


def payment_badge(payment: Any) -> Badge:
    """The state of a payment of `queries.payment_rows`."""
    if payment.taken_back:
        return Badge("Reversed", "neutral")
    if payment.unapplied > 0:
        return Badge("Unapplied" if payment.unapplied == payment.amount else "Partly applied", "warning")
    return Badge("Refunded" if payment.refunded and not payment.allocated else "Applied", "success")
