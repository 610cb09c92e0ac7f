"""`accounts:password_change`."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from accounts import services
from accounts.errors import WeakPassword, WrongPassword
from accounts.models import User
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
URL = "/account/password/"
NEW = "purple kettle mountain"
OWN_WORDS = "This password is made of your name, your address or the practice's name. Choose another."


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya.lindqvist@example.com", password=PASSWORD)


def typed(current: str = PASSWORD, new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"current_password": current, "new_password": new, "new_password_again": again}


def test_other_sessions_end_and_this_one_goes_on_under_a_new_key(
    client: Client, user: User, django_capture_on_commit_callbacks: object
) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(user)
    key = client.session.session_key
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = client.post(URL, typed())
    assert response["Location"] == "/account/"
    assert client.session.session_key != key
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/")["Location"].startswith("/sign-in/")
    user.refresh_from_db()
    assert user.check_password(NEW)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.changes) == ("user.password_changed", user, {})
    assert [each.to for each in mail.outbox] == [[user.email]]
    assert NEW not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (typed(current="wrong"), {"current_password": ["This is not your current password."]}),
        (
            typed(again="purple kettle fountain"),
            {"new_password_again": ["The two passwords are not the same."]},
        ),
        (
            typed(new="short", again="short"),
            {"new_password": ["This password is too short. It must contain at least 15 characters."]},
        ),
        (
            typed(new="maya.lindqvist1", again="maya.lindqvist1"),
            {"new_password": [OWN_WORDS]},
        ),
    ],
)
def test_a_refusal_stands_at_the_field_and_changes_nothing(
    client: Client, user: User, values: dict[str, str], errors: dict[str, list[str]]
) -> None:
    client.force_login(user)
    response = client.post(URL, values)
    assert response.status_code == 422
    assert response.context["form"].errors == errors
    assert response.content.decode().count('type="password"') == 3
    assert f'value="{values["new_password"]}"' not in response.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not AuditEvent.objects.exists()


def test_the_verb_itself_asks_for_the_old_password_and_a_strong_new_one(user: User) -> None:
    with pytest.raises(WrongPassword):
        services.change_password(actor=user, current_password="wrong", new_password=NEW)
    with pytest.raises(WeakPassword):
        services.change_password(actor=user, current_password=PASSWORD, new_password="password1234")


def test_a_changed_password_voids_a_mailed_link(user: User) -> None:
    services.request_reset(email=user.email, base_url="https://practice.example")
    services.change_password(actor=user, current_password=PASSWORD, new_password=NEW)
    user.refresh_from_db()
    assert (user.reset_token, user.reset_expire) == (None, None)


def test_spaces_in_a_password_are_part_of_it(client: Client, user: User) -> None:
    client.force_login(user)
    spaced = "  purple kettle mountain  "
    client.post(URL, typed(new=spaced, again=spaced))
    user.refresh_from_db()
    assert user.check_password(spaced)
    assert not user.check_password(spaced.strip())


def test_who_is_not_signed_in_is_sent_to_the_door(client: Client) -> None:
    answer = client.post(URL, typed(), headers={"Referer": f"http://testserver{URL}"})
    assert answer["Location"] == "/sign-in/?next=/account/password/"
    assert SESSION_KEY not in client.session
