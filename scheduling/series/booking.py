"""Booking all sessions of a series at once, and further ones later."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from clients.rules import can_serve_client
from mentalspace.core import audit, clock, formatting
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.errors import NotBookable, WrongStatus
from scheduling.models import Appointment, Series
from scheduling.series.errors import NothingPlanned, PlanChanged
from scheduling.series.obstacles import Terms
from scheduling.series.plan import Answers, Plan, Planned, lay_out, slots_of
from scheduling.series.recurrence import Recurrence
from scheduling.series.sessions import further_days, latest_of
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
    if not can_serve_client(actor, terms.client):
        raise NotBookable("Choose a client.", field="client")
    refuse_unbookable(terms.staff, [terms.client])
    if not days:
        raise NothingPlanned
    end_of(terms.at(days[0]), terms.minutes)
    hold_calendars(staff_ids=[terms.staff.pk], client_ids=[terms.client.pk])
    plan = agreed(actor, terms, lay_out(actor, terms, slots_of(terms, days), answers), seen)
    key = uuid4()
    series = Series.objects.create(
        id=key,
        origin_id=key,
        starts_on=days[0],
        sessions=sessions,
        until=until,
        created_by=staff_of(actor),
        **columns_of(terms, rule),
    )
    booked = _book(actor, series, terms, plan, notes)
    _record(actor, series, booked, verb="series.planned")
    if assign:
        put_on_care_team(actor, booked[0])
    return series


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
    """Book further sessions after the last one planned: so many, or until a day. Raises as `plan_series` does."""
    known = Series.objects.get(pk=series_id)
    hold_calendars(staff_ids=[known.staff_id], client_ids=[known.client_id])
    series = latest_of(known.origin_id, lock=True)
    require(rules.can_schedule_for(actor, series.staff))
    if series.pk != known.pk or series.ended_at is not None:
        raise WrongStatus("This series has ended, or was changed meanwhile. Open it again.")
    refuse_unbookable(series.staff, [series.client])
    terms, days = terms_of(series), further_days(series, sessions=sessions, until=until)
    plan = agreed(actor, terms, lay_out(actor, terms, slots_of(terms, days), answers), seen)
    booked = _book(actor, series, terms, plan, "")
    series.until, series.sessions = until or days[-1], None
    series.save(update_fields=["until", "sessions", "updated_at"])
    _record(actor, series, booked, verb="series.extended")
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
    """What the sessions of a series have in common now."""
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


def _book(actor: User, series: Series, terms: Terms, plan: Plan, notes: str) -> list[Appointment]:
    """The sessions that are kept, each with its history and its trace."""
    booked = []
    for row, start in plan.kept:
        with refusals():
            appointment = Appointment.objects.create(
                staff=terms.staff,
                client=terms.client,
                start_time=start,
                end_time=start + terms.length,
                type=terms.type,
                location=terms.location,
                is_billable=terms.is_billable,
                billing_code=terms.billing_code,
                notes=notes,
                created_by=staff_of(actor),
                series=series,
                series_slot=row.slot.at,
            )
        times = {"start_time": [None, start.isoformat()], "series": [None, str(series.pk)]}
        write_down(appointment, actor=actor, verb="booked", detail=_detail(series, row), changes=times)
        booked.append(appointment)
    return booked


def _detail(series: Series, row: Planned) -> str:
    """What the history of one session says of how it came about."""
    instead = f" Instead of {formatting.instant(row.slot.at, clock.zone())}." if row.moved else ""
    return f"In a series: {series.words}.{instead} {row.accepted}".strip()


def _record(actor: User, series: Series, booked: Sequence[Appointment], *, verb: str) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        obj=series,
        client_id=series.client_id,
        changes={
            "rule": ["", series.words],
            "sessions": [0, len(booked)],
            "first": ["", booked[0].start_time.isoformat()],
            "last": ["", booked[-1].start_time.isoformat()],
        },
    )
