"""Signing, co-signing, and returning a note for revision."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import answers as answering
from documents import digest, errors, facts, integrity, queries, readiness, rules
from documents.choices import DocumentStatus, DocumentType, SignatureRole
from documents.defaults import NoteDefaults
from documents.models import (
    Document,
    DocumentComment,
    DocumentReading,
    DocumentReview,
    DocumentSignature,
    DocumentVersion,
)
from documents.plans import signature as by_client
from documents.plans.errors import ClientSignatureLacks
from documents.seals import sealing
from documents.services.acting import acting
from documents.services.drafts import form_of, lock_draft
from mentalspace.core import audit, clock, practice
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling.choices import OPEN
from scheduling.models import Appointment
from scheduling.services import complete_appointment
from staff.models import Staff

NEEDS_INTAKE = frozenset({DocumentType.PROGRESS_NOTE, DocumentType.TREATMENT_PLAN})


@transaction.atomic
def sign_document(*, actor: User, document_id: UUID, seen: str | None = None) -> Document:
    """The author's signature: final, or passed on for the co-signature where one is required.

    `seen` is `digest.as_shown` of what the signer read. A signed session note completes its session. Raises
    NotPermitted, NotADraft, DraftLocked, StaleVersion, SomethingMissing, CommentsUnanswered, DiagnosesChanged,
    ClientSignatureLacks, SessionAhead, IntakeFirst, NoSupervisor, NoSealKey.
    """
    document = lock_draft(actor, document_id)
    if seen is not None and seen != digest.as_shown(document):
        raise StaleVersion("This was changed after you opened it. Read it once more, then sign.")
    _check_ready(document)
    by_client.settle(document)
    author = document.staff
    document.signed_facts = [list(pair) for pair in facts.shown_facts(document)]
    signature = _add_signature(document, author, SignatureRole.AUTHOR, [])
    document.submitted_at = signature.signed_at
    document.comments.filter(answered_at=None).update(answered_at=signature.signed_at)
    if rules.needs_cosignature(document):
        document.status = DocumentStatus.PENDING_COSIGN
        document.due_on = clock.today() + timedelta(days=practice.get(NoteDefaults).cosign_days)
        document.version += 1
        document.save(
            update_fields=[
                "status",
                "submitted_at",
                "signed_facts",
                "client_signature",
                "due_on",
                "version",
                "updated_at",
            ]
        )
        _record(actor, "document.submitted", document, signature)
    else:
        _make_final(actor, document, author, signature)
    _complete_session(actor, document)
    return document


@transaction.atomic
def cosign_document(*, actor: User, document_id: UUID, seen: str | None = None) -> Document:
    """The supervisor's signature makes a supervised author's document final. Nobody co-signs their own.

    `seen` is the digest that the author signed. Raises NotPermitted, NotAwaitingCosignature, StaleVersion,
    AlteredSince, NoSealKey.
    """
    document = _lock_waiting(actor, document_id)
    record = integrity.record_of(document)
    if seen is not None and [seen] != [each.digest for each in record.current]:
        raise StaleVersion(
            "This was returned and signed anew after you opened it. Read it once more, then sign."
        )
    if record.faults:
        raise errors.AlteredSince
    signer = acting(actor)
    signature = _add_signature(document, signer, SignatureRole.COSIGNER, record.current)
    _make_final(actor, document, signer, signature)
    return document


@transaction.atomic
def return_document(
    *, actor: User, document_id: UUID, comment: str = "", on_sections: Mapping[str, str] | None = None
) -> Document:
    """Give a document back to its author, who answers each comment where it stands and signs again.

    `on_sections` are comments by the section's key. The text as it was signed is kept as a version. Raises
    NotPermitted, NotAwaitingCosignature, CommentNeeded.
    """
    document = _lock_waiting(actor, document_id)
    known = form_of(document).sections
    said = {each.key: text for each in known if (text := (on_sections or {}).get(each.key, "").strip())}
    if not (comment.strip() or said):
        raise errors.CommentNeeded
    review = DocumentReview.objects.create(
        document=document, reviewer=acting(actor), comment=comment.strip(), returned_at=clock.now()
    )
    keep_version(review)
    for section, text in said.items():
        DocumentComment.objects.create(document=document, review=review, section=section, content=text)
    document.status = DocumentStatus.DRAFT
    document.due_on = clock.today() + timedelta(days=practice.get(NoteDefaults).due_days)
    document.locked_at = document.unlocked_until = None
    document.version += 1
    document.save(update_fields=["status", "due_on", "locked_at", "unlocked_until", "version", "updated_at"])
    audit.record(
        actor=actor,
        verb="document.returned",
        obj=document,
        client_id=document.client_id,
        changes={"comments": [0, len(said)]},
    )
    return document


def keep_version(review: DocumentReview) -> DocumentVersion:
    """The text that is returned, as its author had signed it."""
    kept = DocumentVersion(document=review.document, review=review)
    for name in ("title", "content", "answers", "form_key", "form_version", "signed_facts"):
        setattr(kept, name, getattr(review.document, name))
    kept.save(force_insert=True)
    return kept


def intake_is_missing(document: Document) -> bool:
    """A progress note or plan of a client whose intake nobody has signed."""
    return document.type in NEEDS_INTAKE and not queries.has_signed_intake(document.client_id)


def _lock_waiting(actor: User, document_id: UUID) -> Document:
    rows = Document.objects.select_for_update(of=("self",)).select_related("client", "staff__user")
    document = rows.get(pk=document_id)
    # Who may is asked before what is, so that a stranger learns nothing from the answer.
    require(rules.is_supervisor_of(actor, document) and not rules.is_author(actor, document))
    if document.status != DocumentStatus.PENDING_COSIGN:
        raise errors.NotAwaitingCosignature
    require(rules.can_cosign_document(actor, document))
    return document


def _check_ready(document: Document) -> None:
    if answering.problems(form_of(document), document.answers, day=document.service_date):
        raise errors.SomethingMissing
    if readiness.unanswered(document):
        raise errors.CommentsUnanswered
    if readiness.unexplained_diagnoses(document):
        raise errors.DiagnosesChanged
    if lacks := by_client.lacks(document, form_of(document)):
        raise ClientSignatureLacks(lacks)
    if practice.get(NoteDefaults).require_intake and intake_is_missing(document):
        raise errors.IntakeFirst
    if rules.needs_cosignature(document) and document.staff.supervisor_id is None:
        raise errors.NoSupervisor
    if document.appointment_id and document.type in queries.SESSION_NOTES:
        appointment = Appointment.objects.get(pk=document.appointment_id)
        if appointment.start_time > clock.now():
            raise errors.SessionAhead


def _add_signature(
    document: Document, signer: Staff, role: SignatureRole, earlier: list[DocumentSignature]
) -> DocumentSignature:
    signature = DocumentSignature(
        document=document,
        staff=signer,
        role=role,
        printed_name=signer.full_name,
        credential=signer.credential,
        license=facts.licence(signer),
        signed_at=clock.now(),
    )
    signature.digest = digest.document_digest(document, [*earlier, signature])
    signature.save()
    sealing.seal(signature)
    return signature


def _make_final(actor: User, document: Document, signer: Staff, signature: DocumentSignature) -> None:
    document.status = DocumentStatus.SIGNED
    document.signed_at = signature.signed_at
    document.signed_by = signer
    document.digest = signature.digest
    document.version += 1
    document.save(
        update_fields=[
            "status",
            "signed_at",
            "signed_by",
            "signed_facts",
            "client_signature",
            "digest",
            "submitted_at",
            "version",
            "updated_at",
        ]
    )
    is_cosigner = signature.role == SignatureRole.COSIGNER
    if not is_cosigner and rules.needs_reading(document):
        due_on = clock.today() + timedelta(days=practice.get(NoteDefaults).read_days)
        DocumentReading.objects.create(document=document, due_on=due_on)
    _record(actor, "document.cosigned" if is_cosigner else "document.signed", document, signature)


def _record(actor: User, verb: str, document: Document, signature: DocumentSignature) -> None:
    """With the digest: a signature that somebody takes out of the database is missed by `documents verify`."""
    audit.record(
        actor=actor,
        verb=verb,
        obj=document,
        client_id=document.client_id,
        changes={"digest": ["", signature.digest]},
    )


def _complete_session(actor: User, document: Document) -> None:
    """Who signed the note of a session has held it."""
    if document.appointment_id is None or document.type not in queries.SESSION_NOTES:
        return
    appointment = Appointment.objects.get(pk=document.appointment_id)
    if appointment.status in OPEN:
        complete_appointment(actor=actor, appointment_id=appointment.pk)
