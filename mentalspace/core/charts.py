"""Charts where people would rather look than read, each with its table under it.

The figures go to the page as JSON beside the canvas; `static/js/charts.js` draws them in the theme's colours. Without
JavaScript, to a screen reader and in a copy the table says the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from mentalspace.core import formatting
from mentalspace.core.cells import Tone

Value = int | float | Decimal | None
Unit = Literal["number", "money", "percent"]
FORMATS: dict[Unit, Callable[[Any], str]] = {
    "number": lambda value: formatting.number(value, 0 if value == int(value) else 1),
    "money": formatting.money,
    "percent": formatting.percent,
}
_ids = count(1)


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one set of bars; None leaves a gap. `tone` fixes a colour that has a meaning (lost, overdue)."""

    name: str
    values: Sequence[Value]
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A range with a name behind a line, such as a severity; from `low` up to, not including, `high`."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """A chart of labelled values. `urls`, one per label, make the table's rows open what they count.

    kind: line, bar, or rows (bars from left to right, for long labels). `days`, one per label and in order, put a
    line's labels as far apart as the days are. `marks`, one per label, say what happened there: upright lines in the
    chart, a column under `marks_heading` in the table; empty where nothing did.
    """

    kind: Literal["line", "bar", "rows"]
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    bands: Sequence[Band] = ()
    unit: Unit = "number"
    stacked: bool = False
    minimum: float | None = 0
    maximum: float | None = None
    urls: Sequence[str] = ()
    label_heading: str = ""
    low: bool = False
    table_open: bool = False
    days: Sequence[date] = ()
    marks: Sequence[str] = ()
    marks_heading: str = ""

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for series in self.series for value in series.values)

    @property
    def data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [
                {
                    "name": one.name,
                    "tone": one.tone,
                    "values": [None if v is None else float(v) for v in one.values],
                }
                for one in self.series
            ],
            "bands": [{"name": band.name, "low": band.low, "high": band.high} for band in self.bands],
            "unit": self.unit,
            "stacked": self.stacked,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "days": [day.toordinal() for day in self.days],
            "marks": list(self.marks),
        }

    @property
    def has_marks(self) -> bool:
        """Whether the table has a column for them."""
        return any(self.marks)

    @property
    def table(self) -> list[tuple[str, str, list[str], str]]:
        """The rows of the table: label, address, values as written, mark."""
        write = FORMATS[self.unit]
        return [
            (
                str(label),
                self.urls[place] if place < len(self.urls) else "",
                ["–" if (value := one.values[place]) is None else write(value) for one in self.series],
                self.marks[place] if place < len(self.marks) else "",
            )
            for place, label in enumerate(self.labels)
        ]

    @property
    def summary(self) -> str:
        """The canvas's name for a screen reader; the table has the figures."""
        names = formatting.listed(one.name for one in self.series)
        return f"{self.title}: {names}. The table below has the figures."

    def render(self) -> SafeString:
        """Canvas, data and table."""
        return render_to_string("ui/chart.html", {"chart": self, "chart_id": f"plot-{next(_ids)}"})
