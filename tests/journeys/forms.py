"""Every form of the application, found on its pages: what a new page asks for is tried without being listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.test import Client as Visitor

from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField, MoneyField, PhoneField, TimeField, ZipField
from tests.architecture.urls import Rows, addresses
from tests.journeys.addresses import NO_PAGES, is_page, pages

# What a browser sends by itself, and what says which state was opened.
# `username` tells password managers whose password it is.
OURS = {"csrfmiddlewaretoken", "_once", "username"}
TYPED = {"text", "search", "email", "tel", "url", "number", ""}
# Each of these ends the session with which it is tried, or is about a password, which no page repeats.
LEFT_OUT = ("/sign-out/", "/hand-over/")


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

    @cached_property
    def fields(self) -> dict[str, tuple[forms.BaseForm, forms.Field]]:
        """The fields by the names under which they are sent, as the page was rendered with them."""
        return {
            form.add_prefix(name): (form, each)
            for form in forms_of(self.visitor.get(self.page).context)
            for name, each in form.fields.items()
        }


def every_form(people: dict[str, User], addresses: Iterable[str]) -> list[Door]:
    """Every form at these addresses, once for each kind, as the first person who opens the page sees it."""
    visitors = {role: Visitor(raise_request_exception=False) for role in people}
    for role, visitor in visitors.items():
        visitor.force_login(people[role])
    found: dict[tuple[str, ...], Door] = {}
    for address in addresses:
        role, page = opened(visitors, address)
        parser = Forms(address)
        parser.feed(page)
        for form in parser.found:
            kind = (shape(form.action), *sorted(set(form.values) - OURS))
            if not urlsplit(form.action).path.endswith(LEFT_OUT):
                found.setdefault(kind, Door(visitors[role], role, address, form))
    return list(found.values())


def opened(visitors: dict[str, Visitor], address: str) -> tuple[str, str]:
    """The role of the first who opens the page, and the page; nothing for what is no page, and for nobody's."""
    for role, visitor in visitors.items():
        answer = visitor.get(address)
        if answer.status_code == 200:
            return role, answer.content.decode() if is_page(answer) else ""
    return "", ""


def every_address(records: Rows) -> list[str]:
    """Every address of the application, on these records, on each tab and section."""
    return [
        address
        for name, pattern in pages()
        if name not in NO_PAGES
        for address in addresses(name, pattern, records)
    ]


def shape(address: str) -> str:
    """The address without what names an object: forms of two clients are one form."""
    words = urlsplit(address).path.split("/")
    return "/".join("*" if any(letter.isdigit() for letter in word) else word for word in words)


def forms_of(context: Any) -> Iterator[forms.BaseForm]:
    """The forms that a page was rendered with, by its context."""
    for layer in context or []:
        for value in dict(layer.flatten() if hasattr(layer, "flatten") else layer).values():
            yield from forms_in(value)


def forms_in(value: Any) -> Iterator[forms.BaseForm]:
    """The forms among a page's values."""
    if isinstance(value, forms.BaseForm):
        yield value
    elif isinstance(value, forms.BaseFormSet):
        yield from value.forms
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from forms_in(one)


def sound(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    """A value that the field takes, so that the texts beside it are what is judged."""
    given = form.get_initial_for_field(field, name.removeprefix(f"{form.prefix}-"))
    if given not in (None, "", [], ()):
        return field.prepare_value(given)
    day = clock.today()
    kinds: dict[type[forms.Field], Any] = {
        DateField: formatting.date(day - timedelta(days=1)),
        TimeField: "10:00 AM",
        MoneyField: "10.00",
        PhoneField: "(404) 555-0178",
        ZipField: "30309",
        forms.EmailField: f"naughty-{abs(hash(name))}@example.com",
        forms.IntegerField: "1",
    }
    for kind, value in kinds.items():
        if isinstance(field, kind):
            return value
    if isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None:
        # Some bring what they offer only as one types.
        return [str(row.pk) for row in field.queryset[:1]]
    if isinstance(field, forms.ChoiceField):
        keys = [key for key in offered(field.widget.choices) if key]
        return keys[:1] if isinstance(field, forms.MultipleChoiceField) else next(iter(keys), "")
    return None


def offered(choices: Any) -> Iterator[str]:
    """The values of choices, also of those in groups."""
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from offered(label)
        else:
            yield str(key)
