"""What happens to an action that arrives after the session ended, or at the wrong address."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_action_after_the_session_ended_leads_back_to_its_page(client: Client) -> None:
    response = client.post("/sign-out/", headers={"Referer": "http://testserver/clients/?q=a"})
    assert response["Location"] == "/sign-in/?next=/clients/%3Fq%3Da"
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "You were signed out before this arrived. Sign in and send it again."
    ]


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/clients/"])
def test_without_a_page_of_ours_it_leads_home(client: Client, referer: str) -> None:
    response = client.post("/sign-out/", headers={"Referer": referer})
    assert response["Location"] == "/sign-in/?next=/home/"


def test_the_address_of_an_action_opened_as_a_page_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.therapist)
    response = client.get("/sign-out/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Nothing was changed." in response.content.decode()


def test_a_form_with_an_old_token_is_refused_in_our_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.therapist)
    response = client.post("/sign-out/")
    assert response.status_code == 403
    assert "This form is out of date" in response.content.decode()
