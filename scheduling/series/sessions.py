"""Named reads of series. A series that was changed for later sessions goes on as another row with the same origin."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import dropwhile, islice, takewhile
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from mentalspace.core import clock, practice
from scheduling.choices import BOOKED, AppointmentStatus
from scheduling.models import Appointment, Series
from scheduling.series.choices import Scope
from scheduling.series.defaults import SeriesDefaults


def most_sessions() -> int:
    """How many sessions are booked at once at most."""
    return practice.get(SeriesDefaults).most_sessions


def sessions_of(origin_id: UUID) -> QuerySet[Appointment]:
    """Every session of a series, through all its changes, in the order of its rule; of one put off, its successor."""
    found = Appointment.objects.filter(series__origin=origin_id).exclude(status=AppointmentStatus.RESCHEDULED)
    return found.select_related("series", "staff__user", "client").order_by("series_slot", "pk")


def with_places(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """The rows, each knowing its `series_place` and `series_total`: 3 of 12. Nulls for those of no series."""
    chain = (
        Appointment.objects.filter(series__origin=OuterRef("series__origin"))
        .exclude(status=AppointmentStatus.RESCHEDULED)
        .order_by()
        .values("series__origin")
    )
    total = chain.annotate(count=Count("pk")).values("count")
    place = chain.filter(series_slot__lte=OuterRef("series_slot")).annotate(count=Count("pk")).values("count")
    return rows.annotate(series_place=Subquery(place), series_total=Subquery(total))


def members_of(series: Series, *, lock: bool = False) -> list[Series]:
    """The series of everybody who is still in its group, its own first; of one client, that alone."""
    if series.group is None:
        return [series]
    rows = going_on(Series.objects.filter(group=series.group, ended_at=None))
    rows = rows.select_related("client", "staff__user")
    if lock:
        rows = rows.select_for_update(of=("self",))
    others = rows.order_by("client__last_name", "client__first_name", "pk")
    return [series, *(each for each in others if each.client_id != series.client_id)]


def going_on(rows: QuerySet[Series]) -> QuerySet[Series]:
    """Of each series the row that it goes on as, if that is among these rows."""
    chain = Series.objects.filter(origin=OuterRef("origin")).order_by(*LATEST_FIRST)
    return rows.filter(pk=Subquery(chain.values("pk")[:1]))


def by_session(rows: Collection[Appointment]) -> list[tuple[Appointment, ...]]:
    """The rows of each session together, in order; those of a series before who joined this session only."""
    together: dict[UUID, list[Appointment]] = {}
    for each in rows:
        together.setdefault(each.group_session or each.pk, []).append(each)
    return [tuple(sorted(found, key=lambda each: each.series_id is None)) for found in together.values()]


def still_to_come(appointment: Appointment, scope: str, *, whole: bool = False) -> QuerySet[Appointment]:
    """Which sessions a change reaches: booked, not begun, not past; from this one on, or all of them.

    Of a group they are those of this client, or with `whole` everybody's, also of who joined one session only. A
    session of a client's own series that others have joined is a group session by now, and no longer reached.
    """
    series = appointment.series
    if series is None:
        return Appointment.objects.none()
    found = Appointment.objects.filter(series__origin=series.origin_id)
    if series.group is None:
        found = found.filter(group_session=None)
    elif whole:
        found = Appointment.objects.filter(series__group=series.group)
    if scope == Scope.LATER:
        found = found.filter(series_slot__gte=appointment.series_slot)
    if series.group is not None and whole:
        found = Appointment.objects.filter(group_session__in=found.values("group_session"))
    ahead = found.filter(status__in=BOOKED, start_time__gt=clock.now())
    order = "start_time" if whole else "series_slot"
    return ahead.select_related("series", "staff__user", "client").order_by(order, "pk")


def is_exception(appointment: Appointment) -> bool:
    """Was it changed by hand, so that it differs from what its series says?"""
    series = appointment.series
    return series is not None and (
        appointment.start_time != appointment.series_slot
        or appointment.minutes != series.minutes
        or any(getattr(appointment, name) != getattr(series, name) for name in SHARED)
    )


def is_session_exception(rows: Collection[Appointment]) -> bool:
    """Was the session changed by hand? What a single member of a group has otherwise is that member's own affair."""
    return all(is_exception(each) for each in rows if each.series_id is not None)


# What every session of a series has as the series has it, unless it was changed by hand.
SHARED = ("staff_id", "type", "location", "is_billable", "billing_code")

# A row that was never changed may have no last day, and is its series' only one. Of two that end on one day, the one
# that took the sessions over.
LATEST_FIRST = (F("until").desc(nulls_first=True), "-created_at")


def latest_of(origin_id: UUID, *, lock: bool = False) -> Series:
    """The row that a series goes on as."""
    rows = Series.objects.select_related("staff__user", "client")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(origin=origin_id).order_by(*LATEST_FIRST)[0]


def further_days(series: Series, *, sessions: int | None, until: date | None) -> list[date]:
    """The days after the last one planned: so many, or up to a day; one more than the practice allows at most."""
    last = series.planned_until
    days: Iterator[date] = dropwhile(lambda day: day <= last, series.recurrence.days(series.starts_on))
    if until is not None:
        days = takewhile(lambda day: day <= until, days)
    return list(islice(days, min(sessions or most_sessions() + 1, most_sessions() + 1)))


@dataclass(frozen=True, slots=True)
class Course:
    """A series as a chart shows it: the row it goes on as, what it has, what is to come of it."""

    series: Series
    total: int
    ahead: list[Appointment]


def courses(appointments: Collection[Appointment]) -> list[Course]:
    """The series among these appointments, read with them, those with sessions to come first. No queries."""
    together: dict[UUID, list[Appointment]] = {}
    for each in appointments:
        if each.series is not None and each.status != AppointmentStatus.RESCHEDULED:
            together.setdefault(each.series.origin_id, []).append(each)
    now, found = clock.now(), []
    for sessions in together.values():
        sessions.sort(key=lambda each: (each.series_slot or each.start_time, each.pk))
        ahead = [each for each in sessions if each.status in BOOKED and each.start_time > now]
        last: Any = max((each.series for each in sessions), key=lambda series: series.starts_on)  # type: ignore[union-attr]
        found.append(Course(last, len(sessions), ahead))
    far = datetime.max.replace(tzinfo=clock.zone())
    return sorted(found, key=lambda course: course.ahead[0].start_time if course.ahead else far)
