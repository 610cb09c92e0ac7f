"""What the practice keeps for its schedule, as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.lists import Action, Badge, Column, EmptyState, ListPage
from scheduling.closures import next_day
from scheduling.models import Closure


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A holiday with the next day on which it is kept."""

    closure: Closure
    next: date | None

    @property
    def pk(self) -> str:
        return str(self.closure.pk)


def closure_rows() -> list[ClosureRow]:
    """All holidays, the next first, those that are over last. One query."""
    today = clock.today()
    rows = [ClosureRow(each, next_day(each, today)) for each in Closure.objects.all()]
    return sorted(
        rows, key=lambda row: (row.next is None, row.next or row.closure.day or today, row.closure.name)
    )


def _repeats(row: ClosureRow) -> str:
    if row.closure.holiday:
        return "Every year, federal holiday"
    return "Every year" if row.closure.yearly else "Once"


class ClosureList(ListPage):
    """The practice's holidays."""

    title = "Holidays"
    subtitle = "On these days the practice is closed: nothing is offered, and booking asks first."
    can_export = False
    page_size = 100
    empty = EmptyState(
        "No holidays yet", "Add the federal holidays in one click, or days of your own.", icon="calendar-off"
    )
    columns = (
        Column("name", "Holiday", cell=lambda row: row.closure.name),
        Column(
            "next",
            "Next",
            cell=lambda row: formatting.long_date(row.next) if row.next else Badge("Over", "neutral"),
        ),
        Column("repeats", "Repeats", cell=_repeats),
    )

    def row_classes(self, row: ClosureRow) -> str:
        return "" if row.next else "is-quiet"

    def actions(self, row: ClosureRow) -> Sequence[Action]:
        about, key = row.closure.name, [row.closure.pk]
        remove = Action(
            "Remove",
            reverse("scheduling:closure_delete", args=key),
            icon="trash",
            dialog=True,
            danger=True,
            about=about,
        )
        if row.closure.holiday:
            return [remove]
        edit = Action(
            "Edit", reverse("scheduling:closure_edit", args=key), icon="edit", dialog=True, about=about
        )
        return [edit, remove]
