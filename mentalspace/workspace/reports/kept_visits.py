"""Kept-visit rate: sessions held, of all that were neither cancelled in time nor moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Count, DateField, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncMonth, TruncWeek
from django.http import QueryDict

from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import RangeForm, Report
from mentalspace.workspace.rules import can_see_session_figures, reported_staff
from scheduling.choices import OPEN, AppointmentStatus, AppointmentType
from scheduling.clocks import HOURS, WEEKDAYS
from scheduling.models import Appointment
from staff.models import Staff

BY = (
    ("staff", "Clinician"),
    ("month", "Month"),
    ("weekday", "Weekday"),
    ("hour", "Hour"),
    ("type", "Appointment type"),
)
# What ought to have been held.
DUE = (
    AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED, *sorted(OPEN)
)  # fmt: skip
# One clinician’s visits are drawn by week, over more days than this by month.
DRAWN_BY_WEEK = timedelta(days=190)


class KeptVisitsForm(RangeForm):
    """By what the visits are counted, and whose; clinicians choose among those they answer for."""

    by = forms.ChoiceField(label="By", choices=BY, required=False, initial="staff")
    staff = forms.ModelChoiceField(
        label="Clinician", queryset=Staff.objects.none(), required=False, empty_label="Any clinician"
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[Staff]", self.fields["staff"])
        people.queryset = (
            reported_staff(actor).filter(takes_appointments=True).order_by("last_name", "first_name")
        )


@dataclass(slots=True)
class KeptRow:
    """One clinician, month, week or type. Counts are of appointments that began in the range and before now."""

    label: str
    filters: dict[str, Any]
    held: int
    no_show: int
    late: int
    unclosed: int
    in_time: int

    @property
    def due(self) -> int:
        """What ought to have been held: everything but cancelled in time and moved."""
        return self.held + self.no_show + self.late + self.unclosed

    @property
    def rate(self) -> Decimal | None:
        """Held ÷ due, between 0 and 1; None where nothing was due."""
        return Decimal(self.held) / self.due if self.due else None


def kept_rows(staff_ids: Any, first: Any, last: Any, by: str) -> list[KeptRow]:
    """The rows, by one query."""
    zone = clock.zone()
    key = {
        "staff": ("staff_id", "staff__first_name", "staff__last_name"),
        "month": ("month",),
        "week": ("week",),
        "weekday": ("weekday",),
        "hour": ("hour",),
        "type": ("type",),
    }[by]
    begun = Appointment.objects.filter(
        start_time__gte=clock.day_bounds(first)[0],
        start_time__lt=min(clock.day_bounds(last)[1], clock.now()),
        staff_id__in=staff_ids,
        imported_at__isnull=True,
    )
    counted = (
        begun.annotate(
            month=TruncMonth("start_time", tzinfo=zone),
            week=TruncWeek("start_time", tzinfo=zone, output_field=DateField()),
            weekday=ExtractIsoWeekDay("start_time", tzinfo=zone),
            hour=ExtractHour("start_time", tzinfo=zone),
        )
        .values(*key)
        .annotate(
            held=Count("pk", filter=Q(status=AppointmentStatus.COMPLETED)),
            no_show=Count("pk", filter=Q(status=AppointmentStatus.NO_SHOW)),
            late=Count("pk", filter=Q(status=AppointmentStatus.LATE_CANCELLED)),
            unclosed=Count("pk", filter=Q(status__in=sorted(OPEN))),
            in_time=Count("pk", filter=Q(status=AppointmentStatus.CANCELLED)),
        )
    )
    rows = []
    for row in counted.order_by(*key[::-1]):
        label, filters = _named(row, by)
        counts = {name: row[name] for name in ("held", "no_show", "late", "unclosed", "in_time")}
        rows.append(KeptRow(label, filters, **counts))
    return rows


def every_week(rows: Sequence[KeptRow], first: date, last: date) -> list[KeptRow]:
    """Rows by week, with the weeks between them in which nothing was booked."""
    found = {row.filters["first"]: row for row in rows}
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday <= last:
        label, filters = _named({"week": monday}, "week")
        weeks.append(found.get(monday) or KeptRow(label, filters, 0, 0, 0, 0, 0))
        monday += timedelta(days=7)
    return weeks


def _named(row: Mapping[str, Any], by: str) -> tuple[str, dict[str, Any]]:
    if by == "staff":
        staff_id: UUID = row["staff_id"]
        return f"{row['staff__first_name']} {row['staff__last_name']}", {"staff": staff_id}
    if by == "type":
        return AppointmentType(row["type"]).label, {"type": row["type"]}
    if by == "weekday":
        return WEEKDAYS[row["weekday"]], {"weekday": row["weekday"]}
    if by == "hour":
        return HOURS[row["hour"]], {"hour": row["hour"]}
    if by == "week":
        monday = row["week"]
        return f"{monday:%b} {monday.day}", {"first": monday, "last": monday + timedelta(days=6)}
    month = row["month"].date()
    end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return f"{month:%B %Y}", {"first": month, "last": end}


class KeptVisitsReport(Report):
    slug = "kept-visits"
    title = "Kept visits"
    summary = "Sessions held, missed and cancelled late, by clinician, month, weekday, hour or type."
    icon = "calendar-check"
    allowed = staticmethod(can_see_session_figures)
    filter_form_class = KeptVisitsForm
    default_sort = ""

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        by = dict(BY)[self.values.get("by", "staff")]
        return [
            Column("label", by, sort="label" if self.values.get("by", "staff") in {"staff", "type"} else ""),
            self.count("held", "Held", "completed"),
            self.count("no_show", "No-show", "no_show"),
            self.count("late", "Cancelled late", "late_cancelled"),
            self.count("unclosed", "Not closed", *sorted(OPEN)),
            self.count("in_time", "Cancelled in time", "cancelled"),
            Column(
                "rate",
                "Kept",
                cell=lambda row: Cell(
                    formatting.percent(row.rate), url=self.opened(DUE, row.filters) if row.due else ""
                ),
                csv=lambda row: "" if row.rate is None else round(row.rate, 4),
                sort="rate",
                align="end",
                total=_whole,
                total_cell=lambda rate: Cell(
                    formatting.percent(rate), url="" if rate is None else self.opened(DUE)
                ),
            ),
        ]

    def count(self, name: str, label: str, *statuses: str) -> Column:
        """A column of counts."""
        return Column(
            name,
            label,
            cell=lambda row: self.cell(row, getattr(row, name), *statuses),
            csv=lambda row: getattr(row, name),
            sort=name,
            descending_first=True,
            align="end",
            total=lambda rows: sum(getattr(row, name) for row in rows),
            total_cell=lambda sum_: Cell(formatting.number(sum_), url=self.opened(statuses) if sum_ else ""),
        )

    def cell(self, row: KeptRow, count: int, *statuses: str) -> Cell:
        """A count that opens its appointments."""
        return Cell(formatting.number(count), url=self.opened(statuses, row.filters) if count else "")

    def opened(self, statuses: Sequence[str], of: Mapping[str, Any] = MappingProxyType({})) -> str:
        """The appointments in these states, of a row or of all rows: those of its days that are in the range."""
        chosen = self.values.get("staff")
        filters = {"staff": chosen.pk if chosen else None, **of}
        first, last = filters.pop("first", self.first), filters.pop("last", self.last)
        return self.appointments(
            begun=True,
            first=max(first, self.first),
            last=min(last, self.last, clock.today()),
            status=list(statuses),
            **filters,
        )

    def make_form(self, data: QueryDict) -> forms.Form:
        return KeptVisitsForm(data, actor=self.actor)

    def compute(self, values: Mapping[str, Any]) -> list[KeptRow]:
        return self.rows_by(values.get("by", "staff"))

    def rows_by(self, by: str) -> list[KeptRow]:
        """The same appointments, gathered in another way."""
        chosen = self.values.get("staff")
        people = [chosen.pk] if chosen else reported_staff(self.actor).values("pk")
        return kept_rows(people, self.first, self.last, by)

    def chart(self, rows: Sequence[KeptRow]) -> Chart:
        """Bars of the rows; where they are of one clinician only, of that clinician's weeks or months instead."""
        title = "Visits"
        if len(rows) == 1 and self.values.get("by", "staff") == "staff":
            by = "week" if self.last - self.first <= DRAWN_BY_WEEK else "month"
            title, rows = f"Visits by {by}", self.rows_by(by)
            rows = every_week(rows, self.first, min(self.last, clock.today())) if by == "week" else rows
        return Chart(
            "bar",
            title,
            [row.label for row in rows],
            [
                Series("Held", [row.held for row in rows], "success"),
                Series("No-show", [row.no_show for row in rows], "danger"),
                Series("Cancelled late", [row.late for row in rows], "warning"),
            ],
            stacked=True,
        )


def _whole(rows: Sequence[KeptRow]) -> Decimal | None:
    due = sum(row.due for row in rows)
    return Decimal(sum(row.held for row in rows)) / due if due else None
