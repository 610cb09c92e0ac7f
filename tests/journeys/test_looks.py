"""Every page on desk, tablet and phone: nothing for axe, no sideways scroll, nothing cut off, no hidden error.

Django's admin is of few kinds: axe looks at each kind once, and every table's rows are measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client as Visitor
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from tests.journeys.addresses import Reached
from tests.journeys.browsing import DESKTOP, PHONE, TABLET, Person, bring_session, person
from tests.journeys.conftest import Served

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Only what is wrong comes back: the whole answer is large, and there are hundreds of pages.
RUN = """async (rules) => (await axe.run(document, { ...rules, resultTypes: ['violations'] })).violations
  .map(found => ({ id: found.id, html: found.nodes[0].html }))"""
LIGHT = {"desk": DESKTOP, "tablet": TABLET}
# What reaches beyond the window; and what a list cuts off, for a list does not scroll.
WIDER = """() => {
  const clipped = [...document.querySelectorAll('.list-card')].filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `a table of ${e.scrollWidth} in a list of ${e.clientWidth}`);
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return clipped;
  return [...clipped, ...[...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 3).map(e => `${e.tagName}.${e.className}`)];
}"""


@pytest.fixture(scope="module")
def found(demo_server: Served, django_db_blocker: DjangoDbBlocker) -> Reached:
    with django_db_blocker.unblock():
        visitors = {role: Visitor(raise_request_exception=False) for role in Role.values}
        for role, visitor in visitors.items():
            visitor.cookies[settings.SESSION_COOKIE_NAME] = demo_server.sessions[role]
        return Reached(visitors)


def look_at(somebody: Person, addresses: Iterable[str]) -> list[str]:
    """What is wrong with the pages: light on a desk or a tablet by turns, dark on a phone; too wide on either.

    Axe is what takes time, and a tablet shows either what a desk shows or what a phone shows.
    """
    return [
        f"{address}: {fault}"
        for address, light in zip(addresses, cycle(LIGHT), strict=False)
        for fault in look(somebody, address, light)
    ]


def look(somebody: Person, address: str, light: str) -> list[str]:
    """What is wrong with one page, in light on this size."""
    page, faults = somebody.page, []
    somebody.faults.clear()
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    somebody.open(address)
    for where, size in {**LIGHT, "phone": PHONE}.items():
        page.set_viewport_size(size)
        faults += too_wide(page, where)
    # Until here what went wrong is the page's fault: axe tries styles that the page's policy refuses.
    faults += somebody.faults
    page.evaluate(AXE)
    page.set_viewport_size(LIGHT[light])
    faults += violations(page, light)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    return faults + violations(page, "phone")


def too_wide(page: Page, where: str) -> list[str]:
    """What reaches beyond the window."""
    wider = page.evaluate(WIDER)
    return [f"wider than a {where}: {wider}"] if wider else []


def violations(page: Any, where: str) -> list[str]:
    """Axe's findings, one line each."""
    found: list[dict[str, str]] = page.evaluate(RUN, RULES)
    return [f"{where}: {each['id']}: {each['html'][:160]}" for each in found]


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


def kind_of(table: admin.ModelAdmin[Any]) -> tuple[Any, ...]:
    """What tables have in common whose pages are built alike; what can be changed has fields of its own."""
    built = type(table).__base__
    own = type(table) if built is admin.ModelAdmin else built
    return own, bool(table.list_filter), bool(table.search_fields), bool(table.inlines)


def pages_of_tables(visitor: Visitor) -> tuple[list[str], set[str]]:
    """Of every table the list and a row, of one of each kind all pages; and which of them are for axe."""
    pages, closely = [reverse("admin:index")], {reverse("admin:index")}
    kinds: set[tuple[Any, ...]] = set()
    for model, table in sorted(admin.site._registry.items(), key=lambda each: each[0]._meta.label):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.first()
        of_table = [reverse(f"{name}_changelist")]
        of_table += [reverse(f"{name}_change", args=[row.pk])] if row else []
        if row and kind_of(table) not in kinds:
            verbs = [reverse(f"{name}_add"), reverse(f"{name}_delete", args=[row.pk])]
            # All histories look alike.
            verbs += [] if kinds else [reverse(f"{name}_history", args=[row.pk])]
            kinds.add(kind_of(table))
            # What may not be added or deleted is refused; somebody is added in the application.
            of_table += [each for each in verbs if visitor.get(each).status_code not in {302, 403}]
            closely |= set(of_table)
        pages += of_table
    return pages, closely


@pytest.fixture(scope="module")
def administration(found: Reached, django_db_blocker: DjangoDbBlocker) -> tuple[list[str], set[str]]:
    """Asked for before a test's transaction: in one, each visit would hold the session's row, and the server would
    wait for it.
    """
    with django_db_blocker.unblock():
        return pages_of_tables(found.visitors[Role.ADMIN])


def look_at_table(somebody: Person, address: str, scheme: str, *, closely: bool) -> list[str]:
    """What is wrong with one page of Django's admin, measured on a tablet and a phone; axe looks on the phone."""
    page, faults = somebody.page, []
    somebody.faults.clear()
    page.set_viewport_size(TABLET)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    somebody.open(address)
    faults += too_wide(page, "tablet")
    page.set_viewport_size(PHONE)
    faults += too_wide(page, "phone") + somebody.faults
    if closely:
        page.evaluate(AXE)
        faults += violations(page, f"{scheme} phone")
    return faults


def test_pages_of_the_database_administration(
    administration: tuple[list[str], set[str]], browser: Browser, demo_server: Served
) -> None:
    pages, closely = administration
    assert reverse("admin:core_auditevent_changelist") in pages
    assert reverse("admin:clients_client_add") in closely
    with person(browser, demo_server.url) as somebody:
        bring_session(somebody, demo_server.sessions[Role.ADMIN])
        faults = [
            f"{address}: {fault}"
            for address, scheme in zip(pages, cycle(("light", "dark")), strict=False)
            for fault in look_at_table(somebody, address, scheme, closely=address in closely)
        ]
    assert not faults, "\n".join(faults)
