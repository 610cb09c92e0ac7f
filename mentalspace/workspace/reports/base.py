"""What all reports share."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role
from mentalspace.core import audit, clock, formatting
from mentalspace.core.charts import Chart
from mentalspace.core.forms import DateField
from mentalspace.core.lists import ListPage

QUARTER = dt.timedelta(days=90)


def ninety_days_ago() -> dt.date:
    return clock.today() - QUARTER


class RangeForm(forms.Form):
    """The days a report is about, both included; the last ninety unless told otherwise."""

    first = DateField(label="From", required=False, initial=ninety_days_ago)
    last = DateField(label="To", required=False, initial=clock.today)


class Report(ListPage):
    """A list of plain rows computed for the person who asks and the filters in force.

    A subclass says who may open it (`allowed`), computes its rows (`compute`) and may draw them (`chart`).
    """

    slug: ClassVar[str]
    summary: ClassVar[str]
    icon: ClassVar[str] = "chart-bar"
    filter_form_class: ClassVar[type[forms.Form] | None] = RangeForm
    template_name: ClassVar[str] = "workspace/reports/report.html"
    page_size = 100
    tiebreak = ()

    def __init__(self, request: HttpRequest, actor: User) -> None:
        self.actor = actor
        # Without filters there is nothing to wait for.
        rows = self.compute({}) if self.filter_form_class is None else []
        super().__init__(request, rows, on_export=_record_export)
        self.csv_name = self.slug

    @staticmethod
    def allowed(actor: User) -> bool:
        """Who may open it."""
        raise NotImplementedError

    def compute(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows, limited to what the actor may see."""
        raise NotImplementedError

    def chart(self, rows: Sequence[Any]) -> Chart | None:
        """A picture of the rows, where one helps."""
        return None

    def filter(self, source: Any, values: Mapping[str, Any]) -> Any:
        return self.compute(values)

    @property
    def first(self) -> dt.date:
        """The first day; a cleared field means the last ninety days."""
        return self.values.get("first") or ninety_days_ago()

    @property
    def last(self) -> dt.date:
        """The last day."""
        return self.values.get("last") or clock.today()

    def appointments(self, *, begun: bool = False, **filters: Any) -> str:
        """The list of the appointments that a figure counts: of whom the person answers for, and booked here.

        With `begun` only those that had begun by now.
        """
        return address(
            "scheduling:appointment_list",
            **filters,
            begun="yes" if begun else "",
            of="" if has_role(self.actor, Role.ADMIN) else "own",
            imported="no",
        )

    @cached_property
    def picture(self) -> Chart | None:
        """The chart of everything filtered, in the order shown; nothing for no rows."""
        return self.chart(self.ordered) if self.ordered else None


def address(name: str, **parameters: Any) -> str:
    """A list's address with filters; None and "" leave one out, days are written as lists read them."""
    given = {
        key: formatting.date(value) if isinstance(value, dt.date) else value
        for key, value in parameters.items()
        if value not in (None, "")
    }
    return f"{reverse(name)}?{urlencode(given, doseq=True)}" if given else reverse(name)


def _record_export(page: ListPage) -> None:
    actor = page.actor if isinstance(page, Report) else None
    audit.record(actor=actor, verb="report.exported", changes={"report": [None, page.csv_name]})
