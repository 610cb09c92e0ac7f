"""Expressions that the other queries share: sums that are never NULL, parts that are open, money not applied."""

from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from billing.models import Allocation, Payment, Refund

MONEY: DecimalField = DecimalField(max_digits=12, decimal_places=2)
NOTHING = Value(0, output_field=MONEY)

CLIENT_OPEN = F("client_amount") - F("client_paid")
INSURANCE_OPEN = F("insurance_amount") - F("insurance_paid")
OPEN = CLIENT_OPEN + INSURANCE_OPEN


def total(expression: str | Combinable, **options: Any) -> Coalesce:
    """A sum of money that is 0.00 where there is nothing to add."""
    return Coalesce(Sum(expression, output_field=MONEY, **options), NOTHING, output_field=MONEY)


def sum_of(rows: QuerySet, owner: str, field: str | Combinable = "amount") -> Coalesce:
    """The sum of a child table's `field` for each row of the outer query, as one subquery."""
    summed = (
        rows.filter(**{owner: OuterRef("pk")})
        .order_by()
        .values(owner)
        .annotate(summed=Sum(field, output_field=MONEY))
        .values("summed")
    )
    return Coalesce(Subquery(summed, output_field=MONEY), NOTHING, output_field=MONEY)


def allocated() -> Coalesce:
    """How much of a payment has been applied to bills."""
    return sum_of(Allocation.objects.all(), "payment")


def refunded() -> Coalesce:
    return sum_of(Refund.objects.all(), "payment")


def taken_back() -> Coalesce:
    """The (negative) amount of a payment's reversal."""
    return sum_of(Payment.objects.all(), "reverses")


def not_applied() -> Combinable:
    """What is left of a payment; only meaningful on rows that are not themselves reversals."""
    return F("amount") + taken_back() - allocated() - refunded()
