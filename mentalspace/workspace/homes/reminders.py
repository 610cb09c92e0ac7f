"""What reminders leave to do: those that did not arrive, and clients who called off by their link."""

from datetime import timedelta

from django.urls import reverse

from mentalspace.core import clock
from mentalspace.core.cells import EmptyState
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address
from scheduling import badges
from scheduling.models import Reminder
from scheduling.queries import cancelled_by_link, reminders_to_look_at

SHOWN = 6
LATELY = timedelta(days=1)


def not_reached(scene: Scene) -> list[Panel]:
    """Reminders that could not be sent while it still helps to call; no panel where there are none."""
    waiting, total = first_of(
        reminders_to_look_at(scene.actor, clock.now()).order_by("start_time", "pk"), SHOWN
    )
    lines = [
        _line(scene, reminder, reminder.get_fault_display() or "May not have been sent")
        for reminder in waiting
    ]
    if not lines:
        return []
    return [
        Panel(
            "Reminders not sent",
            EmptyState("All were sent"),
            lines,
            address("scheduling:reminder_list", state="look"),
            "All",
            "alarm",
            total=total,
        )
    ]


def called_off(scene: Scene) -> list[Panel]:
    """Appointments that clients cancelled by the link of a reminder since yesterday; no panel where there are none."""
    found, total = first_of(cancelled_by_link(scene.actor, clock.now() - LATELY), SHOWN)
    lines = [_line(scene, reminder, "Cancelled by the client") for reminder in found]
    if not lines:
        return []
    return [
        Panel(
            "Cancelled by clients",
            EmptyState("Nobody cancelled"),
            lines,
            address("scheduling:reminder_list", state="answered"),
            "All",
            "calendar-x",
            total=total,
        )
    ]


def _line(scene: Scene, reminder: Reminder, what: str) -> Line:
    appointment = reminder.appointment
    return Line(
        appointment.client.display_name,
        reverse("scheduling:appointment_detail", args=[appointment.pk]),
        f"{badges.when(appointment, scene.zone)} · {what}",
    )
