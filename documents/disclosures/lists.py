"""The accounting of disclosures: of one client, and of the practice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from clients.models import Client
from clients.queries.search import matching
from documents.disclosures import queries
from documents.disclosures.choices import ACCOUNTED, Ground
from documents.disclosures.models import Disclosure
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, Cell, EmptyState
from mentalspace.core.folding import folded
from mentalspace.core.forms import DateField
from mentalspace.core.lists import Column, ListPage

PERIODS = [
    (str(queries.YEARS), "Last six years"),
    ("3", "Last three years"),
    ("1", "Last year"),
    ("", "Any time"),
]
ACCOUNTING, INTERNAL = "accounting", "internal"
WHICH = [
    ("", "All disclosures"),
    (ACCOUNTING, "To be accounted for (45 CFR 164.528)"),
    (INTERNAL, "Use within the practice"),
    *((ground.value, ground.label) for ground in Ground if ground != Ground.INTERNAL),
]
STATES = [("", "Standing"), ("all", "With entered in error")]
EMPTY = EmptyState(
    "No disclosures here",
    "Exports of charts, and letters, calls and faxes that somebody recorded, appear here.",
    icon="send",
)


class DisclosureFilter(forms.Form):
    """Beside the search box."""

    period = forms.ChoiceField(label="Period", choices=PERIODS, initial=str(queries.YEARS), required=False)
    day_from = DateField(label="From", required=False)
    day_to = DateField(label="To", required=False)
    which = forms.ChoiceField(label="Ground", choices=WHICH, required=False)
    state = forms.ChoiceField(label="State", choices=STATES, required=False)


class DisclosureList(ListPage):
    """The practice's, the latest first. Recipients are sealed, so what is searched are clients."""

    title = "Disclosures"
    subtitle = "What left the charts: to whom, why, and on what it rests."
    search_label = "Client’s name, date of birth or number"
    default_sort = "-day"
    csv_name = "disclosures"
    filter_form_class = DisclosureFilter
    empty = EMPTY

    def __init__(self, request: Any, source: QuerySet[Disclosure], **rest: Any) -> None:
        super().__init__(request, source, **rest)
        self.columns = [_day(), _client(), *_rest()]

    def search(self, source: QuerySet[Disclosure], text: str) -> Any:
        return source.filter(client__in=matching(Client.objects.all(), text).order_by().values("pk"))

    def filter(self, source: QuerySet[Disclosure], values: Any) -> QuerySet[Disclosure]:
        first, last, which = values.get("day_from"), values.get("day_to"), values.get("which", "")
        if not first and (years := values.get("period")):
            first = queries.years_ago(int(years))
        if first:
            source = source.filter(released_at__gte=clock.day_bounds(first)[0])
        if last:
            source = source.filter(released_at__lt=clock.day_bounds(last)[1])
        if values.get("state") != "all":
            source = source.filter(voided_at__isnull=True)
        if which == ACCOUNTING:
            return source.filter(ground__in=sorted(ACCOUNTED))
        return source.filter(ground=which) if which else source.exclude(ground=Ground.INTERNAL)

    def row_classes(self, row: Disclosure) -> str:
        return "is-quiet" if row.voided_at else ""


class AccountList(DisclosureList):
    """One client's. A chart has few, so recipients, purposes and papers are searched too."""

    title = "Accounting of disclosures"
    search_label = "Recipient, purpose or paper"

    def __init__(self, request: Any, source: QuerySet[Disclosure], client: Client, **rest: Any) -> None:
        super().__init__(request, source, **rest)
        self.subtitle = client.display_name
        self.csv_name = f"disclosures-C-{client.number}"
        self.columns = [_day(), *_rest()]

    def search(self, source: QuerySet[Disclosure], text: str) -> Any:
        words = folded(text).split()
        rows = source.order_by("-released_at", "pk")
        said = [(row, folded(f"{row.recipient} {row.purpose} {row.what}")) for row in rows]
        return [row for row, told in said if all(word in told for word in words)]


def _day() -> Column:
    return Column(
        "day", "Day", cell=_when, csv=lambda row: formatting.instant_date(row.released_at, clock.zone()),
        sort="released_at", descending_first=True, nowrap=True,
    )  # fmt: skip


def _client() -> Column:
    return Column(
        "client",
        "Client",
        cell=lambda row: Cell(
            row.client.display_name,
            url=reverse("documents:disclosure_account", args=[row.client_id]),
            sub=f"C-{row.client.number}",
        ),
        sort=(Lower("client__last_name"), Lower("client__first_name"), F("released_at")),
    )


def _rest() -> Sequence[Column]:
    return (
        Column("recipient", "To whom", cell=lambda row: Cell(row.recipient, sub=row.address), csv=_to_whom),
        Column("what", "What", cell=lambda row: Cell(row.get_kind_display(), sub=row.what), csv=_what),
        Column("purpose", "Purpose"),
        Column("ground", "Ground", cell=_ground, csv=lambda row: row.get_ground_display()),
        Column("by", "By", cell=lambda row: row.disclosed_by.full_name, hide="narrow"),
    )


def _when(row: Disclosure) -> Cell:
    return Cell(
        formatting.instant_date(row.released_at, clock.zone()),
        url=reverse("documents:disclosure_detail", args=[row.pk]),
        sub=row.get_way_display(),
        badge=Badge("Entered in error", "danger") if row.voided_at else None,
    )


def _ground(row: Disclosure) -> Cell:
    return Cell(row.get_ground_display(), badge=Badge("Accounting", "info") if row.is_accounted else None)


def _to_whom(row: Disclosure) -> str:
    return ", ".join(part for part in (row.recipient, row.address) if part)


def _what(row: Disclosure) -> str:
    return f"{row.get_kind_display()}: {row.what}"
