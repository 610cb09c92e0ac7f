"""Django's admin on tablet and phone. It is of few kinds: axe looks at each once, and all rows are measured."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client as Visitor
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from tests.journeys.browsing import PHONE, TABLET, Person, bring_session, person
from tests.journeys.conftest import Served
from tests.journeys.looking import load_axe, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


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
def administration(demo_server: Served, django_db_blocker: DjangoDbBlocker) -> tuple[list[str], set[str]]:
    """Asked for before a test's transaction: in one, each visit would hold the session's row, and the server would
    wait for it.
    """
    with django_db_blocker.unblock():
        visitor = Visitor(raise_request_exception=False)
        visitor.cookies[settings.SESSION_COOKIE_NAME] = demo_server.sessions[Role.ADMIN]
        return pages_of_tables(visitor)


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
        load_axe(page)
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
