"""Answers of clients that tell of risk: on top of Home until somebody signs what was done."""

from django.urls import reverse

from documents.measures.queries import open_risks
from documents.rules import can_answer_risk
from mentalspace.core import formatting
from mentalspace.core.cells import Action, Badge, EmptyState
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene

SHOWN = 8


def to_respond(scene: Scene) -> list[Panel]:
    """The longest waiting first; no panel where there are none."""
    waiting, total = first_of(open_risks(scene.actor), SHOWN)
    if not waiting:
        return []
    responds = can_answer_risk.gate(scene.actor)
    lines = []
    for measure in waiting:
        day = measure.created_at.astimezone(scene.zone).date()
        about = measure.client.display_name
        respond = Action(
            "Respond", reverse("documents:risk_respond", args=[measure.pk]), "signature", about=about
        )
        lines.append(
            Line(
                about,
                reverse("documents:measure_detail", args=[measure.pk]),
                f"{measure.asked.name}, {formatting.relative_day(day, scene.today)}",
                badges=[Badge("Response needed", "danger", "alert-triangle")],
                actions=[respond] if responds else [],
                urgent=True,
            )
        )
    return [
        Panel(
            "Risk answers",
            EmptyState("No risk answer waits"),
            lines,
            reverse("documents:risk_list"),
            "All",
            "alert-triangle",
            total=total,
        )
    ]
