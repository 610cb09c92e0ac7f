"""Where notes and the schedule meet: buttons, completing, taking back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from clients.choices import FlagKind
from clients.models import ClientFlag
from documents import errors, queries
from documents.chart import session_note_links
from documents.integrity import record_of
from documents.notices import notices
from documents.papers import document_paper
from documents.reading import reading_of
from documents.services import add_addendum, return_document, save_draft, sign_document
from mentalspace.core.errors import DomainError
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.services import undo_last_step
from tests.documents.conftest import CANARY, SOAP


def session_note_link(actor: User, session: Appointment) -> tuple[str, str] | None:
    return session_note_links(actor, [session]).get(session.pk)


def test_button_on_the_session(cast, session):
    start = reverse("documents:note_start", args=[session.pk])
    assert session_note_link(cast.therapist, session) == ("Start note", start)
    for who in (cast.supervisor, cast.admin, cast.stranger, cast.biller, cast.front_desk, cast.associate):
        assert session_note_link(who, session) is None


def test_button_once_it_is_begun(cast, session, draft):
    edit = reverse("documents:document_edit", args=[draft.pk])
    detail = reverse("documents:document_detail", args=[draft.pk])
    assert session_note_link(cast.therapist, session) == ("Continue note", edit)
    assert session_note_link(cast.supervisor, session) == ("Open note", detail)
    assert session_note_link(cast.front_desk, session) is None


def test_no_button_before_the_day(cast, session, the_day):
    the_day.shift(-timedelta(days=1))
    assert session_note_link(cast.therapist, session) is None


def test_a_session_with_a_signed_note_is_not_taken_back(cast, session, signed):
    with pytest.raises(errors.SessionHasSignedNote):
        undo_last_step(actor=cast.therapist, appointment_id=session.pk)
    session.refresh_from_db()
    assert session.status == AppointmentStatus.COMPLETED


def test_a_signature_whose_session_cannot_be_completed_leaves_all_as_it_was(
    cast, session, written, monkeypatch
):
    def refuse(**facts):
        raise DomainError("Not now.")

    monkeypatch.setattr("documents.services.signing.complete_appointment", refuse)
    with pytest.raises(DomainError, match=r"Not now\."):
        sign_document(actor=cast.therapist, document_id=written.pk)
    written.refresh_from_db()
    session.refresh_from_db()
    assert (written.status, session.status) == ("draft", AppointmentStatus.IN_SESSION)
    assert written.signatures.count() == 0


def test_risk_asks_for_a_flag_until_there_is_one(cast, draft):
    risky = {**SOAP, "risk": ["passive_suicidal_ideation"], "risk_action": "Safety plan."}
    document = save_draft(actor=cast.therapist, document_id=draft.pk, version=draft.version, answers=risky)
    assert [notice.link for notice in notices(cast.therapist, document)] == ["Raise a flag"]
    assert notices(cast.supervisor, document) == []
    ClientFlag.objects.create(client=cast.client, kind=FlagKind.SUICIDE_RISK)
    assert notices(cast.therapist, document) == []


@pytest.mark.parametrize(("days", "word"), [(6, ""), (7, "from day 14 on"), (14, "is held until")])
def test_late_notes_warn_and_hold(cast, written, the_day, days, word):
    the_day.shift(timedelta(days=days))
    texts = [notice.text for notice in notices(cast.therapist, written)]
    assert len(texts) == (1 if word else 0)
    assert all(word in text for text in texts)


def test_returned_documents_are_the_authors_to_mend(cast, waiting):
    assert list(queries.returned_documents(cast.associate)) == []
    return_document(actor=cast.supervisor, document_id=waiting.pk, comment="Name the risk.")
    assert list(queries.returned_documents(cast.associate)) == [waiting]
    assert list(queries.returned_documents(cast.supervisor)) == []


def test_plans_due(cast, make_plan, the_day):
    plan = make_plan()
    assert list(queries.plans_due(cast.therapist)) == []
    the_day.shift(timedelta(days=80))
    assert list(queries.plans_due(cast.therapist)) == [plan]
    assert list(queries.plans_due(cast.supervisor)) == [plan]
    assert list(queries.plans_due(cast.stranger)) == []
    later = make_plan(review_on="2026-12-01")
    assert list(queries.plans_due(cast.therapist)) == []
    assert queries.current_plan(cast.therapist, cast.client.pk) == later


def test_paper_says_what_it_is(cast, signed, waiting):
    add_addendum(actor=cast.therapist, document_id=signed.pk, content="Late entry.")
    paper = document_paper(record_of(signed), reading_of(signed))
    assert paper["draft"] is False
    assert paper["about"][0] == ("Client", "Clara Cole")
    assert [each["text"] for each in paper["addenda"]] == ["Late entry."]
    assert paper["signatures"][0]["signed"] == "03/04/2026 10:00 AM"
    assert CANARY in str(paper["parts"])
    unsigned = document_paper(record_of(waiting), reading_of(waiting))
    assert (unsigned["draft"], unsigned["waiting"]) == (True, True)
