"""Consents that need somebody: how many clients, by what there is to do."""

from documents.consents.queries import state_counts
from mentalspace.core import formatting
from mentalspace.core.cells import EmptyState
from mentalspace.workspace.homes.parts import Line, Panel
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address

LIST = "documents:consent_list"
KINDS = {"missing": "Forms missing", "renew": "To renew", "unsent": "Mail not sent"}


def to_follow_up(scene: Scene) -> list[Panel]:
    """A line for each thing to do; no panel where there is nothing."""
    counts = state_counts(scene.actor)
    lines = [
        Line(label, address(LIST, state=state), formatting.plural(counts[state], "client"))
        for state, label in KINDS.items()
        if counts[state]
    ]
    if not lines:
        return []
    return [
        Panel(
            "Consents",
            EmptyState("Nothing is missing"),
            lines,
            address(LIST, state="attention"),
            "All",
            "signature",
            total=counts["attention"],
        )
    ]
