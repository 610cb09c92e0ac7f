"""What people at a practice do in a browser, said once: the journeys put it in order."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

# What a note asks: the first answer of each list is a harmless one, and a text says that it is a test.
FILL = """(only_required) => {
  let filled = 0;
  for (const section of document.querySelectorAll('details')) section.open = true;
  for (const q of document.querySelectorAll('.doc-form .q')) {
    if (q.closest('template') || (only_required && !q.textContent.includes('(required to sign)'))) continue;
    const radio = q.querySelector('input[type=radio], input[type=checkbox]');
    const text = q.querySelector('textarea, input[type=text]');
    if (radio) { if (!q.querySelector('input:checked')) radio.click(); }
    else if (text && !text.value) {
      text.value = q.querySelector('[data-codes]') ? 'F41.1 Generalized anxiety disorder' : 'Written in a test.';
      text.dispatchEvent(new Event('input', { bubbles: true }));
    } else continue;
    filled += 1;
  }
  return filled;
}"""


def field(page: Page, label: str) -> Locator:
    """The box, list or text of this label, in an open dialog or on the page."""
    return (
        page.locator("main, dialog[open]")
        .get_by_label(label)
        .and_(page.locator("input, select, textarea"))
        .first
    )


def choose(page: Page, label: str, text: str) -> None:
    """Type into a box that searches, and take what it offers first."""
    box = page.locator("main, dialog[open]").get_by_role("combobox", name=label).first
    box.click()
    box.fill(text)
    page.locator(".combo-option", has_text=text).first.click()


def said(page: Page, text: str | re.Pattern[str]) -> None:
    """The application answered so."""
    expect(page.locator("#messages, .app-messages").get_by_text(text).first).to_be_visible()


def press(page: Page, name: str, *, role: Any = "button", exact: bool = True) -> None:
    """Press the button, or follow the link, of this name on the page itself."""
    page.locator("main, dialog[open]").get_by_role(role, name=name, exact=exact).first.click()


def send(page: Page) -> None:
    """Press the button of the form that is open, in a dialog or as the page."""
    page.locator("dialog[open] form.form, main form.form").locator(
        "button[type=submit].btn-primary"
    ).last.click()


def book(page: Page, client: str, clinician: str, *, day: str, start: str, type_: str = "intake") -> None:
    """Fill in the form of a new appointment, and send it."""
    page.goto("/appointments/new/")
    choose(page, "Client", client)
    field(page, "Clinician").select_option(label=clinician)
    field(page, "Date").fill(day)
    field(page, "Start").fill(start)
    field(page, "Type").select_option(type_)
    press(page, "Book appointment")


def fill_note(page: Page) -> int:
    """Answer everything that a signature needs; how many answers were given."""
    return int(page.evaluate(FILL, True))


def sign_note(page: Page) -> None:
    """Read through, sign, and see it locked."""
    press(page, "Review and sign", exact=False)
    page.wait_for_url("**/sign/")
    press(page, "Sign and lock")
    page.wait_for_url(re.compile(r"/documents/[0-9a-f-]+/$"))
