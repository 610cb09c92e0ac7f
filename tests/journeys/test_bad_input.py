"""Whatever is sent to a form, the answer is a page that says what is wrong and holds what was typed: never a 500.

`tests/data/naughty-strings` is Max Woolf's Big List of Naughty Strings under the MIT license, from version 2.0.4 of the
package `blns`. What of it is stored is stored unchanged.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.crypto.storage import seal_file
from mentalspace.core.forms.text import plain
from messaging.forms import ContentField
from tests.architecture.practice import of_the_cast
from tests.cast import make_cast
from tests.journeys.forms import OURS, Door, every_address, every_form, forms_of, shape, sound

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
# Fields that take any text; others take a phone, a day, a list.
TEXTS = (forms.CharField, ContentField)
LIST = Path(__file__).resolve().parents[1] / "data" / "naughty-strings" / "blns.json"
NAUGHTY: list[str] = [text for text in json.loads(LIST.read_text(encoding="utf-8")) if text]
HOLDING_MOST = {"/clients/new/", "/leads/new/", "/messages/new/", "/documents/*/edit/"}
TRIES = 8
# Each round sends every form once, with other strings in its fields.
ROUNDS = 2
# A field that is kept only where another says so is sent with that choice made.
CHOICES = {"insured_relationship": "spouse"}


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back; what asks for the outermost one takes it for none, as in a TestCase."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def doors(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Door]]:
    """The forms of a small practice, found once; each test rolls back to it."""
    with django_db_blocker.unblock(), undone():
        cast = make_cast()
        records = of_the_cast(cast)
        roles = (Role.THERAPIST, Role.ADMIN, Role.FRONT_DESK, Role.BILLER, Role.SUPERVISOR)
        people: dict[str, User] = {role: cast.by_role()[role] for role in roles}
        yield every_form(people, every_address(records))


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


@pytest.mark.parametrize("turn", range(-1, ROUNDS))
def test_hostile_input_is_answered_kindly(doors: list[Door], turn: int) -> None:
    """Once with nothing in any field, then with something else in each."""
    faults = [fault for place, door in enumerate(doors) for fault in tried(door, place, turn)]
    assert not faults, "\n".join(faults)


def tried(door: Door, place: int, turn: int) -> list[str]:
    """What is wrong with the answer to the kinds of hostile text."""
    names = [name for name in door.form.values if name not in OURS]
    kinds = list(HOSTILE.values())
    sent = {
        name: "" if turn < 0 else kinds[(place + at + turn * 4) % len(kinds)] for at, name in enumerate(names)
    }
    status, _rows, page, _forms = answered(door, sent)
    where = f"{door.role} {door.form.action}"
    if status >= 500:
        return [f"{where}: {status}"]
    if SCRIPT in page:
        return [f"{where}: what was typed is written as markup"]
    # Everything but what cannot be said in HTML; controls are taken out on the way in. Rows of a list are as many as
    # its count says, which nobody types.
    typed = {
        name: sent[name].replace("\x00", "")
        for name in door.form.typed
        if name in sent and f"{name.split('-')[0]}-TOTAL_FORMS" not in sent
    }
    return [f"{where}: {name} lost what was typed" for name in lost_on(page, typed)] if page else []


def test_each_text_field_keeps_or_refuses_each_string(doors: list[Door]) -> None:
    tried = {}
    for door in doors:
        for form, field in door.fields.values():
            if isinstance(field, forms.CharField) and not field.disabled:
                tried[type(form), getattr(field, "label", ""), type(field)] = field
    assert len(tried) > 80
    wrong = [
        f"{form.__name__} {label}: {text!r} {fault}"
        for (form, label, _kind), field in tried.items()
        for text in NAUGHTY
        if (fault := fault_of(field, text))
    ]
    assert wrong == []


def fault_of(field: forms.Field, text: str) -> str:
    """What is wrong with how the field takes the text; posted text comes to it made plain."""
    try:
        taken = field.clean(plain(text))
    except ValidationError as refused:
        return "" if all(len(said) > 10 and said.endswith(".") for said in refused.messages) else str(refused)
    kept = plain(text).strip() if getattr(field, "strip", False) else plain(text)
    if type(field) in TEXTS and taken != kept:
        return f"became {taken!r}"
    return ""


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_each_form_keeps_or_refuses_what_it_is_sent(doors: list[Door], turn: int) -> None:
    stored: dict[str, set[str]] = {}
    wrong = []
    for place, door in enumerate(doors):
        where = shape(door.form.action)
        # One string that may not be refuses a form whole: those that hold the most are tried until one is taken.
        for shift in range(TRIES if where in HOLDING_MOST else 1):
            faults, kept = sent(door, turn * 97 + place * 31 + shift * 3)
            wrong += faults
            if kept:
                stored[where] = kept
                break
    assert wrong == []
    # So many forms were taken that the test says something.
    assert len(stored) > 15
    assert set(stored) >= HOLDING_MOST


def test_the_checks_find_what_is_lost_and_what_is_unclear() -> None:
    assert lost_on("<p>it&#39;s &lt;kept&gt;</p>", {"one": "it's <kept>", "two": "gone", "three": ""}) == [
        "two"
    ]
    form = forms.Form({})
    form.fields["plan"] = forms.CharField(error_messages={"required": "invalid"})
    form.fields["note"] = forms.CharField(error_messages={"required": "Say what was agreed."})
    assert unclear([form], {"plan": "x", "note": "x"}) == ["invalid"]
    assert unclear([form], {"note": "x"}) == []


# Codes are kept in capitals, however they were typed.
UPPER = {"billing_code"}


def sent(door: Door, first: int) -> tuple[list[str], set[str]]:
    """Faults of the answer to other strings in each field, and the fields of which the string was stored."""
    data, typed = filled(door, first)
    status, rows, page, shown = answered(door, data)
    where = f"{door.role} {door.form.action}"
    if status >= 500:
        return [f"{where}: {status}"], set()
    if page:
        faults = [f"{where}: {name} is not as typed" for name in lost_on(page, typed)]
        return faults + [f"{where}: {said!r} is no clear sentence" for said in unclear(shown, typed)], set()
    spelled = {name: text.upper() if name in UPPER else text for name, text in typed.items()}
    stored = {name for name, text in spelled.items() if json.dumps(text, ensure_ascii=False)[1:-1] in rows}
    lost = [
        f"{where}: {name} is neither stored nor refused: {typed[name]!r}"
        for name in sorted(set(typed) - stored)
    ]
    return lost, stored


def answered(door: Door, data: dict[str, Any]) -> tuple[int, str, str, list[forms.BaseForm]]:
    """The status, what was written to database and storage, the page where the form is shown again, and its forms."""
    saved: list[str] = []

    def note(instance: Any, **_: Any) -> None:
        values = [getattr(instance, column.attname) for column in instance._meta.concrete_fields]
        saved.append(json.dumps(values, default=str, ensure_ascii=False))

    many = QuerySet.bulk_create

    def note_many(rows: Any, objs: Any, *args: Any, **kwargs: Any) -> Any:
        # No signal tells of these.
        made = many(rows, objs, *args, **kwargs)
        for each in made:
            note(each)
        return made

    def note_file(name: str, content: bytes, *scope: Any) -> bytes:
        # What is typed into a chart as a file of its own goes to the storage.
        saved.append(json.dumps(content.decode(errors="ignore"), ensure_ascii=False))
        return seal_file(name, content, *scope)

    post_save.connect(note, weak=False)
    storage = mock.patch("mentalspace.core.crypto.storage.seal_file", note_file)
    try:
        with undone(), storage, mock.patch.object(QuerySet, "bulk_create", note_many):
            answer = door.visitor.post(door.form.action, data)
            body = b"" if answer.streaming else answer.content
    finally:
        post_save.disconnect(note)
    again = answer.status_code in {200, 409, 422} and b"<main" in body
    shown = list(forms_of(answer.context)) if again else []
    return answer.status_code, "\n".join(saved), body.decode() if again else "", shown


def lost_on(page: str, typed: dict[str, str]) -> list[str]:
    """The fields whose text is not on the page as it was typed."""
    page = page.replace("&#39;", "&#x27;")
    return sorted(name for name, text in typed.items() if text and html.escape(text) not in page)


def unclear(shown: list[forms.BaseForm], typed: dict[str, str]) -> list[str]:
    """Refusals at typed fields that are no sentences."""
    said = {
        str(message)
        for form in shown
        if form.is_bound
        for name, messages in form.errors.items()
        if form.add_prefix(name) in typed
        for message in messages
    }
    return sorted(message for message in said if len(message) < 10 or message[-1] not in ".?")


def filled(door: Door, first: int) -> tuple[dict[str, Any], dict[str, str]]:
    """What to send: naughty strings in the text fields, sound values in the rest; and the strings as they stay."""
    data: dict[str, Any] = {name: values for name, values in door.form.values.items() if name not in OURS}
    typed: dict[str, str] = {}
    for place, name in enumerate(data):
        form, field = door.fields.get(name, (None, None))
        if name in door.form.typed and (field is None or type(field) in TEXTS):
            text = NAUGHTY[(first + place * 7) % len(NAUGHTY)]
            data[name] = text[: getattr(field, "max_length", None)]
            typed[name] = plain(data[name]).strip()
        elif field is not None and form is not None:
            data[name] = sound(form, name, field) or data[name]
    return data | {name: choice for name, choice in CHOICES.items() if name in data}, typed
