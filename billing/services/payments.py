"""Money that comes in: taken, applied to bills, taken off them again, given back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import queries, rules
from billing.choices import BillStatus, Owes, PaymentSource
from billing.errors import (
    AmountNotPositive,
    BillIsVoid,
    DateInFuture,
    MoreThanOwed,
    MoreThanUnapplied,
    NotOfThisClient,
    ReasonMissing,
)
from billing.models import ZERO, Allocation, Bill, Payment, Refund
from billing.services.locks import lock_bills, lock_payment, lock_payments
from billing.services.settle import settle
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from staff.rules import staff_of

Amounts = Mapping[UUID, Decimal]


@transaction.atomic
def take_payment(
    *,
    actor: User,
    client_id: UUID,
    amount: Decimal,
    method: str,
    received_on: date,
    source: str = PaymentSource.CLIENT,
    payer: str = "",
    reference: str = "",
    note: str = "",
    appointment_id: UUID | None = None,
    allocations: Amounts | None = None,
) -> Payment:
    """Record money that came in, and apply it.

    `allocations` maps bills to amounts; None leaves all of it unapplied (a copay before the charge exists names its
    `appointment_id` and is applied when the bill is made). What is not applied stays the client's credit.
    The desk takes clients' money; an insurer's is the biller's.
    Raises NotPermitted, AmountNotPositive, DateInFuture, MoreThanUnapplied, MoreThanOwed, NotOfThisClient, BillIsVoid.
    """
    require(may_take(actor, source))
    if amount <= 0:
        raise AmountNotPositive
    if received_on > clock.today():
        raise DateInFuture(field="received_on")
    if source == PaymentSource.INSURANCE and not payer.strip():
        raise ReasonMissing("Name the insurer who paid.", field="payer")
    payment = Payment.objects.create(
        client_id=client_id,
        amount=amount,
        method=method,
        received_on=received_on,
        source=source,
        payer=payer.strip(),
        reference=reference.strip(),
        note=note.strip(),
        appointment_id=appointment_id,
        created_by=staff_of(actor),
    )
    audit.record(
        actor=actor,
        verb="payment.taken",
        obj=payment,
        client_id=client_id,
        changes={"amount": ["", str(amount)], "source": ["", source], "method": ["", method]},
    )
    _allocate(actor, payment, allocations or {}, rest=amount)
    return payment


@transaction.atomic
def apply_payment(*, actor: User, payment_id: UUID, allocations: Amounts) -> Payment:
    """Apply what is left of a payment to bills.

    Raises as `take_payment` does, and AmountNotPositive if nothing is given.
    """
    payment = lock_payment(payment_id)
    require(may_take(actor, payment.source))
    if not any(allocations.values()):
        raise AmountNotPositive("Enter an amount for at least one bill.", field=None)
    _allocate(actor, payment, allocations, rest=unapplied_of(payment))
    return payment


@transaction.atomic
def refund(
    *,
    actor: User,
    payment_id: UUID,
    amount: Decimal,
    method: str,
    refunded_on: date,
    reference: str = "",
    note: str,
) -> Refund:
    """Give back money that is applied to nothing.

    Raises NotPermitted, AmountNotPositive, DateInFuture, MoreThanUnapplied, ReasonMissing.
    """
    require(rules.can_manage_bills(actor))
    payment = lock_payment(payment_id)
    if amount <= 0:
        raise AmountNotPositive
    if refunded_on > clock.today():
        raise DateInFuture(field="refunded_on")
    if refunded_on < payment.received_on:
        raise DateInFuture("A refund cannot be earlier than its payment.", field="refunded_on")
    if not note.strip():
        raise ReasonMissing(field="note")
    rest = unapplied_of(payment)
    if amount > rest:
        raise MoreThanUnapplied(rest)
    made = Refund.objects.create(
        payment=payment,
        amount=amount,
        method=method,
        refunded_on=refunded_on,
        reference=reference.strip(),
        note=note.strip(),
        created_by=staff_of(actor),
    )
    audit.record(
        actor=actor,
        verb="payment.refunded",
        obj=payment,
        client_id=payment.client_id,
        changes={"refunded": ["", str(amount)]},
    )
    return made


def propose_allocations(bills: list[Bill], source: str, amount: Decimal) -> dict[UUID, Decimal]:
    """Oldest bill first, each as far as the payer's part of it is open, until the money is used up."""
    owes = queries.part_paid_by(source)
    proposed: dict[UUID, Decimal] = {}
    for bill in bills:
        share = min(amount, bill.client_balance if owes == Owes.CLIENT else bill.insurance_balance)
        if share > 0:
            proposed[bill.pk] = share
            amount -= share
    return proposed


def apply_waiting_payments(actor: User, bill: Bill) -> None:
    """Apply to a bill just made what the client paid for its appointment at the desk, as far as it goes."""
    if bill.appointment_id is None:
        return
    waiting = queries.with_unapplied(
        Payment.objects.filter(
            appointment_id=bill.appointment_id, client_id=bill.client_id, reverses__isnull=True
        ).exclude(source=PaymentSource.INSURANCE)
    )
    ids = [row.pk for row in queries.left_over(waiting)]
    for payment in lock_payments(ids).values():
        share = min(unapplied_of(payment), bill.client_balance)
        if share > 0:
            _post(actor, payment, bill, share)
            settle(bill)


def may_take(actor: User, source: str) -> bool:
    """The desk takes and applies clients' money; an insurer's is the biller's."""
    return (
        rules.can_manage_bills(actor) if source == PaymentSource.INSURANCE else rules.can_take_payments(actor)
    )


def unapplied_of(payment: Payment) -> Decimal:
    """What is left of a payment that the caller has locked."""
    found = queries.with_unapplied(Payment.objects.filter(pk=payment.pk, reverses__isnull=True)).first()
    rest: Decimal = getattr(found, "unapplied", ZERO)
    return rest


def _allocate(actor: User, payment: Payment, amounts: Amounts, *, rest: Decimal) -> None:
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if not wanted:
        return
    if any(amount < 0 for amount in wanted.values()):
        raise AmountNotPositive(field=None)
    if sum(wanted.values(), ZERO) > rest:
        raise MoreThanUnapplied(rest, field=None)
    bills = lock_bills(wanted)
    owes = queries.part_paid_by(payment.source)
    for key, amount in wanted.items():
        bill = bills.get(key)
        if bill is None or bill.client_id != payment.client_id:
            raise NotOfThisClient
        if bill.status == BillStatus.VOID:
            raise BillIsVoid
        owed = bill.client_balance if owes == Owes.CLIENT else bill.insurance_balance
        if amount > owed:
            raise MoreThanOwed(owed, owes.label.lower(), field=f"bill_{key}")
        _post(actor, payment, bill, amount)
        settle(bill)


def _post(actor: User, payment: Payment, bill: Bill, amount: Decimal) -> Allocation:
    row = Allocation.objects.create(payment=payment, bill=bill, amount=amount, created_by=staff_of(actor))
    audit.record(
        actor=actor,
        verb="payment.applied",
        obj=bill,
        client_id=bill.client_id,
        changes={"payment": ["", str(payment.pk)], "amount": ["", str(amount)]},
    )
    return row
