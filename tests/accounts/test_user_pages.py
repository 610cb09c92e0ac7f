"""One person's account: `accounts:user_detail`, `user_edit`, `user_disable`, `user_enable`, `user_send_link`."""

import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.choices import Role
from accounts.models import User
from mentalspace.core import audit
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)


def test_the_page_shows_the_account_and_its_history(client: Client, cast: Cast) -> None:
    services.update_user(
        actor=cast.admin,
        user_id=cast.biller.pk,
        email=cast.biller.email,
        role=Role.FRONT_DESK,
        further_roles=["biller"],
    )
    response = client.get(f"/users/{cast.biller.pk}/")
    facts = dict(response.context["facts"])
    assert facts["E-mail"] == "bill@example.com"
    assert [badge.text for badge in facts["Roles"]] == ["Front desk", "Biller"]
    assert (facts["Password"], facts["Last signed in"]) == ("Not chosen yet", "Never")
    entry = response.context["entries"][0]
    assert (entry.title, entry.actor) == ("Address or roles changed", "Ada Admin")
    assert entry.text == "Main role: Biller → Front desk; Further roles: none → Biller"


def test_a_longer_history_asks_no_more_queries(client: Client, cast: Cast) -> None:
    counts = []
    for _ in range(2):
        audit.record(actor=cast.admin, verb="user.updated", obj=cast.biller)
        audit.record(actor=cast.supervisor, verb="user.enabled", obj=cast.biller)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/users/{cast.biller.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10


def test_somebody_who_does_not_exist_is_a_404(client: Client) -> None:
    for path in ("", "edit/", "disable/", "enable/", "send-link/"):
        assert client.get(f"/users/{uuid.uuid4()}/{path}").status_code == 404


def test_roles_are_changed_and_hold_from_the_next_request(client: Client, cast: Cast) -> None:
    theirs = Client()
    theirs.force_login(cast.biller)
    assert theirs.get("/users/").status_code == 403
    response = client.post(
        f"/users/{cast.biller.pk}/edit/",
        {"email": "bill@example.com", "role": "biller", "further_roles": ["admin", "front_desk"]},
    )
    assert response["Location"] == f"/users/{cast.biller.pk}/"
    assert theirs.get("/users/").status_code == 200
    services.update_user(
        actor=cast.admin, user_id=cast.biller.pk, email=cast.biller.email, role="biller", further_roles=[]
    )
    assert theirs.get("/users/").status_code == 403


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"email": "thea@example.com", "role": "biller"},
            {"email": ["Somebody already signs in with this e-mail address."]},
        ),
        (
            {"email": "nonsense", "role": ""},
            {"email": ["Enter an e-mail address, for example name@example.com."], "role": ["Choose a role."]},
        ),
        (
            {"email": "bill@example.com", "role": "owner"},
            {"role": ["Select a valid choice. owner is not one of the available choices."]},
        ),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    client: Client, cast: Cast, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    response = client.post(f"/users/{cast.biller.pk}/edit/", {**typed, "further_roles": ["front_desk"]})
    assert response.status_code == 422
    assert response.context["form"].errors == errors
    page = response.content.decode()
    assert f'value="{typed["email"]}"' in page
    assert re.search(r'value="front_desk"[^>]*checked', page)
    assert User.objects.get(pk=cast.biller.pk).email == "bill@example.com"


def test_the_last_administrator_is_told_so_on_the_form(client: Client, cast: Cast) -> None:
    response = client.post(f"/users/{cast.admin.pk}/edit/", {"email": "ada@example.com", "role": "biller"})
    assert response.context["form"].errors == {
        "__all__": [
            "This is the last administrator who may sign in. Make somebody else an administrator first."
        ]
    }


def test_disabling_asks_first_names_the_person_and_ends_their_session(client: Client, cast: Cast) -> None:
    theirs = Client()
    theirs.force_login(cast.biller)
    url = f"/users/{cast.biller.pk}/disable/"
    page = client.get(url).content.decode()
    assert "Bill Biller (bill@example.com)" in page
    assert theirs.get("/account/").status_code == 200
    assert client.post(url)["Location"] == f"/users/{cast.biller.pk}/"
    assert theirs.get("/account/").status_code == 302
    client.post(f"/users/{cast.biller.pk}/enable/")
    assert User.objects.get(pk=cast.biller.pk).is_active


def test_one_is_not_offered_to_disable_oneself_and_cannot(client: Client, cast: Cast) -> None:
    labels = [action.label for action in client.get(f"/users/{cast.admin.pk}/").context["actions"]]
    assert labels == ["Send invitation"]
    response = client.post(f"/users/{cast.admin.pk}/disable/", follow=True)
    assert "You cannot disable yourself. Ask another administrator." in response.content.decode()
    assert User.objects.get(pk=cast.admin.pk).is_active


def test_a_link_is_mailed_to_the_person_and_never_shown(client: Client, cast: Cast) -> None:
    response = client.post(f"/users/{cast.biller.pk}/send-link/", follow=True)
    page = response.content.decode()
    assert "A link was mailed to bill@example.com." in page
    assert mail.outbox[0].to == ["bill@example.com"]
    match = re.search(r"/reset/([^/\s]+)/", str(mail.outbox[0].body))
    assert match
    assert match[1] not in page


def test_a_mail_that_did_not_leave_is_said(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    page = client.post(f"/users/{cast.biller.pk}/send-link/", follow=True).content.decode()
    assert "The mail could not be sent." in page


def test_the_same_form_sent_twice_mails_once(client: Client, cast: Cast) -> None:
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(f"/users/{cast.biller.pk}/send-link/", {"_once": key}).status_code == 302
    assert len(mail.outbox) == 1


def test_who_is_disabled_is_offered_to_be_enabled_only(client: Client, cast: Cast) -> None:
    services.disable_user(actor=cast.admin, user_id=cast.biller.pk)
    labels = [action.label for action in client.get(f"/users/{cast.biller.pk}/").context["actions"]]
    assert labels == ["Enable sign-in"]
