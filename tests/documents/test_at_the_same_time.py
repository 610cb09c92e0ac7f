"""Several windows at once, on real connections: nothing is written twice, and what is signed is what was read."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from documents import digest, integrity
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.services import cosign_document, save_draft, sign_document, start_document
from tests.documents.conftest import SOAP


@pytest.fixture(autouse=True)
def real_connections(transactional_db: None) -> None:
    """What one window commits, the others see."""


def all_at_once(deeds: list[Callable[[], Any]]) -> Counter[str]:
    """Run each on a connection of its own, let go together; how many ended in which way."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], Any]) -> str:
        try:
            gate.wait(timeout=20)
            deed()
        except Exception as error:  # noqa: BLE001 - what it was is what is counted
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return Counter(pool.map(one, deeds))


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
