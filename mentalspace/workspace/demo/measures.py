"""Courses of questionnaires over the last months, two risk answers of which one waits, and a link that is open."""

from datetime import timedelta

from clients.models import Client
from documents.client_links import hash_of
from documents.facts import licence
from documents.measures.instruments import INSTRUMENTS, Instrument
from documents.measures.services import digest_of, scored
from documents.models import Measure, MeasureLink, RiskResponse
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment

# Links that a demo shows: invented, and published as its password is.
LINK = "demo-questions-{}"
EVERY = 2
# What is asked again and again, and with what share of the points it begins.
COURSES = (
    (("phq9", 0.62), ("gad7", 0.5)),
    (("phq9", 0.55),),
    (("gad7", 0.6),),
    (("pcl5", 0.5), ("phq9", 0.45)),
)
SCREENS = ("audit_c", "cssrs", "phq2")
SAID = (
    "Called the client the same evening. Passive thoughts for about a week, no intent, no plan, no means at hand. Went "
    "through the safety plan together; the sister stays over the weekend. Next session moved up to Thursday; told my "
    "supervisor."
)


def make_measures(make: Maker, people: People, diary: Diary) -> None:
    """At every second session that was held, of four clients in five: worse, then better, with a setback."""
    held: dict[object, list[Appointment]] = {}
    for session in sorted(diary.appointments, key=lambda each: (each.start_time, str(each.pk))):
        if session.status == AppointmentStatus.COMPLETED:
            held.setdefault(session.client_id, []).append(session)
    measures: list[Measure] = []
    for place, client in enumerate(people.clients):
        sessions = held.get(client.pk, [])
        if not sessions or place % 5 == 4:
            continue
        for key, start in COURSES[place % len(COURSES)]:
            for step, session in enumerate(sessions[::EVERY]):
                setback = 0.12 if step % 4 == 3 else 0
                measures.append(_of(make, client, key, session, max(0.05, start - 0.06 * step + setback)))
        if place % 4 == 0:
            measures.append(_of(make, client, SCREENS[place // 4 % 3], sessions[0], 0.25))
    responses = _risks(make, people, held, measures)
    store(measures)
    store(responses)
    _links(make, people)


def _of(make: Maker, client: Client, key: str, session: Appointment, share: float, **fixed: int) -> Measure:
    """Answers of about this share of the points, entered after the session."""
    asked = INSTRUMENTS[key]
    measure = scored(client, asked, _answers(make, asked, share) | fixed, make.day(session.start_time))
    measure.id, measure.entered_by = make.id(), session.staff
    return dated(measure, min(session.end_time + timedelta(minutes=20), make.now))


def _answers(make: Maker, asked: Instrument, share: float) -> dict[str, int]:
    if asked.asks_of_suicide and asked.is_level:
        return dict.fromkeys(("q1", "q2", "q6"), 0)
    answers = {}
    for item in asked.items:
        top = item.options[-1].points
        answers[item.key] = max(0, min(top, round(top * share + make.random.uniform(-0.8, 0.8))))
    if "q9" in answers and asked.key == "phq9":
        answers["q9"] = 0
    if asked.key == "audit_c" and not answers["q1"]:
        answers |= {"q2": 0, "q3": 0}
    return answers


def _risks(
    make: Maker, people: People, held: dict[object, list[Appointment]], measures: list[Measure]
) -> list[RiskResponse]:
    """The demo therapist's latest two clients: one was responded to, the other waits."""
    own = people.staff["therapist"]
    mine = [
        client for client in people.active if people.clinician_of[client.pk] == own and held.get(client.pk)
    ]
    mine.sort(key=lambda client: held[client.pk][-1].start_time, reverse=True)
    responses = []
    for place, client in enumerate(mine[:2]):
        session = held[client.pk][-1]
        measure = _of(make, client, "phq9", session, 0.5, q9=1)
        # Nobody answers the same questions twice on a day.
        same = (client.pk, "phq9", measure.taken_on)
        measures[:] = [each for each in measures if (each.client_id, each.instrument, each.taken_on) != same]
        measures.append(measure)
        if place:
            response = RiskResponse(
                measure=measure, staff=own, content=SAID, printed_name=own.name_with_credential,
                license=licence(own), signed_at=min(measure.created_at + timedelta(hours=3), make.now),
            )  # fmt: skip
            response.digest = digest_of(response)
            responses.append(response)
    return responses


def _links(make: Maker, people: People) -> None:
    """One open, one answered."""
    desk = people.staff["frontdesk"]
    reached = [client for client in people.active if client.email][:2]
    store(
        [
            dated(
                MeasureLink(
                    id=make.id(), client=client, instruments=["phq9", "gad7"], sent_by=desk,
                    token_hash=hash_of(LINK.format(place)), expires_at=make.now + timedelta(days=6),
                    answered_at=make.days_ago(0.5) if place == 2 else None,
                ),
                make.days_ago(1),
            )
            for place, client in enumerate(reached, start=1)
        ]
    )  # fmt: skip
