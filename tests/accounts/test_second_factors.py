"""Changing one's second factors: never without showing who one is, always recorded and told by mail."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factors import code, give_app, give_codes

pytestmark = pytest.mark.django_db
CHANGES = ("/account/authenticator-app/", "/account/passkeys/new/", "/account/recovery-codes/new/")


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


@pytest.fixture
def visitor(user: User) -> Client:
    """Signed in some time ago."""
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("url", CHANGES)
def test_without_a_factor_the_password_is_asked_again(visitor: Client, url: str) -> None:
    assert visitor.get(url)["Location"].startswith("/account/confirm/password/?next=")
    assert visitor.post("/account/confirm/password/", {"password": "wrong"}).status_code == 422
    assert visitor.get(url)["Location"].startswith("/account/confirm/password/")
    done = visitor.post(f"/account/confirm/password/?next={url}", {"password": PASSWORD})
    assert done["Location"] == url
    assert visitor.get(url).status_code == 200


@pytest.mark.parametrize("url", ["/account/passkeys/new/", "/account/recovery-codes/new/"])
def test_with_one_the_password_alone_is_not_enough(visitor: Client, user: User, url: str) -> None:
    give_app(user)
    give_codes(user)
    assert visitor.get(url)["Location"].startswith("/account/confirm/code/?next=")
    visitor.post("/account/confirm/password/", {"password": PASSWORD})
    assert visitor.get(url)["Location"].startswith("/account/confirm/code/")
    visitor.post(f"/account/confirm/code/?next={url}", {"code": code()})
    assert visitor.get(url).status_code == 200


def test_removing_the_last_takes_the_codes_along_where_none_is_required(
    visitor: Client, user: User, django_capture_on_commit_callbacks: Any
) -> None:
    app = give_app(user)
    codes = give_codes(user)
    url = f"/account/second-factors/{app.pk}/remove/"
    assert visitor.post(url)["Location"].startswith("/account/confirm/code/")
    assert Authenticator.objects.filter(user=user).count() == 2
    visitor.post("/account/confirm/code/", {"code": codes[0]})
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post(url)["Location"] == "/account/"
    assert Authenticator.objects.filter(user=user).count() == 0
    assert AuditEvent.objects.get(verb="user.second_factor_removed").actor == user
    assert mail.outbox[-1].to == [user.email]
    assert "authenticator app" in str(mail.outbox[-1].body)


def test_the_last_stays_where_one_is_required(visitor: Client, user: User, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    app = give_app(user)
    visitor.post("/account/confirm/code/", {"code": code()})
    page = visitor.post(f"/account/second-factors/{app.pk}/remove/", follow=True).content.decode()
    assert "This is your only second factor." in page
    assert Authenticator.objects.filter(user=user).count() == 1


def test_nobody_removes_somebody_else_s(visitor: Client) -> None:
    other = UserFactory.create(email="noor@example.com", password=PASSWORD)
    app = give_app(other)
    visitor.post("/account/confirm/password/", {"password": PASSWORD})
    assert visitor.post(f"/account/second-factors/{app.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(user=other).count() == 1


def test_new_recovery_codes_void_the_old(
    visitor: Client, user: User, django_capture_on_commit_callbacks: Any
) -> None:
    give_app(user)
    old = give_codes(user)
    visitor.post("/account/confirm/code/", {"code": code()})
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post("/account/recovery-codes/new/")
    new = visitor.get("/account/recovery-codes/").context["unused_codes"]
    assert len(new) == 10
    assert not set(new) & set(old)
    assert visitor.post("/account/confirm/code/", {"code": old[0]}).status_code == 422
    assert AuditEvent.objects.get(verb="user.recovery_codes_made").actor == user
    assert "New recovery codes" in str(mail.outbox[-1].body)
    assert new[0] not in str(mail.outbox[-1].body)


def test_the_account_says_how_many_codes_are_left(visitor: Client, user: User) -> None:
    give_app(user)
    codes = give_codes(user)
    visitor.post("/account/confirm/code/", {"code": codes[0]})
    assert visitor.get("/account/").context["codes_left"] == 9


def test_nothing_of_allauth_has_an_address_but_what_is_used(client: Client) -> None:
    for url in (
        "/accounts/login/",
        "/accounts/signup/",
        "/signup/",
        "/2fa/",
        "/accounts/email/",
        "/admin/mfa/",
    ):
        assert client.get(url).status_code in {302, 404}
    client.force_login(UserFactory.create(role="admin"))
    for url in ("/admin/mfa/authenticator/", "/admin/account/emailaddress/"):
        assert client.get(url).status_code == 404


def test_too_many_wrong_passwords_in_a_session_are_answered_by_a_page(visitor: Client) -> None:
    for _ in range(20):
        visitor.post("/account/confirm/password/", {"password": "wrong"})
    answer = visitor.post("/account/confirm/password/", {"password": PASSWORD})
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.content.decode()
