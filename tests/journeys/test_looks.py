"""Every page on desk, tablet and phone: nothing for axe, no sideways scroll, nothing cut off, no hidden error."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle

import pytest
from django.conf import settings
from django.test import Client as Visitor
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from accounts.models import User
from tests.journeys.addresses import Reached
from tests.journeys.browsing import DESKTOP, PHONE, TABLET, Person, bring_session, person
from tests.journeys.conftest import Served, login_of
from tests.journeys.looking import RULES_OF_LOOKS, load_axe, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIGHT = {"desk": DESKTOP, "tablet": TABLET}


@pytest.fixture(scope="module")
def found(demo_server: Served, django_db_blocker: DjangoDbBlocker) -> Reached:
    with django_db_blocker.unblock():
        visitors = {role: Visitor(raise_request_exception=False) for role in Role.values}
        for role, visitor in visitors.items():
            visitor.cookies[settings.SESSION_COOKIE_NAME] = demo_server.sessions[role]
        people = {
            role: User.objects.select_related("staff").get(email=login_of(role)) for role in Role.values
        }
        return Reached(visitors, people)


def look_at(somebody: Person, addresses: Iterable[str]) -> list[str]:
    """What is wrong with the pages: light on a desk or a tablet by turns, dark on a phone; too wide on any.

    Axe is what takes time, and a tablet shows either what a desk shows or what a phone shows.
    """
    return [
        f"{address}: {fault}"
        for address, light in zip(addresses, cycle(LIGHT), strict=False)
        for fault in look(somebody, address, light)
    ]


def look(somebody: Person, address: str, light: str) -> list[str]:
    """What is wrong with one page, in light on this size. Each change of size is a layout: there are few."""
    page, faults = somebody.page, []
    somebody.faults.clear()
    page.set_viewport_size(DESKTOP)
    somebody.open(address)
    for where, size in {**LIGHT, "phone": PHONE}.items():
        if where != "desk":
            page.set_viewport_size(size)
        faults += too_wide(page, where)
    # Until here what went wrong is the page's fault: axe tries styles that the page's policy refuses.
    faults += somebody.faults
    load_axe(page)
    page.emulate_media(color_scheme="dark")
    faults += violations(page, "phone", RULES_OF_LOOKS)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(LIGHT[light])
    return faults + violations(page, light)


def test_every_page_can_be_opened_by_somebody(found: Reached) -> None:
    assert not found.unreached, "\n".join(found.unreached)


@pytest.mark.parametrize("role", Role.values)
def test_pages_of_a_role(found: Reached, browser: Browser, demo_server: Served, role: str) -> None:
    assert found.of[role]
    with person(browser, demo_server.url) as somebody:
        bring_session(somebody, demo_server.sessions[role])
        faults = look_at(somebody, found.of[role])
    assert not faults, "\n".join(faults)


def test_pages_before_signing_in(browser: Browser, demo_server: Served) -> None:
    with person(browser, demo_server.url) as somebody:
        faults = look_at(somebody, ("/sign-in/", "/reset/", "/reset/none-such/", "/nowhere/"))
    assert not faults, "\n".join(faults)
