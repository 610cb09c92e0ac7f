"""Steps taken back: at once without ado, later with a reason."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from mentalspace.core import clock, practice
from mentalspace.core.gates import require
from scheduling import lifecycle, rules, signals
from scheduling.choices import BOOKED, CANCELLED, OCCUPIES, AppointmentStatus, CancelledBy, CancelReason
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import AppointmentError, NothingToUndo, WrongStatus
from scheduling.models import Appointment, AppointmentEvent, Series
from scheduling.services.calling_off import notice_minutes
from scheduling.services.fitting import Wanted, overbooking_of, refuse_clashes
from scheduling.services.holding import hold_calendars, locked, locked_all, refusals, save, write_down

# When each state was reached, for those whose moment is kept.
STAMPS = {
    AppointmentStatus.CHECKED_IN: "checked_in_at",
    AppointmentStatus.IN_SESSION: "started_at",
    AppointmentStatus.COMPLETED: "completed_at",
}


def steps_to_undo(appointments: Sequence[Appointment]) -> dict[UUID, AppointmentEvent]:
    """The last step of each, where it is one that can still be taken back. One query at most."""
    asked = {each.pk: each for each in appointments if each.status in lifecycle.UNDOABLE}
    if not asked:
        return {}
    since = clock.now() - timedelta(minutes=practice.get(ScheduleDefaults).undo_minutes)
    # What was changed about it meanwhile, or noted, is no step.
    steps = AppointmentEvent.objects.filter(appointment__in=asked).exclude(from_status=F("to_status"))
    events = steps.order_by("appointment_id", "-id")
    return {
        last.appointment_id: last
        for last in events.distinct("appointment_id")
        if last.at >= since
        and last.to_status == asked[last.appointment_id].status
        and lifecycle.is_step(last.from_status, last.to_status)
    }


@transaction.atomic
def undo_last_step(*, actor: User, appointment_id: UUID) -> Appointment:
    """Take back the last step within the practice's minutes: a wrong click, a client who came after all.

    A cancelled or missed one needs its time to be free still; one that was rescheduled takes the place of its
    successor again, if nothing was done with that. Sends `appointment_reopened` for what others may have acted on; a
    receiver's DomainError (a signed note, a posted charge) keeps everything as it is. Raises NotPermitted,
    NothingToUndo, SlotTaken, AppointmentError.
    """
    appointment = _held(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    step = steps_to_undo([appointment]).get(appointment.pk)
    if step is None:
        raise NothingToUndo
    label = AppointmentStatus(appointment.status).label.lower()
    if appointment.status == AppointmentStatus.RESCHEDULED:
        _give_up_successor(actor, appointment)
    return _take_back(
        actor, appointment, step.from_status, verb="step_undone", detail=f"Taken back: {label}."
    )


@transaction.atomic
def reopen_appointment(*, actor: User, appointment_id: UUID, reason: str) -> Appointment:
    """Take back, with a reason, what closed an appointment longer ago than `undo_last_step` reaches.

    Completed, missed or cancelled by mistake: it is scheduled again, and its history says why. Sends
    `appointment_reopened`, whose receivers may refuse. Raises NotPermitted, WrongStatus, AppointmentError, SlotTaken.
    """
    appointment = _held(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    if appointment.status not in lifecycle.REOPENABLE:
        raise WrongStatus(f"This appointment is {lifecycle.status_word(appointment)} and cannot be reopened.")
    if not reason.strip():
        raise AppointmentError("Say why it is reopened.", field="reason")
    detail = f"Reopened: {' '.join(reason.split())}"
    return _take_back(actor, appointment, AppointmentStatus.SCHEDULED, verb="reopened", detail=detail)


def _held(appointment_id: UUID) -> Appointment:
    """The appointment locked, with everybody's calendars; those of the one in its place too."""
    known = Appointment.objects.filter(Q(pk=appointment_id) | Q(rescheduled_from=appointment_id))
    rows = list(known.values_list("staff_id", "client_id", "room_id"))
    hold_calendars(
        staff_ids={staff for staff, _, _ in rows},
        client_ids={client for _, client, _ in rows},
        room_ids={room for _, _, room in rows},
    )
    return locked(appointment_id)


def _give_up_successor(actor: User, appointment: Appointment) -> None:
    """Call off what took its place: it stays in the record, without the link, the series and the time.

    Raises AppointmentError where something was done with it since.
    """
    successor = locked_all(
        Appointment.objects.filter(rescheduled_from=appointment).values_list("pk", flat=True)
    ).get()
    require(rules.can_change_appointment(actor, successor))
    if successor.status not in BOOKED or successor.version > 1:
        raise AppointmentError("The new appointment was changed since. Move or cancel that one instead.")
    before, now = successor.status, clock.now()
    values = {
        "status": AppointmentStatus.CANCELLED,
        "cancel_reason": CancelReason.OTHER,
        "cancelled_by": CancelledBy.PRACTICE,
        "cancelled_at": now,
        "notice_minutes": notice_minutes(successor, now),
        "rescheduled_from": None,
        "series": None,
        "series_slot": None,
    }
    for name, value in values.items():
        setattr(successor, name, value)
    save(successor, *values)
    detail = "The rescheduling was taken back."
    write_down(successor, actor=actor, verb="cancelled", from_status=before, detail=detail)


def _take_back(
    actor: User, appointment: Appointment, to_status: str, *, verb: str, detail: str
) -> Appointment:
    undone, appointment.status = appointment.status, to_status
    if undone not in OCCUPIES:
        _refuse_left_behind(appointment)
        refuse_clashes(
            Wanted(
                appointment.staff,
                [appointment.client],
                appointment.start_time,
                appointment.end_time,
                appointment.location,
                appointment.room,
            ),
            actor=actor,
            group_session=appointment.group_session,
            overbooking=overbooking_of(appointment),
        )
    with refusals():
        save(appointment, "status", *_forget(appointment, undone, to_status))
    write_down(appointment, actor=actor, verb=verb, from_status=undone, detail=detail)
    if undone in CANCELLED and appointment.series_id is not None:
        _let_series_go_on(appointment)
    if undone in lifecycle.REOPENABLE:
        signals.appointment_reopened.send(
            sender=Appointment, appointment=appointment, actor=actor, from_status=undone
        )
    return appointment


def _let_series_go_on(appointment: Appointment) -> None:
    """Something is to come again of a series that was cancelled, unless the client has joined its group anew."""
    anew = Series.objects.filter(group=OuterRef("group"), client=OuterRef("client"), ended_at=None)
    chain = Series.objects.filter(origin__continuations=appointment.series_id, ended_at__isnull=False)
    over = chain.exclude(Exists(anew.exclude(origin=OuterRef("origin"))))
    Series.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(ended_at=None)


def _refuse_left_behind(appointment: Appointment) -> None:
    """Raises AppointmentError for a member of a group that has moved since they were called off."""
    if appointment.group_session is None:
        return
    others = Appointment.objects.filter(group_session=appointment.group_session, status__in=OCCUPIES)
    times = set(others.exclude(pk=appointment.pk).values_list("staff_id", "start_time", "end_time"))
    if times - {(appointment.staff_id, appointment.start_time, appointment.end_time)}:
        raise AppointmentError("The group has moved since. Add the client to it again instead.")


def _forget(appointment: Appointment, undone: str, to_status: str) -> list[str]:
    """Clear what the steps taken back had written; the names of the fields cleared."""
    cleared = []
    if undone in CANCELLED:
        appointment.cancel_reason = appointment.cancelled_by = appointment.cancel_note = ""
        appointment.cancelled_at = appointment.notice_minutes = None
        cleared = ["cancel_reason", "cancelled_by", "cancel_note", "cancelled_at", "notice_minutes"]
    order = list(AppointmentStatus.values)
    for status, stamp in STAMPS.items():
        if order.index(status) > order.index(to_status):
            setattr(appointment, stamp, None)
            cleared.append(stamp)
    return cleared
