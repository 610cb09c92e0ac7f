"""What the list's template shows, ready made: headings, rows as markup, chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from mentalspace.core.cells import actions_html
from mentalspace.core.lists.columns import Column

if TYPE_CHECKING:
    from mentalspace.core.lists.page import ListPage


@dataclass(frozen=True, slots=True)
class Header:
    """A column's heading; `sort_url` is empty where it does not sort."""

    label: str
    classes: str
    sort_url: str = ""
    aria_sort: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    text: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row, its cells already markup."""

    html: SafeString
    classes: str


def column_classes(column: Column) -> str:
    """The classes its heading, cells and total share."""
    parts = [
        {"end": "is-number", "center": "is-centred"}.get(column.align, ""),
        "is-spare" if column.hide else "",
        "is-nowrap" if column.nowrap else "",
    ]
    return " ".join(part for part in parts if part)


def cell_openings(columns: Sequence[Column]) -> list[tuple[Column, str, str]]:
    """Each column with the tags around its cells; the first column heads its row."""
    made = []
    for place, column in enumerate(columns):
        tag = 'th scope="row"' if place == 0 else "td"
        classes = column_classes(column)
        label = f' data-label="{escape(column.label)}"' if place else ""
        made.append(
            (
                column,
                f"<{tag}{f' class={chr(34)}{classes}{chr(34)}' if classes else ''}{label}>",
                f"</{tag[:2]}>",
            )
        )
    return made


def render_rows(page: "ListPage", rows: Sequence[Any]) -> list[Row]:
    """All rows of a page."""
    openings = cell_openings(page.columns)
    selects = bool(page.bulk)
    made = []
    for row in rows:
        about = page.about(row)
        parts = []
        if selects:
            parts.append(
                f'<td class="is-pick"><input type="checkbox" class="form-check-input" name="selected" form="row-post"'
                f' value="{escape(page.key(row))}" aria-label="{escape(f"Select {about}")}"></td>'
            )
        parts += [f"{opening}{column.html(row)}{closing}" for column, opening, closing in openings]
        if page.has_actions:
            actions = actions_html(page.actions(row), f"{page.region_id}-menu-{escape(page.key(row))}", about)
            parts.append(f'<td class="is-actions">{actions}</td>')
        made.append(Row(SafeString("".join(parts)), page.row_classes(row)))
    return made


def render_totals(page: "ListPage", totals: dict[str, Any]) -> SafeString:
    """The row of totals, in the columns they belong to."""
    parts = ["<td></td>"] if page.bulk else []
    for place, (column, opening, closing) in enumerate(cell_openings(page.columns)):
        text = (
            "Total" if place == 0 else column.total_html(totals[column.key]) if column.key in totals else ""
        )
        parts.append(f"{opening}{text}{closing}")
    if page.has_actions:
        parts.append("<td></td>")
    return SafeString("".join(parts))
