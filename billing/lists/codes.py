"""Service codes."""

from collections.abc import Sequence

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from billing.lists.cells import money_column
from billing.models import ServiceCode
from mentalspace.core.lists import (
    Action,
    Badge,
    Cell,
    Column,
    EmptyState,
    ListPage,
)


class CodeFilter(django_filters.FilterSet):
    active = django_filters.ChoiceFilter(
        field_name="is_active",
        choices=[("True", "In use"), ("False", "Retired")],
        label="State",
        empty_label="All",
        initial="True",
    )

    class Meta:
        model = ServiceCode
        fields: list[str] = []


class ServiceCodeList(ListPage):
    """The practice's codes and fees."""

    title = "Service codes"
    subtitle = "Codes, fees and labels are your practice’s own."
    search_label = "Code or label"
    filterset_class = CodeFilter
    default_sort = "code"
    columns = (
        Column(
            "code",
            "Code",
            cell=lambda c: Cell(c.code, reverse("billing:service_code_edit", args=[c.pk])),
            sort="code",
        ),
        Column("label", "Label", sort=(Lower("label"),)),
        Column(
            "minutes",
            "Minutes",
            cell=lambda c: (
                ""
                if c.min_minutes is None and c.max_minutes is None
                else f"{c.min_minutes or 0}–{c.max_minutes}"
                if c.max_minutes is not None
                else f"{c.min_minutes} or more"
            ),
            sort="min_minutes",
            nulls_last=True,
        ),
        Column(
            "unit_rule", "Units", cell=lambda c: c.get_unit_rule_display(), sort="unit_rule", hide="narrow"
        ),
        Column(
            "state",
            "State",
            cell=lambda c: Badge("In use", "success") if c.is_active else Badge("Retired", "neutral"),
        ),
        money_column("fee", "Fee", sort="fee"),
    )

    @property
    def empty(self) -> EmptyState:  # type: ignore[override]
        return EmptyState(
            "No service codes yet",
            "Add the codes that your practice bills, or import them from a CSV file.",
            ("Import codes", reverse("billing:service_code_import")),
            icon="tags",
        )

    def search(self, source: QuerySet[ServiceCode], text: str) -> QuerySet[ServiceCode]:
        return source.filter(Q(code__istartswith=text) | Q(label__icontains=text))

    def actions(self, row: ServiceCode) -> Sequence[Action]:
        edit = Action(
            "Edit", reverse("billing:service_code_edit", args=[row.pk]), dialog=True, about=row.code
        )
        verb = "deactivate" if row.is_active else "activate"
        word = "Retire" if row.is_active else "Bring back"
        return [
            edit,
            Action(word, reverse(f"billing:service_code_{verb}", args=[row.pk]), post=True, about=row.code),
        ]
