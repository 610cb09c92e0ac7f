"""The course of each goal: what every version of the plan measured, and what notes said since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from documents.models import Document
from documents.numbers import as_number
from documents.plans.progress import goal_progress, objective_progress
from mentalspace.core import charts, clock, formatting

MET = "met"


@dataclass(frozen=True, slots=True)
class Step:
    """What was said of a goal on a day, its progress in percent where it was measured, and where that stands."""

    day: date
    progress: int | None
    words: str
    url: str

    @property
    def shown_day(self) -> str:
        return formatting.date(self.day)


@dataclass(frozen=True, slots=True)
class Measured:
    """An objective with where it began, where it is and where it should be."""

    text: str
    progress: int | None
    values: str


@dataclass(frozen=True, slots=True)
class GoalCourse:
    """A goal of the plan in force, with its steps, the earliest first."""

    text: str
    state: str
    objectives: Sequence[Measured]
    steps: Sequence[Step]

    @property
    def progress(self) -> int | None:
        """The latest that is known."""
        return next((step.progress for step in reversed(self.steps) if step.progress is not None), None)

    @property
    def notes(self) -> list[Step]:
        """What notes said, the latest first."""
        return [step for step in reversed(self.steps) if step.words]

    @property
    def chart(self) -> charts.Chart | None:
        """What was said last on each day, from the second day on."""
        by_day = {step.day: step for step in self.steps if step.progress is not None}
        if len(by_day) < 2:
            return None
        known = list(by_day.values())
        return charts.Chart(
            "line",
            "Progress over time",
            [step.shown_day for step in known],
            [charts.Series("Progress in percent", [step.progress for step in known])],
            maximum=100,
            urls=[step.url for step in known],
            label_heading="Day",
            low=True,
            days=list(by_day),
        )


def goal_courses(plans: Sequence[Document], notes: Iterable[Document]) -> list[GoalCourse]:
    """Of each goal of the first of these signed plans, which is the one in force. Asks nothing.

    `plans` are the latest first, `notes` the earliest first.
    """
    if not plans:
        return []
    moves = moves_of(notes)
    courses = []
    for goal in plans[0].answers.get("goals", []):
        key = goal.get("goal_id", "")
        steps = [*_planned(plans, key), *moves.get(key, [])]
        steps.sort(key=lambda step: step.day)
        state = str(goal.get("state", "")).replace("_", " ").capitalize()
        objectives = [_measured(each) for each in goal.get("objectives", [])]
        courses.append(GoalCourse(str(goal.get("goal", "")), state, objectives, steps))
    return courses


def moves_of(notes: Iterable[Document]) -> dict[str, list[Step]]:
    """What notes said of goals, by the goals' ids: a goal that was met has come all the way."""
    moves: dict[str, list[Step]] = {}
    for note in notes:
        for entry in note.answers.get("goals_worked", []):
            change = str(entry.get("change", ""))
            value = 100 if change == MET else _percent(entry.get("now"))
            words = change.replace("_", " ").capitalize()
            url = reverse("documents:document_detail", args=[note.pk])
            moves.setdefault(str(entry.get("goal_id", "")), []).append(
                Step(note.service_date, value, words, url)
            )
    return moves


def moved(goal: dict[str, Any], since: date, moves: dict[str, list[Step]]) -> int | None:
    """How far a goal of a plan of that day has come: as a later note says, else as the plan does."""
    said = [step.progress for step in moves.get(str(goal.get("goal_id", "")), []) if step.day >= since]
    return next((value for value in reversed(said) if value is not None), goal_progress(goal))


def _planned(plans: Sequence[Document], key: str) -> list[Step]:
    return [
        Step(_day_of(plan), goal_progress(goal), "", reverse("documents:document_detail", args=[plan.pk]))
        for plan in plans
        for goal in plan.answers.get("goals", [])
        if key and goal.get("goal_id") == key
    ]


def _day_of(plan: Document) -> date:
    return clock.local(plan.signed_at).date() if plan.signed_at else plan.service_date


def _measured(objective: dict[str, Any]) -> Measured:
    places = (("baseline", "start"), ("current", "now"), ("target", "target"))
    values = [f"{label} {objective[key]}" for key, label in places if objective.get(key) not in (None, "")]
    return Measured(str(objective.get("objective", "")), objective_progress(objective), ", ".join(values))


def _percent(text: object) -> int | None:
    value = as_number(text) if text not in (None, "") else None
    return None if value is None or not 0 <= value <= 100 else int(value)
