"""What a column is: its heading, its cells on screen and in a spreadsheet, how it sorts and adds up."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F
from django.db.models.expressions import BaseExpression, OrderBy
from django.utils.html import conditional_escape

from mentalspace.core import formatting
from mentalspace.core.cells import Badge, Cell

Order = str | F | BaseExpression | OrderBy


@dataclass(frozen=True, kw_only=True)
class _Options:
    """The optional parts of a column, by name only."""

    cell: Callable[[Any], Any] | None = None
    sort: str | Order | Sequence[Order] = ()
    descending_first: bool = False
    nulls_last: bool = False
    csv: Callable[[Any], Any] | Literal[False] | None = None
    align: Literal["start", "end", "center"] = "start"
    total: Any = None
    total_cell: Callable[[Any], Any] | None = None
    hide: Literal["", "narrow"] = ""
    nowrap: bool = False


@dataclass(frozen=True)
class _Named:
    """The parts every column has, by position."""

    key: str
    label: str


@dataclass(frozen=True)
class Column(_Options, _Named):
    """One column of a list.

    `cell` makes the shown value of a row: text, a `Cell`, a `Badge`, or safe markup; without it the row's attribute or
    key named `key` is shown, formatted by its type. `sort` names model fields or expressions; for a list that is no
    queryset, attributes. `csv` makes the spreadsheet's value (numbers stay numbers); False leaves the column out.
    `total` is an aggregate such as `Sum("amount")` (or for a plain list a function of all its rows); it costs one query
    over everything filtered. `hide="narrow"` drops the column between phone and desktop widths.
    """

    def value(self, row: Any) -> Any:
        """What stands in the cell."""
        return self.cell(row) if self.cell else read(row, self.key)

    def html(self, row: Any) -> str:
        """The cell's markup, escaped."""
        return str(conditional_escape(shown(self.value(row))))

    def plain(self, row: Any) -> Any:
        """The cell's value in a spreadsheet."""
        value = self.csv(row) if callable(self.csv) else self.value(row)
        if isinstance(value, Cell):
            return value.plain
        if isinstance(value, Badge):
            return value.text
        return value

    def total_html(self, value: Any) -> str:
        """The total's markup."""
        return str(conditional_escape(shown(self.total_cell(value) if self.total_cell else value)))

    @property
    def orders(self) -> tuple[Order, ...]:
        """The sort keys, ascending."""
        if isinstance(self.sort, (str, F, BaseExpression)):
            return (self.sort,) if self.sort else ()
        return tuple(self.sort)

    def order_by(self, descending: bool) -> list[Order]:
        """Arguments for `QuerySet.order_by`."""
        return [directed(order, descending, self.nulls_last) for order in self.orders]


def directed(order: Order, descending: bool, nulls_last: bool) -> Order:
    """A sort key turned around when descending; a key declared with `-` or `.desc()` turns the other way."""
    if isinstance(order, OrderBy):
        copy = order.copy()
        if descending:
            copy.reverse_ordering()
        return copy
    if isinstance(order, str):
        name, backwards = order.removeprefix("-"), order.startswith("-") != descending
        if not nulls_last:
            return f"-{name}" if backwards else name
        order, descending = F(name), backwards
    last = True if nulls_last else None
    return order.desc(nulls_last=last) if descending else order.asc(nulls_last=last)


def read(row: Any, key: str) -> Any:
    """A row's value: rows are dictionaries from `.values()`, dataclasses or models."""
    return row.get(key) if isinstance(row, dict) else getattr(row, key, None)


def shown(value: Any) -> Any:
    """A bare value as the practice writes it. Instants are refused: only the list knows their zone."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.datetime):
        raise TypeError("Format instants in the column's cell, in the practice's zone.")
    if isinstance(value, dt.date):
        return formatting.date(value)
    if isinstance(value, dt.time):
        return formatting.time(value)
    if isinstance(value, int):
        return formatting.number(value)
    if isinstance(value, Decimal):
        return formatting.money(value)
    return value
