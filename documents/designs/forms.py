"""Input of administrators who change a form."""

from typing import Any

from django import forms

from documents.choices import ClientFormType, DocumentType
from documents.definitions import OTHER, Choice, FormDefinition, FormField, FormSection, Kind
from documents.designs.outline import key_for
from documents.designs.words import KINDS, MEDICINES
from documents.forms_data import builders
from mentalspace.core.forms import PageForm
from mentalspace.core.forms import Section as Block

MOST_CHOICES = 60
MOST_STEPS = 21
# A question may become another of these; lists, diagnoses and goals stay what they are.
PLAIN = (Kind.SHORT, Kind.LONG, Kind.ONE, Kind.MANY, Kind.SCALE, Kind.NUMBER, Kind.DATE, Kind.TIME)
LISTS = (Kind.DIAGNOSIS, Kind.GOALS, Kind.ITEMS)
# What may be typed for some kinds alone, and what to do about it for another.
ONLY_FOR: dict[str, tuple[frozenset[str], str]] = {
    "choices": (frozenset({Kind.ONE, Kind.MANY}), "This kind of question offers no choices: remove them."),
    "safe": (frozenset({Kind.ONE, Kind.MANY}), "This kind of question offers no choices: remove these."),
    "unit": (frozenset({Kind.NUMBER, Kind.SCALE}), "Only a number or a scale has a unit: remove it."),
    "item": (frozenset({Kind.ITEMS}), "Only a list has entries: remove this."),
}


class VersionedForm(PageForm):
    """Carries the version that it was opened with."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def take_up(self, version: int) -> None:
        """Somebody saved in between: who reads that and sends the form again has decided."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class NewForm(PageForm):
    """A form of the practice's own."""

    submit_label = "Create the form"
    title = forms.CharField(max_length=120, help_text="For instance “Couples intake”.")
    kind = forms.ChoiceField(label="For", choices=[*DocumentType.choices, *ClientFormType.choices])
    like = forms.ChoiceField(
        label="Starts with the questions of",
        required=False,
        help_text="They are copied; the other form stays as it is.",
    )

    def __init__(self, *args: Any, offered: list[FormDefinition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like: Any = self.fields["like"]
        like.choices = [("", "No form: an empty one"), *((form.key, form.title) for form in offered)]


class HeadForm(VersionedForm):
    """What stands above all questions."""

    submit_label = "Save"
    title = forms.CharField(label="Title", max_length=120)
    plan_section = forms.ChoiceField(
        label="The next session starts from",
        required=False,
        help_text="This section of the last note stands beside the next one.",
    )

    def __init__(self, *args: Any, form: FormDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan: Any = self.fields["plan_section"]
        plan.choices = [("", "No section"), *((each.key, each.title) for each in form.sections)]


class SectionForm(VersionedForm):
    """A heading with questions below it."""

    submit_label = "Save section"
    title = forms.CharField(label="Heading", max_length=120)
    text = forms.CharField(
        label="Text below the heading",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In a consent, what the client reads. {practice}, {phone}, {address}, {client} and {notice_hours} "
        "are filled in there.",
    )
    folded = forms.BooleanField(
        label="Folded at first", required=False, help_text="It opens by itself where something was answered."
    )
    shared = forms.BooleanField(
        label="Written once for the whole group",
        required=False,
        help_text="The same text stands in each member’s chart. Leave diagnoses, goals and risk to each member’s part.",
    )

    def __init__(self, *args: Any, for_groups: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_groups:
            del self.fields["shared"]

    def section(self, key: str, fields: tuple[FormField, ...]) -> FormSection:
        """What was entered, as a section."""
        words = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return FormSection(key=key, fields=fields, **words)


class QuestionForm(VersionedForm):
    """One question. Words that its kind does not use are refused; nothing that was typed gets lost unseen."""

    submit_label = "Save question"
    label = forms.CharField(label="Question", max_length=200)
    help = forms.CharField(label="Help below it", max_length=500, required=False)
    kind = forms.ChoiceField(label="Kind")
    choices = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One per line, in their order. For one choice and several choices.",
    )
    other = forms.BooleanField(label="Offer “Other”, with a line to say what", required=False)
    safe = forms.CharField(
        label="Answers that mean no risk",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only for questions about risk: one per line, as among the choices. Any other answer asks for the "
        "questions that are required at risk.",
    )
    required = forms.BooleanField(label="Required to sign", required=False)
    required_at_risk = forms.BooleanField(label="Required at risk", required=False)
    carry = forms.BooleanField(
        label="Carried forward", required=False, help_text="“Carry forward” copies it from the last note."
    )
    rows = forms.IntegerField(
        label="Lines",
        min_value=1,
        max_value=30,
        required=False,
        help_text="Of paragraphs at first; they grow.",
    )
    minimum = forms.FloatField(label="Least", required=False)
    maximum = forms.FloatField(label="Most", required=False, help_text="Of a number or a scale.")
    unit = forms.CharField(label="Unit", max_length=30, required=False, help_text="Behind a number.")
    item = forms.CharField(
        label="One entry is called",
        max_length=60,
        required=False,
        help_text="In a list, for instance “Goal”.",
    )

    def __init__(self, *args: Any, question: FormField | None = None, **kwargs: Any) -> None:
        self.question = question
        kwargs.setdefault("initial", {})
        if question is not None:
            kwargs["initial"] = _initial(question) | kwargs["initial"]
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = _kinds(question)

    def layout(self) -> list[Any]:
        return [
            "version", "label", "help", "kind",
            Block("Choices", "choices", "other", "safe", css_id="of-choices"),
            Block("Signing", "required", "required_at_risk", "carry"),
            Block("Size", "rows", "minimum", "maximum", "unit", "item", css_id="of-size"),
        ]  # fmt: skip

    def clean_choices(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        found = [line for line in lines if line and line.lower() != OTHER]
        if len(found) > MOST_CHOICES:
            raise forms.ValidationError(f"Offer at most {MOST_CHOICES} choices.")
        if len({line.lower() for line in found}) < len(found):
            raise forms.ValidationError("Two choices say the same.")
        if too_long := next((line for line in found if len(line) > 120), None):
            raise forms.ValidationError(f"“{too_long[:40]}…” is longer than 120 characters.")
        return found

    def clean_safe(self) -> list[str]:
        return [" ".join(line.split()) for line in self.cleaned_data["safe"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind = values.get("kind", "")
        if kind in {Kind.ONE, Kind.MANY} and "choices" not in self.errors:
            self._clean_offer(values)
        if kind in {Kind.NUMBER, Kind.SCALE}:
            self._clean_span(values, kind)
        if kind == Kind.ITEMS and not values.get("item"):
            self.add_error("item", "Say what one entry is called.")
        for name, (kinds, sentence) in ONLY_FOR.items():
            if kind and kind not in kinds and values.get(name):
                self.add_error(name, sentence)
        return values

    def _clean_offer(self, values: dict[str, Any]) -> None:
        offered = values["choices"]
        if len(offered) + bool(values.get("other")) < (2 if values["kind"] == Kind.ONE else 1):
            self.add_error("choices", "Write the choices, one per line.")
        if strange := [each for each in values.get("safe", []) if each not in offered]:
            self.add_error("safe", f"“{strange[0]}” is not among the choices.")

    def _clean_span(self, values: dict[str, Any], kind: str) -> None:
        if "minimum" in self.errors or "maximum" in self.errors:
            return
        least, most = values["minimum"], values["maximum"]
        if least is None or most is None:
            if kind == Kind.SCALE or least is not most:
                empty = "minimum" if least is None else "maximum"
                self.add_error(empty, "Give the first and the last number.")
        elif least >= most:
            self.add_error("maximum", "This is to be more than the least.")
        elif kind == Kind.SCALE and not _few_whole_numbers(least, most):
            self.add_error("maximum", f"A scale has at most {MOST_STEPS} whole numbers.")

    def field(self, key: str) -> FormField:
        """What was entered, as a question with this key. What is inside a list stays."""
        values = self.cleaned_data
        common = {
            "label": values["label"],
            "help": values["help"],
            "required": values["required"],
            "required_at_risk": values["required_at_risk"],
            "carry": values["carry"],
        }
        if values["kind"] == MEDICINES:
            return builders.medicines(key, **common)
        kind = Kind(values["kind"])
        if kind == Kind.GOALS:
            goals = self.question or builders.goals_worked()
            return goals.model_copy(update=common)
        own: dict[str, Any] = {}
        if kind in {Kind.ONE, Kind.MANY}:
            own["choices"] = _choices(values["choices"], values["other"], self.question)
            labels = {choice.label: choice.value for choice in own["choices"]}
            own["safe"] = tuple(labels[each] for each in values["safe"])
        if kind in {Kind.NUMBER, Kind.SCALE}:
            own |= {"minimum": values["minimum"], "maximum": values["maximum"], "unit": values["unit"]}
        if kind == Kind.LONG and values["rows"]:
            own["rows"] = values["rows"]
        if kind == Kind.ITEMS:
            first = FormField(key="text", label="Text", kind=Kind.SHORT)
            own |= {"item": values["item"], "fields": self.question.fields if self.question else (first,)}
        return FormField(key=key, kind=kind, **common, **own)


def _few_whole_numbers(least: float, most: float) -> bool:
    return least.is_integer() and most.is_integer() and most - least < MOST_STEPS


def _kinds(question: FormField | None) -> list[tuple[str, str]]:
    if question is not None and question.kind in LISTS:
        return [(question.kind, KINDS[question.kind])]
    plain = [(kind.value, KINDS[kind]) for kind in PLAIN]
    if question is not None:
        return plain
    lists = [(kind.value, KINDS[kind]) for kind in LISTS]
    return [*plain, *lists, (MEDICINES, "Medication list")]


def _initial(question: FormField) -> dict[str, Any]:
    """A question as it is typed."""
    labels = [choice.label for choice in question.choices if choice.value != OTHER]
    return {
        **{
            name: getattr(question, name)
            for name in (
                "label", "help", "kind", "required", "required_at_risk", "carry", "rows", "minimum", "maximum", "unit",
                "item",
            )
        },
        "choices": "\n".join(labels),
        "other": question.has_other,
        "safe": "\n".join(question.label_of(value) for value in question.safe),
    }  # fmt: skip


def _choices(labels: list[str], other: bool, before: FormField | None) -> tuple[Choice, ...]:
    """Choices of these labels; one that there was before keeps what is stored for it, so that it carries forward."""
    known = {choice.label: choice.value for choice in before.choices} if before else {}
    taken = {OTHER, *(known[label] for label in labels if label in known)}
    made = []
    for label in labels:
        value = known.get(label)
        if value is None:
            stem = key_for(label)
            value = next(
                each for each in (stem, *(f"{stem}_{n}" for n in range(2, 1000))) if each not in taken
            )
            taken.add(value)
        made.append(Choice(value=value, label=label))
    return (*made, Choice(value=OTHER, label="Other")) if other else tuple(made)
