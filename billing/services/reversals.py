"""Mending mistakes: a row that carries the opposite amount of the one it reverses, once. Nothing is ever edited."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import rules
from billing.choices import TransferDirection
from billing.errors import AlreadyReversed, ReasonMissing, RefundStands, TransferInUse
from billing.models import Adjustment, Allocation, Bill, LedgerRow, Payment, Refund, Transfer
from billing.services.locks import lock_bill, lock_bills, lock_payment
from billing.services.settle import settle
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from staff.rules import staff_of

R = TypeVar("R", bound=LedgerRow)
# What a mirror shares with its original, besides the amount.
SAME: dict[type[LedgerRow], tuple[str, ...]] = {
    Payment: ("client_id", "source", "method", "payer", "reference", "appointment_id"),
    Allocation: ("payment_id", "bill_id"),
    Adjustment: ("bill_id", "kind", "taken_from"),
    Transfer: ("bill_id", "direction"),
    Refund: ("payment_id", "method", "reference"),
}
# A mirror happened today, whenever its original did.
DAY: dict[type[LedgerRow], str] = {Payment: "received_on", Refund: "refunded_on"}


def mirror(row: R, actor: User, note: str) -> R:
    """Add the row that reverses `row`. The caller holds the locks and settles the bill."""
    model: Any = type(row)
    fields: dict[str, Any] = {name: getattr(row, name) for name in SAME[model]}
    if model in DAY:
        fields[DAY[model]] = clock.today()
    made: R = model.objects.create(
        amount=-row.amount, reverses=row, note=note.strip(), created_by=staff_of(actor), **fields
    )
    return made


@transaction.atomic
def reverse_payment(*, actor: User, row_id: UUID, reason: str) -> Payment:
    """Undo a payment (a bounced check, a wrong amount): its bills owe again.

    Raises NotPermitted, AlreadyReversed, RefundStands, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    payment = lock_payment(row_id)
    _require_reversible(payment, reason)
    if Refund.objects.filter(payment=payment, reverses__isnull=True, reversed_by__isnull=True).exists():
        raise RefundStands
    applied = Allocation.objects.filter(payment=payment, reverses__isnull=True, reversed_by__isnull=True)
    # Nothing new is applied while the payment is locked; a bill being voided is waited for, then read again.
    bills = lock_bills(applied.values_list("bill_id", flat=True))
    for row in applied.all():
        mirror(row, actor, reason)
        settle(bills[row.bill_id])
    made = mirror(payment, actor, reason)
    _record(actor, "payment.reversed", payment, payment.client_id, reason)
    return made


@transaction.atomic
def reverse_allocation(*, actor: User, row_id: UUID, reason: str) -> Allocation:
    """Take money off a bill again; it becomes unapplied.

    Raises NotPermitted, AlreadyReversed, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    row = Allocation.objects.get(pk=row_id)
    lock_payment(row.payment_id)
    bill = lock_bill(row.bill_id)
    _require_reversible(row, reason)
    return _mirror_on(bill, row, actor, "payment.unapplied", reason)


@transaction.atomic
def reverse_adjustment(*, actor: User, row_id: UUID, reason: str) -> Adjustment:
    """Put an adjusted amount back on the part it was taken from.

    Raises NotPermitted, AlreadyReversed, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    row = Adjustment.objects.get(pk=row_id)
    bill = lock_bill(row.bill_id)
    _require_reversible(row, reason)
    return _mirror_on(bill, row, actor, "bill.adjustment_reversed", reason)


@transaction.atomic
def reverse_transfer(*, actor: User, row_id: UUID, reason: str) -> Transfer:
    """Move a transferred part back, as long as it is still open there.

    Raises NotPermitted, AlreadyReversed, TransferInUse, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    row = Transfer.objects.get(pk=row_id)
    bill = lock_bill(row.bill_id)
    _require_reversible(row, reason)
    holder = bill.client_balance if row.direction == TransferDirection.TO_CLIENT else bill.insurance_balance
    if row.amount > holder:
        raise TransferInUse
    return _mirror_on(bill, row, actor, "bill.transfer_reversed", reason)


@transaction.atomic
def reverse_refund(*, actor: User, row_id: UUID, reason: str) -> Refund:
    """A refund that was never cashed: the money is the client's credit again.

    Raises NotPermitted, AlreadyReversed, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    row = Refund.objects.get(pk=row_id)
    payment = lock_payment(row.payment_id)
    _require_reversible(row, reason)
    made = mirror(row, actor, reason)
    _record(actor, "payment.refund_reversed", payment, payment.client_id, reason)
    return made


def _mirror_on(bill: Bill, row: R, actor: User, verb: str, reason: str) -> R:
    """Reverse a row of this locked bill, settle it and record that."""
    made = mirror(row, actor, reason)
    settle(bill)
    _record(actor, verb, bill, bill.client_id, reason)
    return made


def _require_reversible(row: LedgerRow, reason: str) -> None:
    model: Any = type(row)
    if row.amount < 0 or model.objects.filter(reverses_id=row.pk).exists():
        raise AlreadyReversed
    if not reason.strip():
        raise ReasonMissing


def _record(actor: User, verb: str, obj: Any, client_id: UUID, reason: str) -> None:
    audit.record(
        actor=actor, verb=verb, obj=obj, client_id=client_id, changes={"reason": ["", reason.strip()]}
    )
