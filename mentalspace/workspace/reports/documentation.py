"""Unsigned and overdue notes, and how long signing takes, by clinician."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, ExpressionWrapper, F, FloatField, Min, Q
from django.db.models.functions import Extract

from accounts.models import User
from documents.choices import SESSION_TYPES, DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.queries import overdue_before, sessions_without_note
from mentalspace.core import clock, formatting, practice
from mentalspace.core.charts import Chart, Series
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report, address
from mentalspace.workspace.rules import can_see_session_figures, reported_staff


@dataclass(slots=True)
class NotesRow:
    """One clinician. Counts are of now; `days` is over session notes signed in the range, from session to signature."""

    staff_id: UUID
    label: str
    unwritten: int = 0
    drafts: int = 0
    waiting: int = 0
    overdue: int = 0
    oldest: Any = None
    signed: int = 0
    days: Decimal | None = None

    @property
    def open(self) -> int:
        return self.unwritten + self.drafts + self.waiting


class DocumentationReport(Report):
    slug = "notes"
    title = "Notes"
    summary = (
        "Sessions without a note, unsigned and overdue notes now, and the days from session to signature."
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
            self.count("overdue", "Overdue", state="overdue"),
            Column("oldest", "Oldest due", sort="oldest", nowrap=True),
            Column(
                "signed",
                "Signed in range",
                sort="signed",
                descending_first=True,
                align="end",
                total=_sum("signed"),
            ),
            Column(
                "days",
                "Days to sign",
                cell=lambda row: "" if row.days is None else formatting.number(row.days, 1),
                csv=lambda row: "" if row.days is None else round(row.days, 2),
                sort="days",
                align="end",
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
        rows = {member.pk: NotesRow(member.pk, member.full_name) for member in staff}
        for staff_id, figures in _document_figures(list(rows), self.first, self.last).items():
            for name, value in figures.items():
                setattr(rows[staff_id], name, value)
        for found in _unwritten(self.actor):
            if row := rows.get(found["staff_id"]):
                row.unwritten, row.overdue = found["count"], row.overdue + found["late"]
                due = clock.local(found["first"]).date() + timedelta(days=practice.get(NoteDefaults).due_days)
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


def _document_figures(staff_ids: list[UUID], first: Any, last: Any) -> dict[UUID, dict[str, Any]]:
    """Counts of unsigned documents now, and the speed of those signed in the range; one query."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    unsigned = ~Q(status=DocumentStatus.SIGNED)
    in_range = Q(
        status=DocumentStatus.SIGNED, type__in=sorted(SESSION_TYPES), signed_at__gte=start, signed_at__lt=end
    )
    took = ExpressionWrapper(
        Extract(F("signed_at") - F("appointment__end_time"), "epoch") / 86400.0, output_field=FloatField()
    )
    found = (
        Document.objects.filter(unsigned | in_range, staff_id__in=staff_ids, in_error=False)
        .order_by()
        .values("staff_id")
        .annotate(
            drafts=Count("pk", filter=Q(status=DocumentStatus.DRAFT)),
            waiting=Count("pk", filter=Q(status=DocumentStatus.PENDING_COSIGN)),
            overdue=Count("pk", filter=unsigned & Q(due_on__lt=clock.today())),
            oldest=Min("due_on", filter=unsigned),
            signed=Count("pk", filter=in_range),
            days=Avg(took, filter=in_range),
        )
    )
    figures: dict[UUID, dict[str, Any]] = {}
    for row in found:
        values: dict[str, Any] = dict(row)
        figures[values.pop("staff_id")] = {**values, "days": _days(values["days"])}
    return figures


def _days(value: float | None) -> Decimal | None:
    return None if value is None else max(Decimal(0), Decimal(str(round(value, 4))))


def _sum(name: str) -> Any:
    return lambda rows: sum(getattr(row, name) for row in rows)
