"""The row of a new appointment, with its history and its trace."""

from typing import Any

from accounts.models import User
from clients.models import Client
from scheduling.models import Appointment
from scheduling.services.fitting import Agreed, Wanted
from scheduling.services.holding import refusals, write_down
from staff.rules import staff_of


def put_down(
    wanted: Wanted, client: Client, agreed: Agreed, *, actor: User, detail: str = "", **columns: Any
) -> Appointment:
    """Book one client at a time that was agreed on. Raises SlotTaken if the database knows better."""
    start, end, before = wanted.start, wanted.end, columns.get("rescheduled_from")
    with refusals():
        appointment = Appointment.objects.create(
            staff=wanted.staff,
            client=client,
            start_time=start,
            end_time=end,
            location=wanted.location,
            room=wanted.room,
            created_by=staff_of(actor),
            **agreed.columns,
            **columns,
        )
    was = (before.start_time.isoformat(), before.end_time.isoformat()) if before else (None, None)
    changes: dict[str, Any] = {
        "start_time": [was[0], start.isoformat()],
        "end_time": [was[1], end.isoformat()],
    }
    if agreed.beside:
        changes["overbooked"] = [None, "True"]
    write_down(
        appointment, actor=actor, verb="booked", detail=f"{detail} {agreed.said}".strip(), changes=changes
    )
    return appointment
