"""Letters between the cast."""

import pytest
from django.test import Client as Browser

from accounts.models import User
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


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser
