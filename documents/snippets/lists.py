"""The list of kept texts."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from documents import rules
from documents.snippets.models import Snippet
from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists import Column, ListPage


class SnippetList(ListPage):
    """One's own and the practice's, by name."""

    title = "Texts"
    subtitle = "In a note, type ; and the name. The client’s name and pronouns are filled in."
    can_export = False
    search_label = "Name"
    page_size = 100
    default_sort = "name"
    empty = EmptyState("No texts yet", "What you write again and again can be kept here under a short name.")
    columns = (
        Column("name", "Name", cell=lambda row: f";{row.name}", sort=Lower("name")),
        Column("text", "Text", cell=lambda row: Cell(row.text[:240])),
        Column("whose", "Whose", cell=lambda row: "Own" if row.staff_id else Badge("Practice", "info")),
    )

    def search(self, source: QuerySet[Snippet], text: str) -> QuerySet[Snippet]:
        return source.filter(name__icontains=text)

    def actions(self, row: Snippet) -> Sequence[Action]:
        if not rules.can_change_snippet(self.request.user, row):
            return []
        return [
            Action(
                "Edit",
                reverse("documents:snippet_edit", args=[row.pk]),
                icon="edit",
                dialog="panel",
                about=row.name,
            ),
            Action(
                "Remove",
                reverse("documents:snippet_remove", args=[row.pk]),
                icon="trash",
                dialog=True,
                danger=True,
                about=row.name,
            ),
        ]
