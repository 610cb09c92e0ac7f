"""A list's filters as the address gives them: cleaned, put in words, and never a reason to fail."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict

from mentalspace.core import formatting
from mentalspace.core.lists.filters import described

MakeForm = Callable[[QueryDict], forms.Form]


class Filtering:
    """The filter form bound to the address. What does not fit is left out, and said in `problems`.

    A field with an initial value has it while the address does not name the field; naming it empty means "any".
    """

    def __init__(self, make_form: MakeForm, given: QueryDict) -> None:
        self.data = given.copy()
        self.problems: list[str] = []
        self.form = make_form(self.data)
        self.initial = {
            name: value
            for name in self.form.fields
            if (value := self.form.get_initial_for_field(self.form.fields[name], name)) is not None
        }
        if self._fill_in():
            self.form = make_form(self.data)
        if not self.form.is_valid():
            self._drop_faults()
            self.form = make_form(self.data)
            self.form.is_valid()
        for field in self.form.fields.values():
            _dress(field)

    @property
    def values(self) -> dict[str, Any]:
        """Cleaned values, without the blank ones."""
        return {name: value for name, value in self.form.cleaned_data.items() if not is_blank(value)}

    def words(self) -> list[tuple[str, str]]:
        """The filters somebody chose as (field name, `Status: active`); what the list begins with is not repeated."""
        fields = self.form.fields
        return [
            (name, f"{fields[name].label}: {described(fields[name], value)}")
            for name, value in self.values.items()
            if name in fields and not self._is_usual(name, value)
        ]

    def parameters(self) -> list[tuple[str, str]]:
        """What the address must carry to say the same again."""
        pairs = []
        for name in self.form.fields:
            texts = [text for text in self.data.getlist(name) if text] or (
                [""] if name in self.initial and name in self.data else []
            )
            pairs += [(name, text) for text in texts]
        return pairs

    def _is_usual(self, name: str, value: Any) -> bool:
        return name in self.initial and set(_texts(value)) == set(_texts(self.initial[name]))

    def _fill_in(self) -> bool:
        """Put initial values where the address is silent."""
        missing = {name: value for name, value in self.initial.items() if name not in self.data}
        for name, value in missing.items():
            self.data.setlist(name, _texts(value))
        return bool(missing)

    def _drop_faults(self) -> None:
        for name, errors in self.form.errors.items():
            if name in self.form.fields:
                label = self.form.fields[name].label or name
                self.problems.append(f"{label} was left out: {' '.join(map(str, errors))}")
                self.data.setlist(name, [])
            else:
                self.problems.extend(map(str, errors))


def _texts(value: Any) -> list[str]:
    """An initial or a cleaned value as the address would carry it."""
    many = value if isinstance(value, (list, tuple, set, QuerySet)) else [value]
    return [_text(one) for one in many]


def _text(value: Any) -> str:
    if isinstance(value, dt.date):
        return formatting.date(value)
    return str(value.pk if isinstance(value, Model) else value)


def is_blank(value: Any) -> bool:
    """A filter that does not filter."""
    if isinstance(value, QuerySet):
        return not value
    return value is None or value in ("", [], ())


def _dress(field: forms.Field) -> None:
    """Bootstrap's classes for a small control."""
    widget = field.widget
    if isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select form-select-sm")
    elif isinstance(widget, forms.CheckboxInput):
        widget.attrs.setdefault("class", "form-check-input")
    else:
        widget.attrs["class"] = f"form-control form-control-sm {widget.attrs.get('class', '')}".strip()
    field.required = False
