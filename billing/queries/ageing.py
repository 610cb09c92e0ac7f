"""How long money has been owed. The client's part ages from the day it became the client's, the insurer's from when it
was first sent, or else from the service. Totals equal what is open in the ledger today; credit is shown beside it.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from billing.choices import Owes
from billing.defaults import BillingDefaults
from billing.models import Bill, Payment
from billing.queries.balances import live_bills
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, MONEY, NOTHING, not_applied, total
from mentalspace.core import clock, practice

PART = {Owes.CLIENT: CLIENT_OPEN, Owes.INSURANCE: INSURANCE_OPEN}
OWED = {
    Owes.CLIENT: Q(client_paid__lt=F("client_amount")),
    Owes.INSURANCE: Q(insurance_paid__lt=F("insurance_amount")),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days of age; `to_days` None is open-ended."""

    number: int
    label: str
    from_days: int
    to_days: int | None


def bucket_bounds() -> list[Bucket]:
    """The practice's buckets: 0–30, 31–60, 61–90, over 90 days by default."""
    ends = practice.get(BillingDefaults).ageing_days
    starts = [0, *(end + 1 for end in ends)]
    made = [
        Bucket(n, f"{a}–{b} days", a, b)
        for n, (a, b) in enumerate(zip(starts[:-1], ends, strict=True), start=1)
    ]
    return [*made, Bucket(len(made) + 1, f"Over {ends[-1]} days", starts[-1], None)]


def age_of(owes: str) -> F | Coalesce:
    """The day from which a bill's part ages."""
    return F("client_due_from") if owes == Owes.CLIENT else Coalesce(F("submitted_on"), F("service_date"))


def in_bucket(bucket: Bucket, field: str = "aged_from") -> Q:
    """A condition on a day in `field`, as annotated from `age_of(owes)`; the future is in the first bucket."""
    today = clock.today()
    condition = Q()
    if bucket.number > 1:
        condition &= Q(**{f"{field}__lte": today - timedelta(days=bucket.from_days)})
    if bucket.to_days is not None:
        condition &= Q(**{f"{field}__gte": today - timedelta(days=bucket.to_days)})
    return condition


def aged_bills(owes: str) -> QuerySet[Bill]:
    """Bills on which this party owes something, with `aged_from`."""
    return live_bills().filter(OWED[Owes(owes)]).annotate(aged_from=age_of(owes))


def _bucket_sums(owes: str) -> dict[str, Any]:
    part = PART[Owes(owes)]
    sums: dict[str, Any] = {
        f"bucket_{bucket.number}": total(part, filter=in_bucket(bucket)) for bucket in bucket_bounds()
    }
    return {**sums, "owed": total(part)}


def ageing_totals(owes: str, client_id: UUID | None = None) -> dict[str, Decimal]:
    """`bucket_1` … `bucket_4` and `owed` of the whole practice or of one client, in one query."""
    bills = aged_bills(owes)
    made: dict[str, Decimal] = (bills.filter(client_id=client_id) if client_id else bills).aggregate(
        **_bucket_sums(owes)
    )
    return made


def ageing_by_client() -> QuerySet[Bill, Any]:
    """One row per client who owes something: buckets, `owed`, and `credit` that is not applied."""
    credit = (
        Payment.objects.filter(client=OuterRef("client_id"), reverses__isnull=True)
        .annotate(rest=not_applied())
        .order_by()
        .values("client")
        .annotate(made=total("rest"))
    )
    return (
        aged_bills(Owes.CLIENT)
        .values(
            "client_id", "client__first_name", "client__preferred_name", "client__last_name", "client__number"
        )
        .annotate(**_bucket_sums(Owes.CLIENT))
        .annotate(
            credit=Coalesce(Subquery(credit.values("made"), output_field=MONEY), NOTHING, output_field=MONEY)
        )
    )


def ageing_by_payer() -> QuerySet[Bill, Any]:
    """One row per payer that owes something."""
    return (
        aged_bills(Owes.INSURANCE)
        .values("payer")
        .annotate(**_bucket_sums(Owes.INSURANCE), kind=Value("payer"))
    )


def is_owed(owes: str) -> Q:
    """A condition on bills: this party still owes something."""
    return OWED[Owes(owes)]


def open_by_age() -> dict[str, Decimal]:
    """Both parties' buckets in one query: `client_1` … `client_4`, `client_owed`, `insurance_1` …, `insurance_owed`."""
    sums: dict[str, Any] = {}
    for owes in Owes:
        for bucket in bucket_bounds():
            aged = in_bucket(bucket, f"{owes.value}_from")
            sums[f"{owes.value}_{bucket.number}"] = total(PART[owes], filter=aged)
        sums[f"{owes.value}_owed"] = total(PART[owes])
    dated = live_bills().annotate(client_from=age_of(Owes.CLIENT), insurance_from=age_of(Owes.INSURANCE))
    made: dict[str, Decimal] = dated.aggregate(**sums)
    return made
