"""A form definition with its answers as things that templates draw: one renderer for every form of the practice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from documents import diagnoses
from documents.answers import Answers, Problem
from documents.answers.cleaning import PREFIX, REASON
from documents.answers.reading import shown_day, shown_time
from documents.definitions import FormDefinition, FormField, FormSection, Kind
from documents.models import DocumentComment
from documents.plans import goal_progress, objective_progress

ProblemsByName = Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class Pick:
    """A choice as a radio button or check box."""

    value: str
    label: str
    id: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a list on the page; `token` in a blank row is what a script replaces with a number."""

    title: str
    questions: Sequence["Question"]
    progress: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer."""

    field: FormField
    name: str
    value: str = ""
    problem: str = ""
    picks: Sequence[Pick] = ()
    other: str = ""
    texts: Sequence[str] = ()
    rows: Sequence[Row] = ()
    blank: Row | None = None  # what a script copies for a new entry
    fresh: Row | None = None  # an empty entry for who has no scripts
    wrapped: bool = True  # a noscript element cannot stand inside another
    token: str = ""
    carried: str = ""  # the day of the document it was carried from, while nobody has touched it
    reason: str = ""  # beside diagnoses: why they are others than in the chart

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of the help and of what is wrong."""
        parts = [f"{self.id}_help"] if self.field.help else []
        return " ".join([*parts, f"{self.id}_problem"])

    @property
    def template(self) -> str:
        return TEMPLATES[self.field.kind]


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the form."""

    key: str
    title: str
    text: str
    is_open: bool
    questions: Sequence[Question]
    problems: int
    comments: Sequence[DocumentComment] = ()


TEMPLATES = {
    Kind.ONE: "documents/form/picks.html",
    Kind.MANY: "documents/form/picks.html",
    Kind.SCALE: "documents/form/picks.html",
    Kind.SHORT: "documents/form/line.html",
    Kind.DATE: "documents/form/line.html",
    Kind.TIME: "documents/form/line.html",
    Kind.NUMBER: "documents/form/line.html",
    Kind.LONG: "documents/form/text.html",
    Kind.DIAGNOSIS: "documents/form/diagnoses.html",
    Kind.ITEMS: "documents/form/rows.html",
    Kind.GOALS: "documents/form/goals.html",
}


def panels(
    definition: FormDefinition,
    answers: Answers,
    problems: Iterable[Problem] = (),
    *,
    goals: Sequence[Mapping[str, Any]] = (),
    carried: Mapping[str, str] = MappingProxyType({}),
    comments: Sequence[DocumentComment] = (),
    prefix: str = PREFIX,
) -> list[Panel]:
    """The whole form. `goals` are the open goals of the current plan, which a note may say it worked on.

    `carried` tells of questions the day that their answer was carried from; `comments` wait for the author's answer.
    `prefix` tells several forms on one page apart.
    """
    by_name = {problem.name: problem for problem in problems}
    return [
        _with_marks(
            _panel(section, answers, by_name, goals, prefix),
            carried,
            [each for each in comments if each.section == section.key],
        )
        for section in definition.sections
    ]


def _with_marks(panel: Panel, carried: Mapping[str, str], comments: Sequence[DocumentComment]) -> Panel:
    questions = [
        replace(question, carried=carried.get(question.field.key, "")) for question in panel.questions
    ]
    return replace(panel, questions=questions, comments=comments, is_open=panel.is_open or bool(comments))


@cache
def diagnosis_suggestions() -> tuple[str, ...]:
    """Offered while typing a diagnosis."""
    return tuple(diagnoses.suggestions())


def _panel(
    section: FormSection,
    answers: Answers,
    problems: ProblemsByName,
    goals: Sequence[Mapping[str, Any]],
    prefix: str,
) -> Panel:
    questions = [_question(each, answers, prefix, problems, goals) for each in section.fields]
    wrong = sum(1 for problem in problems.values() if problem.section == section.key)
    answered = any(each.key in answers for each in section.fields)
    return Panel(
        section.key if prefix == PREFIX else f"{prefix}-{section.key}",
        section.title,
        section.text,
        not section.folded or answered or wrong > 0,
        questions,
        wrong,
    )


def _question(
    each: FormField,
    answers: Answers,
    prefix: str,
    problems: ProblemsByName,
    goals: Sequence[Mapping[str, Any]] = (),
) -> Question:
    name = f"{prefix}-{each.key}"
    value = answers.get(each.key)
    problem = problems[name].text if name in problems else ""
    match each.kind:
        case Kind.ONE | Kind.MANY | Kind.SCALE:
            picks = _picks(each, name, value)
            return Question(
                each, name, problem=problem, picks=picks, other=str(answers.get(each.other_key, ""))
            )
        case Kind.DIAGNOSIS:
            texts = [diagnoses.written(one) for one in value or []]
            reason = str(answers.get(f"{each.key}{REASON}", ""))
            return Question(each, name, problem=problem, texts=[*texts, ""], reason=reason)
        case Kind.ITEMS:
            rows = [_row(each, entry, name, index, problems) for index, entry in enumerate(value or [])]
            token = f"__{each.key}__"
            blank, fresh = _blank(each, name, token), _fresh(each, name, str(len(rows)))
            return Question(each, name, problem=problem, rows=rows, blank=blank, fresh=fresh, token=token)
        case Kind.GOALS:
            entries = _goal_entries(value or [], goals)
            rows = [_row(each, entry, name, index, problems) for index, entry in enumerate(entries)]
            return Question(each, name, problem=problem, rows=rows)
    return Question(each, name, value=_typed(each, value), problem=problem)


def _picks(each: FormField, name: str, value: object) -> list[Pick]:
    chosen = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if each.kind == Kind.SCALE:
        numbers = range(int(each.minimum or 0), int(each.maximum or 10) + 1)
        return [
            Pick(str(n), str(n), f"id_{name}_{place}", str(n) in chosen) for place, n in enumerate(numbers)
        ]
    return [
        Pick(choice.value, choice.label, f"id_{name}_{place}", choice.value in chosen)
        for place, choice in enumerate(each.choices)
    ]


def _row(each: FormField, entry: Answers, name: str, index: int, problems: ProblemsByName) -> Row:
    questions = [_question(part, entry, f"{name}-{index}", problems) for part in each.fields]
    progress = {"goals": goal_progress, "objectives": objective_progress}.get(each.key)
    title = str(entry.get("goal") or each.item) if each.kind == Kind.GOALS else f"{each.item} {index + 1}"
    return Row(title, questions, progress(entry) if progress else None)


def _blank(each: FormField, name: str, token: str) -> Row:
    """What a script copies; its own lists are filled by the script too."""
    questions = [_question(part, {}, f"{name}-{token}", {}) for part in each.fields]
    return Row(each.item, [replace(question, fresh=None) for question in questions])


def _fresh(each: FormField, name: str, index: str) -> Row:
    """An empty entry, with one in each of its own lists."""
    questions = [_question(part, {}, f"{name}-{index}", {}) for part in each.fields]
    return Row(f"New {each.item.lower()}", [replace(question, wrapped=False) for question in questions])


def _goal_entries(stored: list[Answers], goals: Sequence[Mapping[str, Any]]) -> list[Answers]:
    """What the note says already, and the plan's other open goals without a change."""
    said = {entry.get("goal_id") for entry in stored}
    others = [
        {"goal_id": goal.get("goal_id", ""), "goal": str(goal.get("goal", ""))[:300]}
        for goal in goals
        if goal.get("goal_id") not in said
    ]
    return [*stored, *others]


def _typed(each: FormField, value: object) -> str:
    """As it is typed: days as MM/DD/YYYY, times on the twelve-hour clock."""
    if value is None:
        return ""
    if each.kind == Kind.DATE:
        return shown_day(value)
    return shown_time(value) if each.kind == Kind.TIME else str(value)
