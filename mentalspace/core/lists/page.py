"""The list itself: reads the address, filters, sorts and cuts a page, and answers as page, region or spreadsheet."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString

from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, EmptyState
from mentalspace.core.lists import export, view
from mentalspace.core.lists.columns import Column, read
from mentalspace.core.lists.filtering import Filtering, MakeForm

LAST_PAGE = 1000
COUNTED = 1000
CHUNK = 500


class ListPage:
    """A list of rows by URL; subclass it with columns, and with `search`, `actions`, `prepare` where needed.

    The source is a queryset (of models or `.values()`), or a plain sequence of dataclasses. Only declared columns sort;
    what the address says wrongly is left out and said, never an error. Costs: one query for the page (it reads one row
    more than it shows), one more to count where there are more pages, one where a column has a total, and those of the
    filters' choices.
    """

    title: str = ""
    subtitle: str = ""
    columns: Sequence[Column] = ()
    default_sort: str = ""
    page_size: int = 30
    filterset_class: ClassVar[Any] = None
    filter_form_class: ClassVar[type[forms.Form] | None] = None
    # Makes one that needs more than the address, as the person who asks.
    make_form: MakeForm | None = None
    search_label: str = ""
    empty: EmptyState = EmptyState("Nothing here yet")
    tiebreak: ClassVar[tuple[str, ...]] = ("pk",)
    csv_name: str = ""
    can_export: bool = True
    template_name: ClassVar[str] = "ui/list_page.html"
    region_template: ClassVar[str] = "ui/list_region.html"
    region_id: str = "list"
    previous_words: str = "Previous"

    def __init__(
        self,
        request: HttpRequest,
        source: Any,
        *,
        page_actions: Sequence[Action] = (),
        on_export: Callable[["ListPage"], object] | None = None,
    ) -> None:
        self.request = request
        self.source = source
        self.page_actions = page_actions
        self.on_export = on_export
        self.problems: list[str] = []

    # What a list may define

    def search(self, source: Any, text: str) -> Any:
        """Rows that match the search box; define it together with `search_label`, which says what it looks through."""
        return source

    def filter(self, source: Any, values: Mapping[str, Any]) -> Any:
        """Rows that match the cleaned values of `filter_form_class`."""
        return source

    def prepare(self, rows: list[Any]) -> list[Any]:
        """The rows about to be shown, perhaps completed by one query for all of them."""
        return rows

    def actions(self, row: Any) -> Sequence[Action]:
        """What one can do with a row; up to two stand beside it, more in a menu."""
        return ()

    def bulk_actions(self) -> Sequence[Action]:
        """Actions on chosen rows; they post, and the rows' keys arrive as `selected`."""
        return ()

    def client_of(self, row: Any) -> UUID | None:
        """Whom the row names, for the audit trail, where it is no row of a model that says so by itself."""
        return read(row, "client_id")

    def key(self, row: Any) -> str:
        """What names a row in markup and in `selected`."""
        return str(read(row, "pk") or read(row, "id") or "")

    def about(self, row: Any) -> str:
        """What a screen reader calls the row: its first column."""
        return str(self.columns[0].plain(row)) if self.columns else ""

    def row_classes(self, row: Any) -> str:
        """Classes of the row: `is-quiet` for what is past or closed, `is-urgent` for what cannot wait."""
        return ""

    # The answer

    def respond(
        self, context: Mapping[str, Any] | None = None, template_name: str | None = None, status: int = 200
    ) -> HttpResponseBase:
        """The spreadsheet, the region for htmx, or the whole page."""
        if self.request.GET.get("format") == "csv" and self.can_export:
            return self.csv()
        self.read()
        region = self._wants_region()
        template = self.region_template if region else template_name or self.template_name
        extra = {"list": self, "title": self.title, "subtitle": self.subtitle, **(context or {})}
        response = render(self.request, template, extra, status=status)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        if region:
            response["HX-Push-Url"] = self.url()
        return response

    def csv(self) -> HttpResponseBase:
        """Everything that is filtered, in the order shown.

        The trail knows of it before the first byte leaves, and of the clients in each chunk before that leaves.
        """
        rows = self._all_rows(audit.origin.get())
        self.record_export()
        name = re.sub(r"[^a-z0-9]+", "-", (self.csv_name or self.title or "list").lower()).strip("-")
        return export.stream(self.columns, rows, f"{name}-{clock.today():%Y-%m-%d}.csv")

    def record_export(self) -> None:
        """Say that the list left as a spreadsheet, in `on_export`'s words or with its name; never what it holds."""
        if self.on_export:
            self.on_export(self)
        else:
            name = self.csv_name or self.title
            audit.record(
                actor=getattr(self.request, "user", None), verb="list.exported", changes={"list": ["", name]}
            )

    def read(self) -> None:
        """Ask for the page now, so that the template finds rows and problems ready."""
        self.rows  # noqa: B018

    def _wants_region(self) -> bool:
        headers = self.request.headers
        return (
            headers.get("HX-Request") == "true"
            and headers.get("HX-Target") == self.region_id
            and headers.get("HX-History-Restore-Request") != "true"
        )

    # Filters

    @cached_property
    def text(self) -> str:
        """The search text, without control characters."""
        if not self.search_label:
            return ""
        raw = unicodedata.normalize("NFC", self.request.GET.get("q", "")[:200])
        return " ".join("".join(c if c.isprintable() else " " for c in raw).split())

    @cached_property
    def filtering(self) -> Filtering | None:
        """The filter form and what it is set to."""
        filterset, form = self.filterset_class, self.filter_form_class
        if filterset is not None:
            return Filtering(
                lambda data: filterset(data, queryset=self.source, request=self.request).form,
                self.request.GET,
            )
        return Filtering(self.make_form or form, self.request.GET) if form is not None else None

    @cached_property
    def values(self) -> dict[str, Any]:
        """The cleaned filters in force, by name."""
        return self.filtering.values if self.filtering else {}

    @cached_property
    def filtered(self) -> Any:
        """The source, filtered and searched."""
        source = self.source
        if self.filtering:
            self.problems += self.filtering.problems
            if self.filterset_class is not None:
                source = self.filterset_class(self.filtering.data, queryset=source, request=self.request).qs
            else:
                source = self.filter(source, self.values)
        return self.search(source, self.text) if self.text else source

    @property
    def is_filtered(self) -> bool:
        """Whether an empty list may be the filters' doing."""
        return bool(self.text or self.values)

    @cached_property
    def chips(self) -> list[view.Chip]:
        """What was searched for and chosen, each with a way back to how the list begins."""
        chips = [view.Chip(f"“{self.text}”", self.url(page=1, q=""))] if self.text else []
        for name, words in self.filtering.words() if self.filtering else ():
            chips.append(view.Chip(words, self.url(page=1, **{name: None})))
        return chips

    # Order

    @cached_property
    def sort(self) -> str:
        """The column sorted by, `-` before it when descending."""
        asked = self.request.GET.get("sort", "")
        if not asked:
            return self.default_sort
        if any(column.key == asked.removeprefix("-") and column.orders for column in self.columns):
            return asked
        self.problems.append("This list cannot be sorted in that way; it has its usual order.")
        return self.default_sort

    @cached_property
    def ordered(self) -> Any:
        """Everything filtered, in order."""
        key, descending = self.sort.removeprefix("-"), self.sort.startswith("-")
        column = next((column for column in self.columns if column.key == key), None)
        source = self.filtered
        if not isinstance(source, QuerySet):
            return _sorted(list(source), column, descending)
        orders = column.order_by(descending) if column else list(source.query.order_by)
        return source.order_by(*orders, *self.tiebreak)

    @cached_property
    def headers(self) -> list[view.Header]:
        """The headings; a click on the one sorted by turns it around."""
        made = []
        for column in self.columns:
            classes = view.column_classes(column)
            if not column.orders:
                made.append(view.Header(column.label, classes))
                continue
            current = self.sort.removeprefix("-") == column.key
            descending = self.sort.startswith("-")
            target = f"{'-' if (not descending if current else column.descending_first) else ''}{column.key}"
            aria = ("descending" if descending else "ascending") if current else ""
            made.append(view.Header(column.label, classes, self.url(page=1, sort=target), aria))
        return made

    # Pages

    @cached_property
    def page_number(self) -> int:
        """The page asked for."""
        asked = self.request.GET.get("page", "1")
        if asked.isascii() and asked.isdigit() and 1 <= len(asked) <= 4 and 1 <= int(asked) <= LAST_PAGE:
            return int(asked)
        self.problems.append("There is no such page; this is the first one.")
        return 1

    @cached_property
    def _cut(self) -> tuple[list[Any], bool]:
        """The page's rows, and whether there are more."""
        found = self._slice(self.page_number)
        if not found and self.page_number > 1:
            self.problems.append("There are fewer pages than that; this is the first one.")
            self.page_number = 1
            found = self._slice(1)
        rows = self.prepare(found[: self.page_size])
        self._saw(rows)
        return rows, len(found) > self.page_size

    def _saw(self, rows: list[Any]) -> None:
        for row in rows:
            if client := self.client_of(row):
                audit.saw(client)

    def _slice(self, number: int) -> list[Any]:
        start = (number - 1) * self.page_size
        return list(self.ordered[start : start + self.page_size + 1])

    @cached_property
    def rows(self) -> list[view.Row]:
        """The page's rows as markup."""
        return view.render_rows(self, self._cut[0])

    @property
    def shown(self) -> str:
        """`1–30 of 45`, `31–45 of 45`, `3`; `1–30 of 1,000+` where there are too many to count at once."""
        rows, more = self._cut
        first = (self.page_number - 1) * self.page_size + 1
        last = first + len(rows) - 1
        if not rows:
            return "None"
        if first == 1 and not more:
            return formatting.number(last)
        total = self._total(last) if more else formatting.number(last)
        return f"{formatting.number(first)}{formatting.EN_DASH}{formatting.number(last)} of {total}"

    def _total(self, least: int) -> str:
        """How many there are, where not all fit the page; one query, which stops after `COUNTED` rows."""
        if isinstance(self.ordered, QuerySet):
            found = self.ordered.order_by()[: COUNTED + 1].count()
        else:
            found = len(self.ordered)
        if found > COUNTED and isinstance(self.ordered, QuerySet):
            return f"{formatting.number(max(COUNTED, least))}+"
        return formatting.number(found)

    @property
    def at(self) -> str:
        """Where in the list this page is."""
        return f"Page {self.page_number}"

    @property
    def previous_url(self) -> str:
        """The page before, if any."""
        return self.url(page=self.page_number - 1) if self.page_number > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after, if any."""
        return self.url(page=self.page_number + 1) if self._cut[1] and self.page_number < LAST_PAGE else ""

    @cached_property
    def totals(self) -> SafeString | str:
        """The row of totals over everything filtered; empty where no column adds up."""
        adding = {column.key: column.total for column in self.columns if column.total is not None}
        if not adding or not self._cut[0]:
            return ""
        source = self.filtered
        if isinstance(source, QuerySet):
            sums = source.order_by().aggregate(**{f"total_{key}": made for key, made in adding.items()})
            return view.render_totals(self, {key: sums[f"total_{key}"] for key in adding})
        return view.render_totals(self, {key: made(source) for key, made in adding.items()})

    @cached_property
    def bulk(self) -> Sequence[Action]:
        """Actions on chosen rows, asked for once."""
        return self.bulk_actions()

    @property
    def has_actions(self) -> bool:
        """Whether this list has a column of actions at all."""
        return type(self).actions is not ListPage.actions

    def _all_rows(self, origin: audit.Origin) -> Iterator[Any]:
        """Every row, prepared a chunk at a time. `origin` is that of the request, which is over when they are sent."""
        source = self.ordered
        everything = source.iterator(chunk_size=CHUNK) if isinstance(source, QuerySet) else iter(source)
        return self._prepared(everything, origin)

    def _prepared(self, rows: Iterator[Any], origin: audit.Origin) -> Iterator[Any]:
        while True:
            with audit.gathering(origin) as trail:
                chunk = list(islice(rows, CHUNK))
                prepared = self.prepare(chunk)
                self._saw(prepared)
                if trail.clients:
                    named, _ = audit.listed(trail, None)
                    actor = getattr(self.request, "user", None)
                    audit.record(actor=actor, verb="list.rows_exported", clients=named)
            yield from prepared
            if len(chunk) < CHUNK:
                return

    # Addresses

    def url(self, **changes: Any) -> str:
        """This list's address with `page`, `sort`, `q` or a filter changed; what has its usual value is left out.

        A filter that begins with a value means "any" as an empty text, and that value again as None.
        """
        pairs = self.filtering.parameters() if self.filtering else []
        initial = self.filtering.initial if self.filtering else {}
        fields = set(self.filtering.form.fields) if self.filtering else set()
        pairs = [(name, value) for name, value in pairs if name not in changes]
        pairs += [
            (name, str(value))
            for name, value in changes.items()
            if name in fields and (value or (value is not None and name in initial))
        ]
        fixed = {
            "q": self.text,
            "sort": self.sort,
            "page": self.page_number,
            **{k: v for k, v in changes.items() if k not in fields},
        }
        usual = {"q": "", "sort": self.default_sort, "page": 1}
        pairs = [(k, str(v)) for k, v in fixed.items() if v not in ("", None) and v != usual.get(k)] + pairs
        return f"{self.request.path}?{urlencode(pairs)}" if pairs else self.request.path

    @property
    def csv_url(self) -> str:
        """The same rows as a spreadsheet."""
        return self.url(page=1, format="csv")

    @property
    def clear_url(self) -> str:
        """The list without search and filters, in the same order."""
        return (
            f"{self.request.path}?{urlencode({'sort': self.sort})}"
            if self.sort != self.default_sort
            else self.request.path
        )


def _sorted(rows: list[Any], column: Column | None, descending: bool) -> list[Any]:
    """A plain list in the order of a column's attributes; what is missing comes last either way."""
    for name in reversed(column.orders if column else ()):
        attribute = str(name).removeprefix("-")
        backwards = str(name).startswith("-") != descending
        present = [row for row in rows if read(row, attribute) is not None]
        absent = [row for row in rows if read(row, attribute) is None]
        present.sort(key=partial(_sort_value, attribute), reverse=backwards)
        rows = present + absent
    return rows


def _sort_value(attribute: str, row: Any) -> Any:
    value = read(row, attribute)
    return value.casefold() if isinstance(value, str) else value
