"""Beginning a document: of which session, by whom, once."""

from datetime import UTC, date, datetime

import pytest

from documents import errors
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document
from documents.services import start_document
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.choices import AppointmentStatus
from tests.documents.conftest import PLAN
from tests.scheduling.factories import AppointmentFactory


def test_takes_its_facts_from_the_session(cast, session):
    made = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    assert (made.client, made.staff, made.status) == (cast.client, cast.therapist.staff, DocumentStatus.DRAFT)
    assert made.service_date == date(2026, 3, 4)
    assert made.due_on == date(2026, 3, 7)
    assert (made.form_key, made.form_version, made.title) == ("progress_soap", 1, "Progress note")
    assert AuditEvent.objects.get(verb="document.started").client_id == cast.client.pk


def test_twice_gives_the_same_draft(cast, session):
    first = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    second = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    assert first == second
    assert Document.objects.count() == 1


@pytest.mark.parametrize("kind", [DocumentType.PROGRESS_NOTE, DocumentType.INTAKE, DocumentType.MISSED_NOTE])
def test_session_notes_need_their_session(cast, kind):
    with pytest.raises(errors.AppointmentNeeded):
        start_document(actor=cast.therapist, client=cast.client, type=kind)


@pytest.mark.parametrize("kind", [DocumentType.CONTACT_NOTE, DocumentType.TREATMENT_PLAN, DocumentType.FREE])
def test_others_do_not(cast, kind):
    made = start_document(actor=cast.therapist, client=cast.client, type=kind)
    assert made.appointment is None
    assert made.service_date == date(2026, 3, 4)


@pytest.mark.parametrize("who", ["supervisor", "stranger", "associate", "admin"])
def test_only_who_held_the_session_writes_its_note(cast, session, who):
    with pytest.raises((errors.AppointmentDoesNotFit, NotPermitted)):
        start_document(actor=getattr(cast, who), appointment=session, type=DocumentType.PROGRESS_NOTE)


@pytest.mark.parametrize("who", ["biller", "front_desk", "stranger", "admin"])
def test_others_write_nothing_about_the_client(cast, who):
    with pytest.raises(NotPermitted):
        start_document(actor=getattr(cast, who), client=cast.client, type=DocumentType.FREE)


def test_of_another_client(cast, session):
    with pytest.raises(errors.AppointmentDoesNotFit):
        start_document(
            actor=cast.therapist,
            client=cast.other_client,
            appointment=session,
            type=DocumentType.PROGRESS_NOTE,
        )


def test_a_missed_session_has_no_progress_note(cast, session):
    session.status = AppointmentStatus.NO_SHOW
    session.save()
    with pytest.raises(errors.SessionNotHeld):
        start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    made = start_document(actor=cast.therapist, appointment=session, type=DocumentType.MISSED_NOTE)
    assert made.form_key == "missed_note"


def test_a_held_session_has_no_missed_note(cast, session):
    with pytest.raises(errors.SessionNotMissed):
        start_document(actor=cast.therapist, appointment=session, type=DocumentType.MISSED_NOTE)


def test_not_before_its_day(cast):
    tomorrow = AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=datetime(2026, 3, 5, 15, tzinfo=UTC),
        end_time=datetime(2026, 3, 5, 15, 50, tzinfo=UTC),
    )
    with pytest.raises(errors.SessionAhead):
        start_document(actor=cast.therapist, appointment=tomorrow, type=DocumentType.PROGRESS_NOTE)


def test_form_is_one_of_the_types(cast, session):
    with pytest.raises(errors.FormUnknown):
        start_document(
            actor=cast.therapist,
            appointment=session,
            type=DocumentType.PROGRESS_NOTE,
            form_key="treatment_plan",
        )
    made = start_document(
        actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE, form_key="progress_dap"
    )
    assert made.form_key == "progress_dap"


def test_diagnoses_come_from_the_last_signed_document(cast, session, make_plan):
    make_plan()
    made = start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)
    assert made.answers == {"diagnoses": PLAN["diagnoses"]}


def test_a_plan_carries_the_open_goals_over(cast, make_plan):
    met = {**PLAN["goals"][0], "goal_id": "done", "state": "met"}
    make_plan(goals=[PLAN["goals"][0], met])
    review = start_document(actor=cast.therapist, client=cast.client, type=DocumentType.TREATMENT_PLAN)
    assert [goal["goal_id"] for goal in review.answers["goals"]] == ["goal1"]
    assert review.answers["plan_kind"] == "n90_day_review"
    assert review.review_on == date(2026, 6, 2)
