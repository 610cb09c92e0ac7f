"""The one door: `accounts:sign_in`."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.views.sign_ins import REFUSED
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
URL = "/sign-in/"


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def test_the_right_password_opens_and_is_recorded(client: Client, user: User) -> None:
    response = client.post(URL, {"email": "maya@example.com", "password": PASSWORD, "next": "/account/"})
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert client.session[SESSION_KEY] == str(user.pk)
    assert verbs() == ["user.signed_in"]
    assert AuditEvent.objects.get().actor == user
    user.refresh_from_db()
    assert user.last_login is not None


@pytest.mark.parametrize("email", ["MAYA@example.com", " maya@example.com "])
def test_the_address_is_read_in_any_case_and_with_spaces(client: Client, user: User, email: str) -> None:
    response = client.post(URL, {"email": email, "password": PASSWORD, "next": "/account/"})
    assert response["Location"] == "/account/"


@pytest.mark.parametrize(
    ("email", "password", "known"),
    [
        ("maya@example.com", "not her password", True),
        ("nobody@example.com", PASSWORD, False),
        ("maya@example.com", PASSWORD.upper(), True),
    ],
)
def test_a_refusal_does_not_tell_what_was_wrong(
    client: Client, user: User, email: str, password: str, known: bool
) -> None:
    response = client.post(URL, {"email": email, "password": password})
    assert response.status_code == 422
    assert response.context["form"].errors == {"__all__": [REFUSED]}
    assert SESSION_KEY not in client.session
    page = response.content.decode()
    assert f'value="{email}"' in page
    assert password not in page
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id) == (
        "user.sign_in_refused",
        None,
        str(user.pk) if known else "",
    )
    assert event.changes == {}


def test_who_is_disabled_gets_the_same_answer(client: Client) -> None:
    UserFactory.create(email="gone@example.com", password=PASSWORD, is_active=False)
    response = client.post(URL, {"email": "gone@example.com", "password": PASSWORD})
    assert response.context["form"].errors == {"__all__": [REFUSED]}
    assert SESSION_KEY not in client.session


def test_who_has_no_password_yet_cannot_sign_in_with_an_empty_one(client: Client) -> None:
    UserFactory.create(email="new@example.com")
    response = client.post(URL, {"email": "new@example.com", "password": ""})
    assert response.context["form"].errors == {"password": ["Enter your password."]}
    for guess in ("!", " "):
        response = client.post(URL, {"email": "new@example.com", "password": guess})
        assert response.status_code == 422


def test_missing_and_malformed_input_is_said_at_the_field(client: Client) -> None:
    response = client.post(URL, {"email": "maya", "password": ""})
    assert response.context["form"].errors == {
        "email": ["Enter an e-mail address, for example name@example.com."],
        "password": ["Enter your password."],
    }
    assert AuditEvent.objects.count() == 0


def test_a_null_byte_is_refused_and_not_an_error(client: Client, user: User) -> None:
    response = client.post(URL, {"email": "maya@example.com", "password": "a\x00b"})
    assert response.status_code == 422


def test_the_session_gets_a_new_key(client: Client, user: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key
    client.post(URL, {"email": "maya@example.com", "password": PASSWORD, "next": "/account/"})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "https:evil.example",
        "",
    ],
)
def test_nobody_is_led_elsewhere(client: Client, user: User, target: str, settings: object) -> None:
    settings.LOGIN_REDIRECT_URL = "/account/"  # type: ignore[attr-defined]
    response = client.post(URL, {"email": "maya@example.com", "password": PASSWORD, "next": target})
    assert response["Location"] == "/account/"


def test_the_wish_survives_a_wrong_password(client: Client, user: User) -> None:
    page = client.get(URL, {"next": "/clients/?q=a&sort=-name"}).content.decode()
    assert 'name="next" value="/clients/?q=a&amp;sort=-name"' in page
    page = client.post(
        URL, {"email": "maya@example.com", "password": "wrong", "next": "/clients/"}
    ).content.decode()
    assert 'name="next" value="/clients/"' in page


def test_who_is_signed_in_already_goes_on(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(URL, {"next": "/account/"})["Location"] == "/account/"


def test_a_page_asked_for_leads_to_the_door_and_back(client: Client) -> None:
    response = client.get("/account/?a=1")
    assert response["Location"] == "/sign-in/?next=/account/%3Fa%3D1"


def test_a_region_asked_for_after_the_session_ended_becomes_a_page(client: Client) -> None:
    response = client.get(
        URL, headers={"HX-Request": "true", "HX-Current-URL": "https://practice.example/clients/?q=a"}
    )
    assert (response.status_code, response["HX-Redirect"]) == (204, "/sign-in/?next=%2Fclients%2F%3Fq%3Da")


def test_the_form_is_never_cached_and_works_with_password_managers(client: Client) -> None:
    response = client.get(URL)
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert reverse("accounts:password_reset") in page


def test_the_form_needs_its_token(user: User) -> None:
    response = Client(enforce_csrf_checks=True).post(URL, {"email": "maya@example.com", "password": PASSWORD})
    assert response.status_code == 403
