"""Other times: moved in place, or called off and booked anew with a link between the two."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.choices import AppointmentStatus
from scheduling.errors import WrongStatus
from scheduling.models import Appointment, Room
from scheduling.services.fitting import Agreed, InRoom, Overbooking, Wanted, agree, end_of, refuse_unbookable
from scheduling.services.holding import hold_session, refusals, save, write_down
from scheduling.services.putting_down import put_down
from scheduling.waitlist.choices import OpenedBy
from scheduling.waitlist.opening import note_openings
from staff.models import Staff

# What the appointment in its place has as this one had it.
CARRIED_OVER = ("type", "notes", "is_billable", "billing_code", "series", "series_slot")


@transaction.atomic
def move_appointment(
    *,
    actor: User,
    appointment_id: UUID,
    start: datetime,
    minutes: int,
    staff_id: UUID | None = None,
    room: InRoom | None = None,
    version: int | None = None,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> Appointment:
    """Put an appointment at another time, or with another clinician; a group session moves as one.

    It stays in its room unless `room` names another one. A confirmation was for the old time: a confirmed appointment
    whose start changes is scheduled again. One that was overbooked and stands alone now is so no more. Raises
    NotPermitted, WrongStatus, StaleVersion, SlotTaken unless `overbooking`, NeedsConfirmation, NoteHangsOnIt.
    """
    members, staff = _hold(appointment_id, staff_id, room)
    appointment = next(each for each in members if each.pk == appointment_id)
    require(rules.can_change_appointment(actor, appointment) and rules.can_schedule_for(actor, staff))
    if version is not None and version != appointment.version:
        raise StaleVersion
    _refuse_begun(members)
    start = start.replace(second=0, microsecond=0)
    place = (room or InRoom(appointment.room_id)).found(appointment.location, appointment.room_id)
    clients = [each.client for each in members]
    wanted = Wanted(staff, clients, start, end_of(start, minutes), appointment.location, place)
    if (start, wanted.end, staff, place) == _as_it_is(appointment):
        return appointment
    refuse_unbookable(staff, clients)
    agreed = agree(
        wanted,
        actor=actor,
        anyway=anyway,
        overbooking=overbooking,
        group_session=appointment.group_session,
        besides=[each.pk for each in members],
    )
    for member in members:
        _move_one(member, wanted, agreed, actor=actor)
    return appointment


def _as_it_is(appointment: Appointment) -> tuple[datetime, datetime, Staff, Room | None]:
    return appointment.start_time, appointment.end_time, appointment.staff, appointment.room


def _refuse_begun(members: Sequence[Appointment]) -> None:
    """Raises WrongStatus for what cannot move any more; a group that has begun for some stays where it is for all."""
    for each in members:
        if each.status in lifecycle.MOVABLE:
            continue
        if len(members) > 1:
            raise WrongStatus("This group session has begun for some of its clients and stays at its time.")
        raise WrongStatus(f"This appointment is {lifecycle.status_word(each)} and stays at its time.")


def _move_one(appointment: Appointment, wanted: Wanted, agreed: Agreed, *, actor: User) -> None:
    before, was = appointment.status, formatting.instant(appointment.start_time, clock.zone())
    room, staff = wanted.room, wanted.staff
    new = {
        "start_time": wanted.start,
        "end_time": wanted.end,
        "staff_id": staff.pk,
        "room_id": room.pk if room else None,
        "overbooked": bool(agreed.beside),
    }
    changes: dict[str, Any] = {
        name: [str(getattr(appointment, name)), str(value)]
        for name, value in new.items()
        if getattr(appointment, name) != value
    }
    if "start_time" in changes and appointment.status == AppointmentStatus.CONFIRMED:
        appointment.status = AppointmentStatus.SCHEDULED
    note_openings(appointment.staff_id, [(appointment.start_time, appointment.end_time)], OpenedBy.MOVED)
    from_whom = f" with {appointment.staff.full_name}" if "staff_id" in changes else ""
    appointment.staff, appointment.start_time, appointment.end_time = staff, wanted.start, wanted.end
    appointment.room, appointment.overbooked, appointment.overbook_reason = (
        room,
        bool(agreed.beside),
        agreed.beside,
    )
    with refusals(at_once="staff_id" in changes):
        save(
            appointment,
            *("staff", "start_time", "end_time", "status", "room", "overbooked", "overbook_reason"),
        )
    detail = f"Moved from {was}{from_whom}. {agreed.said}".strip()
    write_down(appointment, actor=actor, verb="moved", from_status=before, detail=detail, changes=changes)


@transaction.atomic
def reschedule_appointment(
    *,
    actor: User,
    appointment_id: UUID,
    start: datetime,
    minutes: int,
    staff_id: UUID | None = None,
    location: str | None = None,
    room: InRoom | None = None,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> Appointment:
    """Give the client another appointment in place of this one, and return the new one.

    The old one becomes `rescheduled` and frees its time; the two are linked both ways. Of a group session only this
    client's place moves. Raises NotPermitted, WrongStatus, SlotTaken unless `overbooking`, NeedsConfirmation.
    """
    members, staff = _hold(appointment_id, staff_id, room)
    old = next(each for each in members if each.pk == appointment_id)
    require(rules.can_change_appointment(actor, old) and rules.can_schedule_for(actor, staff))
    lifecycle.check(lifecycle.RESCHEDULE, old, clock.now())
    start = start.replace(second=0, microsecond=0)
    if (start, staff.pk) == (old.start_time, old.staff_id):
        raise WrongStatus("This is the time it has already. Choose another one.", field="start")
    refuse_unbookable(staff, [old.client])
    where = location or old.location
    place = (room or InRoom(old.room_id)).found(where, old.room_id)
    wanted = Wanted(staff, [old.client], start, end_of(start, minutes), where, place)
    agreed = agree(wanted, actor=actor, anyway=anyway, overbooking=overbooking, besides=[old.pk])
    before, old.status = old.status, AppointmentStatus.RESCHEDULED
    save(old, "status")
    note_openings(old.staff_id, [(old.start_time, old.end_time)], OpenedBy.MOVED)
    to, was = (formatting.instant(each, clock.zone()) for each in (start, old.start_time))
    write_down(old, actor=actor, verb="rescheduled", from_status=before, detail=f"To {to}.")
    kept = {name: getattr(old, name) for name in CARRIED_OVER}
    detail = f"Rescheduled from {was}."
    return put_down(wanted, old.client, agreed, actor=actor, detail=detail, rescheduled_from=old, **kept)


def _hold(
    appointment_id: UUID, staff_id: UUID | None, room: InRoom | None
) -> tuple[list[Appointment], Staff]:
    """The appointment with who shares its group session, all held, and the clinician it goes to."""
    known = Appointment.objects.only("staff_id").get(pk=appointment_id)
    target = staff_id or known.staff_id
    members = hold_session(
        appointment_id, staff_ids=[known.staff_id, target], room_ids=[room.pk if room else None]
    )
    return members, Staff.objects.select_related("user").get(pk=target)
