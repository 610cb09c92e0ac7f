"""The audit log as a list: searchable by person, verb, client and day."""

from typing import Any, Self
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import User
from mentalspace.core import audit, clock, formatting
from mentalspace.core.lists import Cell, Column, DayFromFilter, DayToFilter, EmptyState, ListPage
from mentalspace.core.models import AuditEvent


class AuditFilter(django_filters.FilterSet):
    """By person, kind of object and day."""

    actor = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("email"), label="Person")
    after = DayFromFilter("at", instant=True, label="From")
    before = DayToFilter("at", instant=True, label="To")
    client = django_filters.UUIDFilter(field_name="client_id", label="Client id")

    class Meta:
        model = AuditEvent
        fields: tuple[str, ...] = ()


def in_words(verb: str) -> str:
    """`appointment.late_cancelled` as "Appointment late cancelled"."""
    return verb.replace(".", " ").replace("_", " ").capitalize()


def changes_in_words(changes: dict[str, Any]) -> str:
    """`status: active → inactive`, one after the other."""
    parts = []
    for name, pair in changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        label = name.replace("_", " ")
        parts.append(label if before == after else f"{label}: {_short(before)} → {_short(after)}")
    return "; ".join(parts)


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


class AuditLog(ListPage):
    """Newest first."""

    title = "Audit log"
    subtitle = "Who did and saw what. Events are only ever added; the database refuses anything else."
    empty = EmptyState("No events yet", "Each change, view, export and sign-in appears here.")
    filterset_class = AuditFilter
    search_label = "Search what happened"
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
        page.columns = columns(zone)
        return page

    def search(self, source: QuerySet[AuditEvent], text: str) -> QuerySet[AuditEvent]:
        """By what happened, to which kind of thing, or by the request id of an error page."""
        words = text.lower().replace(" ", "_")
        return source.filter(
            Q(verb__icontains=text.replace(" ", "."))
            | Q(verb__icontains=words)
            | Q(object_type=words)
            | Q(request_id=text)
        )


def columns(zone: ZoneInfo) -> list[Column]:
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
        Column("client", "Client id", cell=lambda event: str(event.client_id or ""), hide="narrow"),
        Column("address", "From", cell=lambda event: event.address or "", hide="narrow"),
        Column(
            "request_id",
            "Request",
            cell=lambda event: event.request_id[:12],
            csv=lambda event: event.request_id,
            hide="narrow",
        ),
    ]
