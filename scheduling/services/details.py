"""What an appointment is, apart from when and with whom."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.choices import OCCUPIES
from scheduling.errors import Clash, SlotTaken, WrongStatus
from scheduling.models import Appointment, Room
from scheduling.services.fitting import InRoom, clash_words
from scheduling.services.holding import hold_calendars, locked, refusals, save, write_down

LABELS = {
    "type": "type",
    "location": "location",
    "is_billable": "billable",
    "billing_code": "service code",
    "notes": "scheduling note",
    "room": "room",
}


@transaction.atomic
def update_details(
    *,
    actor: User,
    appointment_id: UUID,
    version: int,
    type: str,
    location: str,
    is_billable: bool,
    billing_code: str,
    notes: str,
    room: InRoom | None = None,
) -> Appointment:
    """Change type, place, room, billable, code and scheduling note.

    The room goes with the place: elsewhere than at the office there is none. Raises NotPermitted, WrongStatus,
    StaleVersion, SlotTaken for a room that is taken.
    """
    known = Appointment.objects.only("room_id", "staff_id", "client_id").get(pk=appointment_id)
    wanted = room or InRoom(known.room_id)
    hold_calendars(
        staff_ids=[known.staff_id], client_ids=[known.client_id], room_ids=[known.room_id, wanted.pk]
    )
    appointment = locked(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    if appointment.status not in lifecycle.EDITABLE:
        raise WrongStatus(f"This appointment is {lifecycle.status_word(appointment)} and stays as it is.")
    if appointment.version != version:
        raise StaleVersion
    values: dict[str, Any] = {
        "type": type,
        "location": location,
        "is_billable": is_billable,
        "billing_code": billing_code.strip().upper(),
        "notes": notes,
        "room": wanted.found(location, appointment.room_id),
    }
    return change_details(appointment, values, actor=actor)


def change_details(appointment: Appointment, values: dict[str, Any], *, actor: User) -> Appointment:
    """Write what differs, to an appointment that is locked already; who may was asked before. Raises SlotTaken."""
    changes = audit.changed_fields(appointment, values, secret=["notes"])
    if not changes:
        return appointment
    if values["room"] not in {None, appointment.room} and appointment.status in OCCUPIES:
        _refuse_taken_room(appointment, values["room"])
    for name, value in values.items():
        setattr(appointment, name, value)
    with refusals():
        save(appointment, *values)
    names = ", ".join(LABELS[name] for name in changes)
    write_down(
        appointment,
        actor=actor,
        verb="updated",
        from_status=appointment.status,
        detail=f"Changed: {names}.",
        changes=changes,
    )
    return appointment


def _refuse_taken_room(appointment: Appointment, room: Room) -> None:
    """Raises SlotTaken if another clinician is in the room then."""
    taken = (
        Appointment.objects.filter(room=room, status__in=OCCUPIES)
        .filter(start_time__lt=appointment.end_time, end_time__gt=appointment.start_time)
        .exclude(staff=appointment.staff)
        .order_by("start_time")
        .first()
    )
    if taken is not None:
        clash = Clash(taken.start_time, taken.end_time, of_client=False, room=room.name)
        raise SlotTaken(clash_words(appointment.staff, clash), field="room", clashes=[clash])
