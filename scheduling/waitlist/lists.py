"""The waitlist as a list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.http import ActorRequest
from clients.queries.search import matching
from clients.rules import visible_clients
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Cell, EmptyState
from mentalspace.core.lists import Column, ListPage
from scheduling.models import WaitlistEntry
from scheduling.waitlist import badges
from scheduling.waitlist.choices import EntryState, Urgency
from scheduling.waitlist.models import by_urgency

STATES = (
    ("", "Waiting"),
    ("booked", "Booked from the list"),
    ("closed", "Taken off"),
    ("expired", "Expired"),
    ("all", "All"),
)


class WaitlistFilter(forms.Form):
    """Who waits now, unless asked otherwise."""

    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    urgency = forms.ChoiceField(
        label="Urgency", required=False, choices=[("", "Any urgency"), *Urgency.choices]
    )


class WaitlistList(ListPage):
    """The most urgent first, then who has waited longest."""

    title = "Waitlist"
    subtitle = "Who waits for a time. When one opens, those who fit are offered it, best first."
    search_label = "Client"
    filter_form_class = WaitlistFilter
    default_sort = "urgency"
    csv_name = "waitlist"
    empty = EmptyState(
        "Nobody waits for a time",
        "Clients who want another time, or an earlier one, are put here with the hours that suit them.",
        icon="users",
    )

    def __init__(
        self, request: ActorRequest, source: QuerySet[WaitlistEntry], page_actions: Sequence[Action]
    ) -> None:
        zone, today = clock.zone(), clock.today()
        self.columns = [
            Column(
                "client",
                "Client",
                cell=lambda row: Cell(
                    row.client.display_name,
                    url=reverse("scheduling:waitlist_detail", args=[row.pk]),
                    sub=" · ".join(
                        part
                        for part in (f"C-{row.client.number}", formatting.phone(row.client.phone))
                        if part
                    ),
                ),
                sort=(Lower("client__last_name"), Lower("client__first_name")),
            ),
            Column(
                "urgency",
                "Urgency",
                cell=lambda row: Cell(badge=badges.urgency_badge(row.urgency)),
                csv=lambda row: row.get_urgency_display(),
                sort=(by_urgency(), "created_at"),
            ),
            Column("hours", "Times", cell=lambda row: Cell(badges.hours_words(row))),
            Column("what", "For", cell=lambda row: Cell(badges.what_words(row), sub=badges.whom_words(row))),
            Column(
                "since",
                "Since",
                cell=lambda row: formatting.instant_date(row.created_at, zone),
                sort="created_at",
                nowrap=True,
            ),
            Column(
                "state",
                "State",
                cell=lambda row: Cell(
                    badge=badges.state_badge(row, today), sub=f"Until {formatting.date(row.expires_on)}"
                ),
                csv=lambda row: badges.state_badge(row, today).text,
                hide="narrow",
            ),
        ]
        source = source.select_related("client").prefetch_related("clinicians")
        super().__init__(request, source, page_actions=page_actions, on_export=_record_export)

    def search(self, source: Any, text: str) -> Any:
        """Clients as everywhere."""
        return source.filter(client__in=matching(visible_clients(self.request.user), text).values("pk"))

    def filter(self, source: Any, values: Any) -> Any:
        today = clock.today()
        if urgency := values.get("urgency"):
            source = source.filter(urgency=urgency)
        match values.get("state"):
            case "booked":
                return source.filter(state=EntryState.BOOKED)
            case "closed":
                return source.filter(state=EntryState.CLOSED)
            case "expired":
                return source.filter(state=EntryState.WAITING, expires_on__lt=today)
            case "all":
                return source
        return source.filter(state=EntryState.WAITING, expires_on__gte=today)

    def client_of(self, row: WaitlistEntry) -> Any:
        """For the page's event."""
        return row.client_id

    def actions(self, row: WaitlistEntry) -> Sequence[Action]:
        about, key = row.client.display_name, [row.pk]
        times = Action("Times", reverse("scheduling:waitlist_detail", args=key), icon="search", about=about)
        if row.state != EntryState.WAITING:
            return [times]
        edit = reverse("scheduling:waitlist_edit", args=key)
        close = reverse("scheduling:waitlist_close", args=key)
        return [
            times,
            Action("Edit", edit, icon="edit", about=about),
            Action("Take off", close, icon="x", dialog=True, danger=True, about=about),
        ]


def _record_export(page: ListPage) -> None:
    actor: Any = page.request.user
    audit.record(
        actor=actor, verb="waitlist.exported", changes={"filters": ["", [chip.text for chip in page.chips]]}
    )
