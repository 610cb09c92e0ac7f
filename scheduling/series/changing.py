"""Changing or cancelling several sessions of a series: this and later ones, or all that are not past.

Never reached are sessions that have begun, were held or called off, or lie in the past. What was changed by hand stays
as it is unless somebody decides otherwise. If sessions stay behind that the change does not reach, those that it does
reach go on as a further series with the same origin: what is past keeps the rule by which it was held.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from mentalspace.core import audit, clock, formatting
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import BOOKED, TAKING_PART, AppointmentStatus, CancelledBy, CancelReason
from scheduling.errors import AppointmentError, NoteHangsOnIt, SlotTaken
from scheduling.models import Appointment, Series
from scheduling.series.booking import agreed, columns_of
from scheduling.series.choices import Frequency
from scheduling.series.errors import NotInSeries, PlanChanged
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Answers, Plan, Planned, Slot, lay_out
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import SHARED, is_exception, still_to_come
from scheduling.services.calling_off import call_off
from scheduling.services.fitting import end_of, refuse_unbookable
from scheduling.services.holding import hold_calendars, locked_all, refusals, save, write_down
from scheduling.waitlist.choices import OpenedBy
from scheduling.waitlist.opening import note_openings
from staff.rules import staff_of


def reached(actor: User, appointment: Appointment, scope: str, *, whole: bool = False) -> list[Appointment]:
    """The sessions that the actor changes with this one, in order. Raises NotInSeries where there is none.

    One of a whole group that has begun for somebody, who is there already, is not among them.
    """
    ahead = still_to_come(appointment, scope, whole=whole)
    found = [each for each in ahead if rules.can_change_appointment(actor, each)]
    if whole:
        together = Appointment.objects.filter(group_session__in={each.group_session for each in found})
        begun = set(together.filter(status__in=TAKING_PART - BOOKED).values_list("group_session", flat=True))
        found = [each for each in found if each.group_session not in begun]
    if not found:
        raise NotInSeries
    return found


def moved_slots(sessions: Sequence[Appointment], terms: Terms, weekday: int | None) -> list[Slot]:
    """Where the sessions would be under these terms, on this weekday of their week or month.

    One that was moved by hand keeps its own time where the series' time does not change.
    """
    slots = []
    for each in sessions:
        series = _series(each)
        at = terms.at(_moved_day(series.recurrence, series.day_of(_slot(each)), weekday))
        stays = is_exception(each)
        wanted = each.start_time if stays and at == _slot(each) else at
        slots.append(Slot(str(each.pk), at, wanted, each, stays))
    return slots


def _moved_day(rule: Recurrence, day: date, weekday: int | None) -> date:
    if weekday is None or rule.weekdays == (weekday,):
        return day
    if rule.frequency == Frequency.WEEKLY:
        return day + timedelta(days=weekday - day.weekday())
    return replace(rule, weekdays=(weekday,)).day_of_month(day.year, day.month)


@transaction.atomic
def change_series(
    *,
    actor: User,
    appointment_id: UUID,
    scope: str,
    terms: Terms,
    weekday: int | None,
    answers: Answers,
    seen: str,
) -> Plan:
    """Give the sessions of a series that are still to come other terms, as they were listed and settled.

    `weekday` moves a series that has one weekday to another. Raises NotPermitted, NotInSeries, PlanChanged, SlotTaken,
    NoteHangsOnIt, BadLength, NotBookable.
    """
    known = _known(actor, appointment_id, scope)
    hold_calendars(
        staff_ids={terms.staff.pk, *(each.staff_id for each in known)},
        client_ids=[terms.client.pk],
        room_ids=[each.room_id for each in known],
    )
    appointment, sessions = _locked(actor, appointment_id, scope)
    if _calendars(sessions) - _calendars(known):
        raise PlanChanged
    require(rules.can_schedule_for(actor, terms.staff))
    refuse_unbookable(terms.staff, [terms.client])
    end_of(sessions[0].start_time, terms.minutes)
    series = _series(appointment)
    if series.group is not None:
        raise NotInSeries("The sessions of a group change one by one.")
    changes = _changes(series, terms, weekday)
    if not changes and not any(choice.deed in {"take", "at"} for choice in answers.choices.values()):
        raise AppointmentError("Nothing is different from how it is.")
    plan = agreed(actor, terms, lay_out(actor, terms, moved_slots(sessions, terms, weekday), answers), seen)
    further = _go_on(actor, plan, terms, _rule(series.recurrence, weekday))
    _apply(actor, plan, terms, further)
    audit.record(
        actor=actor,
        verb="series.changed",
        obj=further,
        client_id=series.client_id,
        changes={**changes, "sessions": [0, len(plan.kept)]},
    )
    return plan


@transaction.atomic
def cancel_series(
    *,
    actor: User,
    appointment_id: UUID,
    scope: str,
    reason: CancelReason,
    cancelled_by: CancelledBy,
    seen: str,
    including: Collection[UUID] = (),
    heard_at: datetime | None = None,
    note: str = "",
    whole: bool = False,
) -> list[Appointment]:
    """Call off the sessions of a series that are still to come, each as `cancel_appointment` does; the series ends.

    What was changed by hand is called off only if it is among `including`. Of a group they are one client's, or with
    `whole` everybody's, all of them. Raises NotPermitted, NotInSeries, PlanChanged if the sessions are not those that
    were shown.
    """
    _, sessions = _locked(actor, appointment_id, scope, whole=whole)
    if listing(sessions) != seen:
        raise PlanChanged
    data_keys.for_scopes({Scope("client", each.client_id) for each in sessions})
    meant = [each for each in sessions if whole or not is_exception(each) or each.pk in including]
    if not meant:
        raise AppointmentError("No session is chosen.")
    for each in meant:
        call_off(each, actor=actor, reason=reason, cancelled_by=cancelled_by, heard_at=heard_at, note=note)
    # Whoever joined one session only has no series that would end.
    ended = {each.series.pk: each.series for each in sessions if each.series is not None}
    for series in ended.values():
        series.ended_at = clock.now()
        series.save(update_fields=["ended_at", "updated_at"])
        audit.record(
            actor=actor,
            verb="series.ended",
            obj=series,
            client_id=series.client_id,
            changes={"sessions_cancelled": [0, sum(each.series_id == series.pk for each in meant)]},
        )
    return meant


def listing(sessions: Sequence[Appointment]) -> str:
    """Names these sessions at these times."""
    return ",".join(f"{each.pk}@{each.version}" for each in sessions)


def _known(actor: User, appointment_id: UUID, scope: str) -> list[Appointment]:
    """What the change would reach, read without locks to learn whose calendars to hold."""
    return reached(actor, Appointment.objects.select_related("series").get(pk=appointment_id), scope)


def _calendars(sessions: Sequence[Appointment]) -> set[UUID | None]:
    """Whose calendars they stand in, and in which rooms."""
    return {key for each in sessions for key in (each.staff_id, each.room_id)}


def _locked(
    actor: User, appointment_id: UUID, scope: str, *, whole: bool = False
) -> tuple[Appointment, list[Appointment]]:
    """The appointment and the sessions reached, with series and rows locked; asked again once they are."""
    known = Appointment.objects.select_related("series").get(pk=appointment_id)
    if known.series is None:
        raise NotInSeries
    chain = Q(origin=known.series.origin_id)
    if whole and known.series.group is not None:
        chain = Q(group=known.series.group)
    list(Series.objects.select_for_update().filter(chain).order_by("pk"))
    rows = still_to_come(known, scope, whole=whole).values_list("pk", flat=True)
    list(locked_all([appointment_id, *rows]))
    appointment = Appointment.objects.select_related("series").get(pk=appointment_id)
    return appointment, reached(actor, appointment, scope, whole=whole)


def _series(appointment: Appointment) -> Series:
    if appointment.series is None:
        raise NotInSeries
    return appointment.series


def _slot(appointment: Appointment) -> datetime:
    if appointment.series_slot is None:
        raise NotInSeries
    return appointment.series_slot


def _rule(rule: Recurrence, weekday: int | None) -> Recurrence:
    return rule if weekday is None else replace(rule, weekdays=(weekday,))


def _changes(series: Series, terms: Terms, weekday: int | None) -> dict[str, list[Any]]:
    """What differs from how the series is, for the trail."""
    return audit.changed_fields(series, columns_of(terms, _rule(series.recurrence, weekday)))


def _go_on(actor: User, plan: Plan, terms: Terms, rule: Recurrence) -> Series:
    """The series that the sessions belong to from now on: their own, or a further one if others stay behind."""
    concerned = [row.slot.current for row in plan.rows if row.slot.current is not None]
    before = {_series(each).pk: _series(each) for each in concerned}
    behind = (
        Appointment.objects.filter(series__in=before).exclude(pk__in=[each.pk for each in concerned]).exists()
    )
    columns = {
        **columns_of(terms, rule),
        "starts_on": terms_day(terms, plan.rows[0].slot.at),
        "until": terms_day(terms, plan.rows[-1].slot.at),
        "sessions": None,
    }
    if not behind and len(before) == 1:
        (series,) = before.values()
        for name, value in columns.items():
            setattr(series, name, value)
        series.save(update_fields=[*columns, "updated_at"])
        return series
    for series in before.values():
        first = min(_slot(each) for each in concerned if each.series_id == series.pk)
        series.until, series.sessions = series.day_of(first) - timedelta(days=1), None
        series.save(update_fields=["until", "sessions", "updated_at"])
    origin = next(iter(before.values())).origin_id
    return Series.objects.create(id=uuid4(), origin_id=origin, created_by=staff_of(actor), **columns)


def terms_day(terms: Terms, instant: datetime) -> date:
    """The day of an instant on the clock of the series."""
    return instant.astimezone(terms.zone).date()


def _apply(actor: User, plan: Plan, terms: Terms, series: Series) -> None:
    """Write the plan: what moves out of another's way goes first, for the database looks at each row by itself."""
    pending = []
    for row in plan.rows:
        if row.slot.current is None:
            continue
        if row.start is None:
            _rehome(row.slot.current, row.slot.at, series)
        else:
            pending.append(_Move(row.slot.current, row.start, row))
    while pending:
        free = [move for move in pending if not any(move.waits_for(other, terms) for other in pending)]
        if not free:
            raise SlotTaken("Two sessions would change places. Move one of them elsewhere first.")
        for move in free:
            _change_one(actor, move, terms, series)
        pending = [move for move in pending if move not in free]


@dataclass(frozen=True, slots=True)
class _Move:
    """An appointment, and where it goes."""

    appointment: Appointment
    start: datetime
    row: Planned

    def waits_for(self, other: "_Move", terms: Terms) -> bool:
        """Does the other one, where it still is, take the time that this one goes to?"""
        there, end = other.appointment, self.start + terms.length
        return there.pk != self.appointment.pk and there.start_time < end and there.end_time > self.start


def _rehome(appointment: Appointment, slot: datetime, series: Series) -> None:
    """One that stays as it is goes along with the series, as an exception."""
    if (appointment.series_id, appointment.series_slot) != (series.pk, slot):
        appointment.series, appointment.series_slot = series, slot
        save(appointment, "series", "series_slot")


def _change_one(actor: User, move: _Move, terms: Terms, series: Series) -> None:
    appointment, start, row = move.appointment, move.start, move.row
    when = formatting.instant(appointment.start_time, clock.zone())
    was = f"{when} with {appointment.staff.full_name}"
    values = {
        "start_time": start,
        "end_time": start + terms.length,
        **{name: getattr(series, name) for name in SHARED},
        "room_id": row.slot.room_under(terms),
    }
    changes = audit.changed_fields(appointment, values)
    if not changes:
        _rehome(appointment, row.slot.at, series)
        return
    moved = bool(changes.keys() & {"start_time", "end_time", "staff_id"})
    if moved:
        # Where it goes nothing else is: it stands beside nobody any more.
        values |= {"overbooked": False, "overbook_reason": ""}
        note_openings(appointment.staff_id, [(appointment.start_time, appointment.end_time)], OpenedBy.MOVED)
    before = appointment.status
    if "start_time" in changes and before == AppointmentStatus.CONFIRMED:
        appointment.status = AppointmentStatus.SCHEDULED
    for name, value in values.items():
        setattr(appointment, name, value)
    appointment.series, appointment.series_slot = series, row.slot.at
    ids = {"staff_id", "room_id"}
    try:
        with refusals(at_once="staff_id" in changes):
            save(appointment, "status", "staff", "room", "series", "series_slot", *(values.keys() - ids))
    except NoteHangsOnIt as error:
        raise NoteHangsOnIt(f"{when}: {error.message} Leave that one as it is.") from error
    what = f"Moved with its series from {was}." if moved else "Changed with its series."
    write_down(
        appointment,
        actor=actor,
        verb="moved" if moved else "updated",
        from_status=before,
        detail=f"{what} {row.accepted(appointment.client_id)}".strip(),
        changes=changes,
    )
