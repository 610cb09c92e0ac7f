"""Lists about consents."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from documents.choices import ClientFormType
from documents.consents.choices import Held
from documents.designs import catalogue
from documents.models import Packet
from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists import Column, ListPage


class PacketList(ListPage):
    """By name."""

    title = "Packets of forms"
    subtitle = "What clients are asked to sign together. The forms themselves are changed under Forms."
    can_export = False
    search_label = "Name"
    default_sort = "name"
    empty = EmptyState("No packets yet", "Forms that are sent together are put into a packet.")

    def __init__(self, request: Any, source: QuerySet[Packet], **rest: Any) -> None:
        super().__init__(request, source, **rest)
        self.titles = {form.key: form.title for form in catalogue.menu().of(ClientFormType.CONSENT)}
        self.columns = (
            Column("name", "Name", cell=lambda row: row.name, sort=Lower("name")),
            Column("audience", "Made for", cell=lambda row: row.get_audience_display()),
            Column("forms", "Forms", cell=self._forms),
            Column(
                "state",
                "State",
                cell=lambda row: (
                    Badge("Retired", "neutral")
                    if not row.is_active
                    else Badge("Required", "info")
                    if row.required
                    else Badge("In use", "success")
                ),
            ),
        )

    def search(self, source: QuerySet[Packet], text: str) -> QuerySet[Packet]:
        return source.filter(name__icontains=text)

    def actions(self, row: Packet) -> Sequence[Action]:
        retire, restore = ("Retire", "packet_retire", "x"), ("Use again", "packet_restore", "arrow-back-up")
        verb, name, icon = retire if row.is_active else restore
        return [
            Action("Edit", reverse("documents:packet_edit", args=[row.pk]), icon="edit", about=row.name),
            Action(verb, reverse(f"documents:{name}", args=[row.pk]), icon=icon, post=True, about=row.name),
        ]

    def _forms(self, row: Packet) -> Cell:
        held = {each.form_key: Held(each.months).label.lower() for each in row.forms.all()}
        known = [(title, held[key]) for key, title in self.titles.items() if key in held]
        return Cell("; ".join(f"{title} ({how})" for title, how in known))
