"""Revenue for reports. Charges count by service date, money by the day it was received."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count
from django.db.models.functions import TruncMonth

from billing.models import ZERO, Payment
from billing.queries.balances import live_bills
from billing.queries.sums import OPEN, total

By = Literal["staff", "code", "payer"]


@dataclass(slots=True)
class RevenueRow:
    """One clinician, code or payer. `key` is the value to filter /bills/ by."""

    key: str
    label: str
    bills: int = 0
    charges: Decimal = ZERO
    adjustments: Decimal = ZERO
    insurance_paid: Decimal = ZERO
    client_paid: Decimal = ZERO
    open: Decimal = ZERO

    @property
    def payments(self) -> Decimal:
        return self.insurance_paid + self.client_paid


_GROUPS: dict[str, tuple[str, ...]] = {
    "staff": ("staff_id", "staff__first_name", "staff__last_name"),
    "code": ("code", "kind"),
    "payer": ("payer",),
}


def revenue(first: date, last: date, by: By = "staff") -> list[RevenueRow]:
    """Bills for services from `first` to `last` (both inclusive): charged, adjusted, paid so far, open. One query.

    `by`: "staff" (clinician), "code" or "payer" ("" is self-pay). Void bills do not count.
    """
    found = (
        live_bills()
        .filter(service_date__range=(first, last))
        .order_by()
        .values(*_GROUPS[by])
        .annotate(
            bills=Count("pk"),
            charges=total("amount"),
            adjustments=total("adjusted_amount"),
            paid_by_insurance=total("insurance_paid"),
            paid_by_client=total("client_paid"),
            left=total(OPEN),
        )
    )
    made = [
        RevenueRow(
            *_named(row, by),
            row["bills"],
            row["charges"],
            row["adjustments"],
            row["paid_by_insurance"],
            row["paid_by_client"],
            row["left"],
        )
        for row in found
    ]
    return sorted(made, key=lambda row: (-row.charges, row.label))


def _named(row: dict[str, Any], by: By) -> tuple[str, str]:
    if by == "staff":
        if row["staff_id"] is None:
            return "", "No clinician"
        return str(row["staff_id"]), f"{row['staff__first_name']} {row['staff__last_name']}"
    if by == "code":
        return row["code"], row["code"] or {
            "late_cancel": "Late cancellation fee",
            "no_show": "No-show fee",
        }.get(row["kind"], "Other")
    return row["payer"], row["payer"] or "Self-pay"


def collections_by_month(first: date, last: date) -> list[Any]:
    """Money received from `first` to `last`: `month`, `source`, `amount`. Reversals count against it."""
    return list(
        Payment.objects.filter(received_on__range=(first, last))
        .order_by()
        .values("source", month=TruncMonth("received_on"))
        .annotate(amount=total("amount"))
        .order_by("month", "source")
        .values("month", "source", "amount")
    )
