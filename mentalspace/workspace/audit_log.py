"""The audit log as a list: searchable by person, verb, client and day."""

import re
from collections.abc import Sequence
from typing import Any, Self
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from clients.models import Client
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.lists import Cell, Column, DayFromFilter, DayToFilter, EmptyState, ListPage
from mentalspace.core.models import AuditEvent


class AuditFilter(django_filters.FilterSet):
    """By person, day, and the client a row leads to."""

    actor = django_filters.ModelChoiceFilter(
        queryset=User.objects.order_by("email"), label="Person", empty_label="Anybody"
    )
    after = DayFromFilter("at", instant=True, label="From")
    before = DayToFilter("at", instant=True, label="To")
    client = django_filters.ModelChoiceFilter(
        queryset=Client.objects.all(), widget=forms.HiddenInput, label="Client", method="about"
    )

    class Meta:
        model = AuditEvent
        fields: tuple[str, ...] = ()

    def about(self, source: QuerySet[AuditEvent], _name: str, client: Client) -> QuerySet[AuditEvent]:
        """What concerns one client."""
        return source.filter(client_id=client.pk)


def in_words(verb: str) -> str:
    """`appointment.late_cancelled` as "Appointment late cancelled"."""
    return verb.replace(".", " ").replace("_", " ").replace("cosigned", "co-signed").capitalize()


def changes_in_words(changes: dict[str, Any]) -> str:
    """`status: active → inactive`, one after the other."""
    parts = []
    for name, pair in changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        label = name.replace("_", " ")
        if before == after:
            parts.append(label)
        elif before in (None, ""):
            parts.append(f"{label}: {_short(after)}")
        else:
            parts.append(f"{label}: {_short(before)} → {_short(after)}")
    return "; ".join(parts)


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


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


class AuditLog(ListPage):
    """Newest first."""

    title = "Audit log"
    subtitle = "Who did and saw what. Events are only ever added; the database refuses anything else."
    empty = EmptyState("No events yet", "Each change, view, export and sign-in appears here.")
    filterset_class = AuditFilter
    search_label = "What happened, or a client"
    default_sort = "-at"

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The log for this request; an export is an event itself."""
        zone = clock.zone()
        page = cls(
            request,
            AuditEvent.objects.select_related("actor__staff"),
            on_export=lambda _page: audit.record(actor=request.user, verb="audit.exported"),
        )
        page.columns = columns(page, zone)
        return page

    def search(self, source: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
        """By what happened, to which kind of thing, to which client, or by the request id of an error page."""
        words = text.lower().replace(" ", "_")
        return source.filter(
            Q(verb__icontains=text.replace(" ", "."))
            | Q(verb__icontains=words)
            | Q(object_type=words)
            | Q(request_id=text)
            | Q(client_id__in=clients_called(text).values("pk"))
        )

    def prepare(self, rows: list[AuditEvent]) -> list[AuditEvent]:
        """Put the clients' names to their ids."""
        self.clients = Client.objects.in_bulk({event.client_id for event in rows if event.client_id})
        return rows

    def client_cell(self, event: AuditEvent) -> Cell | str:
        """Whom it concerns; the chart is a click away."""
        client = self.clients.get(event.client_id) if event.client_id else None
        if client is None:
            return ""
        url = reverse("clients:client_detail", args=[client.pk])
        return Cell(client.display_name, url=url, sub=f"C-{client.number}")

    def actions(self, row: AuditEvent) -> Sequence[Action]:
        """All that concerns the same client."""
        if not row.client_id or "client" in self.values:
            return []
        url = f"{reverse('workspace:audit_log')}?client={row.client_id}"
        return [Action("Only this client", url, icon="filter")]


def columns(page: AuditLog, zone: ZoneInfo) -> list[Column]:
    """The log's columns, with times in the practice's zone."""

    def who(event: AuditEvent) -> str:
        if event.actor is None:
            return "The system"
        return getattr(getattr(event.actor, "staff", None), "full_name", event.actor.email)

    return [
        Column("at", "When", cell=lambda event: formatting.instant(event.at, zone), sort="at", nowrap=True),
        Column("who", "Who", cell=who),
        Column("verb", "What", cell=lambda event: in_words(event.verb), sort="verb"),
        Column("changes", "Changes", cell=lambda event: Cell(changes_in_words(event.changes))),
        Column(
            "client",
            "Client",
            cell=page.client_cell,
            csv=lambda event: str(event.client_id or ""),
            nowrap=True,
        ),
        Column("address", "From", cell=lambda event: event.address or "", hide="narrow"),
        Column(
            "request_id",
            "Request",
            cell=lambda event: event.request_id[:12],
            csv=lambda event: event.request_id,
            hide="narrow",
        ),
    ]
