"""Constraints that every app declares in the same words."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


def known_value(
    field: str, choices: type[models.Choices], table: str, *, empty: bool = False
) -> models.CheckConstraint:
    """The column holds one of the enumeration's values, or with `empty` none, whoever writes it."""
    known = sorted([*choices.values, *([""] if empty else [])])
    return models.CheckConstraint(condition=Q(**{f"{field}__in": known}), name=f"{table}_{field}_known")


def lower_case(field: str, table: str) -> models.CheckConstraint:
    """The column is stored in lower case, so that a plain unique index is unique whatever the case."""
    return models.CheckConstraint(condition=Q(**{field: Lower(F(field))}), name=f"{table}_{field}_lower")


def not_before(later: str, earlier: str, table: str) -> models.CheckConstraint:
    """The later moment, where there is one, is not before the earlier."""
    return models.CheckConstraint(
        condition=Q(**{f"{later}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)}),
        name=f"{table}_{later}_not_before_{earlier}",
    )
