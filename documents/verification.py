"""Walking the whole clinical record: is everything that was ever signed still there, and as it was?

A batch is in memory at a time. Three things are compared: each document with its signatures and addenda, these with
their seals, and the digests in the audit log with the rows that should have them, as what was taken out of the database
whole leaves no other trace. `manage.py audit verify` sees to the audit log itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.choices import DocumentStatus
from documents.consents import papers
from documents.consents import sealing as consent_seals
from documents.integrity import Record, record_of, records_of
from documents.models import Document, DocumentAddendum, DocumentSeal, DocumentSignature
from documents.seals import sealing
from mentalspace.core import clock, formatting
from mentalspace.core.models import AuditEvent

BATCH = 200
NOT_SEALED = (
    "It is signed and not sealed: run 'manage.py documents seal' if it was signed before there were seals."
)
SIGNING = ("document.submitted", "document.signed", "document.cosigned", "document.addendum_added")
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A document that is not as it was signed. `named` says which one to a person; neither quotes it."""

    document: str
    named: str
    faults: tuple[str, ...]


def signed_documents() -> QuerySet[Document]:
    """Everything that carries a signature, whatever its state says."""
    has_signature = Exists(DocumentSignature.objects.filter(document=OuterRef("pk")))
    has_addendum = Exists(DocumentAddendum.objects.filter(document=OuterRef("pk")))
    return Document.objects.filter(~Q(status=DocumentStatus.DRAFT) | has_signature | has_addendum).order_by(
        "pk"
    )


def records(progress: Progress) -> Iterator[Record]:
    """All of `signed_documents`, a batch at a time. `progress` is told how many have been read."""
    last: UUID | None = None
    done = 0
    while True:
        rows = signed_documents().select_related("client")
        batch = list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH])
        if not batch:
            return
        yield from records_of(batch)
        last, done = batch[-1].pk, done + len(batch)
        progress(done)


def broken(progress: Progress) -> Iterator[Finding]:
    """Documents that are not what was signed, or are not sealed."""
    for record in records(progress):
        if _faults(record):
            # Somebody may have signed between two statements of ours: ask once more before saying so.
            again = Document.objects.select_related("client").filter(pk=record.document.pk).first()
            if again is not None and (faults := _faults(record_of(again))):
                yield Finding(str(again.pk), _named(again), faults)


def missing(progress: Progress) -> Iterator[Finding]:
    """Signatures and addenda of which the audit log knows and the database no more."""
    last = done = 0
    while True:
        events = list(
            AuditEvent.objects.filter(verb__in=SIGNING, pk__gt=last)
            .order_by("pk")
            .values_list("pk", "object_id", "changes", "verb")[: BATCH * 5]
        )
        if not events:
            return
        said = [(each[1], _digest_of(each[2]), each[3]) for each in events]
        present = _digests_of({UUID(document) for document, recorded, _verb in said if recorded})
        gone: dict[str, set[str]] = defaultdict(set)
        for document, recorded, verb in said:
            if recorded and recorded not in present[document]:
                what = "An addendum" if verb == "document.addendum_added" else "A signature"
                gone[document].add(
                    f"{what} of which the audit log knows is missing, or stands there with another digest."
                )
        yield from (Finding(pk, _named_by(pk), tuple(sorted(faults))) for pk, faults in gone.items())
        last, done = events[-1][0], done + len(events)
        progress(done)


def broken_consents(progress: Progress) -> Iterator[Finding]:
    """Consents that are not what was signed, and those of which the audit log knows a signature that is gone."""
    said: dict[str, set[str]] = defaultdict(set)
    for key, changes in (
        AuditEvent.objects.filter(verb="consent.signed").values_list("object_id", "changes").iterator()
    ):
        said[key].add(_digest_of(changes))
    rows = papers.consents().filter(settled_at__isnull=False).order_by("pk")
    for done, consent in enumerate(rows.iterator(chunk_size=BATCH), start=1):
        held = list(consent.signatures.all())
        faults = consent_seals.faults(consent, held)
        if said.pop(str(consent.pk), set()) - {each.digest for each in held}:
            faults = list(dict.fromkeys([*faults, consent_seals.MISSING]))
        if faults:
            named = f"{consent.title}, client C-{consent.client.number}"
            yield Finding(str(consent.pk), named, tuple(faults))
        progress(done)
    yield from (
        Finding(key, "a consent that is not there any more", (consent_seals.MISSING,)) for key in said
    )


def seal_later(progress: Progress) -> Iterator[Finding | int]:
    """Seal what was signed before there were seals: how many per batch, and what is left out as it is not as signed.

    The seal carries the time at which it is made, so nobody can take it for one of the time of the signature.
    """
    for record in records(progress):
        if record.is_sealed:
            continue
        with transaction.atomic():
            locked = Document.objects.select_for_update().get(pk=record.document.pk)
            held = record_of(locked)
            if held.faults:
                yield Finding(str(locked.pk), _named(record.document), held.faults)
                continue
            unsealed = [each for each, seal in held.seals if seal is None]
            DocumentSeal.objects.bulk_create(sealing.seals_for(unsealed, clock.now()))
        yield len(unsealed)


def _faults(record: Record) -> tuple[str, ...]:
    return record.faults if record.is_sealed else (*record.faults, NOT_SEALED)


def _digest_of(changes: object) -> str:
    value = changes.get("digest") if isinstance(changes, dict) else None
    return str(value[1]) if isinstance(value, list) and len(value) == 2 else ""


def _digests_of(documents: set[UUID]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for model in (DocumentSignature, DocumentAddendum):
        for pk, value in model.objects.filter(document__in=documents).values_list("document_id", "digest"):
            found[str(pk)].add(value)
    return found


def _named(document: Document) -> str:
    kind = document.get_type_display()
    return f"{kind} of {formatting.date(document.service_date)}, client C-{document.client.number}"


def _named_by(pk: str) -> str:
    document = Document.objects.select_related("client").filter(pk=pk).first()
    return _named(document) if document else "a document that is not there any more"
