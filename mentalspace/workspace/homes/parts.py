"""What a home page is made of: figures on top, then panels of work."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from mentalspace.core.cells import Action, Badge, EmptyState, Stat

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: what it is, whom it is about, where it leads and what can be done at once."""

    title: str
    url: str = ""
    sub: str = ""
    lead: str = ""
    badges: Sequence[Badge] = ()
    actions: Sequence[Action] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A list of work with a way to all of it. An empty one says what would stand there.

    `total` is how much there is where the lines are only the first of it.
    """

    title: str
    empty: EmptyState
    lines: Sequence[Line] = ()
    more_url: str = ""
    more_label: str = "All"
    icon: str = ""
    wide: bool = False
    total: int | None = None

    @property
    def count(self) -> int:
        """What stands beside the title: all there is, not only what is shown."""
        return len(self.lines) if self.total is None else self.total


def first_of(source: QuerySet[M, Any], shown: int) -> tuple[list[M], int]:
    """The first rows, and how many there are; counted only where there are more than are shown."""
    rows = list(source[: shown + 1])
    return rows[:shown], len(rows) if len(rows) <= shown else source.count()


@dataclass(frozen=True)
class Home:
    """A person's home page."""

    stats: Sequence[Stat] = ()
    main: Sequence[Panel] = field(default_factory=tuple)
    side: Sequence[Panel] = field(default_factory=tuple)
