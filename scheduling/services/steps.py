"""The steps of a day: confirmed, checked in, in session, completed."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import clock
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.lifecycle import Step
from scheduling.models import Appointment
from scheduling.services.holding import locked, save, write_down


@transaction.atomic
def confirm(*, actor: User, appointment_id: UUID) -> Appointment:
    """The client said they will come. Raises NotPermitted, WrongStatus."""
    appointment = locked(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    return take_step(lifecycle.CONFIRM, appointment, actor=actor, verb="confirmed")


@transaction.atomic
def check_in(*, actor: User, appointment_id: UUID) -> Appointment:
    """The client is here, or in the waiting room of the call. Raises NotPermitted, WrongStatus, TooEarly."""
    appointment = locked(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    return take_step(lifecycle.CHECK_IN, appointment, actor=actor, verb="checked_in", stamp="checked_in_at")


@transaction.atomic
def start_session(*, actor: User, appointment_id: UUID) -> Appointment:
    """The session begins. Raises NotPermitted, WrongStatus, TooEarly."""
    appointment = locked(appointment_id)
    require(rules.can_hold_session(actor, appointment))
    return take_step(lifecycle.START, appointment, actor=actor, verb="started", stamp="started_at")


@transaction.atomic
def complete_appointment(*, actor: User, appointment_id: UUID) -> Appointment:
    """The session was held: from in session, or from any state before it once its start has passed.

    Called by the calendar and, when the session's note is signed, by documents. Raises NotPermitted,
    WrongStatus (also when it is completed already), TooEarly.
    """
    appointment = locked(appointment_id)
    require(rules.can_hold_session(actor, appointment))
    take_step(lifecycle.COMPLETE, appointment, actor=actor, verb="completed", stamp="completed_at")
    return appointment


def take_step(
    step: Step,
    appointment: Appointment,
    *,
    actor: User | None,
    verb: str,
    stamp: str = "",
    detail: str = "",
) -> Appointment:
    """One step of an appointment that is locked already; who may was asked before. Nobody acts for a client's link."""
    now = clock.now()
    lifecycle.check(step, appointment, now)
    before, appointment.status = appointment.status, step.target
    if stamp:
        setattr(appointment, stamp, now)
    save(appointment, "status", *([stamp] if stamp else []))
    write_down(appointment, actor=actor, verb=verb, from_status=before, detail=detail)
    return appointment
