"""What changes a bill without money: adjustments, write-offs, and moving a part between insurer and client."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import rules
from billing.choices import AdjustmentKind, Owes, TransferDirection
from billing.errors import AmountNotPositive, MoreThanOwed, ReasonMissing
from billing.models import Adjustment, Bill, Transfer
from billing.services.bills import open_part, require_live
from billing.services.locks import lock_bill
from billing.services.settle import became_clients, settle
from mentalspace.core import audit
from mentalspace.core.gates import require
from staff.rules import staff_of


@transaction.atomic
def adjust(
    *, actor: User, bill_id: UUID, kind: str, amount: Decimal, taken_from: str, note: str = ""
) -> Adjustment:
    """Take an amount off the insurer's or the client's part.

    Raises NotPermitted, BillIsVoid, AmountNotPositive, MoreThanOwed.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    return _adjust(actor, bill, kind, amount, taken_from, note)


@transaction.atomic
def write_off(*, actor: User, bill_id: UUID, kind: str, reason: str) -> list[Adjustment]:
    """Give up all that is open on a bill, both parts.

    Raises NotPermitted, BillIsVoid, ReasonMissing, AmountNotPositive.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if not reason.strip():
        raise ReasonMissing
    if bill.balance <= 0:
        raise AmountNotPositive("Nothing is open on this bill.", field=None)
    return [
        _adjust(actor, bill, kind, open_part(bill, owes), owes, reason)
        for owes in (Owes.INSURANCE, Owes.CLIENT)
        if open_part(bill, owes) > 0
    ]


@transaction.atomic
def transfer(
    *,
    actor: User,
    bill_id: UUID,
    amount: Decimal,
    direction: str = TransferDirection.TO_CLIENT,
    note: str = "",
) -> Transfer:
    """Move an open amount from the insurer's part to the client's, or back.

    Raises NotPermitted, BillIsVoid, AmountNotPositive, MoreThanOwed.
    """
    require(rules.can_manage_bills(actor))
    bill = lock_bill(bill_id)
    require_live(bill)
    if amount <= 0:
        raise AmountNotPositive
    giver = Owes.INSURANCE if direction == TransferDirection.TO_CLIENT else Owes.CLIENT
    if amount > open_part(bill, giver):
        raise MoreThanOwed(open_part(bill, giver), giver.label.lower())
    if direction == TransferDirection.TO_CLIENT:
        became_clients(bill, bill.client_balance)
    row = Transfer.objects.create(
        bill=bill, amount=amount, direction=direction, note=note.strip(), created_by=staff_of(actor)
    )
    settle(bill)
    audit.record(
        actor=actor,
        verb="bill.transferred",
        obj=bill,
        client_id=bill.client_id,
        changes={"direction": ["", direction], "amount": ["", str(amount)]},
    )
    return row


def _adjust(actor: User, bill: Bill, kind: str, amount: Decimal, taken_from: str, note: str) -> Adjustment:
    owes = Owes(taken_from)
    if amount <= 0:
        raise AmountNotPositive
    if amount > open_part(bill, owes):
        raise MoreThanOwed(open_part(bill, owes), owes.label.lower())
    row = Adjustment.objects.create(
        bill=bill,
        amount=amount,
        kind=AdjustmentKind(kind),
        taken_from=owes.value,
        note=note.strip(),
        created_by=staff_of(actor),
    )
    settle(bill)
    audit.record(
        actor=actor,
        verb="bill.adjusted",
        obj=bill,
        client_id=bill.client_id,
        changes={"kind": ["", kind], "part": ["", owes.value], "amount": ["", str(amount)]},
    )
    return row
