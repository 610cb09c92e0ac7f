"""`manage.py create_admin`."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
GOOD = "purple kettle mountain"


def run(*words: str) -> str:
    out = StringIO()
    call_command("create_admin", *words, stdout=out)
    return out.getvalue()


def choose(browser: Client, path: str) -> int:
    return browser.post(path, {"new_password": GOOD, "new_password_again": GOOD}).status_code


def test_the_link_on_the_last_line_sets_the_password_once(settings: Any, client: Client) -> None:
    settings.PUBLIC_URL = "https://practice.example"
    said = run("Ada@example.com", "Ada", "Lovelace", "Okafor").splitlines()
    assert said[:2] == [
        "Ada Lovelace Okafor is an administrator and signs in as ada@example.com.",
        "They choose their password here, once, within 2 days:",
    ]
    user = User.objects.get()
    assert (user.role, user.staff.first_name, user.staff.last_name) == (Role.ADMIN, "Ada Lovelace", "Okafor")
    assert not user.has_usable_password()
    path = said[2].removeprefix("https://practice.example")
    assert re.fullmatch(r"/reset/[A-Za-z0-9_-]{43}/", path)
    assert (choose(client, path), choose(Client(), path)) == (302, 410)
    response = client.post("/sign-in/", {"email": "ada@example.com", "password": GOOD, "next": "/users/"})
    assert response["Location"] == "/users/"
    verbs = list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))
    assert verbs[:3] == ["user.created", "staff.created", "user.invited"]


def test_a_working_copy_needs_no_public_address(settings: Any) -> None:
    settings.PUBLIC_URL = ""
    assert run("ada@example.com", "Ada Okafor").splitlines()[-1].startswith("/reset/")


def test_in_production_the_link_must_lead_somewhere(settings: Any) -> None:
    settings.PUBLIC_URL, settings.DEVELOPMENT = "", False
    with pytest.raises(CommandError, match="Set PUBLIC_URL"):
        run("ada@example.com", "Ada Okafor")
    assert not User.objects.exists()


def test_a_password_chosen_by_a_mailed_link(settings: Any, client: Client) -> None:
    settings.PUBLIC_URL = "https://practice.example"
    said = run("ada@example.com", "Ada Okafor", "--mail-link")
    assert said.endswith("A link to choose a password was mailed to ada@example.com.\n")
    match = re.search(r"https://practice\.example(/reset/\S+/)", str(mail.outbox[0].body))
    assert match
    client.post(match[1], {"new_password": GOOD, "new_password_again": GOOD})
    assert User.objects.get().check_password(GOOD)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense", "Ada Okafor"), "“nonsense” is no e-mail address."),
        (
            ("ada@example.com", "Ada"),
            "Give a first and a last name, for example: create_admin ada@example.com Ada Okafor",
        ),
        (("ada@example.com", "A" * 101, "Okafor"), "A name may have 100 letters at most."),
        (
            ("taken@example.com", "Ada Okafor"),
            "Somebody already signs in with this e-mail address.",
        ),
        (
            ("ada@example.com", "Ada Okafor", "--mail-link"),
            "Set PUBLIC_URL, for instance https://practice.example: the link must lead somewhere.",
        ),
    ],
)
def test_a_mistake_is_said_in_a_sentence_and_nobody_is_made(words: tuple[str, ...], said: str) -> None:
    UserFactory.create(email="taken@example.com")
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert (str(refused.value), refused.value.returncode) == (said, 1)
    assert User.objects.count() == 1


def test_a_mail_that_did_not_leave_is_said(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PUBLIC_URL = "https://practice.example"

    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    with pytest.raises(CommandError, match="The account was made, but the mail could not be sent"):
        run("ada@example.com", "Ada Okafor", "--mail-link")
    assert User.objects.filter(email="ada@example.com").exists()
