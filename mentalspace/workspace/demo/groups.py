"""A weekly group: four clients of one clinician, each with a series, a row a session, and their own attendance."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from clients.models import Client
from mentalspace.workspace.demo.maker import Maker, dated
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus, AppointmentType, Location
from scheduling.models import Appointment, AppointmentEvent, Series
from scheduling.series.choices import Frequency
from staff.models import Staff

if TYPE_CHECKING:
    from mentalspace.workspace.demo.calendar import Diary

MEMBERS, BACK, AHEAD = 4, 5, 4
# At noon or an hour later no clinician has a client of their own.
NOON = (time(12), time(13))
LENGTH = timedelta(minutes=50)


def make_group(
    make: Maker, people: People, diary: "Diary", desk: Staff, settle: Callable[..., None]
) -> list[Series]:
    """The group of today's weekday; its appointments go to the diary. `settle` says what time has made of each."""
    clinician = people.staff["therapist"]
    long_here = make.now - timedelta(days=75)
    clients = [
        client
        for client in people.active
        if people.clinician_of[client.pk] is clinician and client.created_at < long_here
    ][:MEMBERS]
    taken = {each.start_time for each in diary.appointments if each.staff == clinician}
    wall = next(wall for wall in NOON if make.at(make.today, wall) not in taken)
    days = [make.today + timedelta(weeks=week) for week in range(-BACK, AHEAD + 1)]
    absent = {each["date"] for each in clinician.availability["exceptions"] if not each.get("pending")}
    starts = [
        make.at(day, wall)
        for day in days
        if (day not in diary.closed or day == make.today) and day.isoformat() not in absent
    ]
    group = make.id()
    rows = [_series(make, client, clinician, desk, starts, group, wall) for client in clients]
    for start in starts:
        session = make.id()
        for series in rows:
            if (series.client_id, start) not in diary.taken and start not in taken:
                appointment = _book(make, diary, series, start, session)
                settle(make, appointment, intake=False)
                _write_down(make, diary, appointment, desk)
    return rows


def _series(
    make: Maker,
    client: Client,
    clinician: Staff,
    desk: Staff,
    starts: list[datetime],
    group: UUID,
    wall: time,
) -> Series:
    key, first = make.id(), make.day(starts[0])
    series = Series(
        id=key, origin_id=key, client=client, staff=clinician, frequency=Frequency.WEEKLY, weekdays=[first.weekday()],
        starts_on=first, until=make.day(starts[-1]), wall_time=wall, time_zone=make.zone.key, minutes=50,
        type=AppointmentType.GROUP, location=Location.OFFICE, billing_code="90853", created_by=desk, group=group,
    )  # fmt: skip
    return dated(series, starts[0] - timedelta(days=14))


def _book(make: Maker, diary: "Diary", series: Series, start: datetime, session: UUID) -> Appointment:
    room = next(each for each in diary.rooms if each.name == "Group room")
    appointment = Appointment(
        id=make.id(), staff=series.staff, client=series.client, start_time=start, end_time=start + LENGTH,
        type=series.type, location=series.location, billing_code=series.billing_code, room=room,
        created_by=series.created_by, group_session=session, series=series, series_slot=start,
    )  # fmt: skip
    diary.taken |= {(series.client_id, start), (series.staff_id, start)}
    return appointment


def _write_down(make: Maker, diary: "Diary", appointment: Appointment, desk: Staff) -> None:
    start = appointment.start_time
    dated(appointment, min(start - timedelta(days=14), make.now), min(start, make.now))
    diary.appointments.append(appointment)
    states = [AppointmentStatus.SCHEDULED.value]
    if appointment.status != AppointmentStatus.SCHEDULED:
        states.append(appointment.status)
    for before, state in zip(["", *states], states, strict=False):
        at = appointment.updated_at if before else appointment.created_at
        diary.events.append(
            AppointmentEvent(appointment=appointment, at=at, by=desk, from_status=before, to_status=state)
        )
