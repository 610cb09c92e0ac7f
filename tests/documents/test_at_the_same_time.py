"""Several windows at once, on real connections: nothing is written twice, and what is signed is what was read."""

from collections import Counter
from typing import Any

import pytest

from clients.models import Client
from documents import digest, integrity
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.seals import keys
from documents.services import (
    add_addendum,
    cosign_document,
    mark_in_error,
    return_document,
    save_draft,
    sign_document,
    start_document,
)
from mentalspace.core.errors import StaleVersion
from mentalspace.dev.children import all_at_once
from tests.documents.conftest import SOAP


@pytest.fixture(autouse=True)
def real_connections(transactional_db: None) -> None:
    """What one window commits, the others see."""


def test_a_note_is_begun_once(cast, session):
    def begin():
        start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)

    assert all_at_once([begin] * 10) == {"done": 10}
    assert Document.objects.count() == 1


def test_saving_while_signing(cast, written):
    def save(number):
        answers = {**SOAP, "impression": f"Window {number}"}
        return lambda: save_draft(
            actor=cast.therapist, document_id=written.pk, version=written.version, answers=answers
        )

    def sign():
        sign_document(actor=cast.therapist, document_id=written.pk, seen=digest.as_shown(written))

    ended = all_at_once([sign, *[save(number) for number in range(7)]])
    document = Document.objects.get(pk=written.pk)
    assert ended["done"] == 1
    assert set(ended) <= {"done", "StaleVersion", "NotADraft"}
    if document.status == DocumentStatus.SIGNED:
        assert document.answers == SOAP
        assert integrity.record_of(document).is_verified
    else:
        assert document.answers["impression"].startswith("Window")
        assert document.signatures.count() == 0


def test_signing_twice(cast, written):
    def sign():
        sign_document(actor=cast.therapist, document_id=written.pk)

    assert all_at_once([sign] * 6) == {"done": 1, "NotADraft": 5}
    assert Document.objects.get(pk=written.pk).signatures.count() == 1


def test_cosigning_twice(cast, waiting):
    def cosign():
        cosign_document(actor=cast.supervisor, document_id=waiting.pk)

    assert all_at_once([cosign] * 6) == {"done": 1, "NotAwaitingCosignature": 5}
    assert integrity.record_of(Document.objects.get(pk=waiting.pk)).is_verified


def test_cosigning_returning_and_marking_at_once(cast, waiting):
    """Whoever comes first decides; the others are told, and the record is whole."""

    def cosign():
        cosign_document(actor=cast.supervisor, document_id=waiting.pk)

    def give_back():
        return_document(actor=cast.supervisor, document_id=waiting.pk, on_sections={"plan": "By when?"})

    def mark():
        mark_in_error(actor=cast.associate, document_id=waiting.pk, reason="Wrong chart.")

    ended = all_at_once([cosign, give_back, mark])
    document = Document.objects.get(pk=waiting.pk)
    # The mark fits every state; of the two others one, or none where the mark came first.
    assert document.in_error
    assert ended["done"] == 1 + (document.status != DocumentStatus.PENDING_COSIGN)
    assert set(ended) <= {"done", "NotPermitted", "NotAwaitingCosignature"}
    assert integrity.record_of(document).faults == ()
    assert document.versions.count() == document.reviews.count()


def test_what_is_signed_is_what_the_signer_saw(cast, draft):
    """Signing and writing race, 24 times anew: either the text that was shown is sealed, or the signer is told."""
    outcomes: Counter[str] = Counter()
    for race in range(24):
        note = draft if race == 0 else free_document(cast)
        shown = save_draft(
            actor=cast.therapist,
            document_id=note.pk,
            version=note.version,
            answers=answers_of(note, "Shown."),
        )
        seen = digest.as_shown(Document.objects.get(pk=note.pk))

        def save(note=note, version=shown.version, race=race):
            answers = answers_of(note, f"Typed in race {race}.")
            save_draft(actor=cast.therapist, document_id=note.pk, version=version, answers=answers)

        def sign(note=note, seen=seen):
            sign_document(actor=cast.therapist, document_id=note.pk, seen=seen)

        ended = all_at_once([sign, save] if race % 2 else [save, sign])
        after = Document.objects.get(pk=note.pk)
        if after.is_signed:
            assert ended == {"done": 1, "NotADraft": 1}
            assert "Shown." in after.content
            assert integrity.record_of(after).is_verified
        else:
            assert ended == {"done": 1, "StaleVersion": 1}
            assert f"Typed in race {race}." in after.content
            assert after.signatures.count() == 0
        outcomes["signed" if after.is_signed else "told"] += 1
    assert sum(outcomes.values()) == 24


def test_the_head_changing_while_signing(cast, written):
    """The client's name stands at the head: who signs has seen it, or is told."""
    seen = digest.as_shown(Document.objects.get(pk=written.pk))
    Client.objects.filter(pk=cast.client.pk).update(last_name="Newname")
    with pytest.raises(StaleVersion):
        sign_document(actor=cast.therapist, document_id=written.pk, seen=seen)


def free_document(cast) -> Document:
    return start_document(actor=cast.therapist, client=cast.client, type=DocumentType.FREE)


def answers_of(note: Document, text: str) -> dict[str, Any]:
    if note.type == DocumentType.FREE:
        return {"text": text}
    return {**SOAP, "impression": text}


def test_addenda_at_once_make_one_chain(cast, signed):
    def add():
        add_addendum(actor=cast.therapist, document_id=signed.pk, content="Further.")

    assert all_at_once([add] * 6) == {"done": 6}
    record = integrity.record_of(Document.objects.get(pk=signed.pk))
    assert [each.previous_digest for each in record.addenda] == [
        "",
        *(each.digest for each in record.addenda[:-1]),
    ]
    assert record.is_verified


def test_changing_the_key_while_signing(cast):
    """Whoever signs at that moment has a seal that verifies, by the one key or by the other."""
    notes = []
    for _ in range(6):
        note = free_document(cast)
        save_draft(
            actor=cast.therapist, document_id=note.pk, version=note.version, answers=answers_of(note, "Text.")
        )
        notes.append(note)
    deeds = [lambda note=note: sign_document(actor=cast.therapist, document_id=note.pk) for note in notes]
    assert all_at_once([*deeds[:3], keys.replace, *deeds[3:]]) == {"done": 7}
    for record in integrity.records_of(list(Document.objects.all())):
        assert record.is_verified
