"""Signed notes that supervisors read: the list, and ticking off."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ActorRequest
from documents import errors, queries, rules, services
from documents.models import Document
from documents.views.finding import visible_document
from mentalspace.core import audit, clock, formatting
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_ids
from mentalspace.core.lists import Action, Cell, Column, EmptyState, ListPage


class ReadingList(ListPage):
    """The longest waiting first."""

    title = "Signed notes to read"
    subtitle = "Of clinicians whose notes you review. They are final; tick them off when you have read them."
    csv_name = "notes-to-read"
    default_sort = "signed"
    empty = EmptyState(
        "Every note is read",
        "What clinicians under “review all notes” sign appears here.",
        icon="circle-check",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.zone = clock.today(), clock.zone()
        self.columns = (
            Column("client", "Client", cell=_client, sort=("client__last_name", "client__first_name")),
            Column("note", "Note", cell=_note, sort="title"),
            Column("date", "Date", cell=lambda row: formatting.date(row.service_date), sort="service_date"),
            Column(
                "author", "Author", cell=lambda row: row.staff.name_with_credential, sort="staff__last_name"
            ),
            Column("signed", "Waiting", cell=self._waiting, csv=self._days, sort="signed_at", nowrap=True),
            Column("due", "Due", cell=self._due, sort="reading__due_on", nowrap=True),
        )

    def _days(self, row: Document) -> int:
        return (self.today - row.signed_at.astimezone(self.zone).date()).days if row.signed_at else 0

    def _waiting(self, row: Document) -> str:
        days = self._days(row)
        return formatting.plural(days, "day") if days else "since today"

    def _due(self, row: Document) -> Cell:
        due = row.reading.due_on
        return Cell(formatting.relative_day(due, self.today), tone="danger" if due < self.today else None)

    def actions(self, row: Document) -> Sequence[Action]:
        about = f"{row.title} of {row.client.display_name}, {formatting.date(row.service_date)}"
        return [
            Action("Read", reverse("documents:document_detail", args=[row.pk]), "eye", about=about),
            Action(
                "Tick as read", reverse("documents:document_read", args=[row.pk]), "check", True, about=about
            ),
        ]

    def bulk_actions(self) -> Sequence[Action]:
        return [Action("Tick as read", reverse("documents:readings_tick"), "checks", post=True)]


@requires(rules.can_tick_as_read)
@require_safe
def reading_list(request: ActorRequest) -> HttpResponseBase:
    """What this supervisor has yet to read."""
    actions = [Action("Co-sign", reverse("documents:cosign_list"), "signature")]

    def record(page: ListPage) -> None:
        audit.record(actor=request.user, verb="documents.exported")

    return ReadingList(
        request, queries.to_read(request.user), page_actions=actions, on_export=record
    ).respond()


@requires(rules.can_tick_as_read)
@require_POST
def document_read(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One of them, from its row or from its own page."""
    visible_document(request.user, pk)
    return _tick(request, [pk])


@requires(rules.can_tick_as_read)
@require_POST
def readings_tick(request: ActorRequest) -> HttpResponse:
    """Those that were chosen."""
    chosen = read_ids(request.POST.getlist("selected"))
    if not chosen:
        messages.warning(request, "Choose the notes that you have read first.")
    return _tick(request, [pk for pk in chosen if visible_document(request.user, pk)])


def _tick(request: ActorRequest, chosen: list[UUID]) -> HttpResponse:
    """A second click finds them ticked, and says nothing."""
    ticked = 0
    for pk in chosen:
        try:
            services.tick_as_read(actor=request.user, document_id=pk)
        except errors.NotToBeRead:
            continue
        ticked += 1
    if ticked:
        messages.success(request, f"{formatting.plural(ticked, 'note')} ticked as read.")
    return redirect("documents:reading_list")


def _client(row: Document) -> Cell:
    url = reverse("clients:client_detail", args=[row.client_id])
    return Cell(row.client.display_name, url=url, sub=f"C-{row.client.number}")


def _note(row: Document) -> Cell:
    return Cell(row.title, url=reverse("documents:document_detail", args=[row.pk]))
