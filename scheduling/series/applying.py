"""Writing a change of several sessions: the series they go on as, and each of their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from mentalspace.core import audit, clock, formatting
from scheduling.choices import AppointmentStatus, CancelledBy, CancelReason, Location
from scheduling.errors import NoteHangsOnIt, SlotTaken
from scheduling.models import Appointment, Series
from scheduling.series.booking import columns_of
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Plan, Planned
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import SHARED, members_of
from scheduling.services.calling_off import call_off
from scheduling.services.holding import refusals, save, write_down
from scheduling.waitlist.choices import OpenedBy
from scheduling.waitlist.opening import note_openings
from staff.rules import staff_of


def go_on(actor: User, series: Series, plan: Plan, terms: Terms, rule: Recurrence) -> dict[UUID, Series]:
    """By client the series that the sessions belong to from now on: their own, or a further one if others stay behind.

    Of a group these are the series of all members, also of one who comes to none of these sessions: the group that they
    are in has other terms now.
    """
    concerned = [each for row in plan.rows for each in row.slot.rows if each.series is not None]
    before: dict[UUID, dict[UUID, Series]] = {}
    for each in concerned:
        if each.series is not None:
            before.setdefault(each.client_id, {})[each.series.pk] = each.series
    if series.group is not None:
        for member in members_of(series):
            if member.ended_at is None:
                before.setdefault(member.client_id, {member.pk: member})
    stays = Appointment.objects.filter(series__in=[key for rows in before.values() for key in rows])
    behind = set(
        stays.exclude(pk__in=[each.pk for each in concerned]).values_list("series", flat=True).distinct()
    )
    columns = {**columns_of(terms, rule), "until": _day(terms, plan.rows[-1].slot.at), "sessions": None}
    del columns["client"]
    found = {}
    for client_id, rows in before.items():
        theirs = [row.slot for row in plan.rows if client_id in row.slot.clients(terms)] or [
            plan.rows[0].slot
        ]
        own = {**columns, "starts_on": _day(terms, theirs[0].at)}
        cut = min(_was(slot.rows[0]) for slot in theirs)
        found[client_id] = _go_on_one(actor, rows, own, cut, in_place=not behind & rows.keys())
    return found


def _go_on_one(
    actor: User, before: Mapping[UUID, Series], columns: dict[str, Any], cut: datetime, *, in_place: bool
) -> Series:
    """One client's: changed as it is, or ended before the instant `cut` of its old rule and gone on anew."""
    if in_place and len(before) == 1:
        # Read anew: what the sessions' own copies say is how they were until now.
        series = Series.objects.get(pk__in=before)
        for name, value in columns.items():
            setattr(series, name, value)
        series.save(update_fields=[*columns, "updated_at"])
        return series
    for series in before.values():
        last = max(series.day_of(cut) - timedelta(days=1), series.starts_on - timedelta(days=1))
        series.until, series.sessions = min(last, series.planned_until), None
        series.save(update_fields=["until", "sessions", "updated_at"])
    one = next(iter(before.values()))
    ended = [series.ended_at for series in before.values() if series.ended_at is not None]
    return Series.objects.create(
        id=uuid4(),
        origin_id=one.origin_id,
        client_id=one.client_id,
        group=one.group,
        created_by=staff_of(actor),
        # Who has left a group, or what has ended, does not come back by it.
        ended_at=max(ended) if len(ended) == len(before) else None,
        **columns,
    )


def _was(appointment: Appointment) -> datetime:
    """Where the rule had it so far."""
    return appointment.series_slot or appointment.start_time


def _day(terms: Terms, instant: datetime) -> date:
    """The day of an instant on the clock of the series."""
    return instant.astimezone(terms.zone).date()


def apply(actor: User, plan: Plan, terms: Terms, further: Mapping[UUID, Series]) -> None:
    """Write the plan: what moves out of another's way goes first, for the database looks at each row by itself."""
    pending = []
    for row in plan.rows:
        if row.start is None:
            for each in row.slot.rows:
                _rehome(each, row.slot.at, further)
        else:
            pending.append(_Move(row.slot.rows, row.start, row))
    while pending:
        free = [move for move in pending if not any(move.waits_for(other, terms) for other in pending)]
        if not free:
            raise SlotTaken("Two sessions would change places. Move one of them elsewhere first.")
        for move in free:
            _change_session(actor, move, terms, further)
        pending = [move for move in pending if move not in free]


@dataclass(frozen=True, slots=True)
class _Move:
    """The rows of a session, and where they go."""

    rows: tuple[Appointment, ...]
    start: datetime
    row: Planned

    def waits_for(self, other: "_Move", terms: Terms) -> bool:
        """Does the other one, where it still is, take the time that this one goes to?"""
        there, end = other.rows[0], self.start + terms.length
        return there.pk != self.rows[0].pk and there.start_time < end and there.end_time > self.start


def _rehome(appointment: Appointment, slot: datetime, further: Mapping[UUID, Series]) -> None:
    """One that stays as it is goes along with its series, as an exception; a guest of a group has none."""
    series = further[appointment.client_id] if appointment.series_id is not None else None
    if series is not None and (appointment.series_id, appointment.series_slot) != (series.pk, slot):
        appointment.series, appointment.series_slot = series, slot
        save(appointment, "series", "series_slot")


def _change_session(actor: User, move: _Move, terms: Terms, further: Mapping[UUID, Series]) -> None:
    """Change all rows of the session; who is left out of it is called off by the practice."""
    old = {name: getattr(move.rows[0].series, name) for name in SHARED} if not move.row.slot.kept else {}
    for each in move.rows:
        if each.client_id in move.row.without:
            _rehome(each, move.row.slot.at, further)
            call_off(
                each,
                actor=actor,
                reason=CancelReason.SCHEDULE_CONFLICT,
                cancelled_by=CancelledBy.PRACTICE,
                heard_at=None,
                note="",
            )
        else:
            own = {name for name, value in old.items() if getattr(each, name) != value}
            _change_one(actor, each, move, terms, further, own)


def _change_one(
    actor: User,
    appointment: Appointment,
    move: _Move,
    terms: Terms,
    further: Mapping[UUID, Series],
    own: set[str],
) -> None:
    """Change one row; `own` is what this member of a group has by hand, and keeps."""
    when = formatting.instant(appointment.start_time, clock.zone())
    was = f"{when} with {appointment.staff.full_name}"
    values = _values(appointment, move, terms, own)
    changes = audit.changed_fields(appointment, values)
    if not changes:
        _rehome(appointment, move.row.slot.at, further)
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
    if appointment.series_id is not None:
        appointment.series, appointment.series_slot = further[appointment.client_id], move.row.slot.at
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
        detail=f"{what} {move.row.accepted(appointment.client_id)}".strip(),
        changes=changes,
    )


def _values(appointment: Appointment, move: _Move, terms: Terms, own: set[str]) -> dict[str, Any]:
    """What the row has from now on."""
    shared = {
        "staff_id": terms.staff.pk,
        "type": terms.type,
        "location": terms.location,
        "is_billable": terms.is_billable,
        "billing_code": terms.billing_code,
    }
    kept = {name: getattr(appointment, name) for name in own - {"staff_id"}}
    values = {"start_time": move.start, "end_time": move.start + terms.length, **shared, **kept}
    values["room_id"] = appointment.room_id if values["location"] == Location.OFFICE else None
    return values
