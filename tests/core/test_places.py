"""Nobody is sent away from here by a link that somebody else wrote."""

import pytest
from django.test import RequestFactory

from mentalspace.core.places import asked_from, came_from, shown_on

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "\x01//evil.example",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_next_leads_nowhere_else(url: str) -> None:
    requests = RequestFactory()
    assert came_from(requests.get("/", {"next": url}), "/home/") == "/home/"
    assert came_from(requests.post("/", {"next": url}), "/home/") == "/home/"


def test_next_leads_back() -> None:
    assert came_from(RequestFactory().get("/", {"next": "/leads/?q=a"}), "/home/") == "/leads/?q=a"


def test_the_form_knows_better_than_the_address() -> None:
    assert came_from(RequestFactory().post("/?next=/old/", {"next": "/new/"}), "/home/") == "/new/"


def test_the_page_whose_button_was_pressed() -> None:
    requests = RequestFactory()
    assert asked_from(requests.get("/", headers={"Referer": "http://testserver/leads/?q=a"})) == "/leads/?q=a"
    assert asked_from(requests.get("/", headers={"Referer": "http://evil.example/leads/"})) == ""
    assert asked_from(requests.get("/")) == ""


def test_the_page_on_which_a_region_is_shown() -> None:
    requests = RequestFactory()
    assert shown_on(requests.get("/", headers={"HX-Current-URL": "http://testserver/a/?b=1"})) == "/a/?b=1"
    assert shown_on(requests.get("/", headers={"HX-Current-URL": "http://testserver//evil.example/"})) == ""
    assert shown_on(requests.get("/")) == ""
