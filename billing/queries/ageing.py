"""How long money has been owed. The client's part ages from the day it became the client's, the insurer's from when it
was first sent, or else from the service. Totals equal what is open in the ledger today; credit is shown beside it.
"""

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from billing.choices import BillStatus, Owes
from billing.models import Bill, Payment
from billing.queries.balances import live_bills
from billing.queries.buckets import bucket_bounds, in_bucket
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, MONEY, NOTHING, not_applied, total
from mentalspace.core import clock

PART = {Owes.CLIENT: CLIENT_OPEN, Owes.INSURANCE: INSURANCE_OPEN}
OWED = {
    Owes.CLIENT: Q(client_paid__lt=F("client_amount")),
    Owes.INSURANCE: Q(insurance_paid__lt=F("insurance_amount")),
}


def age_of(owes: str) -> F | Coalesce:
    """The day from which a bill's part ages."""
    return F("client_due_from") if owes == Owes.CLIENT else Coalesce(F("submitted_on"), F("service_date"))


def aged_bills(owes: str) -> QuerySet[Bill]:
    """Bills on which this party owes something, with `aged_from`."""
    return live_bills().filter(OWED[Owes(owes)]).annotate(aged_from=age_of(owes))


def _bucket_sums(owes: str) -> dict[str, Any]:
    part = PART[Owes(owes)]
    sums: dict[str, Any] = {
        f"bucket_{bucket.number}": total(part, filter=in_bucket(bucket)) for bucket in bucket_bounds()
    }
    return {**sums, "owed": total(part)}


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


def open_by_age() -> dict[str, Any]:
    """Both parties' buckets in one query: `client_1` … `client_4`, `client_owed`, `insurance_1` …, `insurance_owed`.

    With them come two counts of what waits: `denied` bills, and `overdue` invoices.
    """
    sums: dict[str, Any] = {}
    for owes in Owes:
        for bucket in bucket_bounds():
            aged = in_bucket(bucket, f"{owes.value}_from")
            sums[f"{owes.value}_{bucket.number}"] = total(PART[owes], filter=aged)
        sums[f"{owes.value}_owed"] = total(PART[owes])
    late = Q(invoice__due_date__lt=clock.today()) & is_owed(Owes.CLIENT)
    sums["denied"] = Count("pk", filter=Q(status=BillStatus.DENIED))
    sums["overdue"] = Count("invoice", distinct=True, filter=late)
    dated = live_bills().annotate(client_from=age_of(Owes.CLIENT), insurance_from=age_of(Owes.INSURANCE))
    made: dict[str, Any] = dated.aggregate(**sums)
    return made
