"""The audit log as a list: searched by person, client, action, outcome and time, the newest first."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.queries import name_of
from clients.models import Client
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Badge
from mentalspace.core.lists import Cell, Column, DayFromFilter, DayToFilter, EmptyState, KeysetPage
from mentalspace.core.models import AuditEvent, Outcome
from mentalspace.workspace.audit_words import GROUPS, changes_in_words, right_words, sentence

# Clients that one search may mean.
MOST_CLIENTS = 50


def actions() -> list[Any]:
    """What the filter offers: each kind as a whole, and each action of it."""
    return [
        (
            group.label,
            [
                (group.slug, f"{group.label}: all"),
                *((verb, words.format(page="a page")) for verb, words in group.verbs.items()),
            ],
        )
        for group in GROUPS
    ]


class AuditFilter(django_filters.FilterSet):
    """By person, action, outcome and day, and the client a row leads to."""

    actor = django_filters.ModelChoiceFilter(
        queryset=User.objects.select_related("staff").order_by("email"), label="Person", empty_label="Anybody"
    )
    action = django_filters.ChoiceFilter(
        choices=actions, label="Action", empty_label="Any action", method="acted"
    )
    outcome = django_filters.ChoiceFilter(
        choices=Outcome.choices, label="Outcome", empty_label="Done or refused"
    )
    after = DayFromFilter("at", instant=True, label="From")
    before = DayToFilter("at", instant=True, label="To")
    client = django_filters.ModelChoiceFilter(
        queryset=Client.objects.all(), widget=forms.HiddenInput, label="Client", method="about"
    )

    class Meta:
        model = AuditEvent
        fields: tuple[str, ...] = ()

    def acted(self, source: QuerySet[AuditEvent], _name: str, action: str) -> QuerySet[AuditEvent]:
        """One action, or all of a kind."""
        verbs = next((list(group.verbs) for group in GROUPS if group.slug == action), [action])
        return source.filter(verb__in=verbs)

    def about(self, source: QuerySet[AuditEvent], _name: str, client: Client) -> QuerySet[AuditEvent]:
        """What concerns one client, and pages on which their name stood."""
        return source.filter(concerning([client.pk]))


def concerning(clients: Sequence[Any]) -> Q:
    """Events about these clients, or of pages with one of their names."""
    if len(clients) == 1:
        return Q(client_id=clients[0]) | Q(clients__contains=list(clients))
    return Q(client_id__in=clients) | Q(clients__overlap=list(clients))


def clients_called(text: str) -> QuerySet[Client]:
    """Clients by number (`C-1042`) or by the beginnings of their names."""
    number = re.fullmatch(r"c-?(\d{1,9})", text.strip().lower())
    if number:
        return Client.objects.filter(number=int(number[1]))
    found = Client.objects.all()
    for word in text.split()[:4]:
        found = found.filter(
            Q(first_name__plain__startswith=word)
            | Q(preferred_name__plain__startswith=word)
            | Q(last_name__plain__startswith=word)
        )
    return found


class AuditLog(KeysetPage):
    """Newest first."""

    title = "Audit log"
    subtitle = "Who did and saw what. Events are only ever added; the database refuses anything else."
    empty = EmptyState("No events yet", "Each page, change, export, refusal and sign-in appears here.")
    filterset_class = AuditFilter
    search_label = "A client's name or number, or a request id"

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The log for this request; an export is an event itself."""
        page = cls(
            request,
            AuditEvent.objects.select_related("actor__staff"),
            page_actions=[Action("Unusual reading", reverse("workspace:audit_alert_list"), "alert-triangle")],
            on_export=lambda shown: audit.record(
                actor=request.user, verb="audit.exported", changes={"filters": ["", shown.url()]}
            ),
        )
        made = spreadsheet if request.GET.get("format") == "csv" else columns
        page.columns = made(page, clock.zone())
        return page

    def search(self, source: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
        """By the request id of an error page, or by client. The ids come first: each has an index of its own."""
        if re.fullmatch(r"[A-Za-z0-9-]{8,32}", text) and any(letter.isdigit() for letter in text):
            return source.filter(request_id=text)
        called = list(clients_called(text).values_list("pk", flat=True)[: MOST_CLIENTS + 1])
        if len(called) > MOST_CLIENTS:
            self.problems.append(f"More than {MOST_CLIENTS} clients are called so; these are some of them.")
        return source.filter(concerning(called[:MOST_CLIENTS])) if called else source.none()

    @cached_property
    def ordered(self) -> QuerySet[AuditEvent]:
        """Newest first. Of a client's events the database must not read the whole log backwards until it has met a
        page of them, which may be years down: an order that no index has makes it look for the client first.
        """
        if not (self.text or "client" in self.values):
            return super().ordered
        at = ExpressionWrapper(F("at") + Value(dt.timedelta(0)), output_field=DateTimeField())
        rows: QuerySet[AuditEvent] = self.filtered
        return rows.order_by(at.desc(), "-pk")

    def prepare(self, rows: list[AuditEvent]) -> list[AuditEvent]:
        """Put the clients' names to their ids."""
        wanted = {event.client_id for event in rows if event.client_id}
        if chosen := self.values.get("client"):
            wanted.add(chosen.pk)
        self.clients = Client.objects.in_bulk(wanted) if wanted else {}
        return rows

    def client_cell(self, event: AuditEvent) -> Cell | str:
        """Whom it concerns; the chart is a click away, the further names on the page stand with the event."""
        others = len(event.clients or ())
        client = self.clients.get(event.client_id) if event.client_id else None
        if client is None:
            if not others:
                return ""
            words = formatting.plural(others, "client")
            return Cell(words, url=event_url(event), sub="named on the page")
        sub = f"C-{client.number}" + (f" and {others} more" if others else "")
        return Cell(client.display_name, url=reverse("clients:client_detail", args=[client.pk]), sub=sub)

    def actions(self, row: AuditEvent) -> Sequence[Action]:
        """The event in full, who else opened the chart, and all that concerns the same client."""
        found = [Action("The whole event", event_url(row), icon="list-details")]
        if row.client_id:
            url = reverse("workspace:audit_readers", args=[row.client_id])
            found.append(Action("Who opened this chart", url, icon="eye"))
            if "client" not in self.values:
                only = f"{reverse('workspace:audit_log')}?client={row.client_id}"
                found.append(Action("Only this client", only, icon="filter"))
        return found


def event_url(event: AuditEvent) -> str:
    """The event's own page."""
    return reverse("workspace:audit_event", args=[event.pk])


def who(event: AuditEvent) -> str:
    """The person by the name of that moment; the system, or somebody who was not signed in, where nobody was."""
    if event.actor is not None:
        return name_of(event.actor)
    return "Somebody not signed in" if event.address else "The system"


def what_cell(event: AuditEvent) -> Cell:
    """What happened, and what changed by it."""
    badge = [Badge("Refused", "danger", "ban")] if event.outcome == Outcome.REFUSED else []
    return Cell(sentence(event), sub=changes_in_words(event.changes), badge=badge)


def columns(page: AuditLog, zone: ZoneInfo) -> list[Column]:
    """The log's columns, with times in the practice's zone."""
    return [
        Column("at", "When", cell=lambda event: formatting.instant(event.at, zone), nowrap=True),
        Column("who", "Who", cell=lambda event: Cell(who(event), sub=right_words(event))),
        Column("what", "What", cell=what_cell),
        Column("client", "Client", cell=page.client_cell),
        Column("address", "Address", cell=lambda event: event.address or "", hide="narrow", nowrap=True),
    ]


def spreadsheet(page: AuditLog, zone: ZoneInfo) -> list[Column]:
    """Everything an event holds, a column each. Clients by their ids: the file goes elsewhere."""

    def named(event: AuditEvent) -> str:
        return " ".join(map(str, event.clients or ()))

    return [
        Column("id", "Event"),
        Column("at", "When", cell=lambda event: formatting.instant(event.at, zone)),
        Column("who", "Who", cell=who),
        Column("roles", "Roles", cell=lambda event: event.actor_roles),
        Column("basis", "Right", cell=lambda event: event.basis),
        Column("what", "What", cell=sentence),
        Column("outcome", "Outcome", cell=lambda event: event.get_outcome_display()),
        Column("changes", "Changes", cell=lambda event: changes_in_words(event.changes)),
        Column("client", "Client", cell=lambda event: str(event.client_id or "")),
        Column("clients", "Further clients named", cell=named),
        Column("thing", "Thing", cell=lambda event: f"{event.object_type} {event.object_id}".strip()),
        Column("page", "Page", cell=lambda event: event.page),
        Column("address", "Address", cell=lambda event: event.address or ""),
        Column("session", "Sign-in", cell=lambda event: event.session),
        Column("request", "Request", cell=lambda event: event.request_id),
    ]
