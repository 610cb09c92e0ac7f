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
from scheduling.models import Appointment
from scheduling.services.fitting import ask_about_unusual, end_of, refuse_clashes, refuse_unbookable
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
    version: int | None = None,
    anyway: bool | str = False,
) -> Appointment:
    """Put an appointment at another time, or with another clinician; a group session moves as one.

    A confirmation was for the old time: a confirmed appointment whose start changes is scheduled again. Raises
    NotPermitted, WrongStatus, StaleVersion, SlotTaken, NeedsConfirmation, NoteHangsOnIt.
    """
    members, staff = _hold(appointment_id, staff_id)
    appointment = next(each for each in members if each.pk == appointment_id)
    require(rules.can_change_appointment(actor, appointment) and rules.can_schedule_for(actor, staff))
    if version is not None and version != appointment.version:
        raise StaleVersion
    if any(each.status not in lifecycle.MOVABLE for each in members):
        raise WrongStatus(f"This appointment is {lifecycle.status_word(appointment)} and stays at its time.")
    start = start.replace(second=0, microsecond=0)
    end = end_of(start, minutes)
    if (start, end, staff.pk) == (appointment.start_time, appointment.end_time, appointment.staff_id):
        return appointment
    clients = [each.client for each in members]
    refuse_unbookable(staff, clients)
    refuse_clashes(
        actor=actor,
        staff=staff,
        client_ids=[client.pk for client in clients],
        start=start,
        end=end,
        group_session=appointment.group_session,
        besides=[each.pk for each in members],
    )
    accepted = ask_about_unusual(
        actor=actor,
        staff=staff,
        clients=clients,
        start=start,
        end=end,
        location=appointment.location,
        anyway=anyway,
    )
    for member in members:
        _move_one(member, actor=actor, staff=staff, start=start, end=end, accepted=accepted)
    return appointment


def _move_one(
    appointment: Appointment, *, actor: User, staff: Staff, start: datetime, end: datetime, accepted: str
) -> None:
    before, was = appointment.status, formatting.instant(appointment.start_time, clock.zone())
    changes: dict[str, Any] = {}
    for name, value in {"start_time": start, "end_time": end, "staff_id": staff.pk}.items():
        if getattr(appointment, name) != value:
            changes[name] = [str(getattr(appointment, name)), str(value)]
    if start != appointment.start_time and appointment.status == AppointmentStatus.CONFIRMED:
        appointment.status = AppointmentStatus.SCHEDULED
    from_whom = f" with {appointment.staff.full_name}" if staff.pk != appointment.staff_id else ""
    appointment.staff, appointment.start_time, appointment.end_time = staff, start, end
    with refusals(at_once="staff_id" in changes):
        save(appointment, "staff", "start_time", "end_time", "status")
    detail = f"Moved from {was}{from_whom}. {accepted}".strip()
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
    anyway: bool | str = False,
) -> Appointment:
    """Give the client another appointment in place of this one, and return the new one.

    The old one becomes `rescheduled` and frees its time; the two are linked both ways. Of a group session only this
    client's place moves. Raises NotPermitted, WrongStatus, SlotTaken, NeedsConfirmation.
    """
    members, staff = _hold(appointment_id, staff_id)
    old = next(each for each in members if each.pk == appointment_id)
    require(rules.can_change_appointment(actor, old) and rules.can_schedule_for(actor, staff))
    lifecycle.check(lifecycle.RESCHEDULE, old, clock.now())
    start = start.replace(second=0, microsecond=0)
    end = end_of(start, minutes)
    if (start, staff.pk) == (old.start_time, old.staff_id):
        raise WrongStatus("This is the time it has already. Choose another one.", field="start")
    refuse_unbookable(staff, [old.client])
    refuse_clashes(
        actor=actor, staff=staff, client_ids=[old.client_id], start=start, end=end, besides=[old.pk]
    )
    accepted = ask_about_unusual(
        actor=actor,
        staff=staff,
        clients=[old.client],
        start=start,
        end=end,
        location=location or old.location,
        anyway=anyway,
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
        )
    was = formatting.instant(old.start_time, clock.zone())
    times = {"start_time": [str(old.start_time), str(start)], "end_time": [str(old.end_time), str(end)]}
    write_down(
        new, actor=actor, verb="booked", detail=f"Rescheduled from {was}. {accepted}".strip(), changes=times
    )
    return new


def _hold(appointment_id: UUID, staff_id: UUID | None) -> tuple[list[Appointment], Staff]:
    """The appointment and whoever shares its group session, locked, and the clinician it goes to.

    Calendars are held before rows, so the appointment is first read without a lock to learn whose they are.
    """
    known = Appointment.objects.only("staff_id", "client_id", "group_session").get(pk=appointment_id)
    ids = {known.pk}
    if known.group_session:
        ids |= set(
            Appointment.objects.filter(
                group_session=known.group_session, status__in=lifecycle.MOVABLE
            ).values_list("pk", flat=True)
        )
    target = staff_id or known.staff_id
    clients = Appointment.objects.filter(pk__in=ids).values_list("client_id", flat=True)
    hold_calendars(staff_ids={known.staff_id, target}, client_ids=list(clients))
    members = list(locked_all(ids))
    return members, Staff.objects.select_related("user").get(pk=target)
