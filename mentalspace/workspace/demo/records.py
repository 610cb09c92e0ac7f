"""Intakes, progress notes, treatment plans and contact notes; most signed, some on their way."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from clients.models import Client
from documents.answers import to_text
from documents.choices import DocumentStatus, DocumentType, SignatureRole, UnlockState
from documents.diagnoses import COMMON
from documents.digest import addendum_digest, document_digest
from documents.facts import licence, session_facts
from documents.forms_data.builders import value_of
from documents.models import (
    Document,
    DocumentAddendum,
    DocumentComment,
    DocumentError,
    DocumentReview,
    DocumentSignature,
    UnlockRequest,
)
from documents.seals import sealing
from documents.services.signing import keep_version
from mentalspace.core import clock
from mentalspace.workspace.demo import words
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from scheduling.choices import AppointmentStatus, AppointmentType
from scheduling.models import Appointment
from staff.choices import Supervision
from staff.models import Staff

FORM = {
    DocumentType.PROGRESS_NOTE: "progress_soap",
    DocumentType.INTAKE: "intake",
    DocumentType.TREATMENT_PLAN: "treatment_plan",
    DocumentType.CONTACT_NOTE: "contact_note",
}
DUE = timedelta(days=3)
# Some notes are written so late that they say so.
LATE = timedelta(days=11)


@dataclass
class Chart:
    """Everything written."""

    documents: list[Document] = field(default_factory=list)
    signatures: list[DocumentSignature] = field(default_factory=list)
    reviews: list[DocumentReview] = field(default_factory=list)
    addenda: list[DocumentAddendum] = field(default_factory=list)
    unlocks: list[UnlockRequest] = field(default_factory=list)
    goals: dict[object, tuple[str, str]] = field(default_factory=dict)


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
            plan(make, chart, client, first, trouble, len(chart.documents))
    sessions = [
        session
        for session in diary.appointments
        if session.status == AppointmentStatus.COMPLETED and session.type != AppointmentType.INTAKE
    ]
    sessions.sort(key=lambda each: (each.start_time, str(each.pk)))
    unwritten, begun = left_to_do(sessions)
    for place, session in enumerate(sessions):
        if diary.first_of.get(session.client_id) is session or session.pk in unwritten:
            continue
        if session.pk not in begun and not is_written(make, session):
            continue
        answers = note_answers(make, chart, session.client, trouble_of[session.client_id], place)
        write(make, chart, session, DocumentType.PROGRESS_NOTE, answers, begun=session.pk in begun)
    calls(make, people, chart)
    ask_to_unlock(make, chart)
    for rows in (chart.documents, chart.signatures, chart.reviews, chart.addenda, chart.unlocks):
        store(rows)
    store(sealing.seals_for([*chart.signatures, *chart.addenda]))
    comment_on_returned(chart)
    mend(make, chart)
    return chart


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


def write(
    make: Maker,
    chart: Chart,
    session: Appointment,
    kind: str,
    answers: dict[str, Any],
    *,
    begun: bool = False,
) -> Document:
    """A session's document, in the state its age and author make likely; only `begun` leaves a draft for sure."""
    delay = timedelta(minutes=make.random.randint(10, 2600))
    if len(chart.documents) % 60 == 11 and make.now - session.end_time > 2 * LATE:
        delay = LATE
    written = make.next_working(session.end_time + delay)
    document = begin(make, session.client, session.staff, kind, answers, written)
    document.appointment = session
    document.service_date = make.day(session.start_time)
    document.due_on = document.service_date + DUE
    if not begun:
        finish(make, chart, document, written, age_days=(make.now - session.end_time).days)
    chart.documents.append(document)
    return document


def begin(
    make: Maker, client: Client, author: Staff, kind: str, answers: dict[str, Any], written: datetime
) -> Document:
    """A draft."""
    form = make.forms.get(FORM[DocumentType(kind)])
    assert form is not None  # noqa: S101 - the demo's own forms
    document = Document(
        id=make.id(), client=client, staff=author, type=kind, title=DocumentType(kind).label, answers=answers,
        content=to_text(form, answers), form_key=form.key, form_version=form.version, service_date=make.day(written),
    )  # fmt: skip
    return dated(document, written)


def finish(make: Maker, chart: Chart, document: Document, written: datetime, *, age_days: int) -> None:
    """Sign it, or leave it where young notes are."""
    supervised = document.staff.supervision == Supervision.COSIGN_ALL
    if (age_days < 2 and make.chance(0.5)) or (2 <= age_days < 12 and make.chance(0.06)):
        return
    if not supervised:
        make_final(chart, document, [sign(chart, document, document.staff, SignatureRole.AUTHOR, written)])
        return
    if age_days < 9 and make.chance(0.15):
        hand_back(make, chart, document, written)
        return
    author = sign(chart, document, document.staff, SignatureRole.AUTHOR, written)
    document.submitted_at = written
    if age_days < 10:
        document.status = DocumentStatus.PENDING_COSIGN
        document.due_on = make.day(written) + timedelta(days=7)
        return
    supervisor = document.staff.supervisor
    assert supervisor is not None  # noqa: S101 - the demo's associates have one
    later = min(written + timedelta(days=make.random.randint(1, 4)), make.now - timedelta(minutes=1))
    make_final(
        chart, document, [author, sign(chart, document, supervisor, SignatureRole.COSIGNER, later, author)]
    )


def sign(
    chart: Chart, document: Document, signer: Staff, role: str, moment: datetime, *earlier: DocumentSignature
) -> DocumentSignature:
    """A signature with its digest, and the head of the document as it was signed."""
    if not earlier:
        document.signed_facts = [
            [label, text] for label, text in session_facts(document, clock.local(moment).date()) if text
        ]
    signature = DocumentSignature(
        document=document, staff=signer, role=role, printed_name=signer.full_name, credential=signer.credential,
        license=licence(signer), signed_at=moment,
    )  # fmt: skip
    signature.digest = document_digest(document, [*earlier, signature])
    chart.signatures.append(signature)
    return signature


def make_final(chart: Chart, document: Document, signatures: list[DocumentSignature]) -> None:
    """Signed and locked."""
    last = signatures[-1]
    document.status, document.digest = DocumentStatus.SIGNED, last.digest
    document.signed_at, document.signed_by = last.signed_at, last.staff
    document.submitted_at = signatures[0].signed_at
    document.updated_at = last.signed_at
    if len(chart.documents) % 40 == 7:
        text = "Addendum: the client called the next day; the agreed task was done."
        addendum = DocumentAddendum(
            document=document,
            staff=document.staff,
            content=text,
            license=licence(document.staff),
            printed_name=document.staff.name_with_credential,
        )
        dated(addendum, last.signed_at + timedelta(hours=3))
        addendum.digest = addendum_digest(addendum, document)
        chart.addenda.append(addendum)


def hand_back(make: Maker, chart: Chart, document: Document, written: datetime) -> None:
    """Submitted, and returned with a comment."""
    sign(chart, document, document.staff, SignatureRole.AUTHOR, written)
    document.submitted_at = written
    assert document.staff.supervisor is not None  # noqa: S101 - the demo's associates have one
    chart.reviews.append(
        DocumentReview(
            document=document,
            reviewer=document.staff.supervisor,
            comment="Clear and to the point. Two things before I can co-sign.",
            returned_at=make.next_working(written + timedelta(hours=5)),
        )
    )


COMMENTS = {
    "assessment": "Please say how the session moved the goal, and name the measure.",
    "plan": "Which day is the task to be done by?",
}


def comment_on_returned(chart: Chart) -> None:
    """The text that was returned, and what the supervisor said of its sections; one is answered already."""
    for review in chart.reviews:
        keep_version(review)
        for section, text in COMMENTS.items():
            DocumentComment.objects.create(
                document=review.document,
                review=review,
                section=section,
                content=text,
                answer="By Friday; it says so now." if section == "plan" else "",
            )


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


def plan(
    make: Maker, chart: Chart, client: Client, first: Appointment, trouble: tuple[Any, ...], place: int
) -> None:
    """A treatment plan signed a week after the intake; its review is spread around today."""
    written = min(first.end_time + timedelta(days=7), make.now - timedelta(hours=1))
    review = make.today + timedelta(days=make.random.randint(-12, 88))
    code, _complaint, problem, goal, measure, baseline, target = trouble
    goal_id = f"g{place}"
    chart.goals[client.pk] = (goal_id, goal)
    current = baseline + round((target - baseline) * make.random.random())
    answers = {
        "plan_kind": "initial",
        "plan_date": make.day(written).isoformat(),
        "review_on": review.isoformat(),
        "diagnoses": [diagnosis(code)],
        "problems": [value_of(problem)],
        "goals": [
            {
                "goal_id": goal_id,
                "goal": goal,
                "goal_problems": [value_of(problem)],
                "goal_start": make.day(written).isoformat(),
                "goal_target_date": (make.day(written) + timedelta(days=180)).isoformat(),
                "state": "active",
                "objectives": [
                    {
                        "objective": measure, "measured_by": "self_report", "baseline": baseline, "current": current,
                        "target": target, "objective_state": "active",
                    }
                ],
                "interventions": [{"method": value_of("CBT"), "intervention_frequency": "Weekly, 50 minutes"}],
            }
        ],
        "discharge_criteria": "Goals met for eight weeks.",
        "took_part": value_of("Agreed and signed"),
    }  # fmt: skip
    document = begin(make, client, first.staff, DocumentType.TREATMENT_PLAN, answers, written)
    document.review_on = review
    document.due_on = document.service_date + DUE
    finish(make, chart, document, written, age_days=max(12, (make.now - written).days))
    chart.documents.append(document)


def diagnosis(code: str) -> dict[str, str]:
    """A code as answers hold it."""
    return {"code": code, "text": COMMON.get(code, "")}


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
    make: Maker, chart: Chart, client: Client, trouble: tuple[Any, ...], place: int
) -> dict[str, Any]:
    """A SOAP note."""
    goal = chart.goals.get(client.pk)
    changes = ("Some progress", "Much progress", "No change", "Setback")
    worked = [{"goal_id": goal[0], "goal": goal[1], "change": value_of(changes[place % 4])}] if goal else []
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
        finish(make, chart, document, written, age_days=max(12, place))
        chart.documents.append(document)


def ask_to_unlock(make: Maker, chart: Chart) -> None:
    """The two oldest drafts were closed by the weekly lock-out; their authors ask to open them."""
    drafts = sorted(
        (
            d
            for d in chart.documents
            if d.status == DocumentStatus.DRAFT
            and d.submitted_at is None
            and d.due_on
            and d.due_on < make.today
        ),
        key=lambda each: (each.due_on, str(each.pk)),
    )
    for document in drafts[:2]:
        document.locked_at = make.days_ago(1)
        chart.unlocks.append(
            UnlockRequest(
                document=document, requested_by=document.staff, requested_at=make.days_ago(0.5),
                reason="I was out sick at the end of the week.", state=UnlockState.REQUESTED,
            )
        )  # fmt: skip
