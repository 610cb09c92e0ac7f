"""What was carried forward is marked until somebody touches it; diagnoses change with a reason; late notes say so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from documents import errors, facts
from documents.choices import DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.services import carry_forward, save_draft, sign_document, start_document
from mentalspace.core import practice
from scheduling.choices import AppointmentStatus
from staff.choices import Supervision
from tests.clients.factories import ClientProfileFactory
from tests.documents.conftest import SOAP
from tests.scheduling.factories import AppointmentFactory


@pytest.fixture
def next_draft(cast, signed, the_day):
    """The note of the session a week later; the diagnoses stand in it already."""
    the_day.shift(timedelta(days=7))
    session = AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=datetime(2026, 3, 11, 14, 0, tzinfo=UTC),
        end_time=datetime(2026, 3, 11, 14, 50, tzinfo=UTC),
        status=AppointmentStatus.COMPLETED,
    )
    return start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)


@pytest.fixture
def carried(cast, next_draft):
    return carry_forward(
        actor=cast.therapist,
        document_id=next_draft.pk,
        version=next_draft.version,
        answers=next_draft.answers,
    )


def save(cast, document, touched=(), **answers):
    return save_draft(
        actor=cast.therapist,
        document_id=document.pk,
        version=document.version,
        answers={**document.answers, **answers},
        touched=touched,
    )


def test_what_the_draft_began_with_is_marked(next_draft):
    assert next_draft.carried == {"diagnoses": "2026-03-04"}


def test_marked_until_touched(client, cast, carried):
    assert "interventions" in carried.carried
    kept = save(cast, carried, impression="New today.")
    assert kept.carried == carried.carried
    changed = save(cast, kept, interventions=["cbt", "mindfulness"])
    assert set(changed.carried) == set(carried.carried) - {"interventions"}
    confirmed = save(cast, changed, touched=["diagnoses"])
    assert "diagnoses" not in confirmed.carried
    assert Document.objects.get(pk=carried.pk).carried == confirmed.carried


def test_marks_are_shown_and_survive_a_reload(client, cast, carried):
    client.force_login(cast.therapist)
    url = reverse("documents:document_edit", args=[carried.pk])
    for _ in range(2):
        page = client.get(url).content.decode()
        assert page.count("Carried forward from 03/04/2026") == len(carried.carried)
        assert 'name="touched" value="diagnoses"' in page


def test_listed_before_signing_and_blocks_nothing(client, cast, carried):
    missing = {key: SOAP[key] for key in ("concerns", "observations", "impression", "risk", "tasks")}
    ready = save(cast, carried, **missing)
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_sign", args=[ready.pk])).content.decode()
    assert "Carried forward and not touched since" in page
    assert '#q-f-diagnoses">Diagnoses</a>, from 03/04/2026' in page
    assert sign_document(actor=cast.therapist, document_id=ready.pk).status == DocumentStatus.SIGNED


def test_other_diagnoses_need_a_reason(client, cast, next_draft):
    other = [{"code": "F33.1", "text": "Major depressive disorder, recurrent, moderate"}]
    ready = save(cast, next_draft, **{**SOAP, "diagnoses": other})
    with pytest.raises(errors.DiagnosesChanged):
        sign_document(actor=cast.therapist, document_id=ready.pk)
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_sign", args=[ready.pk])).content.decode()
    assert '#id_f-diagnoses_reason">Diagnoses: Say why they are others than in the chart.' in page
    why = save(cast, ready, diagnoses_reason="Full criteria since February.")
    signed = sign_document(actor=cast.therapist, document_id=why.pk)
    assert "Why the diagnoses were changed: Full criteria since February." in signed.content


def test_a_late_entry_says_so(client, cast, written, the_day):
    the_day.shift(timedelta(days=7))
    assert not facts.is_late(written)
    the_day.shift(timedelta(days=1))
    signed = sign_document(actor=cast.therapist, document_id=written.pk)
    assert [facts.LATE_ENTRY, "Written 8 days after the session"] in signed.signed_facts
    # Fixed with the signature, whatever the setting becomes.
    practice.save(NoteDefaults(late_days=30))
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_detail", args=[signed.pk])).content.decode()
    assert "Written 8 days after the session" in page


@pytest.mark.parametrize(
    ("supervision", "payers", "status"),
    [
        (Supervision.COSIGN_PAYERS, ["dogwood"], DocumentStatus.PENDING_COSIGN),
        (Supervision.COSIGN_PAYERS, ["Medicare"], DocumentStatus.SIGNED),
        (Supervision.COSIGN_PAYERS, [], DocumentStatus.SIGNED),
        (Supervision.REVIEW_ALL, ["dogwood"], DocumentStatus.SIGNED),
        (Supervision.COSIGN_ALL, [], DocumentStatus.PENDING_COSIGN),
    ],
)
def test_who_needs_a_cosignature(cast, written, supervision, payers, status):
    ClientProfileFactory.create(
        client=cast.client, insurance_info=[{"rank": "primary", "provider": "Dogwood Mutual"}]
    )
    staff = cast.therapist.staff
    staff.supervision = supervision
    staff.save()
    practice.save(NoteDefaults(cosign_payers=payers))
    assert sign_document(actor=cast.therapist, document_id=written.pk).status == status
