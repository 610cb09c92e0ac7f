"""Payments."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.urls import reverse

from billing import queries
from billing.choices import PaymentMethod, PaymentSource
from billing.detail import payment_badge
from billing.lists.cells import by_person, client_cell, money_column
from billing.models import Payment
from mentalspace.core import formatting
from mentalspace.core.lists import (
    Cell,
    Column,
    DayFromFilter,
    DayToFilter,
    EmptyState,
    ListPage,
)


class PaymentFilter(django_filters.FilterSet):
    source = django_filters.ChoiceFilter(
        choices=PaymentSource.choices, label="From whom", empty_label="Anybody"
    )
    method = django_filters.ChoiceFilter(choices=PaymentMethod.choices, label="Method", empty_label="Any")
    left = django_filters.ChoiceFilter(
        choices=[("yes", "With money left")], label="Unapplied", empty_label="Any", method="filter_left"
    )
    date_from = DayFromFilter("received_on", label="Received from")
    date_to = DayToFilter("received_on", label="To")
    client = django_filters.UUIDFilter(field_name="client_id", widget=forms.HiddenInput, label="Client")

    class Meta:
        model = Payment
        fields: list[str] = []

    def filter_left(self, found: QuerySet[Payment], name: str, value: str) -> QuerySet[Payment]:
        return queries.left_over(found)


class PaymentList(ListPage):
    """Money that came in."""

    title = "Payments"
    search_label = "Client, insurer or reference"
    filterset_class = PaymentFilter
    default_sort = "-received"
    empty = EmptyState("No payments yet", "Copays, checks and insurers’ payments appear here.", icon="cash")
    columns = (
        Column(
            "received",
            "Received",
            cell=lambda p: Cell(
                formatting.date(p.received_on), reverse("billing:payment_detail", args=[p.pk])
            ),
            sort=("received_on", "created_at"),
            descending_first=True,
            nowrap=True,
        ),
        Column("client", "Client", cell=lambda p: client_cell(p.client), sort=(Lower("client__last_name"),)),
        Column("source", "From", cell=lambda p: p.payer or p.get_source_display(), sort=("source", "payer")),
        Column(
            "method",
            "Method",
            cell=lambda p: Cell(p.get_method_display(), sub=p.reference),
            sort="method",
            hide="narrow",
        ),
        Column("state", "State", cell=payment_badge),
        money_column(
            "amount", "Amount", sort="amount", total=Sum("amount"), cell=lambda p: p.amount + p.taken_back
        ),
        money_column("unapplied", "Not applied", sort="unapplied", total=Sum("unapplied")),
    )

    def search(self, source: QuerySet[Payment], text: str) -> QuerySet[Payment]:
        return source.filter(
            by_person(text, "client") | Q(reference__istartswith=text) | Q(payer__istartswith=text)
        )

    def row_classes(self, row: Any) -> str:
        return "is-quiet" if row.taken_back else ""
