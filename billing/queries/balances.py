"""What a client's account comes to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from billing.choices import BillStatus
from billing.models import ZERO, Bill, Payment, Refund
from billing.queries.buckets import bucket_bounds, in_bucket
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, OPEN, not_applied, sum_of, total
from clients.models import Client
from mentalspace.core import clock

# Before the names of an account's columns, which stand among a client's own.
COLUMN = "account_"


@dataclass(frozen=True, slots=True)
class Account:
    """A client's account. `balance` = charges − adjustments − payments + refunds, over everything ever posted.

    `ages` is what the client owes in each of `bucket_bounds()`.
    """

    charges: Decimal = ZERO
    adjustments: Decimal = ZERO
    payments: Decimal = ZERO
    refunds: Decimal = ZERO
    client_owes: Decimal = ZERO
    insurance_owes: Decimal = ZERO
    oldest_due: date | None = None
    ages: tuple[Decimal, ...] = ()

    @property
    def balance(self) -> Decimal:
        return self.charges - self.adjustments - self.payments + self.refunds

    @property
    def unapplied(self) -> Decimal:
        """Credit: what was paid and neither applied nor given back."""
        return self.client_owes + self.insurance_owes - self.balance

    @property
    def client_balance(self) -> Decimal:
        """What the client would have to pay today, credit counted; negative when the practice owes the client."""
        return self.client_owes - self.unapplied

    @property
    def is_overdue(self) -> bool:
        """Has the client let a due date pass?"""
        return self.client_balance > 0 and self.oldest_due is not None and self.oldest_due < clock.today()


def live_bills() -> QuerySet[Bill]:
    return Bill.objects.exclude(status=BillStatus.VOID)


def open_bills() -> QuerySet[Bill]:
    """Charges on which somebody still owes something."""
    return live_bills().filter(
        Q(client_paid__lt=F("client_amount")) | Q(insurance_paid__lt=F("insurance_amount"))
    )


def account_columns() -> dict[str, Combinable]:
    """What an account is made of, as columns of its client."""
    live = live_bills()
    oldest = (
        live.filter(client=OuterRef("pk"), client_paid__lt=F("client_amount"))
        .order_by()
        .values("client")
        .annotate(oldest=Min(Coalesce("due_date", "client_due_from")))
    )
    owing = live.filter(client_paid__lt=F("client_amount"))
    columns: dict[str, Combinable] = {
        "charges": sum_of(live, "client"),
        "adjustments": sum_of(live, "client", "adjusted_amount"),
        "client_owes": sum_of(live, "client", CLIENT_OPEN),
        "insurance_owes": sum_of(live, "client", INSURANCE_OPEN),
        "payments": sum_of(Payment.objects.all(), "client"),
        "refunds": sum_of(Refund.objects.all(), "payment__client"),
        "oldest_due": Subquery(oldest.values("oldest")),
    }
    for bucket in bucket_bounds():
        aged = owing.filter(in_bucket(bucket, "client_due_from"))
        columns[f"age_{bucket.number}"] = sum_of(aged, "client", CLIENT_OPEN)
    return {COLUMN + name: column for name, column in columns.items()}


def account_on(client: Client) -> Account:
    """The account of a client who was read with `account_columns`, as a chart's is."""
    held = vars(client).items()
    row = {name.removeprefix(COLUMN): value for name, value in held if name.startswith(COLUMN)}
    ages = tuple(row.pop(f"age_{bucket.number}") for bucket in bucket_bounds())
    return Account(**row, ages=ages)


def unapplied_total() -> Decimal:
    """All money that came in and is applied to nothing, over the whole practice."""
    rows = Payment.objects.filter(reverses__isnull=True).annotate(rest=not_applied())
    amount: Decimal = rows.aggregate(made=total("rest"))["made"]
    return amount


def open_total() -> Decimal:
    """All that is owed to the practice, by whomever."""
    amount: Decimal = open_bills().aggregate(made=total(OPEN))["made"]
    return amount
