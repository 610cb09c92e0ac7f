"""The forms that documents are written with, read from the database.

A version that was published never changes, so a process reads it once. Which versions are in use is asked each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, QuerySet, Value

from documents.choices import DocumentType, FormState
from documents.defaults import NoteDefaults
from documents.definitions import DIAGNOSES, FormDefinition
from documents.designs.models import FormVersion
from mentalspace.core import practice

_known: dict[tuple[str, int], FormDefinition] = {}


@dataclass(frozen=True, slots=True)
class Menu:
    """The forms in use, in their order: what a document can be begun with."""

    forms: tuple[FormDefinition, ...]

    def __iter__(self) -> Iterator[FormDefinition]:
        return iter(self.forms)

    def get(self, key: str) -> FormDefinition | None:
        """The version of a form that is in use."""
        return next((form for form in self.forms if form.key == key), None)

    def of(self, *types: str) -> list[FormDefinition]:
        """The forms for documents of these types, in the order of the types."""
        return [form for kind in types for form in self.forms if form.type == kind]

    def first(self, kind: str) -> FormDefinition | None:
        """What a document of this type starts with: the form that the practice chose, else the first one."""
        chosen = self.get(practice.get(NoteDefaults).first_form(kind))
        offered = self.of(kind)
        return chosen if chosen in offered else next(iter(offered), None)


def definition(key: str, number: int) -> FormDefinition | None:
    """The form a document was written with; None for a document that came without one (an import)."""
    if (key, number) not in _known:
        published = FormVersion.objects.exclude(state=FormState.DRAFT)
        row = published.filter(key=key, number=number).first() if key else None
        if row is None:
            return None
        _known[key, number] = row.form
    return _known[key, number]


def menu() -> Menu:
    """The forms in use, in one query."""
    in_use = FormVersion.objects.filter(state=FormState.PUBLISHED).order_by("position", "key")
    found = list(in_use.values_list("key", "number"))
    if any(each not in _known for each in found):
        _known.update({(row.key, row.number): row.form for row in in_use})
    return Menu(tuple(_known[each] for each in found))


def forget(key: str, number: int) -> None:
    """A number is given out anew where a publication was undone, so whoever publishes begins with this."""
    _known.pop((key, number), None)


def free_text() -> FormDefinition:
    """What a draft is written with that came without a form."""
    return menu().first(DocumentType.FREE) or FormDefinition.model_validate(
        FormVersion.objects.filter(key="free").exclude(state=FormState.DRAFT).latest("number").definition
    )


def asking_for_diagnoses() -> QuerySet[FormVersion, Any]:
    """The keys of the forms that ask for diagnoses in any version, for a condition on documents."""
    asked = Value({"sections": [{"fields": [{"key": DIAGNOSES}]}]}, JSONField())
    return FormVersion.objects.filter(definition__contains=asked).values("key")
