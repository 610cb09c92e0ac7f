"""Input of a text to keep."""

import re
from typing import Any

from django import forms

from documents.definitions import Kind
from documents.designs.catalogue import Menu
from documents.snippets.words import PLACES
from mentalspace.core.forms import PageForm

NAME = re.compile(r"^[^\W_]+(-[^\W_]+)*$")
PLACE = re.compile(r"\{([^{}]*)\}")


class SnippetForm(PageForm):
    """A text, its name, and where it is offered."""

    submit_label = "Keep the text"
    name = forms.CharField(max_length=40, help_text="Letters and digits. In a note, type ; and the name.")
    question = forms.ChoiceField(label="Offered in", required=False)
    text = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="{client} becomes the client’s first name; {they}, {them}, {their}, {theirs}, {themself} and {is}, "
        "{was}, {has}, {does} follow the client’s pronouns; {They} is written with a capital. Name no client.",
    )
    shared = forms.BooleanField(label="For everybody in the practice", required=False)

    def __init__(self, *args: Any, menu: Menu, can_share: bool, must_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question: Any = self.fields["question"]
        question.choices = [("", "Any question"), *_questions(menu)]
        if not can_share or must_share:
            del self.fields["shared"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not NAME.match(name):
            raise forms.ValidationError("Use letters and digits, with hyphens between words.")
        return name

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        unknown = [each for each in PLACE.findall(text) if each.lower() not in PLACES]
        if unknown:
            raise forms.ValidationError(
                f"{{{unknown[0]}}} stands for nothing: see below what can be filled in."
            )
        return text


def _questions(menu: Menu) -> list[tuple[str, str]]:
    """Questions that are answered in paragraphs; one that several forms ask is one."""
    labels: dict[str, str] = {}
    for form in menu:
        for field in form.fields():
            if field.kind == Kind.LONG:
                labels.setdefault(field.key, f"{field.label} ({form.title})")
    return sorted(labels.items(), key=lambda pair: pair[1])
