"""Charges."""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.urls import reverse

from billing import queries
from billing.choices import BillKind, BillStatus, Owes
from billing.lists.cells import by_person, client_cell, clinicians, money_column
from billing.models import Bill
from billing.queries.sums import CLIENT_OPEN, INSURANCE_OPEN, OPEN
from mentalspace.core import formatting
from mentalspace.core.cells import Tone
from mentalspace.core.lists import (
    Badge,
    Cell,
    Column,
    DayFromFilter,
    DayToFilter,
    EmptyState,
    ListPage,
)

BILL_TONES: dict[str, Tone] = {
    BillStatus.PENDING: "neutral",
    BillStatus.SUBMITTED: "info",
    BillStatus.PARTIALLY_PAID: "accent",
    BillStatus.PAID: "success",
    BillStatus.DENIED: "danger",
    BillStatus.WRITTEN_OFF: "warning",
    BillStatus.VOID: "neutral",
}


def bill_badge(bill: Bill) -> Badge:
    """Its status; that its note was entered in error comes first, where the query knows."""
    if getattr(bill, "note_in_error", False):
        return Badge("Note in error", "danger", "ban")
    return Badge(bill.get_status_display(), BILL_TONES[bill.status])


def owed_cell(bill: Bill, amount: Decimal) -> str:
    """What is open, or a dash: a column of zeros hides what matters."""
    return formatting.money(amount) if amount and bill.status != BillStatus.VOID else formatting.EN_DASH


class BillFilter(django_filters.FilterSet):
    """What bills can be narrowed to; `owed_by` and `bucket` are where the figures of the ageing lead."""

    status = django_filters.ChoiceFilter(choices=BillStatus.choices, label="Status", empty_label="Any")
    owed_by = django_filters.ChoiceFilter(
        choices=[*Owes.choices, ("anyone", "Anyone")],
        label="Owed by",
        empty_label="Any",
        method="filter_owed",
    )
    bucket = django_filters.ChoiceFilter(label="Age", empty_label="Any", method="filter_bucket")
    note = django_filters.ChoiceFilter(
        choices=[("error", "Entered in error")], label="Note", empty_label="Any", method="filter_note"
    )
    payer = django_filters.CharFilter(label="Insurer", method="filter_payer")
    staff = django_filters.ModelChoiceFilter(queryset=clinicians, label="Clinician", empty_label="Any")
    code = django_filters.CharFilter(label="Code", method="filter_code")
    date_from = DayFromFilter("service_date", label="From")
    date_to = DayToFilter("service_date", label="To")
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput, label="Client")

    class Meta:
        model = Bill
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(bucket.number), bucket.label) for bucket in queries.bucket_bounds()]
        self.filters["bucket"].extra["choices"] = choices
        self.filters["payer"].extra["max_length"] = 120

    def filter_owed(self, found: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        owing = (
            queries.is_owed(value)
            if value in Owes.values
            else Q(*map(queries.is_owed, Owes), _connector=Q.OR)
        )
        return found.filter(owing).exclude(status=BillStatus.VOID)

    def filter_note(self, found: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        """Bills that rest on a note that does not count any more."""
        return found.filter(queries.note_in_error())

    def filter_bucket(self, found: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        owes = self.data.get("owed_by") or Owes.CLIENT
        owes = owes if owes in Owes.values else Owes.CLIENT
        bucket = queries.bucket_bounds()[int(value) - 1]
        found = found.filter(queries.is_owed(owes)).exclude(status=BillStatus.VOID)
        return found.annotate(aged_from=queries.age_of(owes)).filter(queries.in_bucket(bucket))

    def filter_payer(self, found: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        """`-` is self-pay, where nobody but the client was ever asked."""
        return found.filter(payer="") if value.strip() == "-" else found.filter(payer__iexact=value.strip())

    def filter_code(self, found: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        """A service code, or a kind of fee such as `no_show`."""
        wanted = value.strip()
        return (
            found.filter(code="", kind=wanted)
            if wanted in BillKind.values
            else found.filter(code__iexact=wanted)
        )


class BillList(ListPage):
    """Charges."""

    title = "Bills"
    search_label = "Client, code or invoice number"
    filterset_class = BillFilter
    default_sort = "-date"
    empty = EmptyState(
        "No bills yet", "Sessions with a signed note are billed from the ready list.", icon="receipt"
    )
    columns = (
        Column(
            "date",
            "Service date",
            cell=lambda b: Cell(formatting.date(b.service_date), reverse("billing:bill_detail", args=[b.pk])),
            sort="service_date",
            descending_first=True,
            nowrap=True,
        ),
        Column(
            "client",
            "Client",
            cell=lambda b: client_cell(b.client),
            sort=(Lower("client__last_name"), Lower("client__first_name")),
        ),
        Column(
            "code",
            "Service",
            cell=lambda b: Cell(b.code or b.get_kind_display(), sub=b.staff.full_name if b.staff else ""),
            sort=("code", "kind"),
        ),
        Column("payer", "Insurer", cell=lambda b: b.payer or "Self-pay", sort="payer", hide="narrow"),
        Column("status", "Status", cell=bill_badge, sort="status"),
        money_column(
            "amount", "Charge", sort="amount", total=Sum("amount", filter=~Q(status=BillStatus.VOID))
        ),
        money_column(
            "insurance_open",
            "Insurer owes",
            cell=lambda b: owed_cell(b, b.insurance_open),
            csv=lambda b: b.insurance_open if b.status != BillStatus.VOID else None,
            total=Sum(INSURANCE_OPEN, filter=~Q(status=BillStatus.VOID)),
            hide="narrow",
        ),
        money_column(
            "client_open",
            "Client owes",
            cell=lambda b: owed_cell(b, b.client_open),
            csv=lambda b: b.client_open if b.status != BillStatus.VOID else None,
            total=Sum(CLIENT_OPEN, filter=~Q(status=BillStatus.VOID)),
            hide="narrow",
        ),
        money_column(
            "open",
            "Open",
            cell=lambda b: owed_cell(b, b.open),
            csv=lambda b: b.open if b.status != BillStatus.VOID else None,
            sort="open",
            total=Sum(OPEN, filter=~Q(status=BillStatus.VOID)),
        ),
    )

    def search(self, source: QuerySet[Bill], text: str) -> QuerySet[Bill]:
        return source.filter(
            by_person(text, "client") | Q(code__iexact=text) | Q(invoice_number__istartswith=text)
        )

    def row_classes(self, row: Bill) -> str:
        return "is-quiet" if row.status in {BillStatus.VOID, BillStatus.PAID, BillStatus.WRITTEN_OFF} else ""
