"""From what a browser posts to the values that are kept.

Nothing is refused here: a date that is no date stays as it was typed, and `checking.problems` says so. Questions that
the form does not have, and choices that a question does not offer, are dropped. Names are `f-<key>`, beside "other"
`f-<key>_other`, beside diagnoses `f-<key>_reason`, and in lists `f-<key>-<index>-<key>`.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from documents import diagnoses
from documents.definitions import OTHER, FormDefinition, FormField, Kind
from documents.numbers import as_number
from mentalspace.core.forms import DateField, TimeField
from mentalspace.core.forms.text import plain

Answers = dict[str, Any]
PREFIX = "f"
# Beside diagnoses: why they are others than in the chart.
REASON = "_reason"
MOST_ENTRIES = 60
ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
ISO_TIME = re.compile(r"^\d{2}:\d{2}$")


def clean(definition: FormDefinition, posted: QueryDict, prefix: str = PREFIX) -> Answers:
    """The answers that hold something."""
    return _clean_fields(definition.fields(), posted, prefix, list(posted))


def _clean_fields(fields: Iterable[FormField], posted: QueryDict, prefix: str, names: list[str]) -> Answers:
    answers: Answers = {}
    for field in fields:
        name = f"{prefix}-{field.key}"
        if field.kind in {Kind.ITEMS, Kind.GOALS}:
            value: Any = _entries(field, posted, name, names)
        else:
            value = CLEANERS[field.kind](field, [plain(str(text)) for text in posted.getlist(name)])
        if value not in ("", [], None):
            answers[field.key] = value
        if field.has_other and OTHER in (value if isinstance(value, list) else [value]):
            other = plain(str(posted.get(f"{name}_other", ""))).strip()
            if other:
                answers[field.other_key] = other
        if field.kind == Kind.DIAGNOSIS:
            reason = " ".join(plain(str(posted.get(f"{name}{REASON}", ""))).split())
            if reason:
                answers[f"{field.key}{REASON}"] = reason
    return answers


def _entries(field: FormField, posted: QueryDict, name: str, names: list[str]) -> list[Answers]:
    """The groups of a list in their order on the page; a group in which nothing was entered is left out."""
    index = re.compile(rf"^{re.escape(name)}-(\d{{1,4}})-")
    found = {int(match[1]) for each in names if (match := index.match(each))}
    entries = []
    for number in sorted(found)[:MOST_ENTRIES]:
        inner = [each for each in names if each.startswith(f"{name}-{number}-")]
        entry = _clean_fields(field.fields, posted, f"{name}-{number}", inner)
        if any(not part.hidden and part.key in entry for part in field.fields):
            entries.append(_named(field, entry))
    return entries


def _named(field: FormField, entry: Answers) -> Answers:
    """Goals carry an id of their own, by which notes refer to them."""
    if any(part.key == "goal_id" for part in field.fields) and not entry.get("goal_id"):
        return {**entry, "goal_id": secrets.token_hex(4)}
    return entry


def _text(field: FormField, texts: list[str]) -> str:
    text = texts[0] if texts else ""
    return " ".join(text.split()) if field.kind == Kind.SHORT else text.strip()


def _one(field: FormField, texts: list[str]) -> str:
    known = {choice.value for choice in field.choices}
    return next((text for text in texts if text in known), "")


def _many(field: FormField, texts: list[str]) -> list[str]:
    return [choice.value for choice in field.choices if choice.value in texts]


def _day(field: FormField, texts: list[str]) -> str:
    """An ISO day, or what was typed."""
    text = texts[0].strip() if texts else ""
    try:
        value = DateField(required=False).clean(text)
    except ValidationError:
        return text
    return value.isoformat() if value else ""


def _time(field: FormField, texts: list[str]) -> str:
    text = texts[0].strip() if texts else ""
    try:
        value = TimeField(required=False).clean(text)
    except ValidationError:
        return text
    return f"{value:%H:%M}" if value else ""


def _number(field: FormField, texts: list[str]) -> str:
    """A plain decimal, or what was typed."""
    text = texts[0].strip() if texts else ""
    value = as_number(text)
    return text if value is None else f"{value:f}"


def _diagnoses(field: FormField, texts: list[str]) -> list[diagnoses.Diagnosis]:
    return [diagnoses.read(text) for text in texts[:MOST_ENTRIES] if text.strip()]


CLEANERS: dict[Kind, Callable[[FormField, list[str]], Any]] = {
    Kind.ONE: _one,
    Kind.MANY: _many,
    Kind.SHORT: _text,
    Kind.LONG: _text,
    Kind.DATE: _day,
    Kind.TIME: _time,
    Kind.NUMBER: _number,
    Kind.SCALE: _number,
    Kind.DIAGNOSIS: _diagnoses,
}
