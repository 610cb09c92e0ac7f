"""Who waits for a time, and times that clients have just given back."""

from datetime import timedelta
from typing import Any

from clients.choices import ClientStatus
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus, AppointmentType, CancelledBy, CancelReason, Location
from scheduling.models import Appointment, WaitlistEntry
from scheduling.services import cancel_appointment
from scheduling.waitlist.choices import ClosedBecause, EntryState, Urgency

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
