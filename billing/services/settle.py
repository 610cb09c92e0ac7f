"""A bill's parts, paid amounts, status and paid date, made anew from its ledger rows."""

from datetime import date
from decimal import Decimal

from django.db.models import Max, QuerySet, Sum

from billing.choices import BillStatus, Owes, PaymentSource, TransferDirection
from billing.models import ZERO, Adjustment, Allocation, Bill, Transfer
from mentalspace.core import clock

SETTLED_FIELDS = [
    "insurance_amount",
    "client_amount",
    "adjusted_amount",
    "insurance_paid",
    "client_paid",
    "client_due_from",
    "status",
    "paid_date",
    "updated_at",
]


def settle(bill: Bill) -> Bill:
    """Recompute and save a bill that the caller has locked. Four statements.

    client part = amount − insurer's share as charged + transfers to the client − adjustments of it; the insurer's is
    the mirror of that. The database refuses parts that do not add up or are paid beyond what they are.
    """
    if bill.status == BillStatus.VOID:
        return bill
    adjusted = {
        row["taken_from"]: row["made"] for row in _by(Adjustment.objects.filter(bill=bill), "taken_from")
    }
    moved = {row["direction"]: row["made"] for row in _by(Transfer.objects.filter(bill=bill), "direction")}
    paid = {
        row["payment__source"]: row["made"]
        for row in _by(Allocation.objects.filter(bill=bill), "payment__source")
    }
    to_client = moved.get(TransferDirection.TO_CLIENT, ZERO) - moved.get(TransferDirection.TO_INSURANCE, ZERO)
    bill.insurance_amount = bill.insurance_share - to_client - adjusted.get(Owes.INSURANCE, ZERO)
    bill.client_amount = bill.amount - bill.insurance_share + to_client - adjusted.get(Owes.CLIENT, ZERO)
    bill.adjusted_amount = sum(adjusted.values(), ZERO)
    bill.insurance_paid = paid.pop(PaymentSource.INSURANCE, ZERO)
    bill.client_paid = sum(paid.values(), ZERO)
    bill.status = status_of(bill)
    bill.paid_date = _settled_on(bill) if bill.status == BillStatus.PAID else None
    bill.save(update_fields=SETTLED_FIELDS)
    return bill


def status_of(bill: Bill) -> BillStatus:
    """What the ledger says of a bill that is not void. A denial shows until the insurer's part is dealt with."""
    received = bill.insurance_paid + bill.client_paid
    if bill.balance == 0:
        return BillStatus.WRITTEN_OFF if received == 0 and bill.adjusted_amount > 0 else BillStatus.PAID
    if bill.denied_on is not None and bill.insurance_balance > 0:
        return BillStatus.DENIED
    if received > 0:
        return BillStatus.PARTIALLY_PAID
    if bill.submitted_on is not None and bill.insurance_balance > 0:
        return BillStatus.SUBMITTED
    return BillStatus.PENDING


def became_clients(bill: Bill, owed_before: Decimal) -> None:
    """Let the client's part age from today when nothing of it was owed before."""
    if owed_before <= 0:
        bill.client_due_from = clock.today()


def _settled_on(bill: Bill) -> date:
    """The day the last money that still counts came in."""
    counts = Allocation.objects.filter(bill=bill, reverses__isnull=True, reversed_by__isnull=True)
    last: date | None = counts.aggregate(last=Max("payment__received_on"))["last"]
    return last or clock.today()


def _by(rows: QuerySet, field: str) -> QuerySet:
    return rows.order_by().values(field).annotate(made=Sum("amount"))
