"""What a home page is made of: figures on top, then panels of work."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mentalspace.core.cells import Action, Badge, EmptyState, Stat


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
    """A list of work with a way to all of it. An empty one says what would stand there."""

    title: str
    empty: EmptyState
    lines: Sequence[Line] = ()
    more_url: str = ""
    more_label: str = "All"
    icon: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Home:
    """A person's home page."""

    stats: Sequence[Stat] = ()
    main: Sequence[Panel] = field(default_factory=tuple)
    side: Sequence[Panel] = field(default_factory=tuple)
