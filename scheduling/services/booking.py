"""New appointments."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.choices import CLINICAL_ROLES
from accounts.models import User
from clients.choices import CareRole
from clients.models import CareTeamMember, Client
from clients.rules import served_clients
from clients.services import assign_clinician
from mentalspace.core import clock
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.choices import AppointmentType
from scheduling.defaults import usual_code
from scheduling.errors import NotBookable, WrongStatus
from scheduling.models import Appointment
from scheduling.services.fitting import (
    Overbooking,
    Wanted,
    agree,
    end_of,
    in_the_way_of,
    refuse_unbookable,
    room_for,
)
from scheduling.services.holding import hold_calendars, locked
from scheduling.services.putting_down import put_down
from staff.models import Staff


@transaction.atomic
def book_appointment(
    *,
    actor: User,
    client_id: UUID,
    staff_id: UUID,
    start: datetime,
    minutes: int,
    type: str = AppointmentType.INDIVIDUAL,
    location: str = "telehealth",
    is_billable: bool = True,
    billing_code: str | None = None,
    notes: str = "",
    room_id: UUID | None = None,
    assign: bool = False,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> Appointment:
    """Book a client's time with a clinician; `billing_code=None` takes the type's usual one.

    `assign` puts the clinician on the client's care team if they are not on it: who holds a session needs the chart.
    Raises NotPermitted, NotBookable, BadLength, SlotTaken unless `overbooking`, and NeedsConfirmation unless `anyway`.
    """
    booked = _book(
        actor=actor,
        client_ids=[client_id],
        staff_id=staff_id,
        start=start,
        minutes=minutes,
        location=location,
        fields={
            "type": type,
            "is_billable": is_billable,
            "billing_code": usual_code(type) if billing_code is None else billing_code.strip().upper(),
            "notes": notes,
        },
        anyway=anyway,
        overbooking=overbooking,
        room_id=room_id,
    )[0]
    if assign:
        put_on_care_team(actor, booked)
    return booked


@transaction.atomic
def book_group_session(
    *,
    actor: User,
    client_ids: Sequence[UUID],
    staff_id: UUID,
    start: datetime,
    minutes: int,
    location: str = "office",
    is_billable: bool = True,
    billing_code: str | None = None,
    notes: str = "",
    room_id: UUID | None = None,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> list[Appointment]:
    """Book several clients into one session, a row each. Raises as `book_appointment` does; all are booked or none."""
    type_ = AppointmentType.GROUP
    return _book(
        actor=actor,
        client_ids=list(dict.fromkeys(client_ids)),
        staff_id=staff_id,
        start=start,
        minutes=minutes,
        location=location,
        fields={
            "type": type_,
            "is_billable": is_billable,
            "billing_code": usual_code(type_) if billing_code is None else billing_code.strip().upper(),
            "notes": notes,
        },
        group_session=uuid.uuid4(),
        anyway=anyway,
        overbooking=overbooking,
        room_id=room_id,
    )


@transaction.atomic
def join_group_session(
    *,
    actor: User,
    appointment_id: UUID,
    client_id: UUID,
    anyway: bool | str = False,
) -> Appointment:
    """Add a client to the session of `appointment_id`, which becomes a group session if it was not one.

    Raises NotPermitted, WrongStatus (not a group, or called off), SlotTaken, NeedsConfirmation.
    """
    known = Appointment.objects.only("staff_id").get(pk=appointment_id)
    hold_calendars(staff_ids=[known.staff_id], client_ids=[client_id])
    session = locked(appointment_id)
    require(rules.can_change_appointment(actor, session))
    if session.type != AppointmentType.GROUP:
        raise WrongStatus("Only a group session takes further clients.")
    if session.status not in lifecycle.MOVABLE:
        raise WrongStatus(f"This session is {lifecycle.status_word(session)} and takes no further clients.")
    if session.group_session is None:
        # In a calendar feed it stays the event that it was.
        session.group_session = session.pk
        session.save(update_fields=["group_session", "updated_at"])
    return _book(
        actor=actor,
        client_ids=[client_id],
        staff_id=session.staff_id,
        start=session.start_time,
        minutes=session.minutes,
        location=session.location,
        fields={
            "type": session.type,
            "is_billable": session.is_billable,
            "billing_code": session.billing_code,
        },
        group_session=session.group_session,
        anyway=anyway,
        # Whoever joins a session that stands beside another one stands there with it.
        inherited=session.overbook_reason,
        room_id=session.room_id,
    )[0]


def put_on_care_team(actor: User, appointment: Appointment) -> None:
    """The clinician becomes primary if the client has no primary clinician, else further clinician."""
    today = clock.today()
    team = CareTeamMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today), client=appointment.client
    )
    roles = dict(team.values_list("staff_id", "role"))
    if appointment.staff_id in roles or appointment.staff.user.roles.isdisjoint(CLINICAL_ROLES):
        return
    role = CareRole.SECONDARY if CareRole.PRIMARY in roles.values() else CareRole.PRIMARY
    assign_clinician(actor=actor, client_id=appointment.client_id, staff_id=appointment.staff_id, role=role)


def _book(
    *,
    actor: User,
    client_ids: Sequence[UUID],
    staff_id: UUID,
    start: datetime,
    minutes: int,
    location: str,
    fields: dict[str, Any],
    anyway: bool | str,
    overbooking: Overbooking | None = None,
    group_session: UUID | None = None,
    inherited: str = "",
    room_id: UUID | None = None,
) -> list[Appointment]:
    staff = Staff.objects.select_related("user").get(pk=staff_id)
    require(rules.can_schedule_for(actor, staff))
    clients = _clients(actor, client_ids)
    start = start.replace(second=0, microsecond=0)
    end = end_of(start, minutes)
    refuse_unbookable(staff, clients)
    wanted = Wanted(staff, clients, start, end, location, room_for(room_id, location))
    # Put together before the calendars are held: others may wait for them by the dozen.
    in_the_way = in_the_way_of(wanted, actor)
    hold_calendars(staff_ids=[staff_id], client_ids=client_ids, room_ids=[room_id])
    agreed = agree(
        wanted,
        actor=actor,
        anyway=anyway,
        overbooking=overbooking,
        group_session=group_session,
        inherited=inherited,
        in_the_way=in_the_way,
    )
    if fields.get("notes") or agreed.beside:
        data_keys.for_scopes(Scope("client", client.pk) for client in clients)
    return [
        put_down(wanted, client, agreed, actor=actor, group_session=group_session, **fields)
        for client in clients
    ]


def _clients(actor: User, client_ids: Sequence[UUID]) -> list[Client]:
    """In the order given; clients whom the actor does not serve do not exist for them."""
    found = served_clients(actor).in_bulk(list(client_ids))
    if not client_ids or len(found) != len(set(client_ids)):
        raise NotBookable("Choose a client.", field="client")
    return [found[pk] for pk in client_ids]
