"""What apps put on the pages of an app below them, without the app below knowing them.

The app that owns the page declares its kinds of panel as frozen dataclasses and one `Registry` of them in its
`panels.py`; others add theirs in `AppConfig.ready()`, and the page asks for one kind at a time.
"""

from typing import Any, Generic, TypeVar

P = TypeVar("P")
K = TypeVar("K")


class Registry(Generic[P]):
    """Everything added, by `order`; panels without one stand as they were added."""

    def __init__(self) -> None:
        self.panels: list[P] = []

    def add(self, *panels: P) -> None:
        """Add panels of any kind that this registry takes; at start, never while answering."""
        self.panels = sorted([*self.panels, *panels], key=_order)

    def of(self, kind: type[K]) -> list[K]:
        """Those of one kind, in order."""
        return [panel for panel in self.panels if isinstance(panel, kind)]


def _order(panel: Any) -> int:
    return getattr(panel, "order", 0)
