"""Booking all sessions of a series at once, and further ones later."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from clients.rules import served_clients
from mentalspace.core import audit, clock, formatting
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import Scope
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.errors import NotBookable, WrongStatus
from scheduling.models import Appointment, Series
from scheduling.series.errors import NothingPlanned, PlanChanged
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Answers, Plan, Planned, lay_out, slots_of
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import further_days, latest_of, members_of
from scheduling.services.booking import put_on_care_team
from scheduling.services.fitting import end_of, refuse_unbookable
from scheduling.services.holding import hold_calendars, refusals, write_down
from staff.rules import staff_of


@transaction.atomic
def plan_series(
    *,
    actor: User,
    terms: Terms,
    rule: Recurrence,
    days: Sequence[date],
    sessions: int | None,
    until: date | None,
    answers: Answers,
    seen: str,
    notes: str = "",
    assign: bool = False,
) -> Series:
    """Book the sessions of these days as they were listed and settled: all of them or none.

    `seen` names the list that the actor saw. It is laid out again with both calendars held, and refused if anything in
    it differs. `assign` puts the clinician on the care team. Raises NotPermitted, NotBookable, BadLength, PlanChanged,
    NothingPlanned, SlotTaken.
    """
    require(rules.can_schedule_for(actor, terms.staff))
    _refuse_unserved(actor, terms)
    refuse_unbookable(terms.staff, terms.clients)
    if not days:
        raise NothingPlanned
    end_of(terms.at(days[0]), terms.minutes)
    hold_calendars(staff_ids=[terms.staff.pk], client_ids=[client.pk for client in terms.clients])
    plan = agreed(actor, terms, lay_out(actor, terms, slots_of(terms, days), answers), seen)
    columns = {
        **columns_of(terms, rule),
        "starts_on": days[0],
        "sessions": sessions,
        "until": until,
        "group": uuid4() if terms.is_group else None,
        "created_by": staff_of(actor),
    }
    rows = {}
    for client in terms.clients:
        if any(client.pk not in row.without for row, _ in plan.kept):
            key = uuid4()
            rows[client.pk] = Series.objects.create(
                **{**columns, "id": key, "origin_id": key, "client": client}
            )
    booked = _book(actor, rows, terms, plan, notes)
    _record(actor, rows, booked, verb="series.planned")
    if assign:
        put_on_care_team(actor, booked[0])
    return next(iter(rows.values()))


def _refuse_unserved(actor: User, terms: Terms) -> None:
    """Clients whom the actor does not serve do not exist for them. Raises NotBookable."""
    wanted = {client.pk for client in terms.clients}
    if served_clients(actor).filter(pk__in=wanted).count() != len(wanted):
        raise NotBookable("Choose a client.", field="clients" if terms.is_group else "client")


@transaction.atomic
def extend_series(
    *,
    actor: User,
    series_id: UUID,
    sessions: int | None,
    until: date | None,
    answers: Answers,
    seen: str,
) -> Series:
    """Book further sessions after the last one planned: so many, or until a day; of a group for all its members.

    Raises as `plan_series` does.
    """
    known = Series.objects.get(pk=series_id)
    hold_calendars(staff_ids=[known.staff_id], client_ids=[each.client_id for each in members_of(known)])
    series = latest_of(known.origin_id, lock=True)
    require(rules.can_schedule_for(actor, series.staff))
    if series.pk != known.pk or series.ended_at is not None:
        raise WrongStatus("This series has ended, or was changed meanwhile. Open it again.")
    rows = {each.client_id: each for each in members_of(series, lock=True)}
    terms, days = terms_of(series), further_days(series, sessions=sessions, until=until)
    refuse_unbookable(series.staff, terms.clients)
    plan = agreed(actor, terms, lay_out(actor, terms, slots_of(terms, days), answers), seen)
    booked = _book(actor, rows, terms, plan, "")
    for each in rows.values():
        each.until, each.sessions = until or days[-1], None
        each.save(update_fields=["until", "sessions", "updated_at"])
    _record(actor, rows, booked, verb="series.extended")
    return series


def agreed(actor: User, terms: Terms, plan: Plan, seen: str) -> Plan:
    """The plan, if it is the one that was shown and nothing in it is open. Raises PlanChanged, NothingPlanned."""
    if not plan.kept:
        raise NothingPlanned
    if plan.unsettled or plan.seen != seen:
        raise PlanChanged
    if any(row.troubles for row, _ in plan.kept):
        require(rules.can_override_availability(actor, terms.staff))
    return plan


def terms_of(series: Series) -> Terms:
    """What the sessions of a series have in common now; of a group, with all its members."""
    return Terms(
        staff=series.staff,
        client=series.client,
        wall=series.wall_time,
        zone=ZoneInfo(series.time_zone),
        minutes=series.minutes,
        type=series.type,
        location=series.location,
        is_billable=series.is_billable,
        billing_code=series.billing_code,
        others=tuple(each.client for each in members_of(series) if each.pk != series.pk),
    )


def columns_of(terms: Terms, rule: Recurrence) -> dict[str, Any]:
    """A rule and its terms as columns of a series."""
    return {
        "staff": terms.staff,
        "client": terms.client,
        "frequency": rule.frequency,
        "every": rule.every,
        "weekdays": list(rule.weekdays),
        "place": rule.place,
        "wall_time": terms.wall,
        "time_zone": terms.zone.key,
        "minutes": terms.minutes,
        "type": terms.type,
        "location": terms.location,
        "is_billable": terms.is_billable,
        "billing_code": terms.billing_code,
    }


def _book(
    actor: User, rows: Mapping[UUID, Series], terms: Terms, plan: Plan, notes: str
) -> list[Appointment]:
    """The sessions that are kept, each with its history and its trace; a group's are one session for its members."""
    if terms.is_group:
        data_keys.for_scopes(Scope("client", key) for key in rows)
    booked = []
    for row, start in plan.kept:
        columns = {
            "staff": terms.staff,
            "start_time": start,
            "end_time": start + terms.length,
            "type": terms.type,
            "location": terms.location,
            "is_billable": terms.is_billable,
            "billing_code": terms.billing_code,
            "notes": notes,
            "created_by": staff_of(actor),
            "series_slot": row.slot.at,
            "group_session": uuid4() if terms.is_group else None,
        }
        booked += [
            _book_one(actor, series, row, columns)
            for client_id, series in rows.items()
            if client_id not in row.without
        ]
    return booked


def _book_one(actor: User, series: Series, row: Planned, columns: dict[str, Any]) -> Appointment:
    with refusals():
        appointment = Appointment.objects.create(client_id=series.client_id, series=series, **columns)
    times = {
        "start_time": [None, appointment.start_time.isoformat()],
        "series": [None, str(series.pk)],
    }
    write_down(appointment, actor=actor, verb="booked", detail=_detail(series, row), changes=times)
    return appointment


def _detail(series: Series, row: Planned) -> str:
    """What the history of one session says of how it came about."""
    instead = f" Instead of {formatting.instant(row.slot.at, clock.zone())}." if row.moved else ""
    return f"In a series: {series.words}.{instead} {row.accepted(series.client_id)}".strip()


def _record(actor: User, rows: Mapping[UUID, Series], booked: Sequence[Appointment], *, verb: str) -> None:
    for series in rows.values():
        own = [each for each in booked if each.series_id == series.pk]
        if not own:
            continue
        audit.record(
            actor=actor,
            verb=verb,
            obj=series,
            client_id=series.client_id,
            changes={
                "rule": ["", series.words],
                "sessions": [0, len(own)],
                "first": ["", own[0].start_time.isoformat()],
                "last": ["", own[-1].start_time.isoformat()],
            },
        )
