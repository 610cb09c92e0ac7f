"""Every view names the methods it answers: what no page or form of ours sends is refused before anything is done."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import resolve

from accounts.models import User
from mentalspace.core.gates import methods_of
from tests.architecture.urls import URLS, address, gate_of
from tests.cast import Cast

REFUSED = ["DELETE", "OPTIONS", "TRACE"]
# The methods of a page, of a page with a form, and of a button.
NAMED = [{"GET", "HEAD"}, {"GET", "HEAD", "POST"}, {"POST"}]


@pytest.fixture
def visitors(cast: Cast) -> Any:
    """Somebody who passes the gate, by role; nobody has to be signed in where everybody does."""
    people = cast.by_role().values()

    @cache
    def signed_in(user: User) -> Browser:
        browser = Browser(raise_request_exception=False)
        browser.force_login(user)
        return browser

    return lambda gate: signed_in(next(user for user in people if gate(user)))


def test_methods_that_no_page_sends_are_refused_by_every_view(visitors: Any) -> None:
    """What it does take can be read from the view too: a form is filled in again at the address it was sent to, where
    that is a page (`accounts.kept_forms`).
    """
    answers = {
        (name, method): visitors(gate_of(pattern)).generic(method, address(name, pattern))
        for name, pattern in URLS
        for method in REFUSED
    }
    assert {key: answer.status_code for key, answer in answers.items() if answer.status_code != 405} == {}
    named = {key: set(answer.headers["Allow"].split(", ")) for key, answer in answers.items()}
    assert {key: methods for key, methods in named.items() if methods not in NAMED} == {}
    assert {frozenset(methods) for methods in named.values()} == {frozenset(methods) for methods in NAMED}
    read = {name: methods_of(resolve(address(name, pattern)).func) for name, pattern in URLS}
    assert {name: named[name, "DELETE"] for name in read if named[name, "DELETE"] != read[name]} == {}


def test_head_is_answered_as_get_without_the_page(cast: Cast, visitors: Any) -> None:
    wrong, opened = {}, 0
    for name, pattern in URLS:
        browser, url = visitors(gate_of(pattern)), address(name, pattern)
        get, head = browser.get(url), browser.head(url)
        if (get.status_code, b"") != (head.status_code, b"".join(head)):
            wrong[name] = (get.status_code, head.status_code)
        opened += get.status_code == 200
    assert wrong == {}
    assert opened > 40


@pytest.mark.django_db
def test_strangers_may_ask_for_the_heads_of_the_door(client: Browser) -> None:
    assert client.head("/sign-in/").status_code == 200
    assert client.head("/healthz").status_code == 200
    assert {
        method: client.generic(method, "/healthz").status_code for method in ["POST", *REFUSED]
    } == dict.fromkeys(["POST", *REFUSED], 405)
