"""What the global search shows, whichever app found it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: what it is called, a second line, where it leads, and an icon of its kind."""

    label: str
    url: str
    sub: str = ""
    icon: str = ""
    badge: str = ""
