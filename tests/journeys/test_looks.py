"""Every page, on a desk and on a phone: nothing for axe to find, no sideways scroll, no error that nobody sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.test import Client as Visitor
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from tests.journeys.addresses import Reached
from tests.journeys.browsing import DESKTOP, PHONE, Person, bring_session, person
from tests.journeys.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Only what is wrong comes back: the whole answer is large, and there are hundreds of pages.
RUN = """async (rules) => (await axe.run(document, { ...rules, resultTypes: ['violations'] })).violations
  .map(found => ({ id: found.id, html: found.nodes[0].html }))"""
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(e => `${e.tagName}.${e.className}`);
}"""


@pytest.fixture(scope="module")
def found(demo_server: Served, django_db_blocker: DjangoDbBlocker) -> Reached:
    with django_db_blocker.unblock():
        visitors = {role: Visitor(raise_request_exception=False) for role in Role.values}
        for role, visitor in visitors.items():
            visitor.cookies[settings.SESSION_COOKIE_NAME] = demo_server.sessions[role]
        return Reached(visitors)


def look(somebody: Person, address: str) -> list[str]:
    """What is wrong with one page: light on a desk, dark on a phone."""
    page, faults = somebody.page, []
    somebody.faults.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    somebody.open(address)
    page.evaluate(AXE)
    faults += violations(page, "desk")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    faults += violations(page, "phone")
    if wider := page.evaluate(WIDER):
        faults.append(f"wider than a phone: {wider}")
    return [f"{address}: {fault}" for fault in [*faults, *somebody.faults]]


def violations(page: Any, where: str) -> list[str]:
    """Axe's findings, one line each."""
    found: list[dict[str, str]] = page.evaluate(RUN, RULES)
    return [f"{where}: {each['id']}: {each['html'][:160]}" for each in found]


def test_every_page_can_be_opened_by_somebody(found: Reached) -> None:
    assert not found.unreached, "\n".join(found.unreached)


@pytest.mark.parametrize("role", Role.values)
def test_pages_of_a_role(found: Reached, browser: Browser, demo_server: Served, role: str) -> None:
    assert found.of[role]
    faults: list[str] = []
    with person(browser, demo_server.url) as somebody:
        bring_session(somebody, demo_server.sessions[role])
        for address in found.of[role]:
            faults += look(somebody, address)
    assert not faults, "\n".join(faults)


def test_pages_before_signing_in(browser: Browser, demo_server: Served) -> None:
    faults: list[str] = []
    with person(browser, demo_server.url) as somebody:
        for address in ("/sign-in/", "/reset/", "/reset/none-such/", "/nowhere/"):
            faults += look(somebody, address)
    assert not faults, "\n".join(faults)
