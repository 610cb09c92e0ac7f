"""Payments, and what is left of them."""

from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.models import User
from billing import rules
from billing.choices import Owes, PaymentSource
from billing.models import Bill, Payment
from billing.queries.balances import live_bills
from billing.queries.sums import allocated, not_applied, refunded, taken_back


def with_unapplied(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Adds `allocated`, `refunded`, `taken_back` (its reversal, negative) and `unapplied`."""
    return payments.annotate(
        allocated=allocated(), refunded=refunded(), taken_back=taken_back(), unapplied=not_applied()
    )


def left_over(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those of `with_unapplied` of which something is left."""
    left: Q = Q(unapplied__gt=0)
    return payments.filter(left)


def payment_rows(actor: User) -> QuerySet[Payment]:
    """Payments the actor may see, without the mirrors of reversed ones; `taken_back` shows those."""
    found = rules.visible_payments(actor).filter(reverses__isnull=True)
    return with_unapplied(found).select_related("client", "created_by")


def unapplied_payments(actor: User) -> QuerySet[Payment]:
    """Payments with money left to apply or give back."""
    return left_over(payment_rows(actor))


def part_paid_by(source: str) -> Owes:
    """Whose part a payment pays: an insurer its own, everybody else the client's."""
    return Owes.INSURANCE if source == PaymentSource.INSURANCE else Owes.CLIENT


def applicable_bills(client_id: UUID, source: str) -> QuerySet[Bill]:
    """A client's bills that a payment of this source can pay, oldest first."""
    owed = {
        Owes.CLIENT: Q(client_paid__lt=F("client_amount")),
        Owes.INSURANCE: Q(insurance_paid__lt=F("insurance_amount")),
    }[part_paid_by(source)]
    return (
        live_bills()
        .filter(owed, client_id=client_id)
        .select_related("staff")
        .order_by("service_date", "created_at", "pk")
    )
