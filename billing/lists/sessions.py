"""The two lists of sessions without a bill: ready, and not ready with the reasons."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from billing import queries
from billing.coverage import first_coverage, propose_parts
from billing.links import appointment_url, document_url
from billing.lists.cells import by_person, client_cell, clinicians, money_column
from documents.defaults import NoteDefaults
from documents.rules import visible_documents
from mentalspace.core import clock, formatting, practice
from mentalspace.core.lists import (
    Action,
    Badge,
    Cell,
    Column,
    DayFromFilter,
    DayToFilter,
    EmptyState,
    ListPage,
)
from scheduling.models import Appointment

LINE_BREAK = SafeString("<br>")


class SessionFilter(django_filters.FilterSet):
    staff = django_filters.ModelChoiceFilter(queryset=clinicians, label="Clinician", empty_label="Any")
    date_from = DayFromFilter("start_time", instant=True, label="From")
    date_to = DayToFilter("start_time", instant=True, label="To")

    class Meta:
        model = Appointment
        fields: list[str] = []


class HeldFilter(SessionFilter):
    state = django_filters.ChoiceFilter(
        choices=[("hold", "On hold"), ("note", "Note not signed"), ("other", "Note signed, else missing")],
        label="Why",
        empty_label="Any",
        method="filter_state",
    )

    def filter_state(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "other":
            return found.filter(has_signed_note=True)
        unsigned = found.filter(has_signed_note=False)
        if value == "note":
            return unsigned
        return unsigned.filter(queries.past_hold(practice.get(NoteDefaults).hold_days))


class _SessionList(ListPage):
    search_label = "Client or code"
    filterset_class = SessionFilter
    default_sort = "session"

    def session_columns(self) -> list[Column]:
        zone = clock.zone()
        return [
            Column(
                "session",
                "Session",
                cell=lambda s: Cell(
                    formatting.instant(s.start_time, zone), appointment_url(s.pk), sub=s.get_type_display()
                ),
                sort="start_time",
                nowrap=True,
            ),
            Column(
                "client",
                "Client",
                cell=lambda s: client_cell(s.client),
                sort=(Lower("client__last_name"), Lower("client__first_name")),
            ),
            Column(
                "staff", "Clinician", cell=lambda s: s.staff.full_name, sort="staff__last_name", hide="narrow"
            ),
        ]

    def search(self, source: QuerySet[Any], text: str) -> QuerySet[Any]:
        return source.filter(by_person(text, "client") | Q(billing_code__iexact=text))

    def about(self, row: Any) -> str:
        return f"{row.client.display_name}, {formatting.instant(row.start_time, clock.zone())}"


class ReadyList(_SessionList):
    """Ready to bill: oldest first, each with its proposed parts."""

    title = "Ready to bill"
    subtitle = "Completed, note signed, code and coverage known."
    region_id = "ready"
    empty = EmptyState(
        "Nothing is ready to bill",
        "Completed sessions appear here as soon as their note is signed.",
        icon="checks",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = (
            *self.session_columns(),
            Column("code", "Code", cell=lambda s: s.billing_code, sort="billing_code"),
            Column("payer", "Insurer", cell=lambda s: s.parts.payer or "Self-pay", hide="narrow"),
            money_column(
                "insurance", "Insurer’s part", cell=lambda s: s.parts.insurance_amount, hide="narrow"
            ),
            money_column("own", "Client’s part", cell=lambda s: s.parts.client_amount, hide="narrow"),
            money_column("fee", "Charge", sort="fee", total=Sum("fee")),
        )

    def prepare(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.parts = propose_parts(row.fee, first_coverage(row.client, row.service_date))
        return rows

    def actions(self, row: Any) -> Sequence[Action]:
        return [
            Action("Bill", reverse("billing:bill_create", args=[row.pk]), dialog=True, about=self.about(row))
        ]

    def bulk_actions(self) -> Sequence[Action]:
        return [Action("Bill selected", reverse("billing:bill_many"), icon="receipt", post=True)]


class HeldList(_SessionList):
    """Not ready, and why."""

    title = "Not ready to bill"
    subtitle = "Completed sessions with something missing."
    filterset_class = HeldFilter
    empty = EmptyState("Nothing is held up", "Every completed session is billed or ready.", icon="checks")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: dict[Any, str] = {}
        self.columns = (
            *self.session_columns(),
            Column("state", "State", cell=self.state),
            Column("why", "What is missing", cell=self.why, csv=self.why_csv),
        )

    def prepare(self, rows: list[Any]) -> list[Any]:
        """One query: which of the notes the person may read."""
        self.notes |= note_urls(self.request.user, [row.note_id for row in rows])  # type: ignore[arg-type]
        for row in rows:
            row.checks = queries.checks_of(row, note_url=self.notes.get(row.note_id, ""))
        return rows

    @staticmethod
    def state(row: Any) -> Badge:
        if any(check.held for check in row.checks):
            return Badge("On hold", "danger", "lock")
        return Badge("Waiting", "warning")

    @staticmethod
    def why(row: Any) -> Any:
        missing = [check for check in row.checks if not check.ok]
        return format_html_join(
            LINE_BREAK,
            "{}{}",
            (
                (check.text, format_html(' <a href="{}">{}</a>', check.url, check.link) if check.url else "")
                for check in missing
            ),
        )

    @staticmethod
    def why_csv(row: Any) -> str:
        return " ".join(check.text for check in row.checks if not check.ok)

    def actions(self, row: Any) -> Sequence[Action]:
        url = reverse("billing:bill_checks", args=[row.pk])
        made = [Action("Why?", url, about=self.about(row))]
        if row.has_signed_note:
            made.append(
                Action(
                    "Bill", reverse("billing:bill_create", args=[row.pk]), dialog=True, about=self.about(row)
                )
            )
        return made


def note_urls(actor: User, note_ids: list[Any]) -> dict[Any, str]:
    """Where the notes can be read, for those of them that the person may read."""
    readable = visible_documents(actor).filter(pk__in=[key for key in note_ids if key])
    return {key: document_url(key) for key in readable.values_list("pk", flat=True)}


def note_url_of(actor: User, session: Any) -> str:
    return note_urls(actor, [session.note_id]).get(session.note_id, "")
