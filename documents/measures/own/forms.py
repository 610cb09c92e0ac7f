"""An instrument as an administrator copies it from paper: lines of answers, questions, bands; numbers of questions."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from documents.measures.own.shapes import MEAN, SUM, Choice, Cut, Definition, Question, Subscale, most
from mentalspace.core.forms import PageForm, Section, Together

MOST_QUESTIONS = 120
BAND = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*[=:\-–]?\s+(.+?)(?:\s*\((good|note|warning|serious)\))?")
TONES: dict[str, Any] = {
    "good": "success", "note": "info", "warning": "warning", "serious": "danger", "": "neutral",
}  # fmt: skip
WORDS = {"success": "good", "info": "note", "warning": "warning", "danger": "serious"}


def _lines(rows: int, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), max_length=40_000, **options)


class InstrumentForm(PageForm):
    """Everything about an instrument on one page."""

    submit_label = "Save and try it"
    name = forms.CharField(max_length=40, label="Short name", help_text="As in lists and charts: “PSS-4”.")
    title = forms.CharField(max_length=160, label="Full name")
    intro = forms.CharField(
        label="What stands above the questions", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    answers = _lines(5, label="Answers", help_text="One on a line, its points first: “0 Never”.")
    questions = _lines(
        12, label="Questions", help_text="One on a line, in order; they are numbered by themselves."
    )
    own_answers = _lines(
        2, label="Questions with other answers", required=False,
        help_text="One question on a line: “5: 0 No, 1 Yes”. The others have the answers above.",
    )  # fmt: skip
    reverse = forms.CharField(
        label="Reversed questions", required=False, max_length=400,
        help_text="Their numbers: “4, 5, 7”. The highest answer then gives the fewest points.",
    )  # fmt: skip
    method = forms.ChoiceField(
        label="Score", choices=[(SUM, "Sum of the points"), (MEAN, "Mean of the points")]
    )
    may_miss = forms.IntegerField(
        label="Questions that may stay open", min_value=0, max_value=50, initial=0,
        help_text="0: only complete answers are scored. Else a sum is raised in proportion.",
    )  # fmt: skip
    subscales = _lines(
        2,
        label="Subscales",
        required=False,
        help_text="One on a line: “Avoidance: 1, 3, 5”. Scored as the whole is.",
    )
    bands = _lines(
        4, label="Bands", help_text="One on a line, the score it begins with first: “10 Moderate (warning)”. The word "
        "in brackets, a color, is good, note, warning or serious.",
    )  # fmt: skip
    higher_is_better = forms.BooleanField(label="A higher score is better", required=False)
    change = forms.DecimalField(
        label="A change that matters",
        min_value=0,
        max_digits=6,
        decimal_places=2,
        initial=0,
        help_text="0: not published.",
    )
    risk_question = forms.IntegerField(
        label="Risk: question", min_value=0, max_value=MOST_QUESTIONS, initial=0,
        help_text="Its number; 0 for none. Such an answer opens a task that ends with a signed response.",
    )  # fmt: skip
    risk_points = forms.IntegerField(
        label="answered with at least",
        min_value=0,
        max_value=100,
        initial=1,
        help_text="Points of the answer chosen.",
    )
    credit = forms.CharField(
        label="Source and license", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Printed under the questions. You answer for the right to use it.",
    )  # fmt: skip

    def layout(self) -> list[Any]:
        return [
            "name",
            "title",
            "intro",
            Section("Questions", "answers", "questions", "own_answers"),
            Section(
                "Scoring",
                Together("method", "may_miss"),
                "reverse",
                "subscales",
                "bands",
                "higher_is_better",
                "change",
            ),
            Section("Risk", Together("risk_question", "risk_points")),
            "credit",
        ]

    def clean_answers(self) -> list[Choice]:
        """The answers, each with points of its own."""
        found = [_choice(line) for line in _split(self.cleaned_data["answers"])]
        return _different(found)

    def clean_questions(self) -> list[str]:
        """The texts, without numbers that were copied along."""
        texts = [re.sub(r"^\d{1,3}[.)]\s+", "", line) for line in _split(self.cleaned_data["questions"])]
        if len(texts) > MOST_QUESTIONS or any(len(text) > 500 for text in texts):
            raise ValidationError(f"At most {MOST_QUESTIONS} questions of 500 characters each.")
        return texts

    def clean_own_answers(self) -> dict[int, list[Choice]]:
        """By number of the question."""
        found = {}
        for line in _split(self.cleaned_data["own_answers"]):
            number, _colon, rest = line.partition(":")
            if not number.strip().isdecimal():
                raise ValidationError(f"“{line[:60]}”: begin with the question's number and a colon.")
            found[int(number)] = _different([_choice(each.strip()) for each in rest.split(",")])
        return found

    def clean_reverse(self) -> list[int]:
        """Numbers."""
        return _numbers(self.cleaned_data["reverse"])

    def clean_subscales(self) -> list[Subscale]:
        """Names with numbers."""
        found = []
        for line in _split(self.cleaned_data["subscales"]):
            name, _colon, rest = line.rpartition(":")
            if not name.strip() or len(name) > 60 or not _numbers(rest):
                raise ValidationError(f"“{line[:60]}”: write a name, a colon, and numbers of questions.")
            found.append(Subscale(name=name.strip(), questions=_numbers(rest)))
        return found

    def clean_bands(self) -> list[Cut]:
        """In rising order, the first one from the lowest score on."""
        found = []
        for line in _split(self.cleaned_data["bands"]):
            match = BAND.fullmatch(line)
            if match is None or len(match[2]) > 60:
                raise ValidationError(
                    f"“{line[:60]}”: write the score and a name, for example “10 Moderate (warning)”."
                )
            found.append(Cut(start=float(match[1]), name=match[2], tone=TONES[match[3] or ""]))
        starts = [cut.start for cut in found]
        if starts != sorted(set(starts)):
            raise ValidationError("Write the bands in rising order, each with another score.")
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors:
            self._check(self.definition())
        return values

    def definition(self) -> Definition:
        """What was said."""
        values = self.cleaned_data
        questions = [
            Question(
                text=text, reverse=number in values["reverse"], choices=values["own_answers"].get(number, [])
            )
            for number, text in enumerate(values["questions"], start=1)
        ]
        same = {
            name: values[name]
            for name in (
                "name",
                "title",
                "intro",
                "credit",
                "method",
                "may_miss",
                "subscales",
                "bands",
                "risk_points",
            )
        }
        return Definition(
            **same,
            choices=values["answers"],
            questions=questions,
            higher_is_better=values["higher_is_better"],
            change=float(values["change"]),
            risk_question=values["risk_question"],
        )

    def _check(self, said: Definition) -> None:
        """What only shows when all of it is there."""
        values, count = self.cleaned_data, len(said.questions)
        named = {
            "reverse": values["reverse"],
            "own_answers": list(values["own_answers"]),
            "subscales": [number for part in said.subscales for number in part.questions],
            "risk_question": [said.risk_question or 1],
        }
        for name, numbers in named.items():
            if any(not 1 <= number <= count for number in numbers):
                self.add_error(name, f"There are {count} questions; name them by their numbers.")
        if self.errors:
            return
        if said.may_miss >= count:
            self.add_error("may_miss", "At least one question has to be answered.")
        top = most(said, range(1, count + 1))
        if said.bands[0].start > _lowest(said) or said.bands[-1].start > top:
            self.add_error(
                "bands", f"Begin with the lowest score, {_lowest(said):g}; the highest is {top:g}."
            )
        if said.method == SUM and any(cut.start != int(cut.start) for cut in said.bands):
            self.add_error("bands", "Sums are whole numbers.")
        if said.risk_question:
            question = said.questions[said.risk_question - 1]
            if said.risk_points > max(each.points for each in question.choices or said.choices):
                self.add_error("risk_points", "No answer of this question has so many points.")


def typed(said: Definition) -> dict[str, Any]:
    """A definition as it is typed into the form."""
    numbered = list(enumerate(said.questions, start=1))
    same = (
        "name",
        "title",
        "intro",
        "credit",
        "method",
        "may_miss",
        "higher_is_better",
        "risk_question",
        "risk_points",
    )
    return {name: getattr(said, name) for name in same} | {
        "answers": "\n".join(f"{each.points} {each.label}" for each in said.choices),
        "questions": "\n".join(each.text for each in said.questions),
        "own_answers": "\n".join(
            f"{number}: " + ", ".join(f"{each.points} {each.label}" for each in question.choices)
            for number, question in numbered
            if question.choices
        ),
        "reverse": ", ".join(str(number) for number, question in numbered if question.reverse),
        "subscales": "\n".join(
            f"{part.name}: {', '.join(map(str, part.questions))}" for part in said.subscales
        ),
        "bands": "\n".join(
            f"{cut.start:g} {cut.name}" + (f" ({WORDS[cut.tone]})" if cut.tone in WORDS else "")
            for cut in said.bands
        ),
        "change": f"{said.change:g}",
    }


def _split(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _choice(line: str) -> Choice:
    match = re.fullmatch(r"(\d{1,3})\s*[=:.)]?\s*(\S.*)", line)
    if match is None or int(match[1]) > 100 or len(match[2]) > 120:
        raise ValidationError(f"“{line[:60]}”: write the points, up to 100, and the answer: “0 Never”.")
    return Choice(points=int(match[1]), label=match[2])


def _different(found: list[Choice]) -> list[Choice]:
    if len(found) < 2 or len({each.points for each in found}) < len(found):
        raise ValidationError("Two answers or more, each with other points.")
    return found


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if any(not part.isdecimal() or len(part) > 3 for part in parts):
        raise ValidationError("Write numbers of questions, with commas between.")
    return [int(part) for part in parts]


def _lowest(said: Definition) -> float:
    lowest = [min(each.points for each in question.choices or said.choices) for question in said.questions]
    return sum(lowest) if said.method == SUM else sum(lowest) / len(lowest)
