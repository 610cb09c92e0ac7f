"""What the global search shows, whichever app found it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: what it is called, a second line, where it leads, and an icon of its kind."""

    label: str
    url: str
    sub: str = ""
    icon: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind."""

    label: str
    items: Sequence[Hit]
