"""Who owns the tables can switch off what protects them: whatever they alter is found and named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from documents import errors, integrity, verification
from documents.models import Document, DocumentSeal
from documents.seals import keys
from documents.services import add_addendum, cosign_document, sign_document
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.dev.pytest_postgres import owner_connection

TABLES = ["documents", "document_signatures", "document_addenda", "document_seals"]
GUARDED = [*TABLES, "document_seal_keys"]


@pytest.fixture(autouse=True)
def real_connections(transactional_db: None) -> None:
    """What the owner commits, the application sees."""


def as_owner(*statements: str) -> list[int]:
    """Run statements as the owner of the tables, their triggers switched off meanwhile; how many rows each touched."""
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute("BEGIN")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        touched = []
        for statement in statements:
            cursor.execute(statement)
            touched.append(cursor.rowcount)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("COMMIT")
    return touched


@contextmanager
def kept() -> Iterator[list[str]]:
    """Statements after which the record is again as it is now."""
    as_owner(*(f"CREATE TABLE kept_{table} AS TABLE {table}" for table in TABLES))
    try:
        yield [
            *(f"DELETE FROM {table}" for table in reversed(TABLES)),
            *(f"INSERT INTO {table} SELECT * FROM kept_{table}" for table in TABLES),
        ]
    finally:
        as_owner(*(f"DROP TABLE kept_{table}" for table in TABLES))


def verify(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("documents", "verify", *options, stdout=out, stderr=StringIO())
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def record(document: Document) -> integrity.Record:
    return integrity.record_of(Document.objects.get(pk=document.pk))


def test_nothing_is_signed_without_a_key(cast, written):
    as_owner("DELETE FROM document_seal_keys")
    with pytest.raises(errors.NoSealKey):
        sign_document(actor=cast.therapist, document_id=written.pk)
    written.refresh_from_db()
    assert (written.status, written.signatures.count()) == ("draft", 0)


def test_a_key_that_somebody_put_into_the_database_is_not_the_practices(signed):
    as_owner("UPDATE document_seal_keys SET public_key = sha256('mine')")
    keys._known.clear()
    with pytest.raises(CannotOpen):
        keys.every()
    assert not record(signed).is_verified
    assert verify()[0] == 1


ALTERED = {
    "content": "UPDATE documents SET content = content || '.'",
    "answers": """UPDATE documents SET answers = to_jsonb('other'::text)""",
    "title": "UPDATE documents SET title = 'Other'",
    "form version": "UPDATE documents SET form_version = 7",
    "head": "UPDATE documents SET signed_facts = '[]'",
    "author": "UPDATE documents SET appointment_id = NULL, type = 'free',"
    " staff_id = (SELECT id FROM staff WHERE id <> staff_id LIMIT 1)",
    "client": "UPDATE documents SET appointment_id = NULL, type = 'free',"
    " client_id = (SELECT id FROM clients WHERE id <> client_id LIMIT 1)",
    "day": "UPDATE documents SET service_date = service_date - 1",
    "time": "UPDATE documents SET signed_at = signed_at - interval '1 day'",
    "author's time": "UPDATE documents SET submitted_at = submitted_at - interval '1 day'",
    "signer": "UPDATE documents SET signed_by = (SELECT id FROM staff WHERE id <> signed_by LIMIT 1)",
    "digest": "UPDATE documents SET digest = repeat('0', 64)",
    "made a draft": "UPDATE documents SET status = 'draft', signed_at = NULL, signed_by = NULL",
    "document removed": "DELETE FROM document_seals; DELETE FROM document_addenda;"
    " DELETE FROM document_signatures; DELETE FROM documents",
    "signer's name": "UPDATE document_signatures SET printed_name = 'Other'",
    "credential": "UPDATE document_signatures SET credential = 'PhD'",
    "license": "UPDATE document_signatures SET license = 'LCSW GA 1'",
    "signature's time": "UPDATE document_signatures SET signed_at = signed_at - interval '1 day'",
    "signature's digest": "UPDATE document_signatures SET digest = repeat('0', 64)",
    "signature removed": "DELETE FROM document_seals WHERE signature_id IS NOT NULL; DELETE FROM document_signatures",
    "addendum's text": "UPDATE document_addenda SET content = 'Other'",
    "addendum's author": "UPDATE document_addenda SET printed_name = 'Other'",
    "addendum's time": "UPDATE document_addenda SET created_at = created_at - interval '1 day'",
    "first addendum removed": "DELETE FROM document_seals s USING document_addenda a"
    " WHERE s.addendum_id = a.id AND a.previous_digest = '';"
    " DELETE FROM document_addenda WHERE previous_digest = ''",
    "last addendum removed": "DELETE FROM document_seals s USING document_addenda a"
    " WHERE s.addendum_id = a.id AND a.previous_digest <> '';"
    " DELETE FROM document_addenda WHERE previous_digest <> ''",
    "seal": "UPDATE document_seals SET value = translate(value, 'abcdefghij', 'bcdefghija')",
    "seal's time": "UPDATE document_seals SET sealed_at = sealed_at - interval '1 day'",
    "seals removed": "DELETE FROM document_seals",
    "seals exchanged": "UPDATE document_seals s"
    " SET value = (SELECT value FROM document_seals o WHERE o.id <> s.id LIMIT 1)",
}


def test_whatever_the_owner_alters_is_named(cast, whole):
    add_addendum(actor=cast.therapist, document_id=whole.pk, content="And again.")
    assert verify()[0] == 0
    unseen = []
    with kept() as put_back:
        for how, statement in ALTERED.items():
            assert as_owner(statement)[-1] > 0, how
            code, said = verify()
            if code != 1 or str(whole.pk) not in said:
                unseen.append(how)
            assert "Client called back" not in said
            as_owner(*put_back)
    assert unseen == []
    assert verify()[0] == 0


def test_an_intact_record_says_how_much_was_checked(cast, whole, waiting):
    code, said = verify()
    assert code == 0
    assert said.startswith("2 signed documents checked in ")
    assert said.endswith("All are what was signed, with all seals, signatures and addenda.\n")
    code, said = verify("--json")
    assert code == 0
    assert json.loads(said) | {"seconds": 0} == {"checked": 2, "wrong": 0, "seconds": 0}


def test_json_names_what_is_wrong(whole):
    as_owner("UPDATE documents SET title = 'Other'")
    code, said = verify("--json")
    lines = said.splitlines()
    assert code == 1
    assert json.loads(lines[0]) == {"document": str(whole.pk), "faults": [integrity.TEXT_CHANGED]}
    assert json.loads(lines[1])["wrong"] == 1


def test_the_record_is_read_in_batches(monkeypatch, cast, whole, waiting):
    monkeypatch.setattr(verification, "BATCH", 1)
    assert verify()[0] == 0
    as_owner("UPDATE documents SET title = 'Other'")
    said = verify()[1]
    assert (str(whole.pk) in said, str(waiting.pk) in said) == (True, True)


# Signed before there were seals


@pytest.fixture
def unsealed(whole):
    as_owner("DELETE FROM document_seals")
    return whole


def test_what_was_signed_before_is_sealed_later_and_says_so(client, cast, unsealed, the_day):
    code, said = verify()
    assert (code, "It is signed and not sealed" in said) == (1, True)
    the_day.shift(timedelta(days=200))
    out = StringIO()
    call_command("documents", "seal", stdout=out, stderr=StringIO())
    assert out.getvalue() == "2 signatures sealed, with the time of now.\n"
    assert verify()[0] == 0
    assert record(unsealed).sealed_later == DocumentSeal.objects.all()[0].sealed_at
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[unsealed.pk])).content.decode()
    assert "Signed before the practice had seals; sealed 09/20/2026" in page


def test_what_is_not_as_signed_is_not_sealed_later(unsealed):
    as_owner("UPDATE documents SET title = 'Other'")
    out = StringIO()
    with pytest.raises(CommandError, match="1 document not as signed"):
        call_command("documents", "seal", stdout=out, stderr=StringIO())
    assert str(unsealed.pk) in out.getvalue()
    assert DocumentSeal.objects.count() == 0


# Who reads, and who co-signs


@pytest.mark.parametrize("how", ["title", "seal", "signature removed", "addendum's author"])
def test_the_page_and_the_paper_warn_of_what_is_not_as_signed(client, cast, whole, how):
    as_owner(ALTERED[how])
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[whole.pk])).content.decode()
    assert "This is not what was signed. Do not rely on it" in page
    assert "Seal verified" not in page
    assert client.get(reverse("documents:document_pdf", args=[whole.pk])).content.startswith(b"%PDF")


def test_an_altered_note_is_not_cosigned(cast, waiting):
    as_owner("UPDATE documents SET title = 'Other'")
    with pytest.raises(errors.AlteredSince):
        cosign_document(actor=cast.supervisor, document_id=waiting.pk)
