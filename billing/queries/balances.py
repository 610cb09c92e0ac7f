"""What a client's account comes to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from billing.choices import BillStatus
from billing.models import ZERO, Bill, Payment, Refund
from billing.queries.buckets import bucket_bounds, in_bucket
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, OPEN, not_applied, sum_of, total
from clients.models import Client
from mentalspace.core import clock


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


def account_of(client_id: UUID) -> Account:
    """The account of one client, in one query."""
    live = live_bills()
    oldest = (
        live.filter(client=OuterRef("pk"), client_paid__lt=F("client_amount"))
        .order_by()
        .values("client")
        .annotate(oldest=Min(Coalesce("due_date", "client_due_from")))
    )
    owing = live.filter(client_paid__lt=F("client_amount"))
    buckets = bucket_bounds()
    found = Client.objects.filter(pk=client_id).values(
        its_charges=sum_of(live, "client"),
        its_adjustments=sum_of(live, "client", "adjusted_amount"),
        its_client_owes=sum_of(live, "client", CLIENT_OPEN),
        its_insurance_owes=sum_of(live, "client", INSURANCE_OPEN),
        its_payments=sum_of(Payment.objects.all(), "client"),
        its_refunds=sum_of(Refund.objects.all(), "payment__client"),
        its_oldest_due=Subquery(oldest.values("oldest")),
        **{
            f"age_{bucket.number}": sum_of(
                owing.filter(in_bucket(bucket, "client_due_from")), "client", CLIENT_OPEN
            )
            for bucket in buckets
        },
    )
    row: Any = found.first() or {}
    ages = tuple(row.pop(f"age_{bucket.number}", ZERO) for bucket in buckets)
    return Account(**{name.removeprefix("its_"): value for name, value in row.items()}, ages=ages)


def account_on(client: Client) -> Account:
    """The client's account, asked for once: the header and the tab of one page share the client."""
    held: Account | None = client.__dict__.get("_account")
    if held is None:
        held = client.__dict__["_account"] = account_of(client.pk)
    return held


def unapplied_total() -> Decimal:
    """All money that came in and is applied to nothing, over the whole practice."""
    rows = Payment.objects.filter(reverses__isnull=True).annotate(rest=not_applied())
    amount: Decimal = rows.aggregate(made=total("rest"))["made"]
    return amount


def open_total() -> Decimal:
    """All that is owed to the practice, by whomever."""
    amount: Decimal = open_bills().aggregate(made=total(OPEN))["made"]
    return amount
