"""Other times: moved in place, or called off and booked anew with a link between the two."""

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
from scheduling.services.fitting import (
    InRoom,
    Overbooking,
    ask_about_unusual,
    end_of,
    refuse_clashes,
    refuse_unbookable,
    spoken,
)
from scheduling.services.holding import hold_calendars, locked_all, refusals, save, write_down
from staff.models import Staff
from staff.rules import staff_of


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
    if any(each.status not in lifecycle.MOVABLE for each in members):
        raise WrongStatus(f"This appointment is {lifecycle.status_word(appointment)} and stays at its time.")
    start = start.replace(second=0, microsecond=0)
    end = end_of(start, minutes)
    place = (room or InRoom(appointment.room_id)).found(appointment.location, appointment.room_id)
    now = (appointment.start_time, appointment.end_time, appointment.staff, appointment.room)
    if (start, end, staff, place) == now:
        return appointment
    clients = [each.client for each in members]
    refuse_unbookable(staff, clients)
    beside = refuse_clashes(
        actor=actor,
        staff=staff,
        client_ids=[client.pk for client in clients],
        start=start,
        end=end,
        group_session=appointment.group_session,
        besides=[each.pk for each in members],
        overbooking=overbooking,
        room=place,
    )
    accepted = ask_about_unusual(
        actor=actor,
        staff=staff,
        clients=clients,
        start=start,
        end=end,
        location=appointment.location,
        anyway=anyway,
        besides=[each.pk for each in members],
    )
    for member in members:
        _move_one(
            member,
            actor=actor,
            staff=staff,
            start=start,
            end=end,
            room=place,
            beside=beside,
            said=spoken(beside, accepted),
        )
    return appointment


def _move_one(
    appointment: Appointment,
    *,
    actor: User,
    staff: Staff,
    start: datetime,
    end: datetime,
    room: Room | None,
    beside: str,
    said: str,
) -> None:
    before, was = appointment.status, formatting.instant(appointment.start_time, clock.zone())
    changes: dict[str, Any] = {}
    new = {
        "start_time": start,
        "end_time": end,
        "staff_id": staff.pk,
        "room_id": room.pk if room else None,
        "overbooked": bool(beside),
    }
    for name, value in new.items():
        if getattr(appointment, name) != value:
            changes[name] = [str(getattr(appointment, name)), str(value)]
    if start != appointment.start_time and appointment.status == AppointmentStatus.CONFIRMED:
        appointment.status = AppointmentStatus.SCHEDULED
    from_whom = f" with {appointment.staff.full_name}" if staff.pk != appointment.staff_id else ""
    appointment.staff, appointment.start_time, appointment.end_time = staff, start, end
    appointment.room, appointment.overbooked, appointment.overbook_reason = room, bool(beside), beside
    with refusals(at_once="staff_id" in changes):
        save(
            appointment,
            *("staff", "start_time", "end_time", "status", "room", "overbooked", "overbook_reason"),
        )
    detail = f"Moved from {was}{from_whom}. {said}".strip()
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
    end = end_of(start, minutes)
    if (start, staff.pk) == (old.start_time, old.staff_id):
        raise WrongStatus("This is the time it has already. Choose another one.", field="start")
    refuse_unbookable(staff, [old.client])
    place = (room or InRoom(old.room_id)).found(location or old.location, old.room_id)
    beside = refuse_clashes(
        actor=actor,
        staff=staff,
        client_ids=[old.client_id],
        start=start,
        end=end,
        besides=[old.pk],
        overbooking=overbooking,
        room=place,
    )
    accepted = ask_about_unusual(
        actor=actor,
        staff=staff,
        clients=[old.client],
        start=start,
        end=end,
        location=location or old.location,
        anyway=anyway,
        besides=[old.pk],
    )
    before, old.status = old.status, AppointmentStatus.RESCHEDULED
    save(old, "status")
    to = formatting.instant(start, clock.zone())
    write_down(old, actor=actor, verb="rescheduled", from_status=before, detail=f"To {to}.")
    with refusals():
        new = Appointment.objects.create(
            staff=staff,
            client=old.client,
            start_time=start,
            end_time=end,
            type=old.type,
            location=location or old.location,
            notes=old.notes,
            is_billable=old.is_billable,
            billing_code=old.billing_code,
            created_by=staff_of(actor),
            rescheduled_from=old,
            series=old.series,
            series_slot=old.series_slot,
            room=place,
            overbooked=bool(beside),
            overbook_reason=beside,
        )
    was = formatting.instant(old.start_time, clock.zone())
    times = {"start_time": [str(old.start_time), str(start)], "end_time": [str(old.end_time), str(end)]}
    if beside:
        times["overbooked"] = ["", "True"]
    detail = f"Rescheduled from {was}. {spoken(beside, accepted)}".strip()
    write_down(new, actor=actor, verb="booked", detail=detail, changes=times)
    return new


def _hold(
    appointment_id: UUID, staff_id: UUID | None, room: InRoom | None
) -> tuple[list[Appointment], Staff]:
    """The appointment and whoever shares its group session, locked, and the clinician it goes to.

    Calendars are held before rows, so the appointment is first read without a lock to learn whose they are.
    """
    known = Appointment.objects.only("staff_id", "client_id", "group_session", "room_id").get(
        pk=appointment_id
    )
    ids = {known.pk}
    if known.group_session:
        ids |= set(
            Appointment.objects.filter(
                group_session=known.group_session, status__in=lifecycle.MOVABLE
            ).values_list("pk", flat=True)
        )
    target = staff_id or known.staff_id
    clients = Appointment.objects.filter(pk__in=ids).values_list("client_id", flat=True)
    rooms = {known.room_id, room.pk if room else None}
    hold_calendars(staff_ids={known.staff_id, target}, client_ids=list(clients), room_ids=rooms)
    members = list(locked_all(ids))
    return members, Staff.objects.select_related("user").get(pk=target)
