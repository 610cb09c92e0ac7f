"""Finding, booking, writing and signing with the keyboard alone."""

from __future__ import annotations

import re

import pytest
import time_machine
from playwright.sync_api import Page, expect

from documents.models import Document
from scheduling.models import Appointment
from tests.cast import Cast
from tests.journeys.browsing import PHONE
from tests.journeys.conftest import AtWork, clock_at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def tab_to(page: Page, selector: str, limit: int = 400) -> None:
    """Tab until what is focused fits the selector; a trap or something unreachable fails the test."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_slash_and_arrows_find_a_client(at_work: AtWork, practice: Cast) -> None:
    page = at_work("front_desk").page
    page.keyboard.press("/")
    page.keyboard.type("Clara")
    expect(page.locator("#global-search-results [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{practice.client.pk}/")


def test_book_from_the_calendar(at_work: AtWork, practice: Cast) -> None:
    page = at_work("front_desk").open("/schedule/")
    tab_to(page, ".cal-slot, a.appt")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/appointments/new/**")
    tab_to(page, "#id_client")
    page.keyboard.type("Clara")
    expect(page.locator(".combo-option").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#id_client")).to_have_value(re.compile("Cole"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedule/**")
    assert Appointment.objects.get().client == practice.client


def test_write_and_sign_a_note(at_work: AtWork, practice: Cast, clock: time_machine.Traveller) -> None:
    AppointmentFactory.create(
        staff=practice.therapist.staff,
        client=practice.client,
        start_time=clock_at(8),
        end_time=clock_at(8, 50),
        type="consultation",
    )
    page = at_work("therapist").page
    tab_to(page, "main button[aria-label^='Start note']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    answer_by_keyboard(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sign/")
    expect(page.get_by_role("button", name="Sign and lock")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/documents/[0-9a-f-]+/$"))
    assert Document.objects.get().status == "signed"


SETTLED = """() => new Promise(done => {
  let last = -1, still = 0;
  const look = () => {
    still = scrollY === last ? still + 1 : 0;
    last = scrollY;
    if (still > 3) done(); else requestAnimationFrame(look);
  };
  look();
})"""
# What has the focus, if a bar that stays in the window covers any of it.
COVERED = """() => {
  const here = document.activeElement;
  if (here === document.body || here.closest('.doc-bar, .app-bottom, .app-top, .app-skip')) return '';
  const box = here.getBoundingClientRect();
  const bars = [...document.querySelectorAll('.doc-bar, .app-bottom, .app-top')];
  const over = bars.map(bar => bar.getBoundingClientRect())
    .some(bar => bar.bottom > box.top + 1 && bar.top < box.bottom - 1);
  return over ? here.id || here.outerHTML.slice(0, 80) : '';
}"""


def test_nothing_focused_in_the_editor_is_under_a_bar_on_a_phone(
    at_work: AtWork, practice: Cast, clock: time_machine.Traveller
) -> None:
    AppointmentFactory.create(
        staff=practice.therapist.staff,
        client=practice.client,
        start_time=clock_at(8),
        end_time=clock_at(8, 50),
        type="consultation",
    )
    page = at_work("therapist", viewport=PHONE).page
    page.locator("main button[aria-label^='Start note']").first.click()
    page.wait_for_url("**/edit/")
    expect(page.locator(".doc-form .q :focus")).to_have_count(1)
    covered, stops = [], set()
    for key, end in (("Tab", ".doc-bar *"), ("Shift+Tab", "#id_document_title")):
        for _ in range(200):
            page.keyboard.press(key)
            page.evaluate(SETTLED)
            covered.append(page.evaluate(COVERED))
            stops.add(page.evaluate("document.activeElement.id"))
            if page.evaluate("end => document.activeElement.matches(end)", end):
                break
        else:
            pytest.fail(f"{key} does not reach {end}")
    assert len(stops) > 10
    assert [each for each in covered if each] == []


ASKED = """() => {
  const here = document.activeElement;
  const q = here.closest('.doc-form .q');
  if (!q || !q.textContent.includes('(required to sign)')) return here.closest('.doc-bar') ? 'end' : '';
  if (here.matches('input[type=radio], input[type=checkbox]')) return q.querySelector('input:checked') ? '' : 'pick';
  const kind = q.querySelector('[data-codes]') ? 'code' : 'text';
  if (here.matches('textarea, input[type=text]')) return here.value ? '' : kind;
  return '';
}"""


def answer_by_keyboard(page: Page) -> None:
    """From where the editor puts the cursor: Space picks an answer, a text is typed, Tab goes on to the buttons."""
    texts = {"text": "Typed by keyboard.", "code": "F41.1 Generalized anxiety disorder"}
    expect(page.locator(".doc-form .q :focus")).to_have_count(1)
    for _ in range(500):
        asked = page.evaluate(ASKED)
        if asked == "end":
            return
        if asked == "pick":
            page.keyboard.press("Space")
        elif asked in texts:
            page.keyboard.type(texts[asked])
        page.keyboard.press("Tab")
    pytest.fail("The form has no end")
