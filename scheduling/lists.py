"""What the practice keeps for its schedule, as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.lists import Action, Badge, Column, EmptyState, ListPage
from scheduling.closures import next_day
from scheduling.models import Closure, Room


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


class RoomList(ListPage):
    """The practice's rooms."""

    title = "Rooms"
    subtitle = "One session takes a room at a time; a group session is one."
    can_export = False
    search_label = "Room or office"
    default_sort = "name"
    empty = EmptyState(
        "No rooms yet",
        "With rooms, visits at the office can take one, and no two the same.",
        icon="building-bank",
    )
    columns = (
        Column("name", "Room", cell=lambda room: room.name, sort=(Lower("name"),)),
        Column("place", "Office", cell=lambda room: room.place, sort=(Lower("place"), Lower("name"))),
        Column(
            "capacity",
            "Clients",
            cell=lambda room: room.capacity or "Any number",
            sort="capacity",
            align="end",
        ),
        Column(
            "state",
            "State",
            cell=lambda room: (
                Badge("In use", "success") if room.is_active else Badge("Out of use", "neutral")
            ),
            sort="is_active",
        ),
    )

    def search(self, source: QuerySet[Room], text: str) -> QuerySet[Room]:
        return source.filter(Q(name__icontains=text) | Q(place__icontains=text))

    def row_classes(self, row: Room) -> str:
        return "" if row.is_active else "is-quiet"

    def actions(self, row: Room) -> Sequence[Action]:
        url = reverse("scheduling:room_edit", args=[row.pk])
        return [Action("Edit", url, icon="edit", dialog=True, about=row.name)]
