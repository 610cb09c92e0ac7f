"""Answers as something to read: the same words on the screen, on paper and in `documents.content`."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents import diagnoses
from documents.answers.cleaning import ISO_DAY, ISO_TIME, REASON, Answers
from documents.definitions import OTHER, FormDefinition, FormField, FormSection, Kind
from documents.plans import goal_progress, objective_progress
from mentalspace.core import formatting


@dataclass(frozen=True, slots=True)
class Entry:
    """One group of a list: `Goal 1`, its lines, and how far it has come in percent."""

    title: str
    lines: Sequence["Line"]
    progress: int | None = None
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A question that was answered. Paragraphs keep their line breaks."""

    label: str
    text: str = ""
    entries: Sequence[Entry] = field(default_factory=tuple)
    long: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section with what was answered in it."""

    key: str
    title: str
    lines: Sequence[Line]


def read(definition: FormDefinition, answers: Answers) -> list[Part]:
    """The answered sections, in the form's order."""
    parts = (read_section(section, answers) for section in definition.sections)
    return [part for part in parts if part.lines]


def read_section(section: FormSection, answers: Answers) -> Part:
    lines = list(_lines(section.fields, answers))
    # A list that has its section to itself needs no second heading.
    lines = [
        replace(line, label="") if line.label == section.title and line.entries else line for line in lines
    ]
    return Part(section.key, section.title, lines)


def to_text(definition: FormDefinition, answers: Answers) -> str:
    """Plain text with headings, as kept in `documents.content`."""
    parts = read(definition, answers)
    return "\n\n".join("\n".join([part.title.upper(), *_plain(part.lines)]) for part in parts)


def part_text(part: Part) -> str:
    """The lines of one section."""
    return "\n".join(_plain(part.lines))


def shown_day(value: object) -> str:
    """A stored day as it is read; what could not be read stays as typed."""
    text = str(value)
    if not ISO_DAY.match(text):
        return text
    try:
        return formatting.date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def shown_time(value: object) -> str:
    text = str(value)
    try:
        return formatting.time(dt.time.fromisoformat(text)) if ISO_TIME.match(text) else text
    except ValueError:
        return text


def _lines(fields: Iterable[FormField], answers: Answers) -> Iterator[Line]:
    for question in fields:
        value = answers.get(question.key)
        if question.hidden or value in (None, "", []):
            continue
        if question.kind == Kind.ITEMS:
            entries = [_entry(question, entry, number) for number, entry in enumerate(value, start=1)]
            yield Line(question.label, entries=entries)
        elif question.kind == Kind.GOALS:
            yield Line(question.label, "\n".join(_goal(question, entry) for entry in value), long=True)
        else:
            yield Line(
                question.label,
                shown(question, value, answers),
                long=question.kind in {Kind.LONG, Kind.DIAGNOSIS},
            )
            if question.kind == Kind.DIAGNOSIS and (reason := answers.get(f"{question.key}{REASON}")):
                yield Line("Why the diagnoses were changed", reason)


def _entry(question: FormField, entry: Answers, number: int) -> Entry:
    progress = None
    if question.key == "goals":
        progress = goal_progress(entry)
    elif question.key == "objectives":
        progress = objective_progress(entry)
    head = next(each for each in question.fields if not each.hidden)
    said = entry.get(head.key)
    title = f"{question.item} {number}" + (f": {shown(head, said, entry)}" if said else "")
    rest = [each for each in question.fields if each is not head]
    return Entry(title, list(_lines(rest, entry)), progress)


def _goal(question: FormField, entry: Answers) -> str:
    change = next(
        (part.label_of(entry.get("change", "")) for part in question.fields if part.key == "change"), ""
    )
    now = f", {entry['now']}%" if entry.get("now") else ""
    return f"{entry.get('goal') or 'Goal'}: {change.lower()}{now}"


def shown(question: FormField, value: object, answers: Answers) -> str:
    """One answer in words."""
    match question.kind:
        case Kind.ONE | Kind.MANY:
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(_choice(question, str(each), answers) for each in chosen)
        case Kind.DATE:
            return shown_day(value)
        case Kind.TIME:
            return shown_time(value)
        case Kind.SCALE:
            return f"{value} of {formatting.number(question.maximum)}"
        case Kind.NUMBER:
            return f"{value} {question.unit}".strip()
        case Kind.DIAGNOSIS:
            return "\n".join(diagnoses.written(each) for each in value) if isinstance(value, list) else ""
    return str(value)


def _choice(question: FormField, value: str, answers: Answers) -> str:
    other = answers.get(question.other_key, "")
    return f"Other: {other}" if value == OTHER and other else question.label_of(value)


def _plain(lines: Iterable[Line], depth: int = 0) -> Iterator[str]:
    indent = "  " * depth
    for line in lines:
        if line.entries:
            for entry in line.entries:
                suffix = f" ({entry.progress}%)" if entry.progress is not None else ""
                yield f"{indent}{entry.title}{suffix}"
                yield from _plain(entry.lines, depth + 1)
        elif line.long:
            yield f"{indent}{line.label}:"
            yield from (f"{indent}{row}" for row in line.text.splitlines())
        else:
            yield f"{indent}{line.label}: {line.text}"
