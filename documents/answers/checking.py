"""What stands between a draft and its signature: required answers that are missing, and answers that cannot be read."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from documents.answers.cleaning import PREFIX, Answers
from documents.definitions import OTHER, FormDefinition, FormField, Kind
from documents.icd10 import releases
from documents.numbers import as_number
from mentalspace.core import formatting
from mentalspace.core.forms import DateField, TimeField
from mentalspace.core.forms.text import refuse_control_characters

LONGEST = {Kind.SHORT: 300, Kind.LONG: 20_000}


@dataclass(frozen=True, slots=True)
class Problem:
    """`name` is the input's, `where` says which entry of a list; `missing` tells "not answered" from "not readable"."""

    name: str
    label: str
    text: str
    section: str
    missing: bool
    where: str = ""
    kind: Kind = Kind.SHORT

    @property
    def target(self) -> str:
        """The id of the first input on the page; of the whole list where one has to be added."""
        if self.kind in {Kind.ITEMS, Kind.GOALS}:
            return f"q-{self.name}"
        several = self.kind in {Kind.ONE, Kind.MANY, Kind.SCALE, Kind.DIAGNOSIS}
        return f"id_{self.name}_0" if several else f"id_{self.name}"


def problems(
    definition: FormDefinition,
    answers: Answers,
    *,
    unreadable_only: bool = False,
    day: dt.date | None = None,
) -> list[Problem]:
    """Everything that blocks a signature, in the order of the form; or only what cannot be read, while writing.

    Diagnoses are codes that are billable on the `day` of the document, where one is named; that asks the database.
    """
    at_risk = answers_show_risk(definition, answers)
    found = [
        problem
        for section in definition.sections
        for problem in _of_fields(section.fields, answers, PREFIX, section.key, at_risk=at_risk, day=day)
    ]
    return [problem for problem in found if not (unreadable_only and problem.missing)]


def answers_show_risk(definition: FormDefinition, answers: Answers) -> bool:
    """Does any question about risk have an answer beyond "none"?"""
    for field in definition.fields():
        if not field.safe:
            continue
        value = answers.get(field.key, [])
        chosen = value if isinstance(value, list) else [value]
        if any(answer not in field.safe for answer in chosen):
            return True
    return False


def _of_fields(
    fields: Iterable[FormField],
    answers: Answers,
    prefix: str,
    section: str,
    *,
    at_risk: bool,
    day: dt.date | None,
    where: str = "",
) -> Iterator[Problem]:
    for field in fields:
        name = f"{prefix}-{field.key}"
        value = answers.get(field.key)
        if value in (None, "", []):
            if field.required or (field.required_at_risk and at_risk):
                yield Problem(name, field.label, _ask(field), section, True, where, field.kind)
        elif field.kind in {Kind.ITEMS, Kind.GOALS}:
            for index, entry in enumerate(value):
                place = f"{where}, {field.item.lower()} {index + 1}" if where else f"{field.item} {index + 1}"
                yield from _of_fields(
                    field.fields, entry, f"{name}-{index}", section, at_risk=at_risk, day=day, where=place
                )
        else:
            if fault := _fault(field, value, day):
                yield Problem(name, field.label, fault, section, False, where, field.kind)
            if _other_is_unsaid(field, value, answers):
                yield Problem(name, field.label, "Say what “Other” is.", section, True, where, field.kind)


def _other_is_unsaid(field: FormField, value: object, answers: Answers) -> bool:
    chosen = value if isinstance(value, list) else [value]
    return field.has_other and OTHER in chosen and not answers.get(field.other_key)


def _ask(field: FormField) -> str:
    match field.kind:
        case Kind.ONE | Kind.SCALE:
            return "Choose an answer."
        case Kind.MANY:
            return "Choose at least one."
        case Kind.DIAGNOSIS:
            return "Enter at least one diagnosis."
        case Kind.ITEMS | Kind.GOALS:
            return f"Add at least one {field.item.lower()}."
        case Kind.DATE:
            return "Enter a date."
    return "Write an answer."


def _fault(field: FormField, value: object, day: dt.date | None) -> str:
    """One sentence on an answer that cannot be read."""
    try:
        match field.kind:
            case Kind.DATE:
                DateField().clean(value)
            case Kind.TIME:
                TimeField().clean(value)
            case Kind.NUMBER | Kind.SCALE:
                return _number_fault(field, value)
            case Kind.SHORT | Kind.LONG:
                return _text_fault(field, str(value))
            case Kind.DIAGNOSIS:
                return _diagnosis_fault(value, day)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def _number_fault(field: FormField, value: object) -> str:
    number = as_number(value)
    if number is None:
        return "Enter a number, for example 7."
    low, high = field.minimum, field.maximum
    if low is not None and high is not None and not low <= number <= high:
        return f"Enter a number from {formatting.number(low)} to {formatting.number(high)}."
    return ""


def _text_fault(field: FormField, value: str) -> str:
    if len(value) > LONGEST[field.kind]:
        most, has = formatting.number(LONGEST[field.kind]), formatting.number(len(value))
        return f"Use at most {most} characters; this has {has}."
    refuse_control_characters(value)
    return ""


def _diagnosis_fault(value: object, day: dt.date | None) -> str:
    codes = [str(each.get("code", "")) for each in value] if isinstance(value, list) else []
    if not all(codes):
        return "Begin each diagnosis with its ICD-10-CM code, for example F41.1."
    if day is None:
        return ""
    release = releases.on(day)
    unknown = [code for code in codes if release.text_of(code) is None]
    if not unknown:
        return ""
    named = formatting.listed(unknown, last="or")
    return f"{named} is no complete ICD-10-CM code that is valid on {formatting.date(day)}."
