"""A session that was held, and forms filled in so that nothing is missing."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from documents.choices import DocumentType
from documents.models import Document
from documents.seals import keys
from documents.services import add_addendum, save_draft, sign_document, start_document
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory
from tests.scheduling.factories import AppointmentFactory

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
CANARY = "the heron flies at noon"
SOAP: dict[str, Any] = {
    "concerns": f"Client said: {CANARY}.",
    "observations": "Alert, tearful at times.",
    "impression": "Working through grief.",
    "risk": ["none_reported"],
    "diagnoses": [{"code": "F41.1", "text": "Generalized anxiety disorder"}],
    "interventions": ["cbt"],
    "tasks": "Keep a sleep diary.",
}
PLAN: dict[str, Any] = {
    "plan_kind": "initial",
    "plan_date": "2026-03-04",
    "review_on": "2026-06-02",
    "diagnoses": [{"code": "F41.1", "text": "Generalized anxiety disorder"}],
    "goals": [
        {
            "goal_id": "goal1",
            "goal": "Sleep through the night",
            "state": "active",
            "objectives": [
                {"objective": "Nights with 7 hours", "baseline": "1", "current": "3", "target": "5"},
            ],
            "interventions": [{"method": "cbt"}],
        }
    ],
    "took_part": "agreed_verbally",
    "took_part_reason": "By video: agreed aloud.",
}


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page sends."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)">', page)
    assert found, name
    return html.unescape(found[1])


@pytest.fixture(autouse=True)
def fresh_keys() -> None:
    """What a test before kept in memory of keys that it replaced was undone with it."""
    keys.forget()


@pytest.fixture(autouse=True)
def the_day() -> Any:
    """Wednesday, March 4, 2026, 10:00 AM in the practice."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(cast: Cast) -> Appointment:
    """The therapist's session with the client, earlier today, still open."""
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=datetime(2026, 3, 4, 14, 0, tzinfo=UTC),
        end_time=datetime(2026, 3, 4, 14, 50, tzinfo=UTC),
        status=AppointmentStatus.IN_SESSION,
    )


@pytest.fixture
def associate_session(cast: Cast) -> Appointment:
    """The associate's, who is on the same care team."""
    CareTeamFactory.create(client=cast.client, staff=cast.associate.staff, role="secondary")
    return AppointmentFactory.create(
        staff=cast.associate.staff,
        client=cast.client,
        start_time=datetime(2026, 3, 4, 12, 0, tzinfo=UTC),
        end_time=datetime(2026, 3, 4, 12, 50, tzinfo=UTC),
        status=AppointmentStatus.COMPLETED,
        completed_at=datetime(2026, 3, 4, 12, 50, tzinfo=UTC),
    )


@pytest.fixture
def draft(cast: Cast, session: Appointment) -> Document:
    """The therapist's progress note, nothing written."""
    return start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)


@pytest.fixture
def written(cast: Cast, draft: Document) -> Document:
    """The therapist's progress note, ready to sign."""
    return save_draft(actor=cast.therapist, document_id=draft.pk, version=draft.version, answers=SOAP)


@pytest.fixture
def signed(cast: Cast, written: Document) -> Document:
    """The therapist's progress note, signed."""
    return sign_document(actor=cast.therapist, document_id=written.pk)


@pytest.fixture
def waiting(cast: Cast, associate_session: Appointment) -> Document:
    """The associate's progress note, waiting for the supervisor."""
    made = start_document(
        actor=cast.associate, appointment=associate_session, type=DocumentType.PROGRESS_NOTE
    )
    save_draft(actor=cast.associate, document_id=made.pk, version=made.version, answers=SOAP)
    return sign_document(actor=cast.associate, document_id=made.pk)


@pytest.fixture
def make_plan(cast: Cast) -> Callable[..., Document]:
    """A signed treatment plan of the client's."""

    def make(**answers: Any) -> Document:
        made = start_document(actor=cast.therapist, client=cast.client, type=DocumentType.TREATMENT_PLAN)
        save_draft(
            actor=cast.therapist, document_id=made.pk, version=made.version, answers={**PLAN, **answers}
        )
        return sign_document(actor=cast.therapist, document_id=made.pk)

    return make


@pytest.fixture
def whole(cast: Cast, signed: Document) -> Document:
    """The therapist's progress note, signed, with an addendum."""
    add_addendum(actor=cast.therapist, document_id=signed.pk, content="Client called back.")
    return signed
