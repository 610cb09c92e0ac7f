"""Changing or cancelling several sessions of a series: this and later ones, or all that are not past.

A group's sessions change for all of its members at once: a session is all rows that share it. Never reached are those
that have begun, were held or called off, or lie in the past. What was changed by hand stays as it is unless
somebody decides otherwise. If sessions stay behind that the change does not reach, those that it does
reach go on as a further series with the same origin: what is past keeps the rule by which it was held.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from mentalspace.core import audit, clock
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import BOOKED, TAKING_PART, CancelledBy, CancelReason
from scheduling.errors import AppointmentError
from scheduling.models import Appointment, Series
from scheduling.series.applying import apply, go_on
from scheduling.series.booking import agreed, columns_of
from scheduling.series.choices import Frequency
from scheduling.series.errors import NotInSeries, PlanChanged
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Answers, Plan, Slot, lay_out
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import (
    by_session,
    going_on,
    is_exception,
    is_session_exception,
    still_to_come,
)
from scheduling.services.calling_off import call_off
from scheduling.services.fitting import end_of, refuse_unbookable
from scheduling.services.holding import hold_calendars, locked_all


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


def for_all(terms: Terms, sessions: Sequence[Appointment]) -> Terms:
    """The terms with everybody who comes to any of these sessions."""
    found = {each.client_id: each.client for each in sessions if each.client_id != terms.client.pk}
    others = sorted(found.values(), key=lambda client: (client.last_name, client.first_name, client.pk))
    return replace(terms, others=tuple(others))


def moved_slots(sessions: Sequence[Appointment], terms: Terms, weekday: int | None) -> list[Slot]:
    """Where the sessions would be under these terms, on this weekday of their week or month.

    One that was moved by hand keeps its own time where the series' time does not change. One of a group to which nobody
    but a guest still comes is no session of the series.
    """
    slots = []
    for rows in by_session(sessions):
        head = rows[0]
        if head.series is None:
            continue
        at = terms.at(_moved_day(head.series.recurrence, head.series.day_of(_slot(head)), weekday))
        stays = is_session_exception(rows)
        wanted = head.start_time if stays and at == _slot(head) else at
        slots.append(Slot(str(head.group_session or head.pk), at, wanted, rows, stays))
    return sorted(slots, key=lambda slot: slot.at)


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

    `weekday` moves a series that has one weekday to another; the terms of a group are those of all who come to it. Who
    is left out of a group's session is called off. Raises NotPermitted, NotInSeries, PlanChanged, SlotTaken,
    NoteHangsOnIt, BadLength, NotBookable.
    """
    known, whole = _known(actor, appointment_id, scope)
    hold_calendars(
        staff_ids={terms.staff.pk, *(each.staff_id for each in known)},
        client_ids={terms.client.pk, *(each.client_id for each in known)},
        room_ids=[each.room_id for each in known],
    )
    appointment, sessions = _locked(actor, appointment_id, scope, whole=whole)
    if _calendars(sessions) - _calendars(known):
        raise PlanChanged
    terms = for_all(terms, sessions)
    data_keys.for_scopes({Scope("client", client.pk) for client in terms.clients})
    require(rules.can_schedule_for(actor, terms.staff))
    refuse_unbookable(terms.staff, terms.clients)
    end_of(sessions[0].start_time, terms.minutes)
    series = _series(appointment)
    changes = _changes(series, terms, weekday)
    if not changes and not any(choice.deed in {"take", "at"} for choice in answers.choices.values()):
        raise AppointmentError("Nothing is different from how it is.")
    plan = agreed(actor, terms, lay_out(actor, terms, moved_slots(sessions, terms, weekday), answers), seen)
    further = go_on(actor, series, plan, terms, _rule(series.recurrence, weekday))
    apply(actor, plan, terms, further)
    for each in further.values():
        count = sum(each.client_id in row.slot.clients(terms) - row.without for row, _ in plan.kept)
        audit.record(
            actor=actor,
            verb="series.changed",
            obj=each,
            client_id=each.client_id,
            changes={**changes, "sessions": [0, count]},
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
    last = going_on(Series.objects.filter(pk__in=ended)).values("origin")
    # With the row that a series goes on as, all that it was before has ended.
    over = Series.objects.filter(Q(pk__in=ended) | Q(origin__in=last), ended_at=None)
    over.update(ended_at=clock.now(), updated_at=clock.now())
    for series in ended.values():
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


def _known(actor: User, appointment_id: UUID, scope: str) -> tuple[list[Appointment], bool]:
    """What the change would reach, read without locks to learn whose calendars to hold; and is it a group's?"""
    appointment = Appointment.objects.select_related("series").get(pk=appointment_id)
    whole = _series(appointment).group is not None
    return reached(actor, appointment, scope, whole=whole), whole


def _calendars(sessions: Sequence[Appointment]) -> set[UUID | None]:
    """Whose calendars they stand in, and in which rooms."""
    return {key for each in sessions for key in (each.staff_id, each.client_id, each.room_id)}


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
