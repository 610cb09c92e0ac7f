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
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
GOOD = "purple kettle mountain"


def run(*words: str) -> str:
    out = StringIO()
    call_command("create_admin", *words, stdout=out)
    return out.getvalue()


def ask(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    given = iter(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(given))


def test_a_password_from_the_environment(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setenv("FIRST_PASSWORD", GOOD)
    said = run("Ada@example.com", "Ada", "Lovelace", "Okafor", "--password-env", "FIRST_PASSWORD")
    assert said == "Ada Lovelace Okafor is an administrator and signs in as ada@example.com.\n"
    user = User.objects.get()
    assert (user.role, user.staff.first_name, user.staff.last_name) == (Role.ADMIN, "Ada Lovelace", "Okafor")
    response = client.post("/sign-in/", {"email": "ada@example.com", "password": GOOD, "next": "/users/"})
    assert response["Location"] == "/users/"
    assert GOOD not in said


def test_a_password_asked_for_twice(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PUBLIC_URL = "https://practice.example"
    ask(monkeypatch, GOOD, GOOD)
    assert "Sign in at https://practice.example/sign-in/" in run("ada@example.com", "Ada Okafor")
    assert User.objects.get().check_password(GOOD)


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
            ("taken@example.com", "Ada Okafor", "--password-env", "GOOD"),
            "Somebody already signs in with this e-mail address.",
        ),
        (
            ("ada@example.com", "Ada Okafor", "--password-env", "WEAK"),
            "This password is too short. It must contain at least 15 characters.",
        ),
        (
            ("ada@example.com", "Ada Okafor", "--password-env", "NONE"),
            "The environment variable NONE is not set, or empty.",
        ),
        (
            ("ada@example.com", "Ada Okafor", "--mail-link"),
            "Set PUBLIC_URL, for instance https://practice.example: the link must lead somewhere.",
        ),
        (
            ("ada@example.com", "Ada Okafor"),
            "There is no terminal to ask for a password: use --password-env or --mail-link.",
        ),
    ],
)
def test_a_mistake_is_said_in_a_sentence_and_nobody_is_made(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    UserFactory.create(email="taken@example.com")
    monkeypatch.setenv("GOOD", GOOD)
    monkeypatch.setenv("WEAK", "kettle7")
    monkeypatch.delenv("NONE", raising=False)
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert (str(refused.value), refused.value.returncode) == (said, 1)
    assert User.objects.count() == 1


def test_two_different_passwords_make_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(monkeypatch, GOOD, GOOD + "s")
    with pytest.raises(CommandError, match="not the same"):
        run("ada@example.com", "Ada Okafor")
    assert not User.objects.exists()


def test_a_mail_that_did_not_leave_is_said(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PUBLIC_URL = "https://practice.example"

    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    with pytest.raises(CommandError, match="The account was made, but the mail could not be sent"):
        run("ada@example.com", "Ada Okafor", "--mail-link")
    assert User.objects.filter(email="ada@example.com").exists()
