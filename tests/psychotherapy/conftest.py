"""The therapist has a psychotherapy note about the client, on whose care team a colleague is."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import User
from psychotherapy.models import PsychotherapyNote
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory
from tests.psychotherapy.factories import make_note
from tests.scheduling.factories import AppointmentFactory

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
CANARY = "the otter sleeps under seven bridges"


@pytest.fixture(autouse=True)
def the_day() -> Any:
    """Wednesday, March 4, 2026, 10:00 AM in the practice."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(cast: Cast) -> Appointment:
    """The therapist's session with the client, held earlier today."""
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=datetime(2026, 3, 4, 14, 0, tzinfo=UTC),
        end_time=datetime(2026, 3, 4, 14, 50, tzinfo=UTC),
        status=AppointmentStatus.COMPLETED,
        completed_at=datetime(2026, 3, 4, 14, 50, tzinfo=UTC),
    )


@pytest.fixture
def colleague(cast: Cast) -> User:
    """The stranger, who is on the client's care team now."""
    CareTeamFactory.create(client=cast.client, staff=cast.stranger.staff, role="secondary")
    return cast.stranger


@pytest.fixture
def note(cast: Cast, session: Appointment) -> PsychotherapyNote:
    """The therapist's, about that session."""
    return make_note(
        cast.therapist,
        cast.client,
        f"She said that {CANARY}.",
        appointment=session,
        session_date=datetime(2026, 3, 4).date(),
    )
