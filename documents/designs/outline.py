"""Changing a form: pure functions from one definition to the next.

A part is found by its path, the keys from its section inwards: `goals_section.goals.objectives.baseline`.
"""

import unicodedata
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from documents.definitions import DIAGNOSES, LONGEST_KEY, FormDefinition, FormField, FormSection, Kind
from documents.designs.errors import AskedAlready, FormIncomplete, ListNeedsQuestion, PartGone
from documents.forms_data.builders import value_of

Path = tuple[str, ...]
Node = FormDefinition | FormSection | FormField
Part = FormSection | FormField


def path_of(text: str) -> Path:
    """`risk.means` as keys."""
    return tuple(text.split("."))


def parts_of(node: Node) -> Sequence[Part]:
    """What is directly inside."""
    return node.sections if isinstance(node, FormDefinition) else node.fields


def part_at(form: FormDefinition, path: Path) -> Part:
    """The part at a path. Raises PartGone."""
    node: Node = form
    for key in path:
        found = next((part for part in parts_of(node) if part.key == key), None)
        if found is None:
            raise PartGone
        node = found
    if isinstance(node, FormDefinition):
        raise PartGone
    return node


def added(form: FormDefinition, inside: Path, part: Part) -> FormDefinition:
    """With a further part at the end of another; of the form itself where the path is empty."""
    return _changed(form, inside, lambda parts: (*parts, part))


def replaced(form: FormDefinition, path: Path, part: Part) -> FormDefinition:
    """With another part in the place of the one at the path."""
    part_at(form, path)
    return _changed(
        form, path[:-1], lambda parts: tuple(part if each.key == path[-1] else each for each in parts)
    )


def removed(form: FormDefinition, path: Path) -> FormDefinition:
    """Without the part at a path, and all that is inside. Raises ListNeedsQuestion."""
    part_at(form, path)

    def without(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        left = tuple(each for each in parts if each.key != path[-1])
        if len(path) > 2 and not left:
            raise ListNeedsQuestion
        return left

    return _changed(form, path[:-1], without)


def moved(form: FormDefinition, path: Path, *, up: bool) -> FormDefinition:
    """With a part one place earlier or later among its neighbours; at the end of its way it stays."""
    part_at(form, path)

    def swapped(parts: tuple[Part, ...]) -> tuple[Part, ...]:
        order = list(parts)
        place = next(number for number, each in enumerate(order) if each.key == path[-1])
        other = place - 1 if up else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
        return tuple(order)

    return _changed(form, path[:-1], swapped)


def free_key(form: FormDefinition, inside: Path, label: str, kind: Kind | None = None) -> str:
    """A key for a new part: from its label, and nobody else's. Raises AskedAlready for what is asked only once."""
    taken = _taken(form, inside)
    if kind in ONCE:
        if ONCE[kind] in taken:
            raise AskedAlready
        return ONCE[kind]
    stem = key_for(label)
    candidates = (stem, *(f"{stem}_{number}" for number in range(2, 1000)))
    return next(key for key in candidates if not {key, f"{key}_other"} & taken and key not in ONCE.values())


def key_for(label: str) -> str:
    """A key made of a label; short enough for a number behind it."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    return value_of(plain if any(letter.isalnum() for letter in plain) else "part")[
        : LONGEST_KEY - 10
    ].rstrip("_")


def checked(form: FormDefinition) -> FormDefinition:
    """The same, validated anew. Raises FormIncomplete with what does not fit."""
    try:
        return FormDefinition.model_validate(form.model_dump(mode="json", exclude_defaults=True))
    except ValidationError as error:
        raise FormIncomplete(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error


def faults(form: FormDefinition) -> list[str]:
    """What keeps a form from being published, in sentences."""
    if not form.sections:
        return ["The form has no section yet."]
    empty = [
        f"The section “{section.title}” says and asks nothing yet."
        for section in form.sections
        if not section.fields and not section.text
    ]
    return empty + [
        f"“{field.label}” differs from member to member: ask it outside of what is written for the whole group."
        for section in form.sections
        if section.shared
        for field in section.fields
        if field.kind in ONCE or field.required_at_risk or field.safe
    ]


# The record reads these answers by their keys, so a form asks for each at most once.
ONCE = {Kind.DIAGNOSIS: DIAGNOSES, Kind.GOALS: "goals_worked"}


def _taken(form: FormDefinition, inside: Path) -> set[str]:
    if not inside:
        return {section.key for section in form.sections}
    siblings = list(form.fields()) if len(inside) == 1 else list(parts_of(part_at(form, inside)))
    fields = [each for each in siblings if isinstance(each, FormField)]
    return {each.key for each in fields} | {each.other_key for each in fields}


def _changed(
    node: Node, path: Path, change: Callable[[tuple[Part, ...]], tuple[Part, ...]]
) -> FormDefinition:
    changed = _inside(node, path, change)
    assert isinstance(changed, FormDefinition)  # noqa: S101 - what went in comes out
    return changed


def _inside(node: Node, path: Path, change: Callable[[tuple[Part, ...]], tuple[Part, ...]]) -> Node:
    parts = tuple(parts_of(node))
    if path:
        if all(part.key != path[0] for part in parts):
            raise PartGone
        parts = tuple(_inside(part, path[1:], change) if part.key == path[0] else part for part in parts)  # type: ignore[misc]
    else:
        parts = change(parts)
    name = "sections" if isinstance(node, FormDefinition) else "fields"
    return node.model_copy(update={name: parts})
