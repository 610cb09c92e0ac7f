"""How often somebody may try: strangers are stopped, and nobody is kept out by what strangers type."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import Budget, User
from accounts.services import limits
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
URL = "/sign-in/"
NOW = datetime(2026, 3, 18, 15, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return UserFactory.create(email="maya@example.com", password=PASSWORD)


def attempt(
    browser: Client, password: str, email: str = "maya@example.com", address: str = "192.0.2.1"
) -> int:
    return browser.post(URL, {"email": email, "password": password}, REMOTE_ADDR=address).status_code


def known_browser() -> Client:
    browser = Client()
    assert attempt(browser, PASSWORD) == 302
    browser.post("/sign-out/")
    return browser


def test_a_stranger_runs_out_and_the_person_comes_in_from_a_known_browser(user: User) -> None:
    mine = known_browser()
    stranger = Client()
    for _ in range(limits.BY_STRANGERS.tries):
        assert attempt(stranger, "a wrong password", address="203.0.113.9") == 422
    # Even the right one is not looked at any more, from wherever a stranger asks.
    assert attempt(stranger, PASSWORD, address="203.0.113.9") == 422
    assert attempt(Client(), PASSWORD, address="203.0.113.77") == 422
    assert attempt(mine, PASSWORD) == 302


def test_the_tries_come_back_with_time(user: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(limits.BY_STRANGERS.tries + 1):
            attempt(Client(), "a wrong password")
        assert attempt(Client(), PASSWORD) == 422
        clock.shift(timedelta(minutes=limits.BY_STRANGERS.minutes, seconds=1))
        assert attempt(Client(), PASSWORD) == 302


def test_right_passwords_do_not_use_up_tries(user: User) -> None:
    for _ in range(limits.BY_STRANGERS.tries + 5):
        assert attempt(Client(), PASSWORD) == 302


def test_one_address_runs_out_over_many_accounts(user: User) -> None:
    for number in range(limits.BY_ADDRESS.tries):
        attempt(Client(), "a wrong password", email=f"guess{number}@example.com", address="203.0.113.9")
    assert attempt(Client(), PASSWORD, address="203.0.113.9") == 422
    assert attempt(Client(), PASSWORD, address="192.0.2.1") == 302


def test_a_forwarded_address_is_not_believed(user: User) -> None:
    for number in range(limits.BY_STRANGERS.tries):
        Client().post(
            URL,
            {"email": "maya@example.com", "password": "a wrong password"},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-Ip": f"198.51.100.{number}"},
        )
    assert attempt(Client(), PASSWORD) == 422
    assert set(AuditEvent.objects.values_list("address", flat=True)) == {"127.0.0.1", "192.0.2.1"}


def test_a_known_browser_has_tries_of_its_own_and_not_without_end(user: User) -> None:
    mine = known_browser()
    for _ in range(limits.BY_KNOWN_BROWSER.tries):
        assert attempt(mine, "a wrong password") == 422
    assert attempt(mine, PASSWORD) == 422
    assert attempt(Client(), PASSWORD) == 302


def test_being_known_for_one_account_says_nothing_of_another(user: User) -> None:
    UserFactory.create(email="noor@example.com", password=PASSWORD)
    mine = known_browser()
    for _ in range(limits.BY_STRANGERS.tries):
        attempt(mine, "a wrong password", email="noor@example.com")
    assert attempt(mine, PASSWORD, email="noor@example.com") == 422
    assert attempt(mine, PASSWORD) == 302


def test_a_made_up_cookie_makes_no_browser_known(user: User) -> None:
    stranger = Client()
    stranger.cookies["device"] = "eyJhIjoiYiJ9:1abc:made-up"
    for _ in range(limits.BY_STRANGERS.tries):
        attempt(stranger, "a wrong password")
    assert attempt(stranger, PASSWORD) == 422


def test_the_answer_is_the_same_for_addresses_that_nobody_has(user: User) -> None:
    pages = []
    for email in ("maya@example.com", "nobody@example.com"):
        for _ in range(limits.BY_STRANGERS.tries):
            attempt(Client(), "a wrong password", email=email)
        answer = Client().post(URL, {"email": email, "password": "x"}, REMOTE_ADDR="192.0.2.1")
        pages.append((answer.status_code, answer.context["form"].errors))
    assert pages[0] == pages[1]


def test_a_flood_fills_neither_the_log_nor_the_table() -> None:
    for number in range(200):
        attempt(Client(), "x", email=f"guess{number}@example.com", address="203.0.113.9")
    tries = limits.BY_ADDRESS.tries
    assert AuditEvent.objects.filter(verb="user.sign_in_refused").count() == tries
    assert AuditEvent.objects.filter(verb="user.sign_in_limited").count() == 1
    # One row for the address, one for each account that was still tried, one for what is noted.
    assert Budget.objects.count() == tries + 2


def test_from_many_addresses_refusals_are_noted_up_to_a_number_and_then_once() -> None:
    for number in range(limits.NOTED_REFUSALS.tries + 20):
        limits.spend(limits.NOTED_REFUSALS, "everybody")
        if number == limits.NOTED_REFUSALS.tries - 2:
            attempt(Client(), "x")
    attempt(Client(), "x")
    assert AuditEvent.objects.filter(verb="user.sign_in_refused").count() == 1


def test_what_has_run_out_is_thrown_away() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(5):
            limits.spend(limits.BY_STRANGERS, f"person {number}")
        clock.shift(timedelta(hours=1))
        limits.spend(limits.BY_STRANGERS, "somebody else")
    assert Budget.objects.count() == 1


def test_links_are_mailed_so_often_and_no_more_with_the_same_answer(user: User) -> None:
    answers = [Client().post("/reset/", {"email": "maya@example.com"}).content for _ in range(8)]
    assert len(mail.outbox) == limits.RESETS_OF_ACCOUNT.tries
    assert len({len(each) for each in answers}) == 1
