"""Invoices."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.urls import reverse

from billing.lists.cells import by_person, client_cell, money_column
from billing.models import Invoice
from mentalspace.core.lists import (
    Action,
    Badge,
    Cell,
    Column,
    DayFromFilter,
    DayToFilter,
    EmptyState,
    ListPage,
)

INVOICE_STATES: dict[str, Badge] = {
    "issued": Badge("Issued", "info"),
    "partially_paid": Badge("Partially paid", "accent"),
    "paid": Badge("Paid", "success"),
    "overdue": Badge("Overdue", "danger"),
    "void": Badge("Void", "neutral"),
}


class InvoiceFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=[(key, badge.text) for key, badge in INVOICE_STATES.items()],
        label="Status",
        empty_label="Any",
    )
    date_from = DayFromFilter("invoice_date", label="From")
    date_to = DayToFilter("invoice_date", label="To")
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput, label="Client")

    class Meta:
        model = Invoice
        fields: list[str] = []


class InvoiceList(ListPage):
    """Invoices, newest first."""

    title = "Invoices"
    search_label = "Invoice number or client"
    filterset_class = InvoiceFilter
    default_sort = "-number"
    empty = EmptyState(
        "No invoices yet", "Invoices are made from a client’s open bills.", icon="file-invoice"
    )
    columns = (
        Column(
            "number",
            "Invoice",
            cell=lambda i: Cell(i.number, reverse("billing:invoice_detail", args=[i.pk])),
            sort="sequence",
            nowrap=True,
        ),
        Column("client", "Client", cell=lambda i: client_cell(i.client), sort=(Lower("client__last_name"),)),
        Column("issued", "Issued", cell=lambda i: i.invoice_date, sort="invoice_date", descending_first=True),
        Column("due", "Due", cell=lambda i: i.due_date, sort="due_date", hide="narrow"),
        Column("state", "Status", cell=lambda i: INVOICE_STATES[i.state], sort="state"),
        money_column("total", "Asked", sort="total", total=Sum("total", filter=~Q(status="void"))),
        money_column("owed", "Open", sort="owed", total=Sum("owed")),
    )

    def search(self, source: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
        return source.filter(Q(number__istartswith=text) | by_person(text, "client"))

    def actions(self, row: Invoice) -> Sequence[Action]:
        return [
            Action(
                "PDF", reverse("billing:invoice_pdf", args=[row.pk]), icon="file-type-pdf", about=row.number
            )
        ]

    def row_classes(self, row: Any) -> str:
        return {"void": "is-quiet", "paid": "is-quiet", "overdue": "is-urgent"}.get(row.state, "")
