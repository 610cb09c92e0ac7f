"""Appointments that do not take place."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import require
from scheduling import lifecycle, rules, signals
from scheduling.choices import CANCELLED, AppointmentStatus, CancelledBy, CancelReason
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import AppointmentError
from scheduling.models import Appointment
from scheduling.services.holding import locked, save, write_down
from scheduling.waitlist.choices import OpenedBy
from scheduling.waitlist.opening import note_openings


@transaction.atomic
def cancel_appointment(
    *,
    actor: User,
    appointment_id: UUID,
    reason: CancelReason,
    cancelled_by: CancelledBy,
    heard_at: datetime | None = None,
    note: str = "",
) -> Appointment:
    """Call off an appointment that has not begun.

    Notice runs from when the practice heard of it (`heard_at`, default now) to the start. Late is a client who gives
    less than the practice's notice: `appointment_missed` is sent then. Whoever else cancels is never late, so that no
    client is charged for a clinician's illness. Raises NotPermitted, WrongStatus, AppointmentError.
    """
    return call_off(
        locked(appointment_id),
        actor=actor,
        reason=reason,
        cancelled_by=cancelled_by,
        heard_at=heard_at,
        note=note,
    )


def call_off(
    appointment: Appointment,
    *,
    actor: User,
    reason: CancelReason,
    cancelled_by: CancelledBy,
    heard_at: datetime | None,
    note: str,
) -> Appointment:
    """The same for an appointment that is locked already, alone or with others of its series."""
    require(rules.can_change_appointment(actor, appointment))
    return record_cancellation(
        appointment,
        actor=actor,
        reason=reason,
        cancelled_by=cancelled_by,
        heard=heard_at or clock.now(),
        note=note,
    )


def record_cancellation(
    appointment: Appointment,
    *,
    actor: User | None,
    reason: CancelReason,
    cancelled_by: CancelledBy,
    heard: datetime,
    note: str,
) -> Appointment:
    """What every cancellation writes; who may was asked before. Nobody acts for a client's link."""
    now = clock.now()
    lifecycle.check(lifecycle.CANCEL, appointment, now)
    if heard > now + timedelta(minutes=1):
        raise AppointmentError("The cancellation cannot come from the future.", field="heard_at")
    late = is_late(appointment, cancelled_by, heard)
    before = appointment.status
    appointment.status = AppointmentStatus.LATE_CANCELLED if late else AppointmentStatus.CANCELLED
    appointment.cancel_reason, appointment.cancelled_by, appointment.cancel_note = reason, cancelled_by, note
    appointment.cancelled_at, appointment.notice_minutes = heard, notice_minutes(appointment, heard)
    save(
        appointment,
        "status",
        "cancel_reason",
        "cancelled_by",
        "cancel_note",
        "cancelled_at",
        "notice_minutes",
    )
    detail = f"By {CancelledBy(cancelled_by).label.lower()}: {CancelReason(reason).label.lower()}."
    changes = {"cancel_reason": ["", reason], "cancelled_by": ["", cancelled_by]}
    write_down(appointment, actor=actor, verb="cancelled", from_status=before, detail=detail, changes=changes)
    if cancelled_by == CancelledBy.CLIENT:
        # Where the clinician or the practice called it off, nobody will be there.
        span = (appointment.start_time, appointment.end_time)
        note_openings(appointment.staff_id, [span], OpenedBy.CANCELLED)
    if late:
        signals.appointment_missed.send(sender=Appointment, appointment=appointment, actor=actor)
    return appointment


def notice_minutes(appointment: Appointment, heard: datetime) -> int:
    """Whole minutes from hearing of it to the start; negative after the start."""
    return int((appointment.start_time - heard).total_seconds() // 60)


def is_late(appointment: Appointment, cancelled_by: str, heard: datetime) -> bool:
    """Would a cancellation heard of then be a late one?"""
    notice = timedelta(hours=practice.get(ScheduleDefaults).notice_hours)
    return cancelled_by == CancelledBy.CLIENT and appointment.start_time - heard < notice


@transaction.atomic
def mark_no_show(*, actor: User, appointment_id: UUID) -> Appointment:
    """The client did not come; only after the start. Sends `appointment_missed`. Raises also TooEarly."""
    appointment = locked(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    return miss(appointment, actor=actor)


def miss(appointment: Appointment, *, actor: User) -> Appointment:
    """The same for an appointment that is locked already; who may was asked before."""
    lifecycle.check(lifecycle.MISS, appointment, clock.now())
    before, appointment.status = appointment.status, AppointmentStatus.NO_SHOW
    save(appointment, "status")
    write_down(appointment, actor=actor, verb="missed", from_status=before)
    signals.appointment_missed.send(sender=Appointment, appointment=appointment, actor=actor)
    return appointment


def cancellation_summary(appointment: Appointment) -> str:
    """`Cancelled by client, client illness, 3 h notice`: for the side panel and lists."""
    if appointment.status not in CANCELLED or appointment.notice_minutes is None:
        return ""
    notice = appointment.notice_minutes
    days = notice // (24 * 60)
    length = formatting.plural(days, "day") if days > 1 else formatting.duration(notice)
    given = f"{length} of notice" if notice > 0 else "after the start"
    reason = CancelReason(appointment.cancel_reason).label.lower()
    return f"By {CancelledBy(appointment.cancelled_by).label.lower()}, {reason}, {given}"
