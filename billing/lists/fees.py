"""Fees for missed visits."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Sum
from django.db.models.functions import Lower
from django.urls import reverse

from billing.choices import FeeState
from billing.lists.cells import client_cell, money_column
from billing.models import FeeProposal
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Tone
from mentalspace.core.lists import (
    Action,
    Badge,
    Cell,
    Column,
    EmptyState,
    ListPage,
)

FEE_TONES: dict[str, Tone] = {
    FeeState.PROPOSED: "warning",
    FeeState.CONFIRMED: "success",
    FeeState.WAIVED: "neutral",
}


class FeeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=FeeState.choices, label="State", empty_label="Any", initial=FeeState.PROPOSED
    )

    class Meta:
        model = FeeProposal
        fields: list[str] = []


class FeeList(ListPage):
    """Fees for missed visits."""

    title = "Missed-visit fees"
    subtitle = "No-shows and late cancellations propose a fee. Charge it, or waive it with a reason."
    filterset_class = FeeFilter
    default_sort = "-visit"
    empty = EmptyState(
        "Nothing to decide", "A no-show or a late cancellation by a client appears here.", icon="calendar-x"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = clock.zone()
        self.columns = (
            Column(
                "visit",
                "Appointment",
                cell=lambda f: Cell(
                    formatting.instant(f.appointment.start_time, zone), sub=f.appointment.staff.full_name
                ),
                sort="appointment__start_time",
                descending_first=True,
            ),
            Column(
                "client", "Client", cell=lambda f: client_cell(f.client), sort=(Lower("client__last_name"),)
            ),
            Column("kind", "For", cell=lambda f: f.get_kind_display(), sort="kind"),
            money_column("amount", "Fee", sort="amount", total=Sum("amount")),
            Column(
                "state",
                "State",
                cell=lambda f: Badge(f.get_state_display(), FEE_TONES[f.state]),
                sort="state",
            ),
            Column(
                "reason",
                "Decision",
                cell=lambda f: Cell(
                    f.waive_reason or ("Bill" if f.bill_id else ""),
                    reverse("billing:bill_detail", args=[f.bill_id]) if f.bill_id else "",
                    sub=f.decided_by.full_name if f.decided_by else "",
                ),
                hide="narrow",
            ),
        )

    def actions(self, row: FeeProposal) -> Sequence[Action]:
        if row.state != FeeState.PROPOSED:
            return []
        about = f"{row.client.display_name}, {row.get_kind_display().lower()}"
        return [
            Action("Charge", reverse("billing:fee_confirm", args=[row.pk]), dialog=True, about=about),
            Action("Waive", reverse("billing:fee_waive", args=[row.pk]), dialog=True, about=about),
        ]
