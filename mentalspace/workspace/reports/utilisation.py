"""Utilisation: hours booked and held, of the hours offered; and how long ahead appointments are booked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Sum,
)
from django.db.models.expressions import NegatedExpression
from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report
from mentalspace.workspace.rules import can_see_session_figures, reported_staff
from scheduling.choices import OPEN, AppointmentStatus
from scheduling.closures import closed_days
from scheduling.models import Appointment
from staff.availability import WorkingTime
from staff.models import Staff

# What takes up an hour that was offered: what stands, what was held, and what the client let lapse too late.
TAKEN = (
    *sorted(OPEN), AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED
)  # fmt: skip
HELD = (AppointmentStatus.COMPLETED,)
LENGTH = ExpressionWrapper(F("end_time") - F("start_time"), output_field=DurationField())


class Median(Aggregate):
    """The middle of the durations, PostgreSQL's `percentile_cont`."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(slots=True)
class UtilisationRow:
    """One clinician. Times are lengths; `ahead` is the median from booking to start, None where nothing was booked."""

    staff_id: UUID
    label: str
    offered: timedelta
    booked: timedelta = timedelta()
    held: timedelta = timedelta()
    appointments: int = 0
    ahead: timedelta | None = None

    @property
    def share(self) -> Decimal | None:
        """Booked ÷ offered; above 1 for who works outside their hours, None where nothing is offered."""
        return _share(self.booked, self.offered)

    @property
    def held_share(self) -> Decimal | None:
        return _share(self.held, self.offered)


class UtilisationReport(Report):
    slug = "utilisation"
    title = "Utilisation"
    summary = (
        "Hours booked and held, of the hours offered, and how long ahead appointments are booked. "
        "Hours offered are those that stand in each profile now, less time off and holidays. "
        "The hour of a group counts once, an appointment each of its members."
    )
    icon = "hourglass"
    allowed = staticmethod(can_see_session_figures)
    default_sort = "-share"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return [
            Column("label", "Clinician", cell=self.clinician, csv=lambda row: row.label, sort="label"),
            self.hours(
                "offered", "Offered", lambda row: reverse("staff:staff_tab", args=[row.staff_id, "schedule"])
            ),
            self.hours("booked", "Booked", lambda row: self.opened(row, TAKEN)),
            self.share("share", "Booked of offered", "booked", TAKEN),
            self.hours("held", "Held", lambda row: self.opened(row, HELD)),
            self.share("held_share", "Held of offered", "held", HELD),
            Column(
                "appointments",
                "Appointments",
                cell=lambda row: Cell(formatting.number(row.appointments), url=self.opened(row, TAKEN)),
                csv=lambda row: row.appointments,
                sort="appointments",
                descending_first=True,
                align="end",
                total=lambda rows: sum(row.appointments for row in rows),
            ),
            Column(
                "ahead",
                "Booked ahead",
                cell=lambda row: (
                    "" if row.ahead is None else Cell(_days(row.ahead), url=self.opened(row, TAKEN))
                ),
                csv=lambda row: "" if row.ahead is None else round(row.ahead / timedelta(days=1), 1),
                sort="ahead",
                align="end",
            ),
        ]

    def clinician(self, row: UtilisationRow) -> Cell:
        return Cell(row.label, url=reverse("staff:staff_detail", args=[row.staff_id]))

    def hours(self, name: str, label: str, url: Any) -> Column:
        """A column of lengths that open what they are made of."""
        return Column(
            name,
            label,
            cell=lambda row: Cell(_hours(getattr(row, name)), url=url(row) if getattr(row, name) else ""),
            csv=lambda row: round(getattr(row, name) / timedelta(hours=1), 2),
            sort=name,
            descending_first=True,
            align="end",
            total=lambda rows: sum((getattr(row, name) for row in rows), timedelta()),
            total_cell=_hours,
        )

    def share(self, name: str, label: str, of: str, statuses: Sequence[str]) -> Column:
        """A column of shares of the hours offered, which open what takes them up."""
        return Column(
            name,
            label,
            cell=lambda row: Cell(
                formatting.percent(getattr(row, name)),
                url=self.opened(row, statuses) if getattr(row, of) else "",
            ),
            csv=lambda row: "" if getattr(row, name) is None else round(getattr(row, name), 4),
            sort=name,
            descending_first=True,
            align="end",
            total=lambda rows: _share(
                sum((getattr(row, of) for row in rows), timedelta()),
                sum((row.offered for row in rows), timedelta()),
            ),
            total_cell=formatting.percent,
        )

    def opened(self, row: UtilisationRow, statuses: Sequence[str]) -> str:
        return self.appointments(staff=row.staff_id, first=self.first, last=self.last, status=list(statuses))

    def compute(self, values: Mapping[str, Any]) -> list[UtilisationRow]:
        """Three queries, whatever the number of clinicians."""
        staff = list(
            reported_staff(self.actor).filter(takes_appointments=True).order_by("last_name", "first_name")
        )
        closed = closed_days(self.first, self.last)
        rows = {
            each.pk: UtilisationRow(each.pk, each.full_name, self.offered(each, closed)) for each in staff
        }
        counted = (
            Appointment.objects.filter(
                staff_id__in=list(rows),
                start_time__gte=clock.day_bounds(self.first)[0],
                start_time__lt=clock.day_bounds(self.last)[1],
                status__in=TAKEN,
                imported_at__isnull=True,
            )
            .alias(takes_time=first_of_its_session(TAKEN), was_held=first_of_its_session(HELD))
            .values("staff_id")
            .annotate(
                booked=Sum(LENGTH, filter=Q(takes_time=True)),
                held=Sum(LENGTH, filter=Q(status__in=HELD, was_held=True)),
                number=Count("pk"),
                ahead=Median(F("start_time") - F("created_at")),
            )
        )
        for found in counted:
            row = rows[found["staff_id"]]
            row.booked, row.held = found["booked"], found["held"] or timedelta()
            row.appointments, row.ahead = found["number"], max(found["ahead"], timedelta())
        return [row for row in rows.values() if row.offered or row.appointments]

    def offered(self, staff: Staff, closed: Mapping[date, str]) -> timedelta:
        """The hours of somebody's profile in the range, each minute once whatever the place."""
        working, day, minutes = WorkingTime(staff), self.first, 0
        while day <= self.last:
            if day not in closed:
                minutes += _covered(working.spans(day))
            day += timedelta(days=1)
        return timedelta(minutes=minutes)

    def chart(self, rows: Sequence[UtilisationRow]) -> Chart | None:
        shown = [row for row in rows if row.share is not None]
        if not shown:
            return None
        return Chart(
            "rows",
            "Share of the hours offered, in percent",
            [row.label for row in shown],
            [
                Series("Held", [_percent(row.held_share) for row in shown], "success"),
                Series("Booked", [_percent(row.share) for row in shown]),
            ],
        )


def first_of_its_session(statuses: Sequence[str]) -> NegatedExpression:
    """Is this the one of a group session's members in these states by which its time counts, once for all of them?"""
    before = Appointment.objects.filter(
        group_session=OuterRef("group_session"), status__in=statuses, pk__lt=OuterRef("pk")
    )
    return ~Exists(before)


def _covered(spans: Sequence[tuple[int, int, str]]) -> int:
    """Minutes that the spans cover; where two places overlap, once."""
    minutes = reached = 0
    for start, end, _ in sorted(spans):
        minutes += max(0, end - max(start, reached))
        reached = max(reached, end)
    return minutes


def _share(part: timedelta, whole: timedelta) -> Decimal | None:
    return Decimal(part / whole) if whole else None


def _percent(share: Decimal | None) -> float:
    return round(float(share or 0) * 100, 1)


def _hours(length: timedelta) -> str:
    """`37.5 h`."""
    return f"{length / timedelta(hours=1):,.1f} h"


def _days(length: timedelta) -> str:
    return formatting.plural(round(length / timedelta(days=1)), "day")
