"""The biller's work home: figures that lead to the rows they count, and the oldest sessions ready to bill."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from billing import queries
from billing.choices import Owes
from billing.coverage import first_coverage, propose_parts
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Stat
from mentalspace.core.charts import Chart, Series

READY_SHOWN = 8


def bills_url(**filters: object) -> str:
    """The list of bills, narrowed."""
    return f"{reverse('billing:bill_list')}?{urlencode({key: str(value) for key, value in filters.items()})}"


def home_context(actor: User) -> dict[str, Any]:
    """Five queries, however much there is to do."""
    work = queries.work_figures()
    ages = queries.open_by_age()
    unapplied = queries.unapplied_total()
    fees = queries.fee_proposals(open_only=True).count()
    return {
        "title": "Billing",
        "actions": [
            Action("New payment", reverse("billing:payment_create"), icon="cash"),
            Action("Ready to bill", reverse("billing:bill_ready"), icon="checklist", primary=True),
        ],
        "places": [
            Action("Bills", reverse("billing:bill_list"), icon="receipt"),
            Action("Invoices", reverse("billing:invoice_list"), icon="file-invoice"),
            Action("Payments", reverse("billing:payment_list"), icon="cash"),
            Action("Aging", reverse("billing:ageing"), icon="hourglass"),
            Action("Missed-visit fees", reverse("billing:fee_list"), icon="calendar-x"),
            Action("Service codes", reverse("billing:service_code_list"), icon="tags"),
        ],
        "figures": [
            *_work_figures(work, fees, ages["overdue"], ages["denied"]),
            *_money_figures(ages, unapplied),
        ],
        "ready": _ready_rows(),
        "ready_count": work["ready"],
        "ageing_chart": ageing_chart(ages),
    }


def _work_figures(work: dict[str, Any], fees: int, overdue: int, denied: int) -> list[Stat]:
    count = formatting.number
    return [
        Stat(
            "Ready to bill",
            count(work["ready"]),
            reverse("billing:bill_ready"),
            sub=formatting.money(work["ready_amount"]),
            tone="success" if work["ready"] else "neutral",
        ),
        Stat(
            "Not ready",
            count(work["held"]),
            reverse("billing:bill_held"),
            tone="warning" if work["held"] else "neutral",
        ),
        Stat(
            "On hold, note unsigned",
            count(work["on_hold"]),
            f"{reverse('billing:bill_held')}?state=hold",
            tone="danger" if work["on_hold"] else "neutral",
        ),
        Stat(
            "Denied claims", count(denied), bills_url(status="denied"), tone="danger" if denied else "neutral"
        ),
        Stat(
            "Fees to decide", count(fees), reverse("billing:fee_list"), tone="warning" if fees else "neutral"
        ),
        Stat(
            "Invoices overdue",
            count(overdue),
            f"{reverse('billing:invoice_list')}?state=overdue",
            tone="danger" if overdue else "neutral",
        ),
    ]


def _money_figures(ages: dict[str, Any], unapplied: Any) -> list[Stat]:
    money = formatting.money
    return [
        Stat("Clients owe", money(ages["client_owed"]), bills_url(owed_by=Owes.CLIENT.value)),
        Stat("Insurers owe", money(ages["insurance_owed"]), bills_url(owed_by=Owes.INSURANCE.value)),
        Stat(
            "Not applied",
            money(unapplied),
            f"{reverse('billing:payment_list')}?left=yes",
            sub="credit of clients and insurers",
        ),
    ]


def ageing_chart(ages: dict[str, Any]) -> Chart:
    """What is open, by age and by whom."""
    buckets = queries.bucket_bounds()
    return Chart(
        "bar",
        "Open by age",
        [bucket.label for bucket in buckets],
        [
            Series("Clients", [ages[f"client_{bucket.number}"] for bucket in buckets]),
            Series("Insurers", [ages[f"insurance_{bucket.number}"] for bucket in buckets]),
        ],
        unit="money",
        stacked=True,
        label_heading="Age",
    )


def _ready_rows() -> list[dict[str, Any]]:
    """The oldest sessions ready to bill."""
    zone = clock.zone()
    rows: list[dict[str, Any]] = []
    for session in queries.ready_to_bill().order_by("start_time", "pk")[:READY_SHOWN]:
        found: Any = session
        parts = propose_parts(found.fee, first_coverage(found.client, found.service_date))
        rows.append(
            {
                "client": found.client.display_name,
                "when": formatting.instant(found.start_time, zone),
                "clinician": found.staff.full_name,
                "what": f"{found.billing_code}, {parts.payer or 'self-pay'}",
                "fee": formatting.money(found.fee),
                "url": reverse("billing:bill_create", args=[found.pk]),
            }
        )
    return rows
