"""Filters by day, and the words for what a filter is set to."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, QuerySet

from mentalspace.core import clock, formatting
from mentalspace.core.forms.fields import DateField


class _DayFilter(django_filters.Filter):
    """A bound on a day or, with `instant=True`, on an instant that falls on a day of the practice's."""

    field_class = DateField

    def __init__(self, field_name: str, *, instant: bool = False, **kwargs: Any) -> None:
        self.instant = instant
        super().__init__(field_name=field_name, **kwargs)


class DayFromFilter(_DayFilter):
    """From the start of the day on."""

    def filter(self, qs: "QuerySet[Any]", value: dt.date | None) -> "QuerySet[Any]":
        """Half-open from below, so that an index serves it."""
        if value is None:
            return qs
        bound = clock.day_bounds(value)[0] if self.instant else value
        return qs.filter(**{f"{self.field_name}__gte": bound})


class DayToFilter(_DayFilter):
    """To the end of the day."""

    def filter(self, qs: "QuerySet[Any]", value: dt.date | None) -> "QuerySet[Any]":
        """Half-open above: before the next midnight of the practice."""
        if value is None:
            return qs
        if self.instant:
            return qs.filter(**{f"{self.field_name}__lt": clock.day_bounds(value)[1]})
        return qs.filter(**{f"{self.field_name}__lte": value})


def described(field: forms.Field, value: Any) -> str:
    """What a filter is set to, in words."""
    if isinstance(value, (QuerySet, list, tuple, set)):
        return formatting.listed((described(field, item) for item in value), "or")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return formatting.date(value)
    if isinstance(value, Model):
        label = getattr(field, "label_from_instance", str)
        return str(label(value))
    for key, label in _flat(getattr(field, "choices", ())):
        if str(key) == str(value):
            return str(label)
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat: list[tuple[Any, Any]] = []
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            flat.extend(label)
        else:
            flat.append((key, label))
    return flat
