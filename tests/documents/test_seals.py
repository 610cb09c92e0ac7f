"""Seals: what is signed carries the practice's seal, and whatever is changed afterwards is found and named."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from documents import integrity
from documents.models import Document, SealKey
from documents.seals import keys, sealing
from documents.services import add_addendum, cosign_document, return_document, save_draft, sign_document
from mentalspace.core.crypto import data_keys
from tests.documents.conftest import SOAP


def record(document: Document) -> integrity.Record:
    return integrity.record_of(Document.objects.get(pk=document.pk))


# Signing seals


def test_a_signature_is_sealed_with_the_practices_key(signed):
    signature = signed.signatures.get()
    seal = signature.seal
    assert seal.sealed_at == signature.signed_at
    assert keys.find(seal.key_id) == keys.every()[0]
    assert sealing.holds(seal, signature)
    assert record(signed).is_verified
    assert record(signed).sealed_later is None


def test_each_signature_of_a_returned_and_cosigned_note_is_sealed(cast, waiting, the_day):
    assert record(waiting).is_verified
    the_day.shift(timedelta(hours=1))
    returned = return_document(actor=cast.supervisor, document_id=waiting.pk, comment="Name the risk.")
    assert record(returned).faults == ()
    the_day.shift(timedelta(hours=1))
    answers = {**SOAP, "impression": "Risk named."}
    save_draft(actor=cast.associate, document_id=waiting.pk, version=returned.version, answers=answers)
    sign_document(actor=cast.associate, document_id=waiting.pk)
    the_day.shift(timedelta(hours=1))
    cosign_document(actor=cast.supervisor, document_id=waiting.pk)
    final = record(waiting)
    assert len(final.seals) == 3
    assert [each.role for each in final.current] == ["author", "cosigner"]
    assert final.is_verified


def test_the_head_stays_as_it_was_signed(client, cast, signed):
    assert ["Client", cast.client.display_name] in signed.signed_facts
    was = cast.client.display_name
    cast.client.last_name = "Newname"
    cast.client.save()
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[signed.pk])).content.decode()
    assert f"<dd>{was}</dd>" in page
    assert record(signed).is_verified


def test_addenda_are_sealed_and_chained(cast, signed, the_day):
    first = add_addendum(actor=cast.therapist, document_id=signed.pk, content="The client called.")
    second = add_addendum(actor=cast.therapist, document_id=signed.pk, content="And called again.")
    the_day.shift(timedelta(hours=1))
    third = add_addendum(actor=cast.therapist, document_id=signed.pk, content="All is well.")
    assert [first.previous_digest, second.previous_digest, third.previous_digest] == [
        "",
        first.digest,
        second.digest,
    ]
    assert record(signed).is_verified


# Keys


def test_a_replaced_key_still_verifies_and_seals_no_more(signed, the_day):
    old = signed.signatures.get().seal.key_id
    the_day.shift(timedelta(hours=1))
    made = keys.replace()
    assert [key.id for key in keys.every()] == [made.id, old]
    row = SealKey.objects.get(pk=old)
    assert row.private_key == ""
    assert keys.current()[0].id == made.id
    assert record(signed).is_verified


def test_a_replaced_key_counts_for_nothing_that_is_later(cast, signed, the_day):
    signature = signed.signatures.get()
    public, private = keys.current()
    keys.replace()
    at = signature.signed_at + timedelta(hours=1)
    value = private.sign(sealing.message(signature, public.id, at))
    key = keys.find(public.id)
    assert key is not None
    assert not key.opens(value, sealing.message(signature, public.id, at), at)


def test_the_private_key_is_not_in_the_database(db):
    row = SealKey.objects.get()
    _public, private = keys.current()
    secret = private.private_bytes_raw()
    assert row.private_key.startswith("v1:")
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM document_seal_keys s UNION ALL SELECT d::text FROM data_keys d")
        dump = "\n".join(line for (line,) in cursor.fetchall())
    assert secret.hex() not in dump
    assert data_keys.derive("document seal keys").hex() not in dump


def test_keys_are_listed_and_printed(db, the_day):
    out = StringIO()
    the_day.shift(timedelta(days=1))
    call_command("documents", "new-key", stdout=out)
    made = keys.every()[0]
    assert out.getvalue().startswith(f"{made.id} seals from now on.")
    out = StringIO()
    call_command("documents", "public-keys", stdout=out)
    assert out.getvalue().splitlines()[1:] == [str(key) for key in keys.every()]
    out = StringIO()
    call_command("documents", "keys", stdout=out)
    assert [line.split()[-1] for line in out.getvalue().splitlines()] == ["seals", "UTC"]


# The database refuses

TABLES = ["documents", "document_signatures", "document_addenda", "document_seals"]


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("table", TABLES)
def test_no_column_of_what_was_signed_can_be_changed(whole, table):
    names = columns(table)
    assert len(names) > 5
    for name in names:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{name}" = "{name}"')


@pytest.mark.parametrize("table", [*TABLES, "document_seal_keys"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
def test_nothing_that_was_signed_can_be_taken_away(whole, table, statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == (settings.DATABASE_ROLE,)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_waiting_note_keeps_all_that_its_author_signed(waiting):
    for name, value in {
        "form_version": "9", "service_date": "'2020-01-01'", "signed_facts": "'[]'", "submitted_at": "now()",
        "title": "'x'", "content": "'x'", "answers": "'{}'", "client_id": "gen_random_uuid()",
    }.items():  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE documents SET {name} = {value}")


def test_a_seal_key_can_only_be_replaced(signed):
    for name, value in (("id", "'x'"), ("public_key", "'x'"), ("valid_from", "now()")):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE document_seal_keys SET {name} = {value}")


# In the browser


def test_the_page_says_who_signed_and_that_the_seal_verifies(client, cast, whole):
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[whole.pk])).content.decode()
    assert "Seal verified" in page
    assert f"{whole.digest[:8]}…{whole.digest[-8:]}" in page
    assert "<strong>Thea Therapist, LCSW</strong>" in page
    assert whole.signatures.get().seal.value.replace("+", "&#x2B;") in page.replace("+", "&#x2B;")
