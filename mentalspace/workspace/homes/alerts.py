"""Alerts of unusual reading that wait for an administrator."""

from django.urls import reverse

from accounts.queries import name_of
from mentalspace.core import formatting
from mentalspace.core.cells import EmptyState
from mentalspace.workspace.audit_alerts import KINDS, unreviewed
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address
from mentalspace.workspace.rules import can_review_alerts

SHOWN = 6


def alerts(scene: Scene) -> list[Panel]:
    """The newest; no panel where nothing waits, as on most days, and for whom it does not concern."""
    if not can_review_alerts(scene.actor):
        return []
    waiting, total = first_of(unreviewed(), SHOWN)
    lines = [
        Line(
            KINDS.get(alert.kind, alert.kind),
            reverse("workspace:audit_alert_detail", args=[alert.pk]),
            f"{name_of(alert.actor)}, {formatting.instant(alert.since, scene.zone)}",
            urgent=True,
        )
        for alert in waiting
    ]
    if not lines:
        return []
    return [
        Panel(
            "Unusual reading to review",
            EmptyState("Nothing to review"),
            lines,
            address("workspace:audit_alert_list", state="open"),
            "All",
            "alert-triangle",
            total=total,
        )
    ]
