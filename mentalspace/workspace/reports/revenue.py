"""Charges and what came of them, by clinician, service code or payer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from billing.queries.reports import RevenueRow, revenue
from mentalspace.core import formatting
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import RangeForm, Report, address
from mentalspace.workspace.rules import can_see_money_figures

BY = (("staff", "Clinician"), ("code", "Service code"), ("payer", "Payer"))
SHOWN = 15


class RevenueForm(RangeForm):
    by = forms.ChoiceField(label="By", choices=BY, required=False, initial="staff")


class RevenueReport(Report):
    slug = "revenue"
    title = "Revenue"
    summary = "Charges, adjustments, payments and what is open, by clinician, service code or payer."
    icon = "cash"
    allowed = staticmethod(can_see_money_figures)
    filter_form_class = RevenueForm
    default_sort = "-charges"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        by = dict(BY)[self.by]
        return [
            Column("label", by, sort="label"),
            Column(
                "bills",
                "Bills",
                cell=self.bills,
                csv=lambda row: row.bills,
                sort="bills",
                descending_first=True,
                align="end",
                total=_sum("bills"),
            ),
            *(
                Column(name, label, sort=name, descending_first=True, align="end", total=_sum(name))
                for name, label in (
                    ("charges", "Charged"),
                    ("adjustments", "Adjusted"),
                    ("insurance_paid", "Paid by insurers"),
                    ("client_paid", "Paid by clients"),
                    ("open", "Open"),
                )
            ),
        ]

    @property
    def by(self) -> str:
        return self.values.get("by", "staff")

    def bills(self, row: RevenueRow) -> Cell:
        """The number of bills, which opens them."""
        key = row.key or ("-" if self.by == "payer" else "")
        span = {"date_from": self.first, "date_to": self.last, self.by: key}
        return Cell(formatting.number(row.bills), url=address("billing:bill_list", **span))

    def compute(self, values: Mapping[str, Any]) -> list[RevenueRow]:
        return revenue(self.first, self.last, values.get("by", "staff"))

    def chart(self, rows: Sequence[RevenueRow]) -> Chart:
        shown = list(rows)[:SHOWN]
        return Chart(
            "bar",
            f"Revenue by {dict(BY)[self.by].lower()}",
            [row.label for row in shown],
            [
                Series("Charged", [row.charges for row in shown]),
                Series("Paid", [row.payments for row in shown], "success"),
            ],
            unit="money",
        )


def _sum(name: str) -> Any:
    return lambda rows: sum(getattr(row, name) for row in rows)
