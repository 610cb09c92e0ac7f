"""Lists about consents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from clients.chart import tab_url
from clients.queries.search import matching
from documents.choices import ClientFormType
from documents.consents import queries
from documents.consents.chart import SLUG, ask_url
from documents.consents.choices import Held
from documents.designs import catalogue
from documents.models import Packet
from mentalspace.core import clock, formatting
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


STATES = [
    ("", "All"),
    ("attention", "Needs attention"),
    ("missing", "Missing"),
    ("renew", "To renew"),
    ("waiting", "Waiting for signatures"),
    ("unsent", "Mail not sent"),
]
UNSENT = Badge("Mail not sent", "danger", "alert-circle")


class ConsentFilter(forms.Form):
    """Beside the search box."""

    state = forms.ChoiceField(label="State", choices=STATES, initial="attention", required=False)


class ConsentList(ListPage):
    """A row for each client in treatment or about to begin; who lacks most comes first."""

    title = "Consents"
    subtitle = "Clients in treatment, and those with a first appointment."
    search_label = "Client’s name, date of birth or number"
    default_sort = "missing"
    csv_name = "consents"
    filter_form_class = ConsentFilter
    empty = EmptyState(
        "Every client has what is required",
        "Clients appear here whose consents are missing, or expire soon.",
        icon="signature",
    )

    def __init__(self, request: Any, **rest: Any) -> None:
        super().__init__(request, queries.consent_states(request.user), **rest)
        self.today, self.zone = clock.today(), clock.zone()
        self.columns = [
            Column("client", "Client", cell=_client, sort=(Lower("last_name"), Lower("first_name"))),
            Column(
                "missing", "Missing", cell=_missing, sort=(F("consents_lacking").desc(), F("consents_expire_on")),
                nulls_last=True,
            ),
            Column(
                "renew", "To renew by", cell=self._renew, sort=F("consents_expire_on"), nulls_last=True, nowrap=True
            ),
            Column(
                "asked", "Waiting since", cell=self._asked, sort=F("consents_asked_at"), nulls_last=True, nowrap=True
            ),
        ]  # fmt: skip

    def filter(self, source: Any, values: Any) -> Any:
        return source.filter(queries.STATES.get(values.get("state", ""), Q()))

    def search(self, source: Any, text: str) -> Any:
        return matching(source, text)

    def client_of(self, row: Any) -> Any:
        return row.pk

    def actions(self, row: Any) -> Sequence[Action]:
        return [Action("Ask for signatures", ask_url(row), "mail-forward", about=row.display_name)]

    def _renew(self, row: Any) -> Cell | str:
        if row.consents_expire_on is None:
            return ""
        last, near = row.consents_expire_on, formatting.relative_day(row.consents_expire_on, self.today)
        return Cell(formatting.date(last), sub=near if near != formatting.date(last) else "")

    def _asked(self, row: Any) -> Cell:
        since = formatting.instant_date(row.consents_asked_at, self.zone) if row.consents_asked_at else ""
        return Cell(since, badge=UNSENT if row.consents_unsent else None)


def _client(row: Any) -> Cell:
    return Cell(row.display_name, url=tab_url(row, SLUG), sub=f"C-{row.number}")


def _missing(row: Any) -> Badge | str:
    return Badge(formatting.plural(row.consents_lacking, "form"), "danger") if row.consents_lacking else ""
