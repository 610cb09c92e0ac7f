"""After a day with a client's records the browser holds nothing of them, and has asked nobody else for anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from clients.models import Client
from documents.models import Document
from messaging.models import Thread
from scheduling.models import Appointment
from tests.architecture.urls import Rows
from tests.cast import Cast
from tests.journeys.browsing import Person, bring_session, person, session_of
from tests.platform.test_leaks import NAME, TOLD, leaks
from tests.platform.test_leaks import records as records  # noqa: PLC0414 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Everything that outlives a page, as one text; databases by name, for there should be none.
KEPT = """async () => JSON.stringify({
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie, name: window.name,
  databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
# How the page looks is the device's business; when its person last asked for something is shared by its windows; and
# htmx notes the address at hand for going back, until the window is closed.
KEYS = {"theme", "sidebar", "last-asked", "htmx-current-path-for-history"}


def pages(records: Rows) -> list[str]:
    chart = f"/clients/{records[Client].pk}/"
    document = f"/documents/{records[Document].pk}/"
    return [
        "/home/",
        "/clients/",
        chart,
        f"{chart}profile/",
        f"{chart}documents/",
        f"{document}edit/",
        document,
        f"/appointments/{records[Appointment].pk}/",
        f"/messages/{records[Thread].pk}/",
        "/schedule/",
        chart,
    ]


def opened(somebody: Person, addresses: list[str]) -> str:
    """All that these pages show."""
    seen = ""
    for address in addresses:
        somebody.open(address).wait_for_load_state("networkidle")
        seen += somebody.page.content()
    return seen


def test_nothing_stays_and_nothing_goes_elsewhere(
    cast: Cast, records: Rows, browser: Browser, live_server: Any
) -> None:
    with person(browser, live_server.url) as therapist:
        asked: list[str] = []
        therapist.context.on("request", lambda request: asked.append(request.url))
        bring_session(therapist, session_of(cast.therapist))
        # They were there to be kept.
        assert leaks(opened(therapist, pages(records))) == [NAME, TOLD]
        kept = therapist.page.evaluate(KEPT)
        assert leaks(kept) == []
        stored = therapist.page.evaluate(
            "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
        )
        assert set(stored) <= KEYS
        assert '"databases":[],"caches":[],"workers":0' in kept
        cookies: Any = therapist.context.cookies()
        assert {cookie["name"] for cookie in cookies} <= {
            settings.SESSION_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
        }
        # The session's own was brought by the test and not set by the server.
        theirs = [cookie for cookie in cookies if cookie["name"] != settings.SESSION_COOKIE_NAME]
        assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in theirs)
        assert leaks(str(cookies)) == []
        assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
        assert [url for url in asked if leaks(url)] == []
        assert therapist.faults == []


def test_after_signing_out_going_back_shows_nothing(
    cast: Cast, records: Rows, browser: Browser, live_server: Any
) -> None:
    with person(browser, live_server.url) as therapist:
        bring_session(therapist, session_of(cast.therapist))
        assert NAME in opened(therapist, [f"/clients/{records[Client].pk}/"])
        therapist.page.get_by_role("button", name="profile, password, sign out").click()
        therapist.page.get_by_role("button", name="Sign out", exact=True).click()
        therapist.page.wait_for_url("**/sign-in/**")
        therapist.page.go_back()
        therapist.page.wait_for_load_state("networkidle")
        assert leaks(therapist.page.content()) == []


def test_the_test_finds_what_is_planted(cast: Cast, browser: Browser, live_server: Any) -> None:
    with person(browser, live_server.url) as therapist:
        therapist.open("/sign-in/")
        therapist.page.evaluate(f"() => localStorage.setItem('draft', '{TOLD}')")
        assert leaks(therapist.page.evaluate(KEPT)) == [TOLD]
