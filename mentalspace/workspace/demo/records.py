"""Intakes, progress notes and contact notes; most signed, some on their way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from documents import queries
from documents.answers import to_text
from documents.choices import DocumentStatus, DocumentType, UnlockState
from documents.forms_data.builders import value_of
from documents.models import DocumentComment, DocumentError, UnlockRequest
from documents.seals import sealing
from documents.services.drafts import form_of
from documents.services.signing import keep_version
from mentalspace.core import clock
from mentalspace.workspace.demo import words
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, store
from mentalspace.workspace.demo.people import People
from mentalspace.workspace.demo.plans import plans
from mentalspace.workspace.demo.writing import DUE, Chart, begin, diagnosis, finish, write
from scheduling.choices import AppointmentStatus, AppointmentType
from scheduling.models import Appointment

# How many drafts the last lock-out found, and days after which every note is signed.
LOCKED, SETTLED = 3, 12


def make_records(make: Maker, people: People, diary: Diary) -> Chart:
    """Intake and plan per client, a note per session held, some calls."""
    chart = Chart()
    trouble_of = {
        client.pk: words.TROUBLES[place % len(words.TROUBLES)] for place, client in enumerate(people.clients)
    }
    for client in people.clients:
        first = diary.first_of.get(client.pk)
        if first is None or first.status != AppointmentStatus.COMPLETED:
            continue
        trouble = trouble_of[client.pk]
        write(make, chart, first, DocumentType.INTAKE, intake_answers(make, trouble))
        if len(chart.documents) % 6:
            plans(make, chart, client, first, trouble, len(chart.documents))
    sessions = [
        session
        for session in diary.appointments
        if session.status == AppointmentStatus.COMPLETED and session.type != AppointmentType.INTAKE
    ]
    sessions.sort(key=lambda each: (each.start_time, str(each.pk)))
    plans_of_old(make, chart, sessions, trouble_of)
    unwritten, begun = left_to_do(sessions)
    for place, session in enumerate(sessions):
        if diary.first_of.get(session.client_id) is session or session.pk in unwritten:
            continue
        if session.pk not in begun and not is_written(make, session):
            continue
        answers = note_answers(make, chart, session, trouble_of[session.client_id], place)
        if session.group_session:
            answers = group_answers(answers, session.group_session, place)
        write(make, chart, session, DocumentType.PROGRESS_NOTE, answers, begun=session.pk in begun)
    calls(make, people, chart)
    lock_out(make, chart)
    for rows in (
        chart.documents,
        chart.signatures,
        chart.reviews,
        chart.addenda,
        chart.unlocks,
        chart.readings,
    ):
        store(rows)
    store(sealing.seals_for([*chart.signatures, *chart.addenda]))
    comment_on_returned(chart)
    mend(make, chart)
    return chart


def plans_of_old(
    make: Maker, chart: Chart, sessions: list[Appointment], trouble_of: dict[UUID, tuple[Any, ...]]
) -> None:
    """Who was here before the demo begins has a plan as well, but for a few."""
    for place, session in enumerate({each.client_id: each for each in reversed(sessions)}.values()):
        if session.client_id not in chart.goals and place % 8:
            trouble = trouble_of[session.client_id]
            plans(make, chart, session.client, session, trouble, len(chart.documents))


def is_written(make: Maker, session: Appointment) -> bool:
    """The last days' sessions partly wait for their note; hardly any older one does."""
    age = make.now - session.end_time
    if age < timedelta(days=2):
        return make.chance(0.45)
    return make.chance(0.93 if age < timedelta(days=7) else 0.995)


def left_to_do(sessions: list[Appointment]) -> tuple[set[UUID], set[UUID]]:
    """Each clinician's latest session without a note, and the one before with a draft, at whatever hour this is."""
    by_clinician: dict[UUID, list[UUID]] = {}
    for session in sessions:
        by_clinician.setdefault(session.staff_id, []).append(session.pk)
    latest = [keys[-1] for keys in by_clinician.values()]
    before = [keys[-2] for keys in by_clinician.values() if len(keys) > 1]
    return set(latest), set(before)


COMMENTS = {
    "assessment": "Please say how the session moved the goal, and name the measure.",
    "plan": "Which day is the task to be done by?",
}


def comment_on_returned(chart: Chart) -> None:
    """The text that was returned, and what the supervisor said of its sections; one is answered already."""
    for review in chart.reviews:
        keep_version(review)
        document = review.document
        form = form_of(document)
        for section, text in COMMENTS.items():
            if form.section_of(section) is not None:
                DocumentComment.objects.create(
                    document=document,
                    review=review,
                    section=section,
                    content=text,
                    answer="By Friday; it says so now." if section == "plan" else "",
                )
        if "tasks" in document.answers:
            document.answers |= {"tasks": f"{document.answers['tasks']}, by Friday"}
            document.content = to_text(form, document.answers)
            document.save(update_fields=["answers", "content"])


def mend(make: Maker, chart: Chart) -> None:
    """An old contact note stood in the wrong chart; so did the note of a session that is billed."""
    signed = [each for each in chart.documents if each.status == DocumentStatus.SIGNED]
    of_kind = {each.type: each for each in reversed(signed)}
    for kind in (DocumentType.CONTACT_NOTE, DocumentType.PROGRESS_NOTE):
        wrong = of_kind[kind]
        DocumentError.objects.create(
            document=wrong,
            marked_by=wrong.staff,
            marked_at=make.days_ago(1),
            reason="Written in the wrong chart: it is about another client with the same first name.",
        )
        # The database has marked the document.
        wrong.in_error = True


def intake_answers(make: Maker, trouble: tuple[Any, ...]) -> dict[str, Any]:
    """A whole intake without risk."""
    code, complaint, *_rest = trouble
    chosen = {
        "chief_complaint": complaint, "onset": "6–12 months", "frequency": "Several times a week", "severity": "Moderate",
        "course": "Recurrent", "functioning": "Moderate", "appearance": "Casual", "behavior": "Calm", "eye_contact": "Good",
        "speech": "Normal", "mood": "Anxious" if complaint == "Anxiety" else "Depressed", "affect": "Full",
        "thought_process": "Linear", "orientation": "×4", "memory": "Intact", "attention": "Intact", "insight": "Good",
        "judgment": "Good", "suicidal_ideation": "None", "homicidal_ideation": "None", "self_harm": "None ever",
        "risk_plan": "None", "means": "None identified", "intent": "Denies", "attempts": "None",
        "violence": "None known", "safety_plan": "Not needed", "level_of_care": "Outpatient",
    }  # fmt: skip
    return {
        **{key: value_of(label) for key, label in chosen.items()},
        "history_of_problem": make.one(words.CONCERNS),
        "social_history": "Lives with a partner and a dog. Two close friends.",
        "strengths": "Curious, punctual, asks for help.",
        "summary_text": make.one(words.IMPRESSIONS),
        "diagnoses": [diagnosis(code)],
        "recommendations": make.one(words.PLANS),
    }


def note_answers(
    make: Maker, chart: Chart, session: Appointment, trouble: tuple[Any, ...], place: int
) -> dict[str, Any]:
    """A SOAP note; it moves the goal once there is a plan."""
    client, goal = session.client, chart.goals.get(session.client_id)
    changes = ("Some progress", "Much progress", "No change", "Setback")
    worked = []
    if goal and chart.planned[client.pk] < session.start_time:
        known = chart.moves.get(client.pk, 12)
        chart.moves[client.pk] = max(0, min(90, known + (6, 11, 0, -5)[place % 4]))
        entry = {"goal_id": goal[0], "goal": goal[1], "change": value_of(changes[place % 4])}
        worked = [entry | {"now": str(chart.moves[client.pk])}]
    answers = {
        "concerns": make.one(words.CONCERNS),
        "mood_reported": "Better than last week." if place % 3 else "Up and down.",
        "distress": make.random.randint(2, 7),
        "observations": make.one(words.OBSERVED),
        "mood": value_of(make.one(("Euthymic", "Anxious", "Depressed"))),
        "affect": value_of("Full"),
        "impression": make.one(words.IMPRESSIONS),
        "risk": [value_of("None reported")],
        "diagnoses": [diagnosis(trouble[0])],
        "interventions": [
            value_of("CBT"),
            value_of(make.one(("Mindfulness", "Psychoeducation", "Exposure"))),
        ],
        "tasks": make.one(words.TASKS),
        "follow_up": make.one(words.PLANS),
    }
    return {**answers, "goals_worked": worked} if worked else answers


TOPICS = (
    (
        "Noticing tension early",
        "A round on the week, then progressive muscle relaxation, then pairs on early signs.",
    ),
    (
        "Saying no",
        "Examples from the week, then practice in pairs with changed roles, then what was hard about it.",
    ),
    (
        "Sleep",
        "What keeps one awake, a breathing exercise, and each chose one habit to change until next week.",
    ),
)


def group_answers(own: dict[str, Any], session: UUID, place: int) -> dict[str, Any]:
    """One text for everybody who was there, and this member's own part."""
    topic, process = TOPICS[session.int % len(TOPICS)]
    kept = ("mood", "affect", "risk", "diagnoses", "goals_worked", "tasks", "follow_up")
    return {
        "group_topic": topic,
        "group_process": process,
        "interventions": [value_of("Mindfulness"), value_of("Psychoeducation")],
        "attendance": value_of("Whole session"),
        "participation": value_of(("Active", "When asked", "Listened")[place % 3]),
        "response_text": own["impression"],
        "plan_text": own["follow_up"],
        **{key: own[key] for key in kept if key in own and key != "follow_up"},
    }


def calls(make: Maker, people: People, chart: Chart) -> None:
    """Contact notes."""
    for place, client in enumerate(people.active[::8]):
        clinician = people.clinician_of[client.pk]
        answers = {
            "contact_kind": value_of("Call by the client"),
            "purpose": value_of("Scheduling" if place % 2 else "Medication"),
            "summary_text": "Asked to move the next session and mentioned that the week goes well.",
        }
        written = make.days_ago(2 + place * 1.7)
        document = begin(make, client, clinician, DocumentType.CONTACT_NOTE, answers, written)
        document.due_on = document.service_date + DUE
        finish(make, chart, document, written, age_days=max(SETTLED, place))
        chart.documents.append(document)


def lock_out(make: Maker, chart: Chart) -> None:
    """At the last weekly lock-out hardly a draft was overdue; two of the authors ask to open theirs."""
    last = queries.last_lock_out()
    late = [
        each
        for each in chart.documents
        if each.status == DocumentStatus.DRAFT and each.due_on is not None and each.due_on < last
    ]
    # Those of people under supervision first, so that supervisors find a request.
    late.sort(
        key=lambda each: (each.staff.supervisor_id is not None, each.due_on, str(each.pk)), reverse=True
    )
    for document in late[LOCKED:]:
        finish(make, chart, document, document.created_at, age_days=SETTLED)
    for place, document in enumerate(late[:LOCKED]):
        document.locked_at = clock.day_bounds(last)[1]
        if place < 2:
            chart.unlocks.append(
                UnlockRequest(
                    document=document, requested_by=document.staff,
                    requested_at=max(make.days_ago(0.5), document.locked_at + timedelta(minutes=1)),
                    reason="I was out sick at the end of the week.", state=UnlockState.REQUESTED,
                )
            )  # fmt: skip
