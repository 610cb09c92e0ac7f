"""Ten weeks of appointments behind today and four ahead, and the first session of everybody who came earlier."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from clients.models import Client
from mentalspace.workspace.demo.groups import make_group
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from mentalspace.workspace.demo.series import Course, make_series
from scheduling.choices import (
    AppointmentStatus,
    AppointmentType,
    CancelledBy,
    CancelReason,
    FederalHoliday,
    Location,
)
from scheduling.closures import closed_days
from scheduling.models import Appointment, AppointmentEvent, Closure, Room
from staff.models import Staff

S = AppointmentStatus
BACK, AHEAD, FAR_AHEAD = 10, 4, 36
LENGTH = timedelta(minutes=50)
EARLY = (time(8), time(9), time(10), time(11), time(13), time(14), time(15), time(16))
LATE = (time(10), time(11), time(12), time(14), time(15), time(16), time(17), time(18))


@dataclass
class Diary:
    """All appointments; `first_of` is each client's first session, the one of the intake."""

    appointments: list[Appointment] = field(default_factory=list)
    events: list[AppointmentEvent] = field(default_factory=list)
    first_of: dict[object, Appointment] = field(default_factory=dict)
    taken: set[tuple[object, datetime]] = field(default_factory=set)
    closed: dict[date, str] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    in_room: set[tuple[object, datetime]] = field(default_factory=set)


def make_calendar(make: Maker, people: People) -> Diary:
    """Each active client keeps a slot of the week with their clinician, weekly or every other week."""
    diary = Diary()
    desk = people.staff["frontdesk"]
    monday = make.today - timedelta(days=make.today.weekday())
    make_holidays(make)
    diary.rooms = make_rooms(make)
    diary.closed = closed_days(monday - timedelta(weeks=BACK), monday + timedelta(weeks=FAR_AHEAD + 1))
    courses: list[Course] = []
    far = next(client for client in people.active if people.clinician_of[client.pk] is people.clinicians[0])
    for clinician in people.clinicians:
        clients = [client for client in people.active if people.clinician_of[client.pk] is clinician]
        if clinician.credential == "PMHNP-BC":
            clients = [client for place, client in enumerate(people.active) if place % 9 == 0]
        slots = week_slots(make, clinician)
        for place, client in enumerate(clients[: len(slots)]):
            weekday, wall = slots[place]
            every = 2 if place % 2 else 1
            # Wherever the year stands, so long a time holds a change of the clocks.
            ahead = FAR_AHEAD if client is far else AHEAD
            booked = [
                add(make, diary, clinician, client, desk, monday + timedelta(days=7 * week + weekday), wall)
                for week in range(-BACK, ahead + 1)
                if week % every == 0
            ]
            kept = [each for each in booked if each is not None]
            courses.append(Course(place, clinician, client, weekday, wall, every, kept))
    group = make_group(make, people, diary, desk, settle)
    overbook(make, people, diary, desk)
    earlier_intakes(make, people, diary, desk)
    fall_ill(make, diary)
    series, events = make_series(make, courses, desk, diary.taken)
    store([*series, *group])
    store(diary.appointments)
    store([*diary.events, *events])
    return diary


def make_holidays(make: Maker) -> None:
    """The federal holidays that such a practice keeps, and a day of its own."""
    kept = [each for each in FederalHoliday if each not in (FederalHoliday.COLUMBUS, FederalHoliday.VETERANS)]
    retreat = make.today + timedelta(days=24 - make.today.weekday())
    rows = [Closure(id=make.id(), name=each.label, holiday=each, yearly=True) for each in kept]
    rows.append(Closure(id=make.id(), name="Staff retreat", day=retreat))
    for row in rows:
        dated(row, make.now - timedelta(days=200), make.now - timedelta(days=200))
    store(rows)


def make_rooms(make: Maker) -> list[Room]:
    """Three in use, and one that was given up."""
    rooms = [
        Room(id=make.id(), name="Blue room", place="Decatur", capacity=3),
        Room(id=make.id(), name="Garden room", place="Decatur", capacity=3),
        Room(id=make.id(), name="Group room", place="Decatur", capacity=10),
        Room(id=make.id(), name="Annex", place="Decatur", is_active=False),
    ]
    for room in rooms:
        dated(room, make.now - timedelta(days=300))
    store(rooms)
    return rooms


def overbook(make: Maker, people: People, diary: Diary, desk: Staff) -> None:
    """A crisis that was put beside a session of the next days, with the reason."""
    ahead = sorted(
        (
            each
            for each in diary.appointments
            if each.start_time > make.now and each.status == S.SCHEDULED and each.group_session is None
        ),
        key=lambda each: each.start_time,
    )
    for first in ahead:
        start = first.start_time + timedelta(minutes=30)
        others = [client for client in people.active if people.clinician_of[client.pk] == first.staff]
        free = [
            client
            for client in others
            if not any(
                each.client == client and abs(each.start_time - start) < timedelta(hours=2)
                for each in diary.appointments
            )
        ]
        if not free:
            continue
        crisis = Appointment(
            id=make.id(), staff=first.staff, client=free[0], start_time=start, end_time=start + LENGTH,
            type=AppointmentType.CRISIS, location=Location.PHONE, billing_code="90839", created_by=desk,
            overbooked=True, overbook_reason="Urgent, agreed with the clinician by phone",
        )  # fmt: skip
        diary.appointments.append(dated(crisis, make.now - timedelta(hours=1)))
        diary.events.append(
            AppointmentEvent(
                appointment=crisis,
                at=crisis.created_at,
                by=desk,
                to_status=S.SCHEDULED,
                detail=f"Overbooked: {crisis.overbook_reason}.",
            )
        )
        return


def fall_ill(make: Maker, diary: Diary) -> None:
    """Somebody is away on a day for which sessions are booked already: these are to be moved."""
    ahead = sorted(
        (each for each in diary.appointments if each.start_time > make.now + timedelta(days=2)),
        key=lambda each: each.start_time,
    )
    staff, day = ahead[0].staff, make.day(ahead[0].start_time)
    away = {"date": day.isoformat(), "available": False, "reason": "Ill"}
    staff.availability = {
        **staff.availability, "exceptions": [*staff.availability["exceptions"], away]
    }  # fmt: skip
    staff.save(update_fields=["availability"])


def week_slots(make: Maker, clinician: Staff) -> list[tuple[int, time]]:
    """Weekday and time of a clinician's slots, today's weekday first so that today is full."""
    walls = EARLY if clinician.availability["weekly"][_first_day(clinician)][0]["from"] == "08:00" else LATE
    weekdays = sorted({make.today.weekday(), 0, 1, 2, 3, 4})
    slots = [(day, wall) for day in weekdays for wall in walls]
    make.random.shuffle(slots)
    # A quiet place at the desk is no demo: a good part of the slots fall on today's weekday.
    today = [slot for slot in slots if slot[0] == make.today.weekday()][:5]
    return today + [slot for slot in slots if slot not in today]


def _first_day(clinician: Staff) -> str:
    return next(iter(clinician.availability["weekly"]))


def add(
    make: Maker, diary: Diary, clinician: Staff, client: Client, desk: Staff, day: date, wall: time
) -> Appointment | None:
    """One appointment, with the state that time has brought it to."""
    start = make.at(day, wall)
    off = any(
        each["date"] == day.isoformat() and not each.get("pending")
        for each in clinician.availability["exceptions"]
    )
    shut = day in diary.closed and day != make.today
    if start < client.created_at or off or shut or (client.pk, start) in diary.taken:
        return None
    diary.taken.add((client.pk, start))
    prescribes = clinician.credential == "PMHNP-BC"
    first = (
        client.pk not in diary.first_of
        and not prescribes
        and make.day(client.created_at) > make.today - timedelta(days=70)
    )
    kind = (
        AppointmentType.MEDICATION
        if prescribes
        else AppointmentType.INTAKE
        if first
        else AppointmentType.INDIVIDUAL
    )
    code = {AppointmentType.MEDICATION: "99213", AppointmentType.INTAKE: "90791"}.get(kind, "90834")
    appointment = Appointment(
        id=make.id(), staff=clinician, client=client, start_time=start, end_time=start + LENGTH, type=kind,
        location=make.one((Location.TELEHEALTH, Location.TELEHEALTH, Location.OFFICE)), billing_code=code,
        created_by=desk,
    )  # fmt: skip
    if appointment.location == Location.OFFICE:
        # The group room is for groups.
        free = [room for room in diary.rooms[:2] if (room.pk, start) not in diary.in_room]
        if free:
            appointment.room = free[0]
            diary.in_room.add((free[0].pk, start))
    booked = max(client.created_at, start - timedelta(days=14))
    settle(make, appointment, intake=first)
    dated(appointment, min(booked, make.now), min(start, make.now))
    if first and appointment.status not in (S.CANCELLED, S.LATE_CANCELLED, S.NO_SHOW):
        diary.first_of[client.pk] = appointment
    diary.appointments.append(appointment)
    diary.events.append(
        AppointmentEvent(appointment=appointment, at=appointment.created_at, by=desk, to_status=S.SCHEDULED)
    )
    if appointment.status != S.SCHEDULED:
        diary.events.append(
            AppointmentEvent(
                appointment=appointment,
                at=appointment.updated_at,
                by=desk,
                from_status=S.SCHEDULED,
                to_status=appointment.status,
            )
        )
    return appointment


def settle(make: Maker, appointment: Appointment, *, intake: bool) -> None:
    """What became of it."""
    start, end, now = appointment.start_time, appointment.end_time, make.now
    if start > now:
        soon = make.day(start) <= make.today + timedelta(days=2)
        appointment.status = S.CONFIRMED if soon and make.chance(0.6) else S.SCHEDULED
        if make.day(start) == make.today and start - now < timedelta(minutes=20):
            appointment.status, appointment.checked_in_at = S.CHECKED_IN, now - timedelta(minutes=5)
        return
    if end > now:
        appointment.status, appointment.checked_in_at, appointment.started_at = S.IN_SESSION, start, start
        return
    fate = make.random.random()
    if fate < 0.86 or intake:
        appointment.status, appointment.checked_in_at = S.COMPLETED, start - timedelta(minutes=6)
        appointment.started_at, appointment.completed_at = start, end
    elif fate < 0.90:
        call_off(make, appointment, S.CANCELLED, start - timedelta(hours=50))
    elif fate < 0.94:
        call_off(make, appointment, S.LATE_CANCELLED, start - timedelta(hours=5))
    else:
        appointment.status = S.NO_SHOW


def call_off(make: Maker, appointment: Appointment, status: str, heard: datetime) -> None:
    """Cancelled, with reason and notice."""
    appointment.status, appointment.cancelled_at = status, heard
    appointment.cancel_reason = make.one(
        (
            CancelReason.CLIENT_ILLNESS,
            CancelReason.SCHEDULE_CONFLICT,
            CancelReason.TRANSPORTATION,
            CancelReason.CLIENT_REQUEST,
        )
    )
    appointment.cancelled_by = CancelledBy.CLIENT
    appointment.notice_minutes = int((appointment.start_time - heard).total_seconds() // 60)


def earlier_intakes(make: Maker, people: People, diary: Diary, desk: Staff) -> None:
    """The intake of whoever came before the weeks shown; one of these a day and clinician, so that none overlap."""
    taken: set[tuple[object, date]] = set()
    horizon = make.today - timedelta(days=7 * BACK + 10)
    for client in people.clients:
        clinician = people.clinician_of.get(client.pk)
        if clinician is None or client.pk in diary.first_of:
            continue
        day = min(make.day(client.created_at) + timedelta(days=4), horizon)
        while day.weekday() > 4 or (clinician.pk, day) in taken:
            day -= timedelta(days=1)
        taken.add((clinician.pk, day))
        start = make.at(day, time(11))
        appointment = Appointment(
            id=make.id(), staff=clinician, client=client, start_time=start, end_time=start + timedelta(minutes=60),
            type=AppointmentType.INTAKE, location=Location.OFFICE, billing_code="90791", status=S.COMPLETED,
            checked_in_at=start, started_at=start, completed_at=start + timedelta(minutes=60), created_by=desk,
        )  # fmt: skip
        diary.appointments.append(dated(appointment, start - timedelta(days=3), start))
        diary.first_of[client.pk] = appointment
        diary.events.append(
            AppointmentEvent(appointment=appointment, at=start, by=desk, to_status=S.COMPLETED)
        )
