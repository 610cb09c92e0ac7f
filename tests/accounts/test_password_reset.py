"""Choosing a new password by a mailed link: `accounts:password_reset`, `accounts:password_reset_confirm`."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client

from accounts import queries, services
from accounts.defaults import SignInDefaults
from accounts.errors import ResetLinkInvalid, WeakPassword
from accounts.models import User
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "purple kettle mountain"
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def token_in(message: mail.EmailMessage) -> str:
    match = re.search(r"/reset/([^/\s]+)/", str(message.body))
    assert match
    return match[1]


def ask(client: Client, email: str = "maya@example.com", **extra: Any) -> Any:
    return client.post("/reset/", {"email": email}, **extra)


def answer_of(response: Any) -> str:
    """The page without its masked token, which differs each time."""
    return re.sub(r" hx-headers=\'[^\']*\'", "", response.content.decode())


def typed(new: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"new_password": new, "new_password_again": again}


def test_the_mail_holds_a_link_of_256_bits_of_which_only_a_digest_is_kept(client: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        assert ask(client).status_code == 200
    assert [message.to for message in mail.outbox] == [["maya@example.com"]]
    token = token_in(mail.outbox[0])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    user.refresh_from_db()
    assert user.reset_token == hashlib.sha256(token.encode()).hexdigest()
    assert user.reset_expire == NOW + timedelta(minutes=30)
    assert "30 minutes" in str(mail.outbox[0].body)
    assert "http://testserver/reset/" in str(mail.outbox[0].body)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id) == ("user.reset_requested", None, str(user.pk))
    # It happens after the answer, and still carries the request it belongs to.
    assert event.address == "127.0.0.1"
    assert event.request_id


def test_known_unknown_and_disabled_get_the_same_answer(client: Client, user: User) -> None:
    UserFactory.create(email="gone@example.com", password=PASSWORD, is_active=False)
    answers = [ask(client, email) for email in ("maya@example.com", "nobody@example.com", "gone@example.com")]
    assert len({answer_of(answer) for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert len(mail.outbox) == 1


def test_the_answer_leaves_before_anybody_is_looked_up(user: User, rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    from accounts.views import password_reset

    request = rf.post("/reset/", {"email": user.email})
    request.user, request.session = AnonymousUser(), {}
    response: Any = password_reset(request)
    assert b"a mail with a link is on its way" in response.content
    assert mail.outbox == []
    response.close()
    assert len(mail.outbox) == 1
    response.close()
    assert len(mail.outbox) == 1


def test_mail_that_cannot_leave_changes_nothing_in_the_answer(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual = answer_of(ask(client))

    def refuse(*args: object, **kwargs: object) -> None:
        raise SMTPServerDisconnected

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    assert answer_of(ask(client)) == usual
    assert "could not be mailed" in caplog.text
    assert user.email not in caplog.text


def test_no_host_header_moves_the_link(client: Client, user: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://practice.example"
    settings.ALLOWED_HOSTS = ["practice.example", "testserver"]
    hosts = [
        {"host": "testserver"},
        {"host": "testserver", "x-forwarded-host": "evil.example"},
        {"host": "testserver", "forwarded": "host=evil.example"},
        {"host": "practice.example:4443"},
    ]
    for headers in hosts:
        ask(client, headers=headers)
        assert "https://practice.example/reset/" in str(mail.outbox[-1].body)
        assert "evil" not in str(mail.outbox[-1].body)
    assert len(mail.outbox) == len(hosts)


@pytest.mark.parametrize(
    "host", ["evil.example", "practice.example@evil.example", "practice.example.evil.example", "a b"]
)
def test_a_foreign_host_gets_no_mail_sent(client: Client, user: User, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["practice.example"]
    assert ask(client, headers={"host": host}).status_code == 400
    assert mail.outbox == []


def test_the_new_password_replaces_the_old_ends_sessions_and_uses_the_link_up(
    client: Client, user: User
) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    ask(client)
    url = f"/reset/{token_in(mail.outbox[0])}/"
    page = client.get(url)
    assert page.status_code == 200
    assert "maya@example.com" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    response = client.post(url, typed())
    assert response["Location"] == "/sign-in/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert (user.reset_token, user.reset_expire) == (None, None)
    assert elsewhere.get("/account/")["Location"].startswith("/sign-in/")
    assert client.get(url).status_code == 410
    assert client.post(url, typed("another good password", "another good password")).status_code == 410
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert AuditEvent.objects.filter(verb="user.password_reset", actor=user).count() == 1


def test_looking_at_the_link_does_not_use_it_up(client: Client, user: User) -> None:
    ask(client)
    url = f"/reset/{token_in(mail.outbox[0])}/"
    assert [client.get(url).status_code for _ in range(3)] == [200, 200, 200]


def test_a_newer_link_replaces_the_older(client: Client, user: User) -> None:
    ask(client)
    ask(client)
    old, new = (token_in(message) for message in mail.outbox)
    assert client.get(f"/reset/{old}/").status_code == 410
    assert client.get(f"/reset/{new}/").status_code == 200


def test_the_link_ends_after_the_practice_s_minutes(client: Client, user: User) -> None:
    practice.save(SignInDefaults(reset_minutes=10))
    with time_machine.travel(NOW, tick=False) as traveller:
        ask(client)
        url = f"/reset/{token_in(mail.outbox[0])}/"
        traveller.move_to(NOW + timedelta(minutes=10) - timedelta(seconds=1))
        assert client.get(url).status_code == 200
        traveller.move_to(NOW + timedelta(minutes=10))
        assert client.get(url).status_code == 410
        assert client.post(url, typed()).status_code == 410
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_is_disabled_in_between_cannot_use_the_link(client: Client, user: User) -> None:
    ask(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(f"/reset/{token_in(mail.outbox[0])}/").status_code == 410


@pytest.mark.parametrize("token", ["x", "%00", "' OR 1=1 --", "a" * 500])
def test_made_up_links_are_refused(client: Client, user: User, token: str) -> None:
    ask(client)
    assert client.get(f"/reset/{token}/").status_code == 410


def test_the_digest_itself_is_no_link(client: Client, user: User) -> None:
    ask(client)
    user.refresh_from_db()
    assert client.get(f"/reset/{user.reset_token}/").status_code == 410


def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays_good(client: Client, user: User) -> None:
    ask(client)
    url = f"/reset/{token_in(mail.outbox[0])}/"
    response = client.post(url, typed("short", "short"))
    assert response.status_code == 422
    assert "new_password" in response.context["form"].errors
    assert "new_password_again" in client.post(url, typed(NEW, "other")).context["form"].errors
    assert client.post(url, typed()).status_code == 302


def test_the_verbs_refuse_too(user: User) -> None:
    with pytest.raises(ResetLinkInvalid):
        services.reset_password(token="unknown", new_password=NEW)
    services.request_reset(email=user.email, base_url="https://practice.example")
    token = token_in(mail.outbox[0])
    assert queries.user_for_link(token) == user
    with pytest.raises(WeakPassword):
        services.reset_password(token=token, new_password="short")


def test_a_malformed_address_is_said_at_the_field(client: Client) -> None:
    response = ask(client, "maya")
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "email": ["Enter an e-mail address, for example name@example.com."]
    }


def test_the_database_refuses_a_link_without_an_end(user: User) -> None:
    with pytest.raises(IntegrityError, match="users_reset_token_expires"), connection.cursor() as cursor:
        cursor.execute("UPDATE users SET reset_token = 'x' WHERE id = %s", [user.pk])
