"""Whatever is sent to a form, the answer is a page that says what is wrong and holds what was typed: never a 500."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client as Visitor

from accounts.choices import Role
from accounts.models import User
from tests.journeys.addresses import Reached
from tests.journeys.conftest import login_of

pytestmark = pytest.mark.django_db

SCRIPT = "'\"><script>alert(1)</script>"
HOSTILE = {
    "nothing": "",
    "null": "a\x00b",
    "long": "x" * 10_000,
    "emoji": "\U0001f642\U0001f468‍\U0001f469‍\U0001f467 naïve ﷽",
    "script": SCRIPT,
    "no such day": "02/30/2026",
    "negative": "-1",
    "huge": "99999999999999999999",
    "unknown id": "00000000-0000-4000-8000-000000000007",
}
# What a browser sends by itself, and what says which state was opened.
# `username` tells password managers whose password it is.
OURS = {"csrfmiddlewaretoken", "_once", "username"}
TYPED = {"text", "search", "email", "tel", "url", "number", ""}
# Each of these ends the session with which it is tried, or is about a password, which no page repeats.
LEFT_OUT = {"/sign-out/"}


@dataclass
class Form:
    """A form of a page: where it goes, what it sends, and which of it a person types."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms within <main> that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self._form: Form | None = None
        self._main = self._quiet = 0
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "main":
            self._main += 1
        elif tag in {"template", "noscript"}:
            self._quiet += 1
        elif tag == "form" and self._main and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action") or self.address)
        elif self._form and not self._quiet and given.get("name") and tag in {"input", "select", "textarea"}:
            self._form.values.setdefault(given["name"], []).append(given.get("value", ""))
            if given["name"] not in OURS and (
                tag == "textarea" or (given.get("type", "") in TYPED and tag == "input")
            ):
                self._form.typed.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._main -= 1
        elif tag in {"template", "noscript"}:
            self._quiet -= 1
        elif tag == "form" and self._form:
            self.found.append(self._form)
            self._form = None


@dataclass
class Door:
    """A form as one role reaches it."""

    visitor: Visitor
    role: str
    page: str
    form: Form


@pytest.fixture(scope="module")
def doors(demo: None) -> list[Door]:
    """Every form of the application, once for each address that it goes to."""
    visitors = {role: Visitor(raise_request_exception=False) for role in Role.values}
    for role, visitor in visitors.items():
        visitor.force_login(User.objects.get(email=login_of(role)))
    reached = Reached(visitors)
    found: dict[tuple[str, ...], Door] = {}
    for role, addresses in reached.of.items():
        for address in addresses:
            parser = Forms(address)
            parser.feed(visitors[role].get(address).content.decode())
            for form in parser.found:
                kind = (shape(form.action), *sorted(set(form.values) - OURS))
                if urlsplit(form.action).path not in LEFT_OUT:
                    found.setdefault(kind, Door(visitors[role], role, address, form))
    return list(found.values())


def shape(address: str) -> str:
    """The address without what names an object: forms of two clients are one form."""
    words = urlsplit(address).path.split("/")
    return "/".join("*" if any(letter.isdigit() for letter in word) else word for word in words)


def test_forms_are_found(doors: list[Door]) -> None:
    shapes = {shape(door.form.action) for door in doors}
    assert {
        "/clients/new/",
        "/appointments/new/",
        "/leads/new/",
        "/messages/new/",
        "/documents/*/edit/",
    } <= shapes
    assert len(shapes) > 50


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_input_is_answered_kindly(doors: list[Door], kind: str) -> None:
    faults = [fault for door in doors for fault in tried(door, HOSTILE[kind])]
    assert not faults, "\n".join(faults)


def tried(door: Door, text: str) -> list[str]:
    """What is wrong with the answer when every field holds `text`."""
    data: dict[str, Any] = {name: text for name in door.form.values if name not in OURS}
    with transaction.atomic():
        answer = door.visitor.post(door.form.action, data)
        body = b"" if answer.streaming else answer.content
        transaction.set_rollback(True)
    where = f"{door.role} {door.form.action}"
    if answer.status_code >= 500:
        return [f"{where}: {answer.status_code}"]
    page = body.decode(errors="replace")
    if SCRIPT in page:
        return [f"{where}: what was typed is written as markup"]
    if answer.status_code not in {200, 409, 422} or "<main" not in page:
        return []
    # Everything but what cannot be said in HTML; controls are taken out on the way in.
    kept = html.escape(text.replace("\x00", ""))
    if door.form.typed and text and kept not in page.replace("&#39;", "&#x27;"):
        return [f"{where}: {door.form.typed} lost what was typed"]
    return []
