"""Signing: what it needs, what it fixes, and what nobody changes afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from documents import digest, errors, integrity
from documents.choices import DocumentStatus, DocumentType, SignatureRole
from documents.defaults import NoteDefaults
from documents.models import Document, DocumentAddendum, DocumentSignature
from documents.services import (
    add_addendum,
    cosign_document,
    discard_draft,
    return_document,
    save_draft,
    sign_document,
    start_document,
)
from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from scheduling.choices import AppointmentStatus
from tests.documents.conftest import CANARY, SOAP


def test_makes_it_final(cast, session, written):
    cast.therapist.staff.license_number = "CSW001234"
    cast.therapist.staff.save()
    seen = digest.as_shown(Document.objects.get(pk=written.pk))
    document = sign_document(actor=cast.therapist, document_id=written.pk, seen=seen)
    document.refresh_from_db()
    assert document.status == DocumentStatus.SIGNED
    assert document.signed_by == cast.therapist.staff
    assert document.signed_at == document.submitted_at
    signature = document.signatures.get()
    assert (signature.printed_name, signature.credential, signature.license) == (
        "Thea Therapist",
        "LCSW",
        "CSW001234",
    )
    assert signature.digest == document.digest == digest.document_digest(document, [signature])
    assert integrity.record_of(document).is_verified
    session.refresh_from_db()
    assert session.status == AppointmentStatus.COMPLETED
    event = AuditEvent.objects.get(verb="document.signed")
    assert CANARY not in str(event.changes)


def test_asks_for_what_is_missing(cast, draft):
    with pytest.raises(errors.SomethingMissing):
        sign_document(actor=cast.therapist, document_id=draft.pk)
    draft.refresh_from_db()
    assert draft.status == DocumentStatus.DRAFT


def test_signs_what_the_signer_read(cast, draft, written):
    with pytest.raises(StaleVersion):
        sign_document(actor=cast.therapist, document_id=written.pk, seen=digest.as_shown(draft))


@pytest.mark.parametrize("who", ["supervisor", "stranger", "associate", "admin", "biller", "front_desk"])
def test_only_the_author_signs(cast, written, who):
    with pytest.raises(NotPermitted):
        sign_document(actor=getattr(cast, who), document_id=written.pk)


def test_not_before_the_session(cast, session, written):
    session.start_time += timedelta(hours=3)
    session.end_time += timedelta(hours=3)
    session.status = AppointmentStatus.SCHEDULED
    session.save()
    with pytest.raises(errors.SessionAhead):
        sign_document(actor=cast.therapist, document_id=written.pk)


def test_intake_first_where_the_practice_says_so(cast, written):
    practice.save(NoteDefaults(require_intake=True))
    with pytest.raises(errors.IntakeFirst):
        sign_document(actor=cast.therapist, document_id=written.pk)


def test_supervised_authors_wait(cast, waiting):
    waiting.refresh_from_db()
    assert waiting.status == DocumentStatus.PENDING_COSIGN
    assert waiting.signed_at is None
    assert waiting.due_on == date(2026, 3, 11)
    assert waiting.signatures.get().role == SignatureRole.AUTHOR


def test_without_a_supervisor_nothing_waits(cast, associate_session):
    made = start_document(
        actor=cast.associate, appointment=associate_session, type=DocumentType.PROGRESS_NOTE
    )
    save_draft(actor=cast.associate, document_id=made.pk, version=made.version, answers=SOAP)
    cast.associate.staff.supervision = "none"
    cast.associate.staff.supervisor = None
    cast.associate.staff.save()
    with pytest.raises(errors.NoSupervisor):
        sign_document(actor=cast.associate, document_id=made.pk)


def test_supervisor_makes_it_final(cast, waiting, the_day):
    the_day.shift(timedelta(hours=1))
    document = cosign_document(actor=cast.supervisor, document_id=waiting.pk)
    document.refresh_from_db()
    assert document.status == DocumentStatus.SIGNED
    assert document.signed_by == cast.supervisor.staff
    assert document.signed_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert [each.role for each in integrity.record_of(document).current] == ["author", "cosigner"]
    assert integrity.record_of(document).is_verified


@pytest.mark.parametrize("who", ["associate", "therapist", "stranger", "admin", "biller"])
def test_nobody_else_cosigns(cast, waiting, who):
    with pytest.raises(NotPermitted):
        cosign_document(actor=getattr(cast, who), document_id=waiting.pk)


def test_nobody_cosigns_their_own(cast, session, written):
    staff = cast.therapist.staff
    staff.supervision = "cosign_all"
    staff.save()
    cast.therapist.further_roles = ["supervisor"]
    cast.therapist.save()
    document = sign_document(actor=cast.therapist, document_id=written.pk)
    assert document.status == DocumentStatus.PENDING_COSIGN
    with pytest.raises(NotPermitted):
        cosign_document(actor=cast.therapist, document_id=document.pk)


def test_text_is_frozen_while_it_waits(cast, waiting):
    with pytest.raises(errors.NotADraft):
        save_draft(actor=cast.associate, document_id=waiting.pk, version=waiting.version, answers={})
    waiting.content = "other"
    with pytest.raises(DatabaseError), transaction.atomic():
        waiting.save(update_fields=["content"])


def test_returned_with_a_comment_and_signed_again(cast, waiting, the_day):
    with pytest.raises(errors.CommentNeeded):
        return_document(actor=cast.supervisor, document_id=waiting.pk, comment="  ")
    the_day.shift(timedelta(hours=1))
    document = return_document(actor=cast.supervisor, document_id=waiting.pk, comment="Name the risk.")
    assert document.status == DocumentStatus.DRAFT
    assert document.due_on == date(2026, 3, 7)
    with pytest.raises(errors.NotDiscardable):
        discard_draft(actor=cast.associate, document_id=document.pk)
    the_day.shift(timedelta(hours=1))
    answers = {**SOAP, "impression": "Risk named."}
    save_draft(actor=cast.associate, document_id=document.pk, version=document.version, answers=answers)
    sign_document(actor=cast.associate, document_id=document.pk)
    the_day.shift(timedelta(hours=1))
    final = cosign_document(actor=cast.supervisor, document_id=document.pk)
    assert final.signatures.count() == 3
    assert len(integrity.record_of(final).current) == 2
    assert integrity.record_of(Document.objects.get(pk=final.pk)).is_verified


CHANGES = [
    "UPDATE documents SET content = 'x'",
    "UPDATE documents SET title = 'x'",
    "UPDATE documents SET status = 'draft', signed_at = NULL, signed_by = NULL",
    "UPDATE documents SET digest = repeat('0', 64)",
    "UPDATE documents SET answers = '{}'",
    "DELETE FROM documents",
    "TRUNCATE documents CASCADE",
    "UPDATE document_signatures SET printed_name = 'x'",
    "DELETE FROM document_signatures",
    "TRUNCATE document_signatures",
    "UPDATE document_addenda SET content = 'x'",
    "DELETE FROM document_addenda",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_refuses_changes(cast, signed, sql):
    add_addendum(actor=cast.therapist, document_id=signed.pk, content="Late entry.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    signed.refresh_from_db()
    assert integrity.record_of(signed).is_verified
    assert DocumentSignature.objects.count() == DocumentAddendum.objects.count() == 1


def test_services_refuse_changes(cast, signed):
    for verb in (
        lambda: save_draft(actor=cast.therapist, document_id=signed.pk, version=signed.version, answers={}),
        lambda: sign_document(actor=cast.therapist, document_id=signed.pk),
    ):
        with pytest.raises(errors.NotADraft):
            verb()
    with pytest.raises(errors.NotDiscardable):
        discard_draft(actor=cast.therapist, document_id=signed.pk)
    with pytest.raises(errors.NotAwaitingCosignature):
        cosign_document(actor=cast.supervisor, document_id=signed.pk)
    with pytest.raises(errors.NotAwaitingCosignature):
        return_document(actor=cast.supervisor, document_id=signed.pk, comment="No.")


def test_orm_refuses_changes(signed):
    signed.content = "other"
    with pytest.raises(DatabaseError), transaction.atomic():
        signed.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=signed.pk).delete()
