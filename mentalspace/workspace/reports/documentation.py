"""Unsigned and overdue notes, and how long signing takes, by clinician."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from accounts.models import User
from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.queries import STANDS, overdue_before, sessions_without_note
from documents.rules import UNREAD
from mentalspace.core import clock, formatting, practice
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report, address
from mentalspace.workspace.reports.note_timing import Timed, timing_columns, timings
from mentalspace.workspace.rules import can_see_session_figures, reported_staff

UNSIGNED = ~Q(status=DocumentStatus.SIGNED)


@dataclass(slots=True, kw_only=True)
class NotesRow(Timed):
    """One clinician. Counts are of now; the rest is of the notes of sessions in the range that are signed."""

    staff_id: UUID
    label: str
    unwritten: int = 0
    drafts: int = 0
    waiting: int = 0
    unread: int = 0
    overdue: int = 0
    oldest: Any = None

    @property
    def open(self) -> int:
        return self.unwritten + self.drafts + self.waiting


class DocumentationReport(Report):
    slug = "notes"
    title = "Notes"
    summary = (
        "Sessions without a note, unsigned and overdue notes now; of the sessions in the range, how soon their "
        "notes were signed."
    )
    icon = "file-text"
    allowed = staticmethod(can_see_session_figures)
    default_sort = "-overdue"

    @property
    def columns(self) -> Sequence[Column]:  # type: ignore[override]
        return [
            Column("label", "Clinician", sort="label"),
            self.count("unwritten", "No note yet", state="unwritten"),
            self.count("drafts", "Drafts", state="draft"),
            self.count("waiting", "Awaiting co-signature", state="awaiting"),
            self.count("unread", "To be read", state="unread"),
            self.count("overdue", "Overdue", state="overdue"),
            Column("oldest", "Oldest due", sort="oldest", nowrap=True, hide="narrow"),
            *timing_columns(
                lambda row: {"clinician": row.staff_id, "day_from": self.first, "day_to": self.last}
            ),
        ]

    def count(self, name: str, label: str, *, state: str) -> Column:
        """A column of counts that open the notes list."""

        def cell(row: NotesRow) -> Cell:
            number = getattr(row, name)
            url = address("documents:note_list", clinician=row.staff_id, state=state) if number else ""
            return Cell(
                formatting.number(number), url=url, tone="danger" if number and name == "overdue" else None
            )

        return Column(
            name,
            label,
            cell=cell,
            csv=lambda row: getattr(row, name),
            sort=name,
            descending_first=True,
            align="end",
            total=_sum(name),
        )

    def compute(self, values: Mapping[str, Any]) -> list[NotesRow]:
        staff = (
            reported_staff(self.actor)
            .filter(takes_appointments=True)
            .order_by("last_name", "first_name", "pk")
        )
        rows = {member.pk: NotesRow(staff_id=member.pk, label=member.full_name) for member in staff}
        for staff_id, figures in _waiting(list(rows)).items():
            for name, value in figures.items():
                setattr(rows[staff_id], name, value)
        for found in timings(list(rows), self.first, self.last, "staff_id"):
            rows[found["staff_id"]].take(found)
        for late in _unwritten(self.actor):
            if row := rows.get(late["staff_id"]):
                row.unwritten, row.overdue = late["count"], row.overdue + late["late"]
                due = clock.local(late["first"]).date() + timedelta(days=practice.get(NoteDefaults).due_days)
                row.oldest = min(row.oldest or due, due)
        return list(rows.values())

    def chart(self, rows: Sequence[NotesRow]) -> Chart | None:
        waiting = [row for row in rows if row.open]
        if not waiting:
            return None
        return Chart(
            "rows",
            "Notes to write and sign",
            [row.label for row in waiting],
            [
                Series("No note yet", [row.unwritten for row in waiting], "danger"),
                Series("Drafts", [row.drafts for row in waiting], "warning"),
                Series("Awaiting co-signature", [row.waiting for row in waiting], "info"),
            ],
            stacked=True,
        )


def _unwritten(actor: User) -> Iterable[Any]:
    """For each clinician the sessions without a note, how many of them are overdue, and the first."""
    return (
        sessions_without_note(actor)
        .order_by()
        .values("staff_id")
        .annotate(
            count=Count("pk"),
            late=Count("pk", filter=Q(start_time__lt=overdue_before())),
            first=Min("start_time"),
        )
    )


def _waiting(staff_ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """For each clinician what is unsigned now, or signed and not read. One query."""
    found = (
        Document.objects.filter(UNSIGNED | UNREAD.where(), STANDS, staff_id__in=staff_ids)
        .order_by()
        .values("staff_id")
        .annotate(
            unread=Count("pk", filter=Q(status=DocumentStatus.SIGNED)),
            drafts=Count("pk", filter=Q(status=DocumentStatus.DRAFT)),
            waiting=Count("pk", filter=Q(status=DocumentStatus.PENDING_COSIGN)),
            overdue=Count("pk", filter=UNSIGNED & Q(due_on__lt=clock.today())),
            oldest=Min("due_on", filter=UNSIGNED),
        )
    )
    figures: dict[UUID, dict[str, Any]] = {}
    for row in found:
        values: dict[str, Any] = dict(row)
        figures[values.pop("staff_id")] = values
    return figures


def _sum(name: str) -> Any:
    return lambda rows: sum(getattr(row, name) for row in rows)
