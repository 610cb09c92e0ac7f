"""Letters between the cast."""

import pytest

from messaging import services
from messaging.models import Thread
from tests.cast import Cast


@pytest.fixture
def letter(cast: Cast) -> Thread:
    """The therapist writes to the front desk and the biller about her client."""
    return services.send_message(
        actor=cast.therapist,
        receivers=[cast.front_desk, cast.biller],
        subject="Next visit",
        content="Please book Friday.\nThank you.",
        client=cast.client,
    )
