"""The list of notes: sessions that need one, drafts, what waits for a co-signature, what is signed; in one table."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate

from accounts.models import User
from clients.models import Client
from clients.queries.search import matching
from documents import queries, rules
from documents.choices import SESSION_TYPES, DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.models import Document
from mentalspace.core import clock, practice
from scheduling.choices import AppointmentType
from scheduling.models import Appointment

# The order of urgency, which is also the order of the list.
OVERDUE, UNWRITTEN, DRAFT, AWAITING, SIGNED = 0, 1, 2, 3, 9
COLUMNS = (
    "row_id", "what", "rank", "row_type", "row_status", "day", "due", "row_title", "client_id", "client_first",
    "client_preferred", "client_last", "client_number", "staff_id", "staff_first", "staff_last", "supervisor_id",
    "is_locked", "was_submitted", "is_error",
)  # fmt: skip
PEOPLE = {
    "client_first": F("client__first_name"),
    "client_preferred": F("client__preferred_name"),
    "client_last": F("client__last_name"),
    "client_number": F("client__number"),
    "staff_first": F("staff__first_name"),
    "staff_last": F("staff__last_name"),
    "supervisor_id": F("staff__supervisor_id"),
}


@dataclass(frozen=True)
class NoteRows:
    """Both kinds of rows before they are put into one list, so that filters reach each by its own columns."""

    actor: User

    def filtered(self, values: Mapping[str, Any], text: str = "") -> QuerySet[Any, Any]:
        """The rows that match; `state` is one of the list's, the rest as on the page."""
        documents, sessions = (
            self._documents(values.get("state", "")),
            queries.sessions_without_note(self.actor),
        )
        if text:
            found = matching(Client.objects.all(), text).values("pk")
            documents, sessions = documents.filter(client__in=found), sessions.filter(client__in=found)
        if client := values.get("client"):
            documents, sessions = documents.filter(client=client), sessions.filter(client=client)
        if staff := values.get("clinician"):
            documents, sessions = documents.filter(staff=staff), sessions.filter(staff=staff)
        documents = _documents_between(documents, values.get("day_from"), values.get("day_to"))
        sessions = _sessions_between(sessions, values.get("day_from"), values.get("day_to"))
        if kind := values.get("type"):
            types = SESSION_TYPES if kind == "session" else {kind}
            return document_rows(documents.filter(type__in=types))
        if values.get("state") in {"draft", "awaiting", "signed", "unread", "error"}:
            return document_rows(documents)
        if values.get("state") == "unwritten":
            return session_rows(sessions)
        if values.get("state") == "overdue":
            sessions = sessions.filter(start_time__lt=queries.overdue_before())
        return document_rows(documents).union(session_rows(sessions), all=True)

    def _documents(self, state: str) -> QuerySet[Document]:
        """Work that waits is that of whom the actor answers for; what is signed is all that the actor may read."""
        standing = rules.visible_documents(self.actor).filter(queries.STANDS)
        match state:
            case "attention":
                return queries.unsigned_documents(self.actor)
            case "overdue":
                return queries.overdue_documents(self.actor)
            case "draft":
                return queries.unsigned_documents(self.actor).filter(status=DocumentStatus.DRAFT)
            case "awaiting":
                return queries.unsigned_documents(self.actor).filter(status=DocumentStatus.PENDING_COSIGN)
            case "signed":
                return standing.filter(status=DocumentStatus.SIGNED)
            case "unread":
                return queries.unread_documents(self.actor)
            case "error":
                return rules.visible_documents(self.actor).filter(in_error=True)
        return standing


def document_rows(documents: QuerySet[Document]) -> QuerySet[Any, Any]:
    """One row for each document."""
    late = Q(due_on__lt=clock.today())
    rank = Case(
        When(status=DocumentStatus.SIGNED, then=Value(SIGNED)),
        When(late, then=Value(OVERDUE)),
        When(status=DocumentStatus.PENDING_COSIGN, then=Value(AWAITING)),
        default=Value(DRAFT),
        output_field=IntegerField(),
    )
    return documents.annotate(
        **PEOPLE,
        row_id=F("pk"),
        what=Value("document", output_field=CharField()),
        rank=rank,
        row_type=F("type"),
        row_status=F("status"),
        day=F("service_date"),
        due=F("due_on"),
        row_title=F("title"),
        is_locked=Case(
            When(queries.locked(), then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
        was_submitted=Case(
            When(submitted_at__isnull=False, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        is_error=F("in_error"),
    ).values(*COLUMNS)


def session_rows(sessions: QuerySet[Appointment]) -> QuerySet[Any, Any]:
    """One row for each completed session about which nobody has begun to write."""
    day = TruncDate("start_time", tzinfo=clock.zone())
    due = Cast(day + Value(dt.timedelta(days=practice.get(NoteDefaults).due_days)), output_field=DateField())
    rank = Case(
        When(start_time__lt=queries.overdue_before(), then=Value(OVERDUE)),
        default=Value(UNWRITTEN),
        output_field=IntegerField(),
    )
    wanted = Case(
        When(
            type__in=[AppointmentType.INTAKE, AppointmentType.PSYCHIATRIC],
            then=Value(DocumentType.INTAKE.value),
        ),
        default=Value(DocumentType.PROGRESS_NOTE.value),
        output_field=CharField(),
    )
    return sessions.annotate(
        **PEOPLE,
        row_id=Cast("pk", output_field=UUIDField()),
        what=Value("session", output_field=CharField()),
        rank=rank,
        row_type=wanted,
        row_status=Value("", output_field=CharField()),
        day=day,
        due=due,
        row_title=Value("", output_field=CharField()),
        is_locked=Value(False, output_field=BooleanField()),
        was_submitted=Value(False, output_field=BooleanField()),
        is_error=Value(False, output_field=BooleanField()),
    ).values(*COLUMNS)


def _documents_between(
    rows: QuerySet[Document], first: dt.date | None, last: dt.date | None
) -> QuerySet[Document]:
    if first:
        rows = rows.filter(service_date__gte=first)
    return rows.filter(service_date__lte=last) if last else rows


def _sessions_between(
    rows: QuerySet[Appointment], first: dt.date | None, last: dt.date | None
) -> QuerySet[Appointment]:
    if first:
        rows = rows.filter(start_time__gte=clock.day_bounds(first)[0])
    return rows.filter(start_time__lt=clock.day_bounds(last)[1]) if last else rows
