"""What an instrument of the practice's own says, as it is kept; and from it the instrument that is asked."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import BaseModel, Field

from documents.measures.instruments.shapes import Answers, Band, Instrument, Item, Option, same
from mentalspace.core.cells import Tone

SUM, MEAN = "sum", "mean"


class Choice(BaseModel):
    """An answer to choose, with its points."""

    points: int = Field(ge=0, le=100)
    label: str = Field(min_length=1, max_length=120)


class Question(BaseModel):
    """One question. `choices` are its own; without them it has those of the whole instrument."""

    text: str = Field(min_length=1, max_length=500)
    reverse: bool = False
    choices: list[Choice] = []


class Subscale(BaseModel):
    """Questions, by their numbers from 1 on, that have a score of their own beside that of all."""

    name: str = Field(min_length=1, max_length=60)
    questions: list[int]


class Cut(BaseModel):
    """A band: its name, and the score from which on it holds."""

    start: float = Field(ge=0)
    name: str = Field(min_length=1, max_length=60)
    tone: Tone


class Definition(BaseModel):
    """Everything that an administrator says about an instrument.

    `may_miss` questions at most may stay open; a sum is then raised in proportion, a mean is of what was answered.
    `risk_question` answered with at least `risk_points` (as chosen, before reversing) opens the risk task; 0 is none.
    """

    name: str = Field(min_length=1, max_length=40)
    title: str = Field(max_length=160)
    intro: str = Field(max_length=1000)
    credit: str = Field(default="", max_length=500)
    choices: list[Choice]
    questions: list[Question]
    method: Literal["sum", "mean"] = "sum"
    may_miss: int = Field(default=0, ge=0, le=50)
    subscales: list[Subscale] = []
    bands: list[Cut]
    higher_is_better: bool = False
    change: float = Field(default=0, ge=0)
    risk_question: int = 0
    risk_points: int = 0


def points_of(definition: Definition, number: int) -> list[int]:
    """The points that a question's answers have, in order."""
    question = definition.questions[number - 1]
    return [choice.points for choice in question.choices or definition.choices]


def most(definition: Definition, numbers: Sequence[int]) -> int | float:
    """The highest score that these questions can give."""
    highest = [max(points_of(definition, number)) for number in numbers]
    return sum(highest) if definition.method == SUM else _rounded(sum(highest) / len(highest), 2)


def built(definition: Definition, key: str, version: int) -> Instrument:
    """The instrument that is asked and scored."""
    numbers = range(1, len(definition.questions) + 1)
    reversed_points = {
        f"q{number}": min(points_of(definition, number)) + max(points_of(definition, number))
        for number in numbers
        if definition.questions[number - 1].reverse
    }

    def score(answers: Answers, asked: Sequence[int]) -> float:
        given = [
            reversed_points[name] - answers[name] if name in reversed_points else answers[name]
            for name in (f"q{number}" for number in asked)
            if name in answers
        ]
        if not given:
            return 0
        mean = sum(given) / len(given)
        return _rounded(mean, 2) if definition.method == MEAN else _rounded(mean * len(asked), 0)

    def findings(answers: Answers) -> tuple[str, ...]:
        told = [
            f"{part.name}: {score(answers, part.questions):g} of {most(definition, part.questions):g}"
            for part in definition.subscales
        ]
        if risk(answers):
            told.append(
                f"Question {definition.risk_question} was answered in a way that asks for a response."
            )
        return tuple(told)

    def risk(answers: Answers) -> bool:
        asked = definition.risk_question
        return bool(asked) and answers.get(f"q{asked}", -1) >= definition.risk_points

    return Instrument(
        key=key,
        version=version,
        name=definition.name,
        title=definition.title,
        intro=definition.intro,
        items=tuple(_item(definition, number) for number in numbers),
        bands=same(*_bands(definition)),
        credit=definition.credit,
        total=lambda answers: score(answers, numbers),
        findings=findings,
        risk=risk,
        asks_of_suicide=bool(definition.risk_question),
        change=definition.change,
        may_miss=definition.may_miss,
        higher_is_better=definition.higher_is_better,
        own=True,
    )


def _item(definition: Definition, number: int) -> Item:
    question = definition.questions[number - 1]
    options = tuple(Option(each.points, each.label) for each in question.choices or definition.choices)
    return Item(f"q{number}", question.text, options, number=f"{number}.")


def _bands(definition: Definition) -> tuple[Band, ...]:
    """Each up to where the next begins; the last one up to the highest score."""
    step = 1 if definition.method == SUM else 0.01
    ends = [_rounded(cut.start - step, 2) for cut in definition.bands[1:]]
    ends.append(most(definition, range(1, len(definition.questions) + 1)))
    return tuple(
        Band(cut.name, _rounded(cut.start, 2), end, cut.tone)
        for cut, end in zip(definition.bands, ends, strict=True)
    )


def _rounded(value: float, places: int) -> int | float:
    """To so many places, halves up as people do; a whole number where it is one."""
    exact = Decimal(str(round(value, 9))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
