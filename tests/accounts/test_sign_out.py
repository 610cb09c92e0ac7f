"""`accounts:sign_out`."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from mentalspace.core.models import AuditEvent
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/sign-out/", "/admin/logout/"])
def test_the_session_ends_and_it_is_recorded(client: Client, cast: Cast, url: str) -> None:
    client.force_login(cast.therapist)
    response = client.post(url)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert SESSION_KEY not in client.session
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor) == ("user.signed_out", cast.therapist)
    assert "You are signed out." in client.get("/sign-in/").content.decode()


def test_a_link_signs_nobody_out(client: Client, cast: Cast) -> None:
    client.force_login(cast.therapist)
    assert client.get("/sign-out/").status_code == 405
    assert client.session[SESSION_KEY] == str(cast.therapist.pk)
