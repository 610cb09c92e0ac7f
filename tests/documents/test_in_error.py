"""Entered in error: the document stays, struck out, with its reason, and nothing rests on it any more."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing.queries import bills_to_mend
from documents import errors, integrity, queries
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.services import (
    add_addendum,
    cosign_document,
    lock_overdue,
    mark_in_error,
    return_document,
    save_draft,
    sign_document,
    start_document,
)
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.models import Appointment
from tests.billing.factories import BillFactory
from tests.documents.conftest import CANARY, SOAP


def mark(actor, document):
    return mark_in_error(actor=actor, document_id=document.pk, reason="Wrong chart.")


def test_it_stays_and_says_why(client, cast, signed):
    mark(cast.therapist, signed)
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[signed.pk])).content.decode()
    assert "Entered in error, marked 03/04/2026 10:00 AM by Thea Therapist, LCSW." in page
    assert "Wrong chart." in page
    assert "is-struck" in page
    assert CANARY in page
    assert "Seal verified" in page
    document = Document.objects.get(pk=signed.pk)
    assert integrity.record_of(document).is_verified
    event = AuditEvent.objects.get(verb="document.entered_in_error")
    assert event.changes == {"status": ["signed", "entered_in_error"]}


def test_nothing_rests_on_it(cast, signed, make_plan):
    plan = make_plan()
    session = Appointment.objects.get(pk=signed.appointment_id)
    mark(cast.therapist, signed)
    assert queries.last_session_note(cast.therapist, cast.client.pk) is None
    assert list(queries.sessions_without_note(cast.therapist)) == [session]
    assert queries.latest_diagnoses(cast.therapist, cast.client.pk) == plan.answers["diagnoses"]
    mark(cast.therapist, plan)
    assert queries.latest_diagnoses(cast.therapist, cast.client.pk) == []
    assert queries.current_plan(cast.therapist, cast.client.pk) is None


def test_the_right_note_takes_its_place(cast, signed):
    session = Appointment.objects.get(pk=signed.appointment_id)
    mark(cast.therapist, signed)
    right = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    assert right.pk != signed.pk
    save_draft(actor=cast.therapist, document_id=right.pk, version=right.version, answers=SOAP)
    assert sign_document(actor=cast.therapist, document_id=right.pk).status == DocumentStatus.SIGNED


def test_its_bill_needs_attention_until_the_right_note_is_signed(client, cast, signed):
    bill = BillFactory.create(
        client=cast.client, staff=cast.therapist.staff, appointment_id=signed.appointment_id
    )
    assert not bills_to_mend(cast.biller).exists()
    mark(cast.therapist, signed)
    assert list(bills_to_mend(cast.biller)) == [bill]
    client.force_login(cast.biller)
    page = client.get(reverse("billing:bill_detail", args=[bill.pk])).content.decode()
    assert "This bill needs attention." in page
    assert "Bills whose note was entered in error" in client.get("/home/").content.decode()
    listed = client.get(reverse("billing:bill_list"), {"note": "error"}).content.decode()
    assert "Note in error" in listed
    session = Appointment.objects.get(pk=signed.appointment_id)
    right = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    save_draft(actor=cast.therapist, document_id=right.pk, version=right.version, answers=SOAP)
    sign_document(actor=cast.therapist, document_id=right.pk)
    assert not bills_to_mend(cast.biller).exists()


def test_nothing_is_done_with_it_any_more(cast, waiting):
    mark(cast.associate, waiting)
    for verb in (
        lambda: cosign_document(actor=cast.supervisor, document_id=waiting.pk),
        lambda: return_document(actor=cast.supervisor, document_id=waiting.pk, comment="No."),
    ):
        with pytest.raises(NotPermitted):
            verb()
    with pytest.raises(errors.AlreadyInError):
        mark(cast.associate, waiting)
    assert not queries.cosign_queue(cast.supervisor).exists()


def test_no_addendum_and_no_lock(cast, signed, the_day):
    mark(cast.admin, signed)
    with pytest.raises(NotPermitted):
        add_addendum(actor=cast.therapist, document_id=signed.pk, content="More.")
    the_day.shift(timedelta(days=60))
    assert list(lock_overdue()) == []


def test_who_may(cast, signed):
    for actor in (cast.supervisor, cast.associate, cast.stranger, cast.biller, cast.front_desk):
        with pytest.raises(NotPermitted):
            mark(actor, signed)
    mark(cast.admin, signed)


def test_a_reason_is_needed_and_a_draft_is_discarded(cast, waiting, session):
    with pytest.raises(errors.ErrorReasonNeeded):
        mark_in_error(actor=cast.associate, document_id=waiting.pk, reason=" ")
    begun = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    with pytest.raises(errors.DiscardInstead):
        mark(cast.therapist, begun)


def test_lists_show_it_only_where_it_is_asked_for(client, cast, signed):
    mark(cast.therapist, signed)
    client.force_login(cast.therapist)
    url = reverse("documents:note_list")
    detail = reverse("documents:document_detail", args=[signed.pk])
    assert detail not in client.get(url, {"state": "signed"}).content.decode()
    assert detail not in client.get(url, {"state": ""}).content.decode()
    assert detail in client.get(url, {"state": "error"}).content.decode()
    chart = client.get(f"/clients/{cast.client.pk}/documents/").content.decode()
    assert f'<a href="{detail}"><s>Progress note</s></a>' in chart


CHANGES = [
    "UPDATE documents SET in_error = true",
    "INSERT INTO document_errors (document_id, marked_by_id, marked_at, reason)"
    " SELECT id, staff_id, now(), 'x' FROM documents; UPDATE documents SET in_error = false",
    "INSERT INTO document_errors (document_id, marked_by_id, marked_at, reason)"
    " SELECT id, staff_id, now(), 'x' FROM documents; UPDATE documents SET title = 'x'",
    "INSERT INTO document_errors (document_id, marked_by_id, marked_at, reason)"
    " SELECT id, staff_id, now(), 'x' FROM documents; DELETE FROM document_errors",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_refuses_what_is_not_a_mark(signed, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    signed.refresh_from_db()
    assert not signed.in_error
