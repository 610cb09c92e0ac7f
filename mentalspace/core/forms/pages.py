"""Forms as pages show them."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import HttpRequest, QueryDict

from mentalspace.core.forms.text import plain_data, refuse_control_characters


class PageForm(forms.Form):
    """A form of the kit. `layout()` may arrange the fields; else they come in their order."""

    submit_label = "Save"
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if isinstance(self.data, QueryDict):
            self.data = plain_data(self.data)
        for field in self.fields.values():
            dress(field)

    def layout(self) -> list[Any]:
        """Names of fields, `Section`s and `Together`s."""
        return list(self.fields)

    @property
    def helper(self) -> FormHelper:
        """For `{% crispy form %}`: fields only, the template writes the form around them."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        helper.render_hidden_fields = True
        helper.layout = Layout(*self.layout())
        return helper


def dress(field: forms.Field) -> None:
    """Let a field refuse, ask and answer as all do; for fields that a form adds to itself later too."""
    if isinstance(field, forms.CharField):
        field.validators = [*field.validators, refuse_control_characters]
    if isinstance(field, forms.EmailField):
        field.error_messages.setdefault("invalid", "Enter an e-mail address, for example name@example.com.")
    if isinstance(field.widget, forms.Textarea) and field.widget.attrs.get("rows") == "10":
        field.widget.attrs["rows"] = "3"
    _name_the_blank(field)
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = _needed(field)


def _needed(field: forms.Field) -> str:
    """What to do about an empty field."""
    if isinstance(field, forms.BooleanField):
        return "Tick this to go on."
    if isinstance(field, forms.FileField):
        return "Choose a file."
    return (
        "Choose one." if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)) else "Fill this in."
    )


def _name_the_blank(field: forms.Field) -> None:
    """A row of dashes says nothing: an unset choice is named."""
    blank = "Choose" if field.required else "None"
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == "---------":
            field.empty_label = blank
    elif isinstance(field, forms.ChoiceField) and not callable(field.choices):
        field.choices = [
            (key, blank if key in ("", None) and label == "---------" else label)
            for key, label in field.choices
        ]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. Also when nothing at all was posted: such a form is faulty, not fresh.

    Where somebody was signed out before their form arrived, the page shows it again as they had typed it.
    """
    return request.POST if request.method == "POST" else getattr(request, "typed_before", None)
