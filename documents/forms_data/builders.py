"""Short words for writing form definitions down."""

import re
from typing import Any

from documents.definitions import DIAGNOSES, OTHER, Choice, FormField, Kind


def choices(*labels: str, other: bool = False) -> tuple[Choice, ...]:
    """Choices from their labels; `other` adds the one that opens a text field."""
    made = [Choice(value=value_of(label), label=label) for label in labels]
    return (*made, Choice(value=OTHER, label="Other")) if other else tuple(made)


def value_of(label: str) -> str:
    """What is stored for a label: `Under 1 month` is `under_1_month`."""
    value = re.sub(r"[^a-z0-9]+", "_", label.lower().replace("’", "")).strip("_")
    return value if value[0].isalpha() else f"n{value}"


def one(key: str, label: str, *labels: str, other: bool = False, **rest: Any) -> FormField:
    """One choice."""
    return FormField(key=key, label=label, kind=Kind.ONE, choices=choices(*labels, other=other), **rest)


def many(key: str, label: str, *labels: str, other: bool = False, **rest: Any) -> FormField:
    """Many choices."""
    return FormField(key=key, label=label, kind=Kind.MANY, choices=choices(*labels, other=other), **rest)


def short(key: str, label: str, **rest: Any) -> FormField:
    """A line of text."""
    return FormField(key=key, label=label, kind=Kind.SHORT, **rest)


def long(key: str, label: str, **rest: Any) -> FormField:
    """Paragraphs."""
    return FormField(key=key, label=label, kind=Kind.LONG, **rest)


def day(key: str, label: str, **rest: Any) -> FormField:
    """A date."""
    return FormField(key=key, label=label, kind=Kind.DATE, **rest)


def number(key: str, label: str, **rest: Any) -> FormField:
    """A number."""
    return FormField(key=key, label=label, kind=Kind.NUMBER, **rest)


def items(key: str, label: str, item: str, *fields: FormField, **rest: Any) -> FormField:
    """A list of groups of fields."""
    return FormField(key=key, label=label, kind=Kind.ITEMS, item=item, fields=fields, **rest)


def diagnoses(label: str = "Diagnoses", **rest: Any) -> FormField:
    """ICD-10-CM codes, the principal one first."""
    return FormField(
        key=DIAGNOSES, label=label, kind=Kind.DIAGNOSIS,
        help="ICD-10-CM, the principal diagnosis first. Type a code or a word.", **rest,
    )  # fmt: skip


def time(key: str, label: str, **rest: Any) -> FormField:
    """A time of day."""
    return FormField(key=key, label=label, kind=Kind.TIME, **rest)


def medicines(key: str = "medicines", label: str = "Medicines", **rest: Any) -> FormField:
    """A medication list."""
    return items(
        key, label, "Medicine",
        short("medicine", "Name", required=True),
        short("dose", "Dose", help="For instance 50 mg."),
        short("taken", "How taken", help="For instance once a day, in the morning."),
        short("taken_for", "For what"),
        short("prescriber", "Prescribed by"),
        day("taken_since", "Since"),
        **rest,
    )  # fmt: skip


def goals_worked(
    label: str = "Goals worked on",
    help: str = "The open goals of the current treatment plan. Choose the change for those you worked on.",
    outcomes: tuple[str, ...] = ("Some progress", "Much progress", "No change", "Setback", "Met"),
) -> FormField:
    """The open goals of the treatment plan, each with what became of it."""
    return FormField(
        key="goals_worked", label=label, kind=Kind.GOALS, item="Goal", help=help,
        fields=(
            short("goal_id", "Goal", hidden=True),
            short("goal", "Goal", hidden=True),
            one("change", "Change", *outcomes),
            number("now", "Progress now", minimum=0, maximum=100, unit="%"),
        ),
    )  # fmt: skip
