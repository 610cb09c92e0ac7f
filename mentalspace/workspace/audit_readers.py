"""Who opened a chart: one row for each person, over any time; from the chart and from the log."""

from typing import Any

from django import forms
from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.queries import name_of
from clients.models import Client
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.forms import DateField
from mentalspace.core.lists import Cell, Column, EmptyState, ListPage
from mentalspace.core.models import AuditEvent, Outcome
from mentalspace.workspace.audit_log import concerning
from mentalspace.workspace.audit_words import LOOKS


class ReadersFilter(forms.Form):
    """From a day to a day."""

    after = DateField(label="From", required=False)
    before = DateField(label="To", required=False)


class Readers(ListPage):
    """People who opened the chart or what is in it, or on whose lists its name stood; who read last comes first."""

    subtitle = (
        "Pages of the chart, documents, prints and exports; and lists on which the client’s name stood."
    )
    empty = EmptyState("Nobody opened this chart", "Whoever does appears here.", icon="eye")
    filter_form_class = ReadersFilter
    default_sort = "-last"
    tiebreak = ("actor_id",)
    csv_name = "chart readers"

    def __init__(self, request: HttpRequest, client: Client) -> None:
        self.client, zone = client, clock.zone()
        super().__init__(request, readers_of(client), on_export=self._exported)
        self.title = f"Who opened the chart of {client.display_name}"
        self.page_actions = [
            Action("The chart", reverse("clients:client_detail", args=[client.pk]), "user"),
            Action("All events", f"{reverse('workspace:audit_log')}?client={client.pk}", "history"),
        ]
        self.columns = [
            Column("who", "Who", cell=self.who_cell, csv=lambda row: self.who_cell(row).text),
            Column("opened", "Opened", sort="opened", align="end", descending_first=True),
            Column("named", "On lists", sort="named", align="end", descending_first=True),
            Column("first", "First", sort="first", nowrap=True,
                   cell=lambda row: formatting.instant(row["first"], zone)),
            Column("last", "Last", sort="last", nowrap=True,
                   cell=lambda row: formatting.instant(row["last"], zone)),
            Column("rights", "Under which right", cell=lambda row: rights_words(row["rights"])),
        ]  # fmt: skip

    def filter(self, source: QuerySet[Any], values: Any) -> QuerySet[Any]:
        if values.get("after"):
            source = source.filter(at__gte=clock.day_bounds(values["after"])[0])
        if values.get("before"):
            source = source.filter(at__lt=clock.day_bounds(values["before"])[1])
        return source

    def prepare(self, rows: list[Any]) -> list[Any]:
        found = User.objects.select_related("staff").filter(pk__in={row["actor_id"] for row in rows})
        self.people = {user.pk: user for user in found}
        return rows

    def who_cell(self, row: dict[str, Any]) -> Cell:
        """The person by today's name, with the roles they read as; a click shows what they opened."""
        user = self.people.get(row["actor_id"])
        url = f"{reverse('workspace:audit_log')}?client={self.client.pk}&actor={row['actor_id']}"
        return Cell(name_of(user) if user else "", url=url, sub=row["roles"].replace("_", " "))

    def key(self, row: dict[str, Any]) -> str:
        return str(row["actor_id"])

    def _exported(self, _page: ListPage) -> None:
        audit.record(
            actor=self.request.user,
            verb="audit.readers_exported",
            obj=self.client,
            client_id=self.client.pk,
        )


def rights_words(rights: list[str]) -> str:
    """`care team, supervisor`: each once; the role where nothing else was needed."""
    named = {right for several in rights for right in several.split(", ") if right}
    return ", ".join(sorted(named)) or "their role"


def readers_of(client: Client) -> QuerySet[Any]:
    """By person: how often they opened something of this chart, how often it stood on a list, since when, by what."""
    about = Q(client_id=client.pk)
    return (
        AuditEvent.objects.filter(
            concerning([client.pk]), verb__in=LOOKS, outcome=Outcome.DONE, actor__isnull=False
        )
        # Who asks who read a chart has not read it.
        .exclude(page__startswith="workspace:audit_")
        .order_by()
        .values("actor_id")
        .annotate(
            opened=Count("pk", filter=about),
            named=Count("pk", filter=Q(clients__contains=[client.pk])),
            first=Min("at"),
            last=Max("at"),
            rights=ArrayAgg("basis", distinct=True),
            roles=StringAgg("actor_roles", ", ", distinct=True),
        )
    )
