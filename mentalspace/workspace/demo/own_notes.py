"""Two psychotherapy notes of the demo's therapist; invented, as everything here."""

from datetime import timedelta

from mentalspace.core.database import acting_as
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from psychotherapy.models import PsychotherapyNote
from scheduling.choices import AppointmentStatus

AUTHOR = "therapist"
TEXTS = (
    "Spoke of the house by the lake again, and again stopped at the kitchen door.\n\n"
    "I notice that I want to open it for them. Stay outside with them; ask what the hallway is like. Bring my hurry "
    "to consultation.",
    "Laughed while telling of the funeral, then looked at me to see whether I would laugh too. I did not, and the "
    "silence was long.\n\nWhose silence was it? Think of the older brother, who was never to be mentioned at table.",
)


def make_own_notes(make: Maker, people: People, diary: Diary) -> None:
    """One each about the latest two clients' sessions, written that evening."""
    staff = people.staff[AUTHOR]
    held = {
        session.client_id: session
        for session in sorted(diary.appointments, key=lambda each: each.start_time)
        if session.staff_id == staff.pk and session.status == AppointmentStatus.COMPLETED
    }
    latest = sorted(held.values(), key=lambda each: each.start_time, reverse=True)
    notes = [
        dated(
            PsychotherapyNote(
                id=make.id(), author=staff.user, client=session.client, appointment=session, content=text,
                session_date=make.day(session.start_time), version=2,
            ),
            min(session.end_time + timedelta(hours=2), make.now),
        )
        for session, text in zip(latest, TEXTS, strict=False)
    ]  # fmt: skip
    # The database takes them from their author alone.
    with acting_as(staff.user_id):
        store(notes)
