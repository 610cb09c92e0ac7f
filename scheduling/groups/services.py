"""Verbs that concern all members of a group session at once; what concerns one of them is a verb of appointments."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.choices import AppointmentStatus, CancelledBy, CancelReason
from scheduling.errors import AppointmentError
from scheduling.groups.errors import GroupChanged, NoGroupSession
from scheduling.models import Appointment
from scheduling.services.calling_off import call_off, miss
from scheduling.services.details import change_details
from scheduling.services.fitting import InRoom
from scheduling.services.holding import hold_session
from scheduling.services.steps import take_step


@transaction.atomic
def update_group_session(
    *,
    actor: User,
    appointment_id: UUID,
    location: str,
    is_billable: bool,
    billing_code: str,
    room: InRoom | None = None,
) -> list[Appointment]:
    """Give all members the same place, room and code; what one of them has of these by itself is lost.

    Raises NotPermitted, NoGroupSession, SlotTaken for a room that is taken.
    """
    members = _members(actor, appointment_id, room_ids=[room.pk if room else None])
    chosen = room or InRoom(members[0].room_id)
    values: dict[str, Any] = {
        "location": location,
        "is_billable": is_billable,
        "billing_code": billing_code.strip().upper(),
        "room": chosen.found(location, members[0].room_id),
    }
    return [change_details(each, values, actor=actor) for each in members]


@transaction.atomic
def cancel_group_session(
    *,
    actor: User,
    appointment_id: UUID,
    reason: CancelReason,
    cancelled_by: CancelledBy,
    heard_at: datetime | None = None,
    note: str = "",
) -> list[Appointment]:
    """Call the session off for everybody who is still to come. Raises NotPermitted, NoGroupSession, AppointmentError.

    It has not begun for anybody: whoever was there was there.
    """
    members = _members(actor, appointment_id)
    if any(each.status not in lifecycle.CANCEL.sources for each in members):
        raise AppointmentError(
            "This group session has begun for some of its clients. Cancel each of the others."
        )
    return [
        call_off(each, actor=actor, reason=reason, cancelled_by=cancelled_by, heard_at=heard_at, note=note)
        for each in members
    ]


@transaction.atomic
def start_group_session(*, actor: User, appointment_id: UUID) -> list[Appointment]:
    """The session begins for all who are checked in; nobody is said to be there of whom it is not known.

    Raises NotPermitted, NoGroupSession, TooEarly, AppointmentError where nobody is checked in.
    """
    members = _members(actor, appointment_id, may=rules.can_hold_session)
    here = [each for each in members if each.status == AppointmentStatus.CHECKED_IN]
    if not here:
        raise AppointmentError("Nobody is checked in yet. Check in who is here, then start the session.")
    return [
        take_step(lifecycle.START, each, actor=actor, verb="started", stamp="started_at") for each in here
    ]


@transaction.atomic
def record_attendance(
    *, actor: User, appointment_id: UUID, came: Collection[UUID], missed: Collection[UUID]
) -> list[Appointment]:
    """Say of members of a session that has begun who came, for whom it is completed, and who did not.

    Of whom nothing is said stays as they are. Raises NotPermitted, NoGroupSession, GroupChanged if one of them is no
    longer open, TooEarly.
    """
    members = {each.pk: each for each in _members(actor, appointment_id, may=rules.can_hold_session)}
    said = {*came, *missed}
    if not said:
        raise AppointmentError("Say of at least one client whether they came.")
    if said - members.keys() or set(came) & set(missed):
        raise GroupChanged
    for key in sorted(said):
        each = members[key]
        if each.status not in lifecycle.COMPLETE.sources:
            raise GroupChanged
        if key in missed:
            miss(each, actor=actor)
        else:
            take_step(lifecycle.COMPLETE, each, actor=actor, verb="completed", stamp="completed_at")
    return [members[key] for key in said]


def _members(
    actor: User,
    appointment_id: UUID,
    *,
    room_ids: Collection[UUID | None] = (),
    may: Callable[[User, Appointment], bool] = rules.can_change_appointment,
) -> list[Appointment]:
    """Who takes part, held and locked. Raises NotPermitted, NoGroupSession."""
    rows = hold_session(appointment_id, room_ids=room_ids)
    if rows[0].group_session is None:
        raise NoGroupSession
    members = [each for each in rows if each.status in lifecycle.EDITABLE]
    for each in members:
        require(may(actor, each))
    if not members:
        raise NoGroupSession
    return members
