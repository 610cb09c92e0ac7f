"""Payments, and what is left of them."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from accounts.models import User
from billing import rules
from billing.choices import Owes, PaymentSource
from billing.models import ZERO, Bill, LeftCopay, Payment
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


def taken_for_visits(appointment_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, Decimal]]:
    """What clients paid for these visits at the desk: the newest payment and the sum, by appointment. One query."""
    found = (
        _taken()
        .filter(appointment_id__in=appointment_ids)
        .order_by("created_at")
        .values_list("appointment_id", "pk", "amount")
    )
    taken: dict[UUID, tuple[UUID, Decimal]] = {}
    for visit, payment, amount in found:
        if visit is not None:
            taken[visit] = (payment, amount + (taken[visit][1] if visit in taken else ZERO))
    return taken


def desk_money(actor: User, appointment_ids: Collection[UUID]) -> dict[UUID, tuple[UUID | None, Decimal]]:
    """What came of the copay of these visits: the newest payment and the sum of all, or None and what was left.

    A visit of which neither is known is missing. One query.
    """
    left = rules.visible_left_copays(actor).annotate(payment=Value(None, output_field=UUIDField()))
    rows: Any = (
        _taken()
        .filter(appointment_id__in=appointment_ids)
        .values_list("appointment_id", "pk", "amount", "created_at")
        .union(
            left.filter(appointment_id__in=appointment_ids).values_list(
                "appointment_id", "payment", "amount", "created_at"
            ),
            all=True,
        )
        .order_by("created_at")
    )
    found: dict[UUID, tuple[UUID | None, Decimal]] = {}
    for visit, payment, amount, _at in rows:
        newest, total = found.get(visit, (None, ZERO))
        if payment is None:
            found.setdefault(visit, (None, amount))
        else:
            found[visit] = (payment, amount + (total if newest else ZERO))
    return found


def left_for_visits(actor: User, appointment_ids: Collection[UUID]) -> dict[UUID, LeftCopay]:
    """The copays of these visits that were left with a reason and not paid since, by appointment. One query."""
    found = rules.visible_left_copays(actor).filter(appointment_id__in=appointment_ids)
    paid = _taken().filter(appointment_id=OuterRef("appointment_id"))
    return {left.appointment_id: left for left in found.filter(~Exists(paid)).select_related("left_by")}


def _taken() -> QuerySet[Payment]:
    """What clients paid, not taken back."""
    return Payment.objects.filter(reverses__isnull=True, reversed_by__isnull=True).exclude(
        source=PaymentSource.INSURANCE
    )


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
