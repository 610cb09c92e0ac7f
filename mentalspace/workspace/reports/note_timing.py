"""From session to signature: how many notes, how many in time, and in how many days; by clinician and by month."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Aggregate, Count, ExpressionWrapper, F, FloatField, Q
from django.db.models.functions import Extract, TruncDate, TruncMonth
from django.http import QueryDict

from accounts.models import User
from documents.choices import SESSION_TYPES, DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.queries import STANDS
from mentalspace.core import clock, formatting, practice
from mentalspace.core.charts import Chart, Series
from mentalspace.core.forms import DateField
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import RangeForm, Report, address
from mentalspace.workspace.rules import can_see_session_figures, reported_staff
from staff.models import Staff

DAY = 86_400.0
YEAR = timedelta(days=365)


class Percentile(Aggregate):
    """PostgreSQL's continuous percentile: `Percentile("took", share=0.9)`."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(slots=True, kw_only=True)
class Timed:
    """Of some signed notes: how many, how many by the day they were due, median and 90th percentile in days."""

    signed: int = 0
    in_time: int = 0
    median: float | None = None
    ninetieth: float | None = None

    @property
    def share(self) -> Decimal | None:
        """In time ÷ signed, between 0 and 1; None where nothing was signed."""
        return Decimal(self.in_time) / self.signed if self.signed else None

    def take(self, row: Mapping[str, Any]) -> None:
        """The figures of a row of `timings`."""
        for name in ("signed", "in_time", "median", "ninetieth"):
            setattr(self, name, row[name])


def timings(staff_ids: Iterable[UUID], first: date, last: date, by: str) -> list[dict[str, Any]]:
    """What a `Timed` says for each `staff_id` or `month`, of the notes of sessions in the range. One query.

    A note counts from the end of its session to its author's signature.
    """
    took = ExpressionWrapper(
        Extract(F("submitted_at") - F("appointment__end_time"), "epoch") / DAY, output_field=FloatField()
    )
    due = timedelta(days=practice.get(NoteDefaults).due_days)
    signed = Document.objects.filter(
        STANDS,
        staff_id__in=list(staff_ids),
        status=DocumentStatus.SIGNED,
        type__in=sorted(SESSION_TYPES),
        service_date__range=(first, last),
    )
    return list(
        signed.annotate(
            month=TruncMonth("service_date"),
            took=took,
            submitted_on=TruncDate("submitted_at", tzinfo=clock.zone()),
        )
        .order_by()
        .values(by)
        .annotate(
            signed=Count("pk"),
            in_time=Count("pk", filter=Q(submitted_on__lte=F("service_date") + due)),
            median=Percentile("took", share=0.5),
            ninetieth=Percentile("took", share=0.9),
        )
    )


def timing_columns(filters: Callable[[Any], dict[str, Any]]) -> list[Column]:
    """Columns of `Timed` rows; each figure opens the signed notes that it is about."""

    def column(name: str, label: str, text: Callable[[Any], str], plain: Callable[[Any], Any]) -> Column:
        def cell(row: Any) -> Cell:
            listed = address("documents:note_list", state="signed", type="session", **filters(row))
            return Cell(text(row), url=listed if row.signed else "")

        return Column(name, label, cell=cell, csv=plain, sort=name, descending_first=True, align="end")

    return [
        column("signed", "Signed", lambda row: formatting.number(row.signed), lambda row: row.signed),
        column(
            "share",
            "By the due day",
            lambda row: "" if row.share is None else formatting.percent(row.share),
            lambda row: "" if row.share is None else round(row.share, 4),
        ),
        column("median", "Median days", lambda row: _said(row.median), lambda row: _plain(row.median)),
        column(
            "ninetieth",
            "90th percentile",
            lambda row: _said(row.ninetieth),
            lambda row: _plain(row.ninetieth),
        ),
    ]


def _said(days: float | None) -> str:
    return "" if days is None else formatting.number(Decimal(str(round(max(days, 0.0), 1))), 1)


def _plain(days: float | None) -> float | str:
    return "" if days is None else round(max(days, 0.0), 2)


@dataclass(slots=True, kw_only=True)
class MonthRow(Timed):
    """The sessions of one month, or of its part in the range."""

    month: date
    label: str


class MonthsForm(RangeForm):
    """The last year unless told otherwise; of the practice, or one clinician."""

    first = DateField(label="From", required=False, initial=lambda: clock.today() - YEAR)
    staff = forms.ModelChoiceField(
        label="Clinician", queryset=Staff.objects.none(), required=False, empty_label="Any clinician"
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[Staff]", self.fields["staff"])
        held = reported_staff(actor).filter(takes_appointments=True)
        people.queryset = held.order_by("last_name", "first_name")


class NoteMonthsReport(Report):
    """The trend: month by month how soon notes were signed, of everybody or of one clinician."""

    slug = "notes-by-month"
    title = "Notes by month"
    summary = "Month by month: notes signed, by the due day, and the days from session to signature."
    icon = "chart-bar"
    allowed = staticmethod(can_see_session_figures)
    filter_form_class = MonthsForm
    default_sort = "label"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return [Column("label", "Month of the session", sort="month"), *timing_columns(self._listed)]

    @property
    def first(self) -> date:
        return self.values.get("first") or clock.today() - YEAR

    def make_form(self, data: QueryDict) -> forms.Form:
        return MonthsForm(data, actor=self.actor)

    def compute(self, values: Mapping[str, Any]) -> list[MonthRow]:
        chosen = self.values.get("staff")
        people = [chosen.pk] if chosen else reported_staff(self.actor).values_list("pk", flat=True)
        rows = []
        for found in sorted(timings(people, self.first, self.last, "month"), key=lambda each: each["month"]):
            row = MonthRow(month=found["month"], label=f"{found['month']:%B %Y}")
            row.take(found)
            rows.append(row)
        return rows

    def chart(self, rows: Sequence[MonthRow]) -> Chart:
        ordered = sorted(rows, key=lambda row: row.month)
        return Chart(
            "line",
            "Days from session to signature",
            [row.label for row in ordered],
            [
                Series("Median", [_number(row.median) for row in ordered], "success"),
                Series("90th percentile", [_number(row.ninetieth) for row in ordered], "warning"),
            ],
        )

    def _listed(self, row: MonthRow) -> dict[str, Any]:
        end = (row.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        chosen = self.values.get("staff")
        return {
            "clinician": chosen.pk if chosen else None,
            "day_from": max(row.month, self.first),
            "day_to": min(end, self.last),
        }


def _number(days: float | None) -> float | None:
    return None if days is None else round(max(days, 0.0), 1)
