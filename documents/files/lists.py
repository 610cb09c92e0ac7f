"""The files of one chart. Their titles are sealed, so they are searched and sorted here: a chart has hundreds."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.files import storing
from documents.files.choices import FileKind
from documents.files.models import ClientFile, FileVersion
from documents.files.queries import newest_first
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState, icon
from mentalspace.core.folding import folded
from mentalspace.core.lists import Column, ListPage


@dataclass(frozen=True, slots=True)
class Row:
    """A file as the list shows it."""

    file: ClientFile
    current: FileVersion
    changes: bool

    @property
    def pk(self) -> object:
        return self.file.pk

    @property
    def client_id(self) -> object:
        return self.file.client_id

    @property
    def title(self) -> str:
        return self.file.title

    @property
    def kind(self) -> str:
        return str(self.file.get_kind_display())

    @property
    def day(self) -> date:
        """Of the paper; of its arrival where none stands on it."""
        return self.file.dated_on or self.arrived

    @property
    def arrived(self) -> date:
        return clock.local(self.file.created_at).date()

    @property
    def url(self) -> str:
        return reverse("documents:file_detail", args=[self.file.pk])


def rows_of(actor: User, client: Client) -> list[Row]:
    """What the actor may see of this chart's files. Two queries, and one for the key."""
    found = rules.can_see_file.scope(actor).filter(client=client).select_related("added_by")
    rows = []
    for file in found.prefetch_related(newest_first()):
        # As it is at hand it knows what the actor may do.
        file.client = client
        rows.append(Row(file, file.versions.all()[0], rules.can_change_file(actor, file)))
    return rows


def _title(row: Row) -> Any:
    """With its first page, in the page itself: one event of the audit log, and no address to guess."""
    error = Badge("Entered in error", "danger") if row.file.voided_at else None
    told = Cell(row.title, url=row.url, sub=row.file.note[:120], badge=error)
    picture = storing.read_small(row.current)
    small: Any = icon("file-text")
    if picture:
        small = format_html(
            '<img src="data:image/webp;base64,{}" alt="">', base64.b64encode(picture).decode()
        )
    return format_html(
        '<span class="file-line"><span class="file-small">{}</span><span>{}</span></span>', small, told
    )


class FileFilter(forms.Form):
    """Beside the search box."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "All kinds"), *FileKind.choices], required=False)
    state = forms.ChoiceField(
        label="State", choices=[("", "Standing"), ("all", "With entered in error")], required=False
    )


class FileList(ListPage):
    """The newest paper first."""

    title = "Files"
    search_label = "Title of a file"
    default_sort = "-day"
    tiebreak: ClassVar[tuple[str, ...]] = ()
    can_export = False
    filter_form_class = FileFilter
    empty = EmptyState(
        "No files yet", "Insurance cards, letters, lab results and other papers of this client appear here.",
        icon="files",
    )  # fmt: skip
    columns = (
        Column("title", "Title", cell=_title, sort=("title",)),
        Column("kind", "Kind", sort=("kind",)),
        Column(
            "day", "Date", cell=lambda row: formatting.date(row.day), sort=("day",), descending_first=True
        ),
        Column(
            "arrived",
            "In the chart",
            cell=lambda row: Cell(formatting.date(row.arrived), sub=row.file.added_by.full_name),
            sort=("arrived",),
            descending_first=True,
            hide="narrow",
        ),
        Column("versions", "Version", cell=lambda row: str(row.current.number), align="end", hide="narrow"),
    )

    def about(self, row: Row) -> str:
        return row.title

    def search(self, source: Any, text: str) -> Any:
        words = folded(text).split()
        return [row for row in source if all(word in folded(row.title) for word in words)]

    def filter(self, source: Any, values: Any) -> Any:
        kind, state = values.get("kind"), values.get("state")
        return [
            row
            for row in source
            if (not kind or row.file.kind == kind) and (state == "all" or row.file.voided_at is None)
        ]

    def row_classes(self, row: Row) -> str:
        return "is-quiet" if row.file.voided_at else ""

    def actions(self, row: Row) -> Sequence[Action]:
        get = reverse("documents:file_download", args=[row.current.pk])
        found = [Action("Download", get, "download", about=row.title)]
        if row.changes:
            new = reverse("documents:file_replace", args=[row.file.pk])
            found.append(Action("New version", new, "file-plus", about=row.title))
        return found
