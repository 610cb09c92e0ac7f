"""People are invited by mail; nobody types another person's password."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import Session, User
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factors import give_app, give_codes
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 15, tzinfo=UTC)
CHOSEN = "seven otters ate my lunch"


@pytest.fixture
def admin(client: Client, cast: Cast, settings: Any) -> Client:
    settings.PUBLIC_URL = "https://practice.example"
    client.force_login(cast.admin)
    return client


@pytest.fixture
def newcomer(cast: Cast) -> User:
    return UserFactory.create(email="noor@example.com")


def address_in(message: Any) -> str:
    found = re.search(r"https://practice\.example(/reset/\S+)", message.body)
    assert found
    return found[1]


def accept(address: str) -> Client:
    browser = Client()
    browser.post(address, {"new_password": CHOSEN, "new_password_again": CHOSEN})
    return browser


def badge(admin: Client, user: User) -> str:
    return str(admin.get(f"/users/{user.pk}/").context["badge"].text)


def test_an_invitation_works_for_48_hours_and_once(admin: Client, newcomer: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        admin.force_login(User.objects.get(email="ada@example.com"))
        assert badge(admin, newcomer) == "Not invited"
        admin.post(f"/users/{newcomer.pk}/send-link/")
        assert badge(admin, newcomer) == "Invited"
        link = address_in(mail.outbox[-1])
        clock.shift(timedelta(hours=47, minutes=59))
        assert (
            accept(link).post("/sign-in/", {"email": newcomer.email, "password": CHOSEN}).status_code == 302
        )
        assert Client().get(link).status_code == 410
    assert AuditEvent.objects.filter(verb="user.invited", object_id=str(newcomer.pk)).count() == 1


def test_it_ends_and_can_be_sent_again(admin: Client, newcomer: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        admin.force_login(User.objects.get(email="ada@example.com"))
        admin.post(f"/users/{newcomer.pk}/send-link/")
        first = address_in(mail.outbox[-1])
        clock.shift(timedelta(hours=48))
        assert Client().get(first).status_code == 410
        admin.force_login(User.objects.get(email="ada@example.com"))
        assert badge(admin, newcomer) == "Invitation expired"
        admin.post(f"/users/{newcomer.pk}/send-link/")
        assert Client().get(first).status_code == 410
        assert Client().get(address_in(mail.outbox[-1])).status_code == 200


def test_it_can_be_revoked(admin: Client, newcomer: User) -> None:
    admin.post(f"/users/{newcomer.pk}/send-link/")
    admin.post(f"/users/{newcomer.pk}/revoke-invitation/")
    assert Client().get(address_in(mail.outbox[-1])).status_code == 410
    assert badge(admin, newcomer) == "Not invited"
    assert AuditEvent.objects.filter(verb="user.invitation_revoked").count() == 1
    again = admin.post(f"/users/{newcomer.pk}/revoke-invitation/", follow=True).content.decode()
    assert "There is no invitation to revoke" in again


def test_a_stranger_s_wish_for_a_link_does_not_shorten_it(newcomer: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://practice.example"
    with time_machine.travel(NOW, tick=False) as clock:
        Client().post("/reset/", {"email": newcomer.email})
        clock.shift(timedelta(hours=47))
        assert Client().get(address_in(mail.outbox[-1])).status_code == 200


def test_no_page_of_an_administrator_takes_a_password(admin: Client, newcomer: User) -> None:
    for url in (
        f"/users/{newcomer.pk}/",
        f"/users/{newcomer.pk}/edit/",
        "/staff/new/",
        f"/admin/accounts/user/{newcomer.pk}/change/",
    ):
        assert 'type="password"' not in admin.get(url).content.decode()
    assert admin.get(f"/admin/accounts/user/{newcomer.pk}/password/").status_code in {302, 404}


def test_who_lost_everything_begins_anew(admin: Client, cast: Cast) -> None:
    maya = UserFactory.create(email="maya@example.com", password=PASSWORD)
    give_app(maya)
    give_codes(maya)
    elsewhere = Client()
    elsewhere.force_login(maya)
    assert "Set up" in admin.get(f"/users/{maya.pk}/").content.decode()
    admin.post(f"/users/{maya.pk}/reset-second-factors/")
    assert Authenticator.objects.filter(user=maya).count() == 0
    assert not Session.objects.filter(user=maya).exists()
    # The old password alone must not be enough to set up a factor of one's own.
    assert Client().post("/sign-in/", {"email": maya.email, "password": PASSWORD}).status_code == 422
    assert (
        accept(address_in(mail.outbox[-1]))
        .post("/sign-in/", {"email": maya.email, "password": CHOSEN})
        .status_code
        == 302
    )
    event = AuditEvent.objects.get(verb="user.second_factors_reset")
    assert (event.actor, event.object_id) == (cast.admin, str(maya.pk))
    assert mail.outbox[-1].to == [maya.email]


def test_nobody_resets_their_own_and_only_administrators_anybody_s(admin: Client, cast: Cast) -> None:
    give_app(cast.admin)
    page = admin.post(f"/users/{cast.admin.pk}/reset-second-factors/", follow=True).content.decode()
    assert "on your account page" in page
    assert Authenticator.objects.filter(user=cast.admin).count() == 1
    other = Client()
    other.force_login(cast.supervisor)
    assert other.post(f"/users/{cast.therapist.pk}/reset-second-factors/").status_code == 403


def test_the_list_says_who_has_a_second_factor(admin: Client, cast: Cast) -> None:
    give_app(cast.therapist)
    response = admin.get("/users/", {"format": "csv"})
    rows = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    by_address = {row.split(",")[1]: row.split(",")[5] for row in rows}
    assert by_address["thea@example.com"] == "Yes"
    assert by_address["bill@example.com"] == "None"
