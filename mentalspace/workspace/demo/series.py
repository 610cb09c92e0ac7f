"""Series: most clients who come on their day of the week are booked by one, some sessions were moved by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clients.models import Client
from mentalspace.core import formatting
from mentalspace.workspace.demo.maker import Maker, dated
from scheduling.choices import AppointmentStatus, AppointmentType, Location
from scheduling.models import Appointment, AppointmentEvent, Series
from scheduling.series.choices import Frequency
from staff.models import Staff

# One of them no client keeps: there is room for somebody who could not come at their usual time.
NOON = (time(12), time(13))
PRESCRIBER = "PMHNP-BC"


@dataclass
class Course:
    """What a client keeps with a clinician, every week or every other; `place` tells the courses of one clinician apart."""

    place: int
    clinician: Staff
    client: Client
    weekday: int
    wall: time
    every: int
    booked: list[Appointment]


def make_series(
    make: Maker, courses: Sequence[Course], desk: Staff, busy: Collection[tuple[object, datetime]]
) -> tuple[list[Series], list[AppointmentEvent]]:
    """Two of three courses as series: the intake is none of theirs, the location is that of the first session.

    `busy` is who has something when, apart from these courses.
    """
    made: list[Series] = []
    events: list[AppointmentEvent] = []
    for course in courses:
        sessions = [each for each in course.booked if each.type == AppointmentType.INDIVIDUAL]
        if course.place % 3 == 2 or course.clinician.credential == PRESCRIBER or len(sessions) < 2:
            continue
        made.append(_series(make, course, sessions, desk))
        if course.place == 0:
            taken = {
                each.start_time
                for other in courses
                if other.clinician is course.clinician
                for each in other.booked
            } | {start for who, start in busy if who == course.clinician.pk}
            events += _moved_by_hand(make, sessions, taken, desk)
    return made, events


def _series(make: Maker, course: Course, sessions: list[Appointment], desk: Staff) -> Series:
    key, first = make.id(), sessions[0]
    series = Series(
        id=key, origin_id=key, client=course.client, staff=course.clinician, frequency=Frequency.WEEKLY,
        every=course.every, weekdays=[course.weekday], starts_on=make.day(first.start_time),
        until=make.day(sessions[-1].start_time), wall_time=course.wall, time_zone=make.zone.key,
        minutes=first.minutes, type=first.type, location=first.location, billing_code=first.billing_code,
        created_by=desk,
    )  # fmt: skip
    for session in sessions:
        session.series, session.series_slot = series, session.start_time
        session.location = first.location
        if session.location != Location.OFFICE:
            session.room = None
    return dated(series, first.created_at)


def _moved_by_hand(
    make: Maker, sessions: list[Appointment], taken: set[datetime], desk: Staff
) -> list[AppointmentEvent]:
    """The session after next takes place at noon, or an hour later, as an exception."""
    ahead = [each for each in sessions if each.status == AppointmentStatus.SCHEDULED]
    if len(ahead) < 2:
        return []
    session = ahead[1]
    was, length = session.start_time, session.end_time - session.start_time
    free = [start for wall in NOON if (start := make.at(make.day(was), wall)) not in taken]
    if not free:
        return []
    session.start_time = free[0]
    session.end_time = session.start_time + length
    session.room = None
    detail = f"Moved from {formatting.instant(was, make.zone)}."
    moved_at = make.now - timedelta(days=1)
    return [
        AppointmentEvent(
            appointment=session, at=moved_at, by=desk, from_status=session.status, to_status=session.status, detail=detail
        )
    ]  # fmt: skip
