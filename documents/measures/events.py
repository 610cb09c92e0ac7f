"""What happened in a treatment, to be seen in a course: plans, changes of diagnoses, beginning and end."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client, ClientStatusChange
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.rules import visible_documents
from mentalspace.core import clock

STATUSES = {
    ClientStatus.ACTIVE: "Became active",
    ClientStatus.INACTIVE: "Became inactive",
    ClientStatus.DISCHARGED: "Discharged",
    ClientStatus.DECEASED: "Died",
}


@dataclass(frozen=True, slots=True)
class TreatmentEvent:
    """What, and on which day of the practice."""

    day: date
    what: str


def treatment_events(actor: User, client: Client) -> list[TreatmentEvent]:
    """Only what the actor may read; the earliest first. Two queries."""
    found = [*_signed(actor, client), *_statuses(client)]
    return sorted(found, key=lambda event: event.day)


def _signed(actor: User, client: Client) -> list[TreatmentEvent]:
    """Intakes and plans, which are where diagnoses change."""
    documents = (
        visible_documents(actor)
        .filter(
            client=client,
            in_error=False,
            status=DocumentStatus.SIGNED,
            type__in=(DocumentType.INTAKE, DocumentType.TREATMENT_PLAN),
        )
        .order_by("signed_at", "pk")
    )
    found, before = [], None
    planned = False
    for document in documents:
        day = clock.local(document.signed_at).date() if document.signed_at else document.service_date
        if document.type == DocumentType.INTAKE:
            found.append(TreatmentEvent(day, "Intake signed"))
        else:
            found.append(TreatmentEvent(day, "Plan reviewed" if planned else "Plan signed"))
            planned = True
        codes = _codes(document)
        if codes and before and codes != before:
            found.append(TreatmentEvent(day, "Diagnoses changed"))
        before = codes or before
    return found


def _codes(document: Document) -> frozenset[str]:
    return frozenset(each.get("code", "") for each in document.answers.get("diagnoses", []))


def _statuses(client: Client) -> list[TreatmentEvent]:
    changes = ClientStatusChange.objects.filter(client=client, to_status__in=list(STATUSES))
    return [
        TreatmentEvent(clock.local(at).date(), STATUSES[ClientStatus(to)])
        for at, to in changes.order_by("changed_at").values_list("changed_at", "to_status")
    ]
