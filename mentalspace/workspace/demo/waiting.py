"""Who waits for a time, times that clients have just given back, and requests of the booking page."""

from datetime import timedelta
from typing import Any

from clients.choices import ClientStatus
from crm.services import take_newcomer
from mentalspace.core import practice
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus, AppointmentType, CancelledBy, CancelReason, Location
from scheduling.models import Appointment, BookingRequest, WaitlistEntry
from scheduling.requests.choices import DeclinedBecause, RequestState
from scheduling.requests.defaults import BookingPageDefaults
from scheduling.requests.offered import Sought, offered_days
from scheduling.services import cancel_appointment
from scheduling.waitlist.choices import ClosedBecause, EntryState, Urgency
from staff.choices import PRESCRIBERS

KEPT = timedelta(days=90)
AFTERNOONS = {"weekdays": [0, 1, 2, 3, 4], "from": "14:00:00", "to": "19:00:00"}
MORNINGS = {"weekdays": [0, 1, 2, 3, 4], "from": "08:00:00", "to": "12:00:00"}
TUESDAYS = {"weekdays": [1, 3], "from": "09:00:00", "to": "17:00:00"}
# Days they have waited, urgency, hours, a note.
PLACES: tuple[tuple[int, Urgency, list[dict[str, Any]], str], ...] = (
    (33, Urgency.SOON, [AFTERNOONS], "After school; a parent brings her."),
    (12, Urgency.URGENT, [], "Any day, also at short notice. Call the mobile."),
    (48, Urgency.ROUTINE, [MORNINGS, TUESDAYS], ""),
    (21, Urgency.ROUTINE, [TUESDAYS], ""),
    (5, Urgency.SOON, [], ""),
    (62, Urgency.ROUTINE, [AFTERNOONS], "Works mornings."),
    (9, Urgency.ROUTINE, [], ""),
)
GIVEN_BACK = 3


def make_waitlist(make: Maker, people: People) -> None:
    """Whoever has the status Waitlist, three of the active who want another time; then three sessions are cancelled."""
    desk = people.staff["frontdesk"]
    new = [client for client in people.clients if client.status == ClientStatus.WAITLIST][:4]
    clients = [*new, *people.active[5:8]]
    entries = []
    for client, (days, urgency, windows, note) in zip(clients, PLACES, strict=True):
        since = make.days_ago(days)
        entry = WaitlistEntry(
            id=make.id(), client=client, minutes=50, windows=windows, urgency=urgency, note=note,
            types=[AppointmentType.INTAKE if client in new else AppointmentType.INDIVIDUAL],
            locations=[Location.TELEHEALTH, Location.OFFICE], created_by=desk,
            expires_on=make.day(since + KEPT),
        )  # fmt: skip
        entries.append(dated(entry, since))
    store(entries)
    for entry in entries[len(new) :]:
        entry.clinicians.add(people.clinician_of[entry.client_id])
    closed = dated(
        WaitlistEntry(
            id=make.id(), client=people.active[9], types=[AppointmentType.INDIVIDUAL], minutes=50,
            created_by=desk, expires_on=make.day(make.days_ago(40) + KEPT), state=EntryState.CLOSED,
            closed_at=make.days_ago(20), closed_because=ClosedBecause.BOOKED_ELSEWHERE,
        ),
        make.days_ago(40),
    )  # fmt: skip
    store([closed])
    _give_back(make, people)


def _give_back(make: Maker, people: People) -> None:
    """In time, so that nobody owes a fee."""
    desk = people.staff["frontdesk"].user
    ahead = Appointment.objects.filter(
        status=AppointmentStatus.SCHEDULED,
        overbooked=False,
        start_time__gt=make.now + timedelta(days=2),
        start_time__lt=make.now + timedelta(days=9),
    ).order_by("start_time", "pk")
    seen: set[object] = set()
    for appointment in ahead:
        if appointment.staff_id in seen or len(seen) == GIVEN_BACK:
            continue
        seen.add(appointment.staff_id)
        cancel_appointment(
            actor=desk,
            appointment_id=appointment.pk,
            reason=CancelReason.SCHEDULE_CONFLICT,
            cancelled_by=CancelledBy.CLIENT,
        )


def make_requests(make: Maker, people: People) -> None:
    """The booking page is open; two requests wait, one by a client and one by a newcomer, and two were answered."""
    desk = people.staff["frontdesk"]
    accepting = [each for each in people.clinicians if each.license_type not in PRESCRIBERS][:3]
    page = BookingPageDefaults(is_open=True, clinicians=[str(each.pk) for each in accepting])
    practice.save(page)
    known, old = people.active[11], people.active[12]
    free = offered_days(Sought(AppointmentType.CONSULTATION, Location.TELEHEALTH), days=6)
    times = [(staff, starts[0]) for day in free for staff, starts in day.by_staff[:1]]
    askers = (
        (known.first_name, known.last_name, str(known.email or ""), known.phone, 0.2),
        ("Wren", "Honeydew", "wren.honeydew@example.com", "+14045550199", 0.6),
        (old.first_name, old.last_name, str(old.email or ""), old.phone, 6.0),
        ("Basil", "Mockingbird", "basil.mockingbird@example.com", "", 9.0),
    )
    rows = []
    for (first, last, email, phone, days), (staff, start) in zip(askers, times, strict=False):
        sent = make.days_ago(days)
        row = BookingRequest(
            id=make.id(), type=AppointmentType.CONSULTATION, location=Location.TELEHEALTH, staff=staff,
            any_clinician=days > 1, start_time=start, end_time=start + timedelta(minutes=page.minutes),
            first_name=first, last_name=last, email=email, phone=phone, consented_to=page.consent,
            told=RequestState.WAITING, looked_up_at=sent,
        )  # fmt: skip
        rows.append(dated(row, sent))
    for row in rows[2:]:
        row.state, row.told = RequestState.DECLINED, RequestState.DECLINED
        row.declined_because, row.handled_by = DeclinedBecause.NO_TIME, desk
        row.handled_at = row.created_at + timedelta(hours=3)
    store(rows)
    if len(rows) > 1:
        take_newcomer(request=rows[1])
