"""Locks, and what every verb writes down."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from psycopg.errors import ExclusionViolation, ForeignKeyViolation, UniqueViolation

from accounts.models import User
from mentalspace.core import audit
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import Scope
from scheduling.choices import TAKING_PART
from scheduling.errors import NoteHangsOnIt, SlotTaken
from scheduling.models import Appointment, AppointmentEvent
from staff.rules import staff_of


def hold_calendars(
    *, staff_ids: Iterable[UUID], client_ids: Iterable[UUID], room_ids: Iterable[UUID | None] = ()
) -> None:
    """Let nobody else book these clinicians, clients or rooms until the transaction ends.

    Whoever wants the same calendar waits here and then sees what was booked, instead of running into the exclusion
    constraint. Always taken before rows and in one order, so that no two wait for each other.
    """
    names = {f"staff {pk}" for pk in staff_ids} | {f"client {pk}" for pk in client_ids}
    names |= {f"room {pk}" for pk in room_ids if pk}
    keys = sorted(
        int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True) for name in names
    )
    with connection.cursor() as cursor:
        # One statement for all: unnest gives them in the order of the list, and so they are taken.
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def locked(appointment_id: UUID) -> Appointment:
    """The appointment with its clinician and client; nobody else changes it until the transaction ends."""
    return locked_all([appointment_id]).get()


def locked_all(appointment_ids: Iterable[UUID]) -> QuerySet[Appointment]:
    """Several of them, in one order, so that no two transactions wait for each other."""
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("staff__user", "client", "room")
        .filter(pk__in=list(appointment_ids))
        .order_by("pk")
    )


def hold_session(
    appointment_id: UUID, *, staff_ids: Iterable[UUID] = (), room_ids: Iterable[UUID | None] = ()
) -> list[Appointment]:
    """An appointment and all of its group session who are not called off, locked, with everybody's calendars held.

    Calendars are held before rows, so it is first read without a lock to learn whose they are. `staff_ids` and
    `room_ids` are held too.
    """
    known = Appointment.objects.get(pk=appointment_id)
    rows = [known]
    if known.group_session:
        together = Appointment.objects.filter(group_session=known.group_session, status__in=TAKING_PART)
        rows += together.exclude(pk=known.pk)
    hold_calendars(
        staff_ids={*(each.staff_id for each in rows), *staff_ids},
        client_ids={each.client_id for each in rows},
        room_ids={*(each.room_id for each in rows), *room_ids},
    )
    if len(rows) > 1:
        # The history of each is sealed for its client: the keys are fetched together.
        data_keys.for_scopes(Scope("client", each.client_id) for each in rows)
    return list(locked_all(each.pk for each in rows))


@contextmanager
def refusals(*, at_once: bool = False) -> Iterator[None]:
    """The database has the last word; say it in ours. Raises SlotTaken, NoteHangsOnIt.

    `at_once` also asks the constraints that would else wait for the end of the transaction: what refers to an
    appointment together with its clinician.
    """
    try:
        with transaction.atomic():
            yield
            if at_once:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation | UniqueViolation):
            raise SlotTaken from error
        if isinstance(error.__cause__, ForeignKeyViolation):
            raise NoteHangsOnIt from error
        raise


def write_down(
    appointment: Appointment,
    *,
    actor: User | None,
    verb: str,
    from_status: str = "",
    detail: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """One line in the appointment's history and one in the audit trail."""
    AppointmentEvent.objects.create(
        appointment=appointment,
        by=staff_of(actor) if actor else None,
        from_status=from_status,
        to_status=appointment.status,
        detail=detail[:300],
    )
    if from_status and from_status != appointment.status:
        changes = {"status": [from_status, appointment.status], **(changes or {})}
    audit.record(
        actor=actor,
        verb=f"appointment.{verb}",
        obj=appointment,
        client_id=appointment.client_id,
        changes=changes,
    )


def save(appointment: Appointment, *fields: str) -> None:
    """Write these fields and the next version."""
    appointment.version += 1
    appointment.save(update_fields=[*fields, "version", "updated_at"])
