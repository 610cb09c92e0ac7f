"""However writing ends, at most the last five seconds are lost; and the browser itself keeps nothing of it.

The page's clock stands still unless a test moves it: what is saved without it moving was saved by the event alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from documents.choices import DocumentType
from documents.models import Document
from documents.services import start_document
from mentalspace.core import clock
from scheduling.choices import AppointmentStatus
from tests.cast import Cast
from tests.journeys.browsing import Person, bring_session, person, session_of
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Slept badly, spoke with her sister."
# A browser without a screen never hides a page by itself: this is what the page then sees.
HIDDEN = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SECONDS = 5000  # on the page's clock, in milliseconds


class AtOnceAgain(ThreadedWSGIServer):
    """Takes the port of the server before it, whose last connections the system still remembers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "allow_reuse_address": True})


@pytest.fixture
def draft(cast: Cast) -> Document:
    session = AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=clock.now() - timedelta(minutes=50),
        end_time=clock.now(),
        status=AppointmentStatus.COMPLETED,
    )
    return start_document(actor=cast.therapist, appointment=session, type=DocumentType.PROGRESS_NOTE)


@pytest.fixture
def writer(cast: Cast, draft: Document, browser: Browser, live_server: Any) -> Iterator[Person]:
    with person(browser, live_server.url) as therapist:
        bring_session(therapist, session_of(cast.therapist))
        open_editor(therapist.page, live_server.url, draft)
        yield therapist


def open_editor(page: Page, url: str, draft: Document) -> None:
    page.clock.install()
    page.goto(f"{url}/documents/{draft.pk}/edit/")
    page.clock.pause_at(clock.now() + timedelta(minutes=1))


def write(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Concerns since last contact").fill(text)
    expect(page.locator("[data-said]")).to_have_text("Not saved yet")


def kept(page: Page, draft: Document) -> str:
    """What the server has, once the page's last save was answered."""
    expect(page.locator("[data-said]")).to_contain_text("Saved")
    draft.refresh_from_db()
    return str(draft.answers.get("concerns", ""))


def test_within_five_seconds(writer: Person, draft: Document) -> None:
    write(writer.page)
    writer.page.clock.run_for(SECONDS)
    assert kept(writer.page, draft) == TEXT


def test_closing_the_laptop(writer: Person, draft: Document) -> None:
    write(writer.page)
    writer.page.evaluate(HIDDEN)
    assert kept(writer.page, draft) == TEXT


def test_losing_the_network(writer: Person, draft: Document) -> None:
    page = writer.page
    writer.context.set_offline(True)
    write(page)
    page.clock.run_for(SECONDS)
    expect(page.locator("[data-said]")).to_contain_text("cannot be reached. Your text stays here")
    draft.refresh_from_db()
    assert draft.answers == {}
    writer.context.set_offline(False)
    assert kept(page, draft) == TEXT
    writer.faults.clear()


def test_signed_out_meanwhile(writer: Person, draft: Document, cast: Cast) -> None:
    page = writer.page
    writer.context.clear_cookies()
    write(page)
    page.clock.run_for(SECONDS)
    expect(page.locator("[data-said]")).to_contain_text("you were signed out. Your text stays here")
    bring_session(writer, session_of(cast.therapist))
    page.clock.run_for(SECONDS)
    assert kept(page, draft) == TEXT


def test_the_server_is_restarted(
    cast: Cast, draft: Document, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else the thread that serves the open connection outlives its server.
    monkeypatch.setattr(WSGIRequestHandler, "protocol_version", "HTTP/1.0")
    monkeypatch.setattr(LiveServerThread, "server_class", AtOnceAgain)
    server = LiveServer("127.0.0.1")
    try:
        with person(browser, server.url) as therapist:
            bring_session(therapist, session_of(cast.therapist))
            open_editor(therapist.page, server.url, draft)
            server.stop()
            write(therapist.page)
            therapist.page.clock.run_for(SECONDS)
            expect(therapist.page.locator("[data-said]")).to_contain_text("cannot be reached")
            server = LiveServer(server.url.removeprefix("http://"))
            therapist.page.clock.run_for(SECONDS)
            assert kept(therapist.page, draft) == TEXT
    finally:
        server.stop()


def test_the_browser_is_killed(
    cast: Cast, draft: Document, browser: Browser, launch_browser: Callable[[], Browser], live_server: Any
) -> None:
    other = launch_browser()
    with suppress(Error), person(other, live_server.url) as therapist:
        bring_session(therapist, session_of(cast.therapist))
        open_editor(therapist.page, live_server.url, draft)
        write(therapist.page)
        therapist.page.clock.run_for(SECONDS)
        assert kept(therapist.page, draft) == TEXT
        write(therapist.page, f"{TEXT} Not five seconds old.")
        other.new_browser_cdp_session().send("Browser.crash")
    with person(browser, live_server.url) as again:
        bring_session(again, session_of(cast.therapist))
        page = again.open(f"/documents/{draft.pk}/edit/")
        assert page.get_by_label("Concerns since last contact").input_value() == TEXT


def test_two_windows_and_lists(writer: Person, draft: Document) -> None:
    """Both texts side by side, also of diagnoses; the person chooses by section and goes on."""
    page, second = writer.page, writer.window()
    second.goto(page.url)
    second.get_by_label("Diagnoses 1").fill("F41.1 Generalized anxiety disorder")
    second.get_by_role("button", name="Save draft").last.click()
    expect(second.locator("[data-said]")).to_contain_text("Saved")
    write(page)
    page.get_by_label("Diagnoses 1").fill("F32.1")
    page.clock.run_for(SECONDS)
    expect(page.locator("[data-said]")).to_contain_text("another window changed this draft")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("heading", name="Two windows wrote in this draft")).to_be_visible()
    assessment = page.get_by_role("group", name="Assessment")
    expect(assessment).to_contain_text("F41.1")
    expect(assessment).to_contain_text("F32.1")
    assessment.get_by_label("Keep what the other window saved").check()
    page.get_by_role("button", name="Save and go on writing").click()
    page.wait_for_url("**/edit/")
    draft.refresh_from_db()
    assert draft.answers["concerns"] == TEXT
    assert [each["code"] for each in draft.answers["diagnoses"]] == ["F41.1"]
