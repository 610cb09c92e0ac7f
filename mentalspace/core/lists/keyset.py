"""A list that only grows and is far too long to count or to leaf through by numbers: newest first, onwards from a row.

Where a page begins is said by the row before it, which an index finds at once however far down it is; an offset would
read all rows above it. The price: no page numbers, no total, one order.
"""

import datetime as dt
import re
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from mentalspace.core import formatting
from mentalspace.core.lists.page import ListPage

TOKEN = re.compile(r"(\d{1,16})_(\d{1,18})", re.ASCII)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


class KeysetPage(ListPage):
    """Subclass it like `ListPage`; no column sorts. `instant` and the primary key, both descending, make the order."""

    instant: ClassVar[str] = "at"
    tiebreak: ClassVar[tuple[str, ...]] = ()
    previous_words = "Newest"

    @cached_property
    def after(self) -> tuple[dt.datetime, int] | None:
        """The row after which this page begins; none on the first."""
        asked = self.request.GET.get("older", "")
        if not asked:
            return None
        if found := TOKEN.fullmatch(asked):
            return EPOCH + int(found[1]) * MICROSECOND, int(found[2])
        self.problems.append("There is no such page; this is the first one.")
        return None

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """Everything filtered, newest first."""
        rows: QuerySet[Any] = self.filtered
        return rows.order_by(f"-{self.instant}", "-pk")

    def _slice(self, number: int) -> list[Any]:
        rows = self.ordered
        if self.after is not None:
            at, key = self.after
            before = Q(**{f"{self.instant}__lt": at}) | Q(**{self.instant: at}, pk__lt=key)
            rows = rows.filter(before, **{f"{self.instant}__lte": at})
        return list(rows[: self.page_size + 1])

    @property
    def shown(self) -> str:
        """How many rows this page has; nobody counts the others."""
        return formatting.number(len(self._cut[0])) if self._cut[0] else "None"

    @property
    def at(self) -> str:
        return "Older" if self.after is not None else "Newest"

    @property
    def previous_url(self) -> str:
        """Back to the newest; the browser's own way back leads one page up."""
        return self.url(page=1) if self.after is not None else ""

    @property
    def next_url(self) -> str:
        """The rows after the last of this page."""
        rows, more = self._cut
        if not more:
            return ""
        last = rows[-1]
        microseconds = (getattr(last, self.instant) - EPOCH) // MICROSECOND
        return self.url(page=1, older=f"{microseconds}_{last.pk}")
