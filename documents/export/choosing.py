"""What of a chart is to be exported, read once for paper and files."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accounts.models import User
from clients.models import Client
from documents import integrity, rules
from documents.choices import DocumentStatus
from documents.consents import papers
from documents.files.queries import newest_first
from documents.integrity import Record
from documents.measures.queries import measures
from documents.models import (
    ClientFile,
    Consent,
    Document,
    DocumentComment,
    DocumentError,
    DocumentVersion,
    Measure,
)
from documents.rules import can_see_consent
from mentalspace.core import clock
from scheduling.models import Appointment
from scheduling.rules import visible_appointments


@dataclass(frozen=True)
class Chosen:
    """`kinds` are types of documents, all where it is empty; the days are those that the documents are about."""

    actor: User
    client: Client
    kinds: Collection[str] = field(default_factory=tuple)
    first: dt.date | None = None
    last: dt.date | None = None
    drafts: bool = True
    with_files: bool = True

    @cached_property
    def records(self) -> list[Record]:
        """The documents with what stands under them, the earliest first. Four queries."""
        rows = rules.visible_documents(self.actor).filter(client=self.client)
        if self.kinds:
            rows = rows.filter(type__in=self.kinds)
        if not self.drafts:
            rows = rows.exclude(status=DocumentStatus.DRAFT)
        rows = _between(rows, self.first, self.last, "service_date")
        found = rows.select_related(
            "client", "staff__user", "staff__supervisor", "appointment", "signed_by", "reading"
        )
        return integrity.records_of(list(found.order_by("service_date", "created_at", "pk")))

    @cached_property
    def errors(self) -> dict[object, DocumentError]:
        """Why documents were entered in error, by document."""
        found = DocumentError.objects.filter(document__in=self.documents).select_related("marked_by")
        return {each.document_id: each for each in found}

    @property
    def documents(self) -> list[Document]:
        """Without what stands under them."""
        return [record.document for record in self.records]

    @cached_property
    def versions(self) -> list[DocumentVersion]:
        """Texts that were returned."""
        found = DocumentVersion.objects.filter(document__in=self.documents)
        return list(found.select_related("document").order_by("pk"))

    @cached_property
    def comments(self) -> list[DocumentComment]:
        """What supervisors said of sections."""
        found = DocumentComment.objects.filter(document__in=self.documents)
        return list(found.select_related("document").order_by("pk"))

    @cached_property
    def appointments(self) -> list[Appointment]:
        """Of these days, the earliest first."""
        rows = visible_appointments(self.actor).filter(client=self.client).select_related("staff", "client")
        if self.first:
            rows = rows.filter(start_time__gte=clock.day_bounds(self.first)[0])
        if self.last:
            rows = rows.filter(start_time__lt=clock.day_bounds(self.last)[1])
        return list(rows.order_by("start_time", "pk"))

    @cached_property
    def measures(self) -> list[Measure]:
        """Of these days, the earliest first; also what was entered in error, which says so."""
        rows = _between(measures(self.actor).filter(client=self.client), self.first, self.last, "taken_on")
        return list(rows.order_by("taken_on", "created_at", "pk"))

    @cached_property
    def papers(self) -> list[ClientFile]:
        """The files of these days, the earliest first, with all versions; also what was entered in error."""
        if not self.with_files:
            return []
        found = rules.can_see_file.scope(self.actor).filter(client=self.client)
        rows = list(found.select_related("added_by", "voided_by").prefetch_related(newest_first()))
        days = {file: file.dated_on or clock.local(file.created_at).date() for file in rows}
        chosen = [
            file
            for file, day in days.items()
            if (not self.first or day >= self.first) and (not self.last or day <= self.last)
        ]
        return sorted(chosen, key=lambda file: (days[file], file.created_at))

    @cached_property
    def consents(self) -> list[Consent]:
        """Asked for on these days, the earliest first; none where kinds of documents were chosen. Three queries."""
        if self.kinds:
            return []
        seen = can_see_consent.scope(self.actor).filter(client=self.client).values("pk")
        rows = papers.consents().filter(pk__in=seen)
        if self.first:
            rows = rows.filter(created_at__gte=clock.day_bounds(self.first)[0])
        if self.last:
            rows = rows.filter(created_at__lt=clock.day_bounds(self.last)[1])
        return list(rows.order_by("created_at", "position", "pk"))


def _between(rows: Any, first: dt.date | None, last: dt.date | None, name: str) -> Any:
    if first:
        rows = rows.filter(**{f"{name}__gte": first})
    return rows.filter(**{f"{name}__lte": last}) if last else rows
