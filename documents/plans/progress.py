"""Progress in a treatment plan: how far each objective, and from them each goal, has come."""

from decimal import Decimal
from typing import Any

from documents.numbers import as_number

OPEN_STATES = frozenset({"", "active", "partly_met", "revised"})


def objective_progress(objective: dict[str, Any]) -> int | None:
    """Percent from baseline to target, from 0 to 100; the clinician's rating where the three values do not say.

    A target below the baseline counts downwards: from 6 panic attacks a week to 1, now 3, is 60.
    """
    if objective.get("objective_state") == "met":
        return 100
    baseline, current, target = (
        as_number(objective.get(key, "")) for key in ("baseline", "current", "target")
    )
    if baseline is not None and current is not None and target is not None and baseline != target:
        share = (current - baseline) / (target - baseline)
        return round(max(Decimal(0), min(Decimal(1), share)) * 100)
    rating = as_number(objective.get("rating", ""))
    return None if rating is None else int(max(Decimal(0), min(Decimal(100), rating)))


def goal_progress(goal: dict[str, Any]) -> int | None:
    """The mean of the objectives that say how far they are; 100 once met; None where nothing is known."""
    if goal.get("state") == "met":
        return 100
    known = [value for each in goal.get("objectives", []) if (value := objective_progress(each)) is not None]
    return round(sum(known) / len(known)) if known else None


def open_goals(answers: dict[str, Any]) -> list[dict[str, Any]]:
    """Goals that are still worked on."""
    return [goal for goal in answers.get("goals", []) if goal.get("state", "") in OPEN_STATES]


def carried_over(answers: dict[str, Any]) -> dict[str, Any]:
    """What a new version of a plan starts from: diagnoses, problems, open goals and the way out; not the dates."""
    kept: dict[str, Any] = {
        key: answers[key]
        for key in ("diagnoses", "problems", "problems_other", "discharge_criteria")
        if key in answers
    }
    goals = open_goals(answers)
    return {**kept, "goals": goals} if goals else kept
