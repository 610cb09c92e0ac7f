"""Money received, by month and source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.queries.reports import collections_by_month
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report, address
from mentalspace.workspace.rules import can_see_money_figures

ZERO = Decimal(0)


@dataclass(slots=True)
class MonthRow:
    """A month's receipts; reversals count against the month they were made in."""

    month: date
    client: Decimal = ZERO
    insurance: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def received(self) -> Decimal:
        return self.client + self.insurance + self.other

    @property
    def label(self) -> str:
        return f"{self.month:%B %Y}"


class CollectionsReport(Report):
    slug = "collections"
    title = "Collections"
    summary = "Money received from clients and insurers, month by month."
    icon = "wallet"
    allowed = staticmethod(can_see_money_figures)
    default_sort = "-month"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return [
            Column("month", "Month", cell=self.month, csv=lambda row: f"{row.month:%Y-%m}", sort="month"),
            *(
                Column(name, label, sort=name, descending_first=True, align="end", total=_sum(name))
                for name, label in (
                    ("client", "Clients"),
                    ("insurance", "Insurers"),
                    ("other", "Others"),
                    ("received", "Received"),
                )
            ),
        ]

    def month(self, row: MonthRow) -> Cell:
        """The month, which opens its payments."""
        end = (row.month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        span = {"date_from": max(row.month, self.first), "date_to": min(end, self.last)}
        return Cell(row.label, url=address("billing:payment_list", **span))

    def compute(self, values: Mapping[str, Any]) -> list[MonthRow]:
        rows: dict[date, MonthRow] = {}
        for found in collections_by_month(self.first, self.last):
            month = found["month"].date() if hasattr(found["month"], "date") else found["month"]
            row = rows.setdefault(month, MonthRow(month))
            setattr(row, found["source"], found["amount"])
        return list(rows.values())

    def chart(self, rows: Sequence[MonthRow]) -> Chart:
        ordered = sorted(rows, key=lambda row: row.month)
        return Chart(
            "bar",
            "Money received",
            [row.label for row in ordered],
            [
                Series("Clients", [row.client for row in ordered]),
                Series("Insurers", [row.insurance for row in ordered]),
            ],
            unit="money",
            stacked=True,
        )


def _sum(name: str) -> Any:
    return lambda rows: sum(getattr(row, name) for row in rows)
