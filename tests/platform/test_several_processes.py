"""What is good once, and what is counted, over four server processes: no memory of one process may be what keeps it."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import Budget, User
from accounts.services import limits
from accounts.services.passwords import issue_link
from mentalspace.core.database import roles
from mentalspace.core.models import AuditEvent
from mentalspace.dev.pytest_postgres import CHOSEN_SERVER
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.factors import at_second_step, code, give_app, give_codes
from tests.platform.test_run import free_port
from tests.platform.test_start import database_url

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 4
STEP = "/sign-in/second-step/"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        CHOSEN_SERVER, reason="asks for logins of its own, which somebody else's server may not have"
    ),
]


@dataclass
class Server:
    """Four processes behind one port."""

    port: int

    def post(
        self, path: str, data: dict[str, str], session: str = "", device: str = "", address: int = 1
    ) -> int:
        """The status of an answer to a form that a browser of this loopback address sends."""
        token = secrets.token_hex(16)
        cookies = {"csrftoken": token, settings.SESSION_COOKIE_NAME: session, "device": device}
        connected = HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(f"127.0.1.{address}", 0)
        )
        try:
            connected.request(
                "POST",
                path,
                urlencode({**data, "csrfmiddlewaretoken": token}),
                {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
                },
            )
            answer = connected.getresponse()
            answer.read()
            return answer.status
        finally:
            connected.close()

    def sign_in(self, password: str, device: str = "", address: int = 1) -> int:
        return self.post(
            "/sign-in/", {"email": "maya@example.com", "password": password}, "", device, address
        )


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all these tests. The database is emptied under it between them, which it must not notice."""
    address = database_url(connection.settings_dict["NAME"])
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "mentalspace.dev.test_settings",
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": address.replace(f"//{roles.APPLICATION}:", f"//{roles.OWNER}:"),
        "SECOND_FACTOR_REQUIRED": "true",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
    }
    log = tmp_path_factory.mktemp("server") / "server.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:mentalspace.gunicorn"],
            cwd=PROJECT,
            env=environment,
            stdout=said,
            stderr=said,
        )
    try:
        wait_until_served(process, log)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(30)


def wait_until_served(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while log.read_text().count("Booting worker") < WORKERS:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


@pytest.fixture
def maya(transactional_db: None) -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def at_once(work: Callable[[int], int], many: int) -> list[int]:
    """The answers to so many requests, sixteen of them on their way at any time."""
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(work, range(many)))


def second_steps(user: User, many: int) -> list[str]:
    """Cookies of browsers in which the password was right."""
    keys = [at_second_step(user).cookies[settings.SESSION_COOKIE_NAME].value for _ in range(many)]
    # Limits would stop a guesser earlier; here they would hide a race.
    cache.clear()
    return keys


def test_one_code_of_an_app_lets_one_in(server: Server, maya: User) -> None:
    give_app(maya)
    sessions = second_steps(maya, 40)
    # Not across the end of a half minute, where another code begins.
    if (left := 30 - time.time() % 30) < 15:
        time.sleep(left)
    typed = code()
    answers = at_once(lambda n: server.post(STEP, {"code": typed}, sessions[n]), 40)
    assert (answers.count(302), answers.count(422)) == (1, 39)
    assert AuditEvent.objects.filter(verb="user.signed_in").count() == 1


def test_one_recovery_code_lets_one_in(server: Server, maya: User) -> None:
    give_app(maya)
    typed = give_codes(maya)[3]
    sessions = second_steps(maya, 50)
    answers = at_once(lambda n: server.post(STEP, {"code": typed}, sessions[n]), 50)
    assert (answers.count(302), answers.count(422)) == (1, 49)
    assert AuditEvent.objects.filter(verb="user.signed_in").count() == 1


def test_a_mailed_link_sets_one_password(server: Server, maya: User) -> None:
    token = issue_link(maya)
    chosen = [f"purple kettle mountain {number}" for number in range(50)]

    def use(number: int) -> int:
        return server.post(
            f"/reset/{token}/", {"new_password": chosen[number], "new_password_again": chosen[number]}
        )

    answers = at_once(use, 50)
    assert (answers.count(302), answers.count(410)) == (1, 49)
    maya.refresh_from_db()
    assert maya.check_password(chosen[answers.index(302)])
    assert AuditEvent.objects.filter(verb="user.password_reset").count() == 1


def test_strangers_tries_are_counted_together(server: Server, maya: User) -> None:
    answers = at_once(lambda n: server.sign_in("a wrong password", address=n % 4 + 1), 40)
    assert answers == [422] * 40
    verbs = list(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs.count("user.sign_in_refused") == limits.BY_STRANGERS.tries
    assert verbs.count("user.sign_in_limited") == 1
    # Not even the right one is looked at, whichever process is asked, from wherever.
    assert [server.sign_in(PASSWORD, address=9) for _ in range(8)] == [422] * 8


def test_a_flood_of_wrong_passwords_keeps_nobody_out(server: Server, maya: User) -> None:
    """`make bench` does the same with ten thousand."""
    browser = known_browser(maya)

    def ask(number: int) -> int:
        if number % 20 == 0:
            return server.sign_in(PASSWORD, browser, address=250)
        return server.sign_in("a wrong password", address=number % 100 + 1)

    answers = at_once(ask, 400)
    assert [answers[number] for number in range(0, 400, 20)] == [302] * 20
    assert sum(answers) == 20 * 302 + 380 * 422
    # One for each address that was still looked at, one for the account, one for what is noted; one for her browser.
    assert Budget.objects.count() <= 100 + 3


def known_browser(user: User) -> str:
    """The cookie of a browser with which she came in before."""
    browser = Client()
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD}, REMOTE_ADDR="127.0.1.250")
    return browser.cookies["device"].value
