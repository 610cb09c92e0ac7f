"""Forms made from the declarations of the practice's settings, so that a new setting needs no page of its own."""

import datetime as dt
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import available_timezones

from django import forms
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from mentalspace.core.forms import DateField, MoneyField, PageForm, PhoneField, TimeField, ZipField
from mentalspace.core.forms.pages import dress
from mentalspace.core.practice import ChosenFrom, Section

# Longer texts get a box of several lines.
LONG_TEXT = 300
LIST_HELP = "One per line."
# Text that is read and written in a way of its own, by the setting's name.
READ_AS: dict[str, type[forms.CharField]] = {"phone": PhoneField, "zip_code": ZipField}


class ListField(forms.CharField):
    """Values one per line, as a list of text."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(each) for each in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class SectionForm(PageForm):
    """One section of settings. Pydantic has the last word; what it refuses stands at the field."""

    def __init__(self, section: Section, *args: Any, **kwargs: Any) -> None:
        self.section = section
        kwargs.setdefault("initial", section.model_dump())
        super().__init__(*args, **kwargs)
        for name, info in type(section).model_fields.items():
            self.fields[name] = form_field(name, info)
            dress(self.fields[name])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            self.value = type(self.section).model_validate(values)
        except ValidationError as error:
            for fault in error.errors():
                place = str(fault["loc"][0]) if fault["loc"] else None
                self.add_error(place if place in self.fields else None, _sentence(fault))
        return values


def form_field(name: str, info: FieldInfo) -> forms.Field:
    """The input for one setting, by its type."""
    options: dict[str, Any] = {
        "label": info.title or name.replace("_", " ").capitalize(),
        "help_text": info.description or "",
        "required": False,
    }
    kind, optional = _bare(info.annotation)
    bounds = _bounds(info)
    if kind is bool:
        return forms.BooleanField(**options)
    if (several := _of_many(kind, info, options)) is not None:
        return several
    options["required"] = not optional and (kind is not str or bool(bounds.get("min_length")))
    if kind is int:
        return forms.IntegerField(min_value=bounds.get("ge"), max_value=bounds.get("le"), **options)
    if kind is Decimal:
        return MoneyField(minimum=bounds.get("ge", 0), **options)
    if kind is dt.time:
        return TimeField(**options)
    if kind is dt.date:
        return DateField(**options)
    if name == "time_zone":
        zones = sorted(
            zone for zone in available_timezones() if zone.startswith(("America/", "US/", "Pacific/"))
        )
        return forms.ChoiceField(choices=[(zone, zone.replace("_", " ")) for zone in zones], **options)
    if name in READ_AS:
        return READ_AS[name](**options)
    if (bounds.get("max_length") or 0) > LONG_TEXT:
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(max_length=bounds.get("max_length"), **options)


def _of_many(kind: Any, info: FieldInfo, options: dict[str, Any]) -> forms.Field | None:
    """The input for a setting that is chosen from others, or is a list; None for one that is neither."""
    if chosen := next((part for part in info.metadata if isinstance(part, ChosenFrom)), None):
        if kind is str:
            return forms.ChoiceField(choices=chosen.choices, **options | {"required": True})
        return forms.MultipleChoiceField(
            choices=chosen.choices, widget=forms.CheckboxSelectMultiple, **options
        )
    if get_origin(kind) in (list, tuple, frozenset, set):
        options["help_text"] = f"{options['help_text']} {LIST_HELP}".strip()
        return ListField(**options)
    if get_origin(kind) is Literal:
        # A setting names its choices in `json_schema_extra={"labels": {value: label}}`.
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        labels: Any = extra.get("labels", {})
        return forms.ChoiceField(
            choices=[(each, labels.get(each, str(each))) for each in get_args(kind)], **options
        )
    return None


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether it had it."""
    if get_origin(annotation) in (Union, UnionType):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        return inner[0], len(inner) < len(get_args(annotation))
    return annotation, False


def _bounds(info: FieldInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in info.metadata:
        for bound in ("ge", "le", "min_length", "max_length"):
            value = getattr(part, bound, None)
            if value is not None:
                found[bound] = value
    return found


def _sentence(fault: Any) -> str:
    """Pydantic's message without its prefix for our own validators, as a sentence."""
    text = str(fault["msg"]).removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."
