"""Documents of the demo in their states: begun, signed, co-signed, returned."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clients.models import Client
from documents.answers import to_text
from documents.choices import DocumentStatus, DocumentType, SignatureRole
from documents.diagnoses import COMMON
from documents.digest import addendum_digest, document_digest
from documents.facts import licence, session_facts
from documents.models import (
    Document,
    DocumentAddendum,
    DocumentReading,
    DocumentReview,
    DocumentSignature,
    UnlockRequest,
)
from mentalspace.core import clock
from mentalspace.workspace.demo.maker import Maker, dated
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
    readings: list[DocumentReading] = field(default_factory=list)
    goals: dict[object, tuple[str, str]] = field(default_factory=dict)
    # From when on notes can move the client's goal.
    planned: dict[object, datetime] = field(default_factory=dict)
    moves: dict[object, int] = field(default_factory=dict)


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
    form = "progress_group" if "group_topic" in answers else ""
    document = begin(make, session.client, session.staff, kind, answers, written, form)
    document.appointment = session
    document.service_date = make.day(session.start_time)
    document.due_on = document.service_date + DUE
    if not begun:
        finish(make, chart, document, written, age_days=(make.now - session.end_time).days)
    chart.documents.append(document)
    return document


def begin(
    make: Maker,
    client: Client,
    author: Staff,
    kind: str,
    answers: dict[str, Any],
    written: datetime,
    form_key: str = "",
) -> Document:
    """A draft, in the usual form of its kind unless another is named."""
    form = make.forms.get(form_key or FORM[DocumentType(kind)])
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
        if document.staff.supervision == Supervision.REVIEW_ALL:
            chart.readings.append(reading(make, document, written))
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


def reading(make: Maker, document: Document, written: datetime) -> DocumentReading:
    """Read by the supervisor every few days; the latest notes, and one that was forgotten, are still to be read."""
    made = DocumentReading(document=document, due_on=make.day(written) + timedelta(days=7))
    read_at = make.next_working(written + timedelta(days=2 + len(document.content) % 4))
    if read_at < make.now - timedelta(hours=1) and make.day(written) != make.day(make.days_ago(9)):
        made.read_by, made.read_at = document.staff.supervisor, read_at
    return made


def hand_back(make: Maker, chart: Chart, document: Document, written: datetime) -> None:
    """Submitted, and returned with a comment."""
    sign(chart, document, document.staff, SignatureRole.AUTHOR, written)
    document.submitted_at = written
    document.due_on = make.today + timedelta(days=2)
    assert document.staff.supervisor is not None  # noqa: S101 - the demo's associates have one
    chart.reviews.append(
        DocumentReview(
            document=document,
            reviewer=document.staff.supervisor,
            comment="Clear and to the point. Two things before I can co-sign.",
            returned_at=make.next_working(written + timedelta(hours=5)),
        )
    )


def say(make: Maker, document: Document) -> None:
    """The text that the answers make."""
    form = make.forms.get(document.form_key)
    assert form is not None  # noqa: S101 - the demo's own forms
    document.content = to_text(form, document.answers)


def diagnosis(code: str) -> dict[str, str]:
    """A code as answers hold it."""
    return {"code": code, "text": COMMON.get(code, "")}
