"""Whatever is sent to a form, the answer is a page that says what is wrong and holds what was typed: never a 500.

`tests/data/naughty-strings` is Max Woolf's Big List of Naughty Strings under the MIT license, from version 2.0.4 of the
package `blns`. What of it is stored is stored unchanged.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.signals import post_save

from mentalspace.core.forms.text import plain
from tests.journeys.forms import OURS, Door, every_form, shape, sound

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
LIST = Path(__file__).resolve().parents[1] / "data" / "naughty-strings" / "blns.json"
NAUGHTY: list[str] = [text for text in json.loads(LIST.read_text(encoding="utf-8")) if text]
# Each round sends every form once, with other strings in its fields.
ROUNDS = 2


@pytest.fixture(scope="module")
def doors(demo: None) -> list[Door]:
    return every_form()


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
    if type(field) is forms.CharField and taken != (plain(text).strip() if field.strip else plain(text)):
        return f"became {taken!r}"
    return ""


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_each_form_keeps_or_refuses_what_it_is_sent(doors: list[Door], turn: int) -> None:
    kept = 0
    wrong = []
    for place, door in enumerate(doors):
        faults, stored = sent(door, turn * 97 + place * 31)
        wrong += faults
        kept += stored
    assert wrong == []
    # So many came to be stored that the test says something.
    assert kept > 5


def sent(door: Door, first: int) -> tuple[list[str], int]:
    """Faults of the answer to other strings in each field, and how many strings were stored."""
    data, typed = filled(door, first)
    saved: list[str] = []

    def note(instance: Any, **_: Any) -> None:
        values = [getattr(instance, column.attname) for column in instance._meta.concrete_fields]
        saved.append(json.dumps(values, default=str, ensure_ascii=False))

    post_save.connect(note, weak=False)
    try:
        with transaction.atomic():
            answer = door.visitor.post(door.form.action, data)
            body = b"" if answer.streaming else answer.content
            transaction.set_rollback(True)
    finally:
        post_save.disconnect(note)
    where = f"{door.role} {door.form.action}"
    if answer.status_code >= 500:
        return [f"{where}: {answer.status_code}"], 0
    rows = "\n".join(saved)
    stored = {name for name, text in typed.items() if json.dumps(text, ensure_ascii=False)[1:-1] in rows}
    lost: set[str] = set()
    # After a redirect, some texts that belong to a choice are gone because it was not made; that no field alters a text
    # is tried above.
    if answer.status_code in {200, 409, 422} and b"<main" in body:
        page = body.decode().replace("&#39;", "&#x27;")
        stored, lost = set(), {name for name, text in typed.items() if html.escape(text) not in page}
    return ([f"{where}: {sorted(lost)} not as typed"] if lost else []), len(stored)


def filled(door: Door, first: int) -> tuple[dict[str, Any], dict[str, str]]:
    """What to send: naughty strings in the text fields, sound values in the rest; and the strings as they stay."""
    data: dict[str, Any] = {name: values for name, values in door.form.values.items() if name not in OURS}
    typed: dict[str, str] = {}
    for place, name in enumerate(data):
        form, field = door.fields.get(name, (None, None))
        if name in door.form.typed and (field is None or type(field) is forms.CharField):
            text = NAUGHTY[(first + place * 7) % len(NAUGHTY)]
            data[name] = text[: getattr(field, "max_length", None)]
            typed[name] = plain(data[name]).strip()
        elif field is not None and form is not None:
            data[name] = sound(form, name, field) or data[name]
    return data, typed
