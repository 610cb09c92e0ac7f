"""Active clients by clinician, and who has no next appointment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import CareTeamMember, Client
from clients.rules import current_assignments, served_clients
from mentalspace.core import clock, formatting
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report, address
from mentalspace.workspace.rules import can_see_session_figures, reported_staff
from scheduling.choices import OPEN
from scheduling.models import Appointment

NEXT_WITHIN = timedelta(days=14)


def without_next_visit(actor: User) -> QuerySet[Client]:
    """Active clients of whom the actor answers for, with nothing booked in the next two weeks."""
    now = clock.now()
    booked = Appointment.objects.filter(
        client=OuterRef("pk"), status__in=sorted(OPEN), start_time__gte=now, start_time__lt=now + NEXT_WITHIN
    )
    assigned = current_assignments().filter(
        client=OuterRef("pk"), staff_id__in=reported_staff(actor).values("pk")
    )
    return served_clients(actor).filter(~Exists(booked), Exists(assigned), status=ClientStatus.ACTIVE)


@dataclass(slots=True)
class CaseRow:
    """One clinician's active clients, and of them those with nothing booked in two weeks."""

    staff_id: UUID
    label: str
    clients: int = 0
    primary: int = 0
    unbooked: int = 0


class CaseloadReport(Report):
    slug = "caseload"
    title = "Caseload"
    summary = "Active clients by clinician, and those with no appointment in the next two weeks."
    icon = "users"
    allowed = staticmethod(can_see_session_figures)
    filter_form_class = None
    default_sort = "-clients"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return [
            Column(
                "label",
                "Clinician",
                cell=lambda row: Cell(row.label, url=reverse("staff:staff_detail", args=[row.staff_id])),
                sort="label",
            ),
            Column(
                "clients",
                "Active clients",
                cell=self.clients,
                csv=lambda row: row.clients,
                sort="clients",
                descending_first=True,
                align="end",
                total=_sum("clients"),
            ),
            Column(
                "primary",
                "As primary",
                cell=self.primary,
                csv=lambda row: row.primary,
                sort="primary",
                descending_first=True,
                align="end",
                total=_sum("primary"),
            ),
            Column(
                "unbooked",
                "Nothing booked",
                cell=self.unbooked,
                csv=lambda row: row.unbooked,
                sort="unbooked",
                descending_first=True,
                align="end",
                total=_sum("unbooked"),
            ),
        ]

    def clients(self, row: CaseRow) -> Cell:
        url = address("clients:client_list", clinician=row.staff_id, status="active") if row.clients else ""
        return Cell(formatting.number(row.clients), url=url)

    def primary(self, row: CaseRow) -> Cell:
        query = {"clinician": row.staff_id, "role": "primary", "status": "active"}
        url = address("clients:client_list", **query) if row.primary else ""
        return Cell(formatting.number(row.primary), url=url)

    def unbooked(self, row: CaseRow) -> Cell:
        url = address("workspace:unbooked_clients", staff=row.staff_id) if row.unbooked else ""
        return Cell(formatting.number(row.unbooked), url=url, tone="warning" if row.unbooked else None)

    def compute(self, values: Mapping[str, Any]) -> list[CaseRow]:
        staff = reported_staff(self.actor).filter(takes_appointments=True)
        rows = {member.pk: CaseRow(member.pk, member.full_name) for member in staff}
        unbooked = set(without_next_visit(self.actor).values_list("pk", flat=True))
        assignments: QuerySet[CareTeamMember, Any] = current_assignments().filter(
            staff_id__in=list(rows), client__status=ClientStatus.ACTIVE
        )
        for staff_id, client_id, role in assignments.values_list("staff_id", "client_id", "role"):
            row = rows[staff_id]
            row.clients += 1
            row.primary += role == "primary"
            row.unbooked += client_id in unbooked
        return list(rows.values())

    def chart(self, rows: Sequence[CaseRow]) -> Chart | None:
        busy = [row for row in rows if row.clients]
        if not busy:
            return None
        return Chart(
            "rows",
            "Active clients",
            [row.label for row in busy],
            [
                Series("With a next visit", [row.clients - row.unbooked for row in busy]),
                Series("Nothing booked", [row.unbooked for row in busy], "warning"),
            ],
            stacked=True,
        )


def _sum(name: str) -> Any:
    return lambda rows: sum(getattr(row, name) for row in rows)
