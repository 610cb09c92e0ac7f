"""What a version of a form says that another does not."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from documents.definitions import FormDefinition, FormField
from documents.designs.words import KINDS
from mentalspace.core import formatting


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a form in words; `mark` is `added`, `removed` or empty."""

    text: str
    depth: int
    mark: str = ""


def compare(before: FormDefinition, after: FormDefinition) -> list[Line]:
    """The lines of both, in order, each marked where only one has it."""
    old, new = list(lines_of(before)), list(lines_of(after))
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    found: list[Line] = []
    for verb, a1, a2, b1, b2 in matcher.get_opcodes():
        if verb == "equal":
            found += old[a1:a2]
            continue
        found += [Line(line.text, line.depth, "removed") for line in old[a1:a2]]
        found += [Line(line.text, line.depth, "added") for line in new[b1:b2]]
    return found


def lines_of(form: FormDefinition) -> Iterator[Line]:
    """A form in words."""
    yield Line(form.title, 0)
    for section in form.sections:
        yield Line(f"{section.title} (once for the whole group)" if section.shared else section.title, 1)
        if section.text:
            yield Line(section.text, 2)
        for field in section.fields:
            yield from _field(field, 2)


def described(field: FormField) -> str:
    """What a question is, after its label: `one choice, required to sign`."""
    span = (
        f"from {formatting.number(field.minimum)} to {formatting.number(field.maximum)}"
        if field.minimum is not None and field.maximum is not None
        else ""
    )
    said = (
        KINDS[field.kind],
        span,
        field.unit,
        "required to sign" if field.required else "",
        "required at risk" if field.required_at_risk else "",
        "carried forward" if field.carry else "",
    )
    return ", ".join(each.lower() if each == KINDS[field.kind] else each for each in said if each)


def _field(field: FormField, depth: int) -> Iterator[Line]:
    if field.hidden:
        return
    yield Line(f"{field.label} ({described(field)})", depth)
    if field.help:
        yield Line(field.help, depth + 1)
    for choice in field.choices:
        yield Line(f"{choice.label} (no risk)" if choice.value in field.safe else choice.label, depth + 1)
    for part in field.fields:
        yield from _field(part, depth + 1)
