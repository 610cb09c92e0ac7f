"""An instrument of the practice's own with a course of answers, its next version on the way, and one that was retired."""

from datetime import timedelta

from documents.measures.instruments import Instrument
from documents.measures.own import services
from documents.measures.own.shapes import Choice, Cut, Definition, Question, Subscale
from documents.measures.services import scored
from documents.models import Measure
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus

OFTEN = [
    Choice(points=points, label=label)
    for points, label in enumerate(("Never", "Rarely", "Some days", "Most days"))
]
SLEEP = Definition(
    name="Evening check",
    title="Sleep and evenings, a check of our own",
    intro="Over the last week, how often",
    choices=OFTEN,
    questions=[
        Question(text="did you lie awake for more than half an hour?"),
        Question(text="did you wake up rested?", reverse=True),
        Question(text="did worries keep you from sleeping?"),
        Question(text="did you look at a screen in bed?"),
        Question(text="did you go to bed at about the same time?", reverse=True),
        Question(text="did you feel that you could not go on?"),
    ],
    may_miss=1,
    subscales=[Subscale(name="Sleep", questions=[1, 2, 3]), Subscale(name="Habits", questions=[4, 5])],
    bands=[
        Cut(start=0, name="Settled", tone="success"),
        Cut(start=6, name="Unsettled", tone="warning"),
        Cut(start=12, name="Poor", tone="danger"),
    ],
    change=4,
    risk_question=6,
    risk_points=2,
    credit="Written by the practice for the demo.",
)
SESSION = Definition(
    name="Session check",
    title="How the session was",
    intro="Today",
    choices=[Choice(points=points, label=str(points)) for points in range(1, 6)],
    questions=[Question(text="I felt heard."), Question(text="We worked on what matters to me.")],
    method="mean",
    bands=[
        Cut(start=1, name="Talk about it", tone="warning"),
        Cut(start=3.5, name="Going well", tone="success"),
    ],
    higher_is_better=True,
)


def make_own_instruments(make: Maker, people: People, diary: Diary) -> None:
    """The demo therapist's first clients answer it every second session, and sleep better."""
    admin, own = people.staff["admin"].user, people.staff["therapist"]
    check = services.create_instrument(actor=admin, said=SLEEP)
    check = services.publish_instrument(actor=admin, instrument_id=check.pk)
    services.begin_instrument_version(actor=admin, instrument_id=check.pk)
    session = services.create_instrument(actor=admin, said=SESSION)
    services.publish_instrument(actor=admin, instrument_id=session.pk)
    services.retire_instrument(actor=admin, instrument_id=session.pk)
    mine = [client for client in people.active if people.clinician_of[client.pk] == own][:3]
    held = [each for each in diary.appointments if each.status == AppointmentStatus.COMPLETED]
    measures: list[Measure] = []
    for client in mine:
        sessions = sorted(
            (each for each in held if each.client_id == client.pk), key=lambda each: each.start_time
        )
        for step, visit in enumerate(sessions[::2]):
            measure = scored(client, check.asked, _answers(check.asked, step), make.day(visit.start_time))
            measure.id, measure.entered_by = make.id(), visit.staff
            measures.append(dated(measure, min(visit.end_time + timedelta(minutes=25), make.now)))
    store(measures)


def _answers(asked: Instrument, step: int) -> dict[str, int]:
    worse = max(0, 3 - step // 2)
    answers = {item.key: worse for item in asked.items}
    return answers | {"q2": 3 - worse, "q5": min(3, step), "q6": 0}
