"""Input of answers, of links, of responses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from documents.measures import catalogue, errors, scoring
from documents.measures.instruments import Instrument, Item
from documents.measures.services import LONGEST_REASON, LONGEST_RESPONSE
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm


@dataclass(frozen=True, slots=True)
class Question:
    """An item with its field, for the page."""

    item: Item
    bound: forms.BoundField


@dataclass(frozen=True, slots=True)
class Sheet:
    """One instrument's questions."""

    instrument: Instrument
    questions: list[Question]


class AnswersForm(PageForm):
    """The items of one or more instruments, each a row of choices.

    What is missing or does not fit together is found by `scoring.faults`, as it is in the verbs.
    """

    def __init__(self, *args: Any, instruments: Sequence[Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instruments = tuple(instruments)
        for asked in self.instruments:
            for item in asked.items:
                self.fields[_name(asked, item)] = forms.TypedChoiceField(
                    label=f"{asked.name} {item.number.rstrip('.')}".strip()
                    if item.number
                    else "Last question",
                    choices=[(option.points, option.label) for option in item.options],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    widget=forms.RadioSelect,
                    error_messages={"invalid_choice": scoring.UNKNOWN},
                )

    def sheets(self) -> list[Sheet]:
        """What the page asks, in order."""
        return [
            Sheet(asked, [Question(item, self[_name(asked, item)]) for item in asked.items])
            for asked in self.instruments
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for asked in self.instruments:
            for key, wrong in scoring.faults(asked, self.answers_to(asked)).items():
                name = f"{asked.key}-{key}"
                if name not in self.errors:
                    self.add_error(name, wrong)
        return values

    def answers_to(self, asked: Instrument) -> dict[str, int]:
        """The points given, by item; what was left open is not there."""
        given = {item.key: self.cleaned_data.get(_name(asked, item)) for item in asked.items}
        return {key: points for key, points in given.items() if points is not None}


class MeasureForm(AnswersForm):
    """One instrument, entered by staff."""

    submit_label = "Save answers"
    taken_on = DateField(
        label="Answered on", latest=clock.today, help_text="The day on which the client answered."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"taken_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class LinkForm(PageForm):
    """Which questionnaires a client is asked to answer."""

    submit_label = "Send the link"
    instruments = forms.MultipleChoiceField(
        label="Questionnaires",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one questionnaire."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["instruments"]
        offered = catalogue.offered().values()
        field.choices = [
            (each.key, f"{each.name}: {each.title}" if each.title else each.name) for each in offered
        ]


class ResponseForm(PageForm):
    """What was done about a risk answer."""

    submit_label = "Sign the response"
    content = forms.CharField(
        label="What was done",
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST_RESPONSE,
        error_messages={"required": errors.ResponseNeeded.message},
        help_text="When you spoke with the client, how you assessed the risk, what you agreed on, whom you told. It is "
        "dated, carries your name and license, and can be neither changed nor deleted.",
    )


class VoidForm(PageForm):
    """Why answers do not count."""

    submit_label = "Mark as entered in error"
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": errors.VoidReasonNeeded.message},
        help_text="For instance: wrong client, wrong day, a mistake in copying from paper.",
    )


def _name(asked: Instrument, item: Item) -> str:
    return f"{asked.key}-{item.key}"
