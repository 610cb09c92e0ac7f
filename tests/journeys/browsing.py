"""Browser windows that notice what a person would not: errors in the console, answers that failed, refused content."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client as Visitor
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, ViewportSize

from accounts.models import User

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
TABLET: ViewportSize = {"width": 768, "height": 1024}
PHONE: ViewportSize = {"width": 360, "height": 780}


@dataclass
class Person:
    """Somebody at a browser of their own. `faults` is what went wrong unseen, `visited` the pages they were on."""

    context: BrowserContext
    page: Page
    base_url: str
    faults: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Note what goes wrong in this window from now on."""

        def said(message: ConsoleMessage) -> None:
            # A refusal with the form shown again is an answer, not a fault.
            if message.type == "error" and "status of 4" not in message.text:
                self.faults.append(f"{page.url}: {message.text}")

        def answered(response: Response) -> None:
            if response.status >= 500:
                self.faults.append(f"{response.status} {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", answered)
        page.on("framenavigated", lambda frame: self.visited.append(urlsplit(frame.url).path))
        return page

    def window(self) -> Page:
        """One more window of the same person."""
        return self.watch(self.context.new_page())

    def open(self, address: str) -> Page:
        """Go there in the first window."""
        self.page.goto(self.base_url + address)
        return self.page

    def status_of(self, address: str) -> int:
        """How the server answers a GET of this person."""
        return self.context.request.get(self.base_url + address, max_redirects=0).status


@contextmanager
def person(browser: Browser, base_url: str, **options: Any) -> Iterator[Person]:
    """A browser context of its own, closed in the end."""
    options = {
        "viewport": DESKTOP,
        "locale": "en-US",
        "timezone_id": "America/New_York",
        "reduced_motion": "reduce",
        **options,
    }
    context = browser.new_context(base_url=base_url, **options)
    context.set_default_timeout(10_000)
    # A page's first visit imports and compiles what it needs, on a machine that may have other work.
    context.set_default_navigation_timeout(30_000)
    try:
        somebody = Person(context, context.new_page(), base_url)
        somebody.watch(somebody.page)
        yield somebody
    finally:
        context.close()


def sign_in(somebody: Person, email: str, password: str) -> None:
    """Through the form, as people do."""
    page = somebody.open("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/home/")


def session_of(user: User) -> str:
    """The cookie of somebody who has signed in."""
    visitor = Visitor()
    visitor.force_login(user)
    return str(visitor.cookies[settings.SESSION_COOKIE_NAME].value)


def bring_session(somebody: Person, session: str) -> None:
    """Sign in without the form, where that is not what a test is about."""
    name = settings.SESSION_COOKIE_NAME
    somebody.context.add_cookies([{"name": name, "value": session, "url": somebody.base_url}])
