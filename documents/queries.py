"""Named reads of the clinical record, for screens, reports and the apps above.

Whatever returns rows takes the actor and returns only what that person may read.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Lower
from django.urls import reverse

from accounts.models import User
from accounts.rules import is_admin
from clients.models import Client
from documents.answers.reading import Part, read_section
from documents.choices import SESSION_TYPES, DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.designs import catalogue
from documents.models import Document, DocumentReview, UnlockRequest
from documents.rules import (
    UNREAD,
    can_cosign_document,
    can_see_document,
    can_tick_as_read,
    visible_documents,
    visible_unlock_requests,
)
from mentalspace.core import clock, formatting, practice
from mentalspace.core.search import Hit
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from staff.choices import Weekday
from staff.rules import staff_ids_answered_for, staff_of

# What was entered in error stays readable where it is and counts for nothing: work, plans, diagnoses, bills.
STANDS = Q(in_error=False)
# The notes that document a session that was held; a signed one makes it billable.
SESSION_NOTES = (DocumentType.PROGRESS_NOTE, DocumentType.INTAKE)


def signed_session_note() -> Exists:
    """On appointments: is there a signed progress note or intake?"""
    return Exists(
        Document.objects.filter(
            STANDS, appointment=OuterRef("pk"), type__in=SESSION_NOTES, status=DocumentStatus.SIGNED
        )
    )


def any_session_note() -> Exists:
    """On appointments: has a session note been begun, whatever its state?"""
    return Exists(Document.objects.filter(STANDS, appointment=OuterRef("pk"), type__in=SESSION_TYPES))


def answered_for(actor: User) -> QuerySet[Document]:
    """Documents the actor must see to: their own, their supervisees', and for the administrator everybody's."""
    if is_admin(actor):
        return Document.objects.filter(STANDS)
    if not can_see_document.gate(actor):
        return Document.objects.none()
    return Document.objects.filter(STANDS, staff_id__in=staff_ids_answered_for(actor))


def own_documents(actor: User) -> QuerySet[Document]:
    """What the actor wrote."""
    own = staff_of(actor)
    return answered_for(actor).filter(staff=own) if own else Document.objects.none()


def unsigned_documents(actor: User) -> QuerySet[Document]:
    """Drafts and documents waiting for a co-signature, of whom the actor answers for."""
    return answered_for(actor).exclude(status=DocumentStatus.SIGNED)


def overdue_documents(actor: User) -> QuerySet[Document]:
    """Unsigned documents whose last day has passed on the practice's calendar."""
    return unsigned_documents(actor).filter(due_on__lt=clock.today())


def returned_documents(actor: User) -> QuerySet[Document]:
    """The actor's own drafts that a supervisor returned with comments."""
    returned = DocumentReview.objects.filter(document=OuterRef("pk"))
    return own_documents(actor).filter(Exists(returned), status=DocumentStatus.DRAFT)


def plans_due(actor: User, within_days: int = 14) -> QuerySet[Document]:
    """Current treatment plans of whom the actor answers for whose review is due within so many days, or past."""
    newer = Document.objects.filter(
        STANDS,
        client=OuterRef("client"),
        type=DocumentType.TREATMENT_PLAN,
        status=DocumentStatus.SIGNED,
        signed_at__gt=OuterRef("signed_at"),
    )
    return answered_for(actor).filter(
        ~Exists(newer),
        type=DocumentType.TREATMENT_PLAN,
        status=DocumentStatus.SIGNED,
        client__status="active",
        review_on__lte=clock.today() + timedelta(days=within_days),
    )


def unwritten_sessions() -> QuerySet[Appointment]:
    """Everybody's completed sessions about which nothing has been begun; for what the practice does by itself."""
    return Appointment.objects.filter(
        ~any_session_note(), status=AppointmentStatus.COMPLETED, imported_at__isnull=True
    )


def sessions_without_note(actor: User) -> QuerySet[Appointment]:
    """Completed sessions of whom the actor answers for about which nothing has been begun."""
    if not can_see_document.gate(actor):
        return Appointment.objects.none()
    sessions = unwritten_sessions()
    return sessions if is_admin(actor) else sessions.filter(staff_id__in=staff_ids_answered_for(actor))


def overdue_before() -> datetime:
    """A session that began before this instant and has no note has one that is overdue."""
    return clock.day_bounds(clock.today() - timedelta(days=practice.get(NoteDefaults).due_days))[0]


def overdue_sessions(actor: User) -> QuerySet[Appointment]:
    """Sessions about which nothing has been begun although the note's last day has passed."""
    return sessions_without_note(actor).filter(start_time__lt=overdue_before())


def cosign_queue(actor: User) -> QuerySet[Document]:
    """What waits for this supervisor's signature; never their own."""
    return _supervised(can_cosign_document.scope(actor))


def to_read(actor: User) -> QuerySet[Document]:
    """What is signed and final, and waits for this supervisor to read it."""
    return _supervised(can_tick_as_read.scope(actor)).select_related("reading")


def _supervised(documents: QuerySet[Document]) -> QuerySet[Document]:
    """As a queue: the longest waiting first."""
    return documents.select_related("client", "staff", "appointment").order_by("submitted_at", "pk")


def unread_documents(actor: User) -> QuerySet[Document]:
    """Signed notes of whom the actor answers for that their authors' supervisors have not read yet."""
    return answered_for(actor).filter(UNREAD.where())


def unlock_requests(actor: User) -> QuerySet[UnlockRequest]:
    """Requests the actor may decide; an author never decides their own."""
    return visible_unlock_requests(actor).select_related(
        "document__client", "document__staff", "requested_by", "decided_by"
    )


def current_plan(actor: User, client_id: UUID) -> Document | None:
    """The last signed treatment plan that the actor may read."""
    plans = visible_documents(actor).filter(
        STANDS, client_id=client_id, type=DocumentType.TREATMENT_PLAN, status=DocumentStatus.SIGNED
    )
    return plans.select_related("staff").order_by("-signed_at", "-pk").first()


def last_session_note(actor: User, client_id: UUID, *, before: Document | None = None) -> Document | None:
    """The latest signed session note that the actor may read, or the latest up to another one's day."""
    notes = visible_documents(actor).filter(
        STANDS, client_id=client_id, type__in=SESSION_NOTES, status=DocumentStatus.SIGNED
    )
    if before is not None:
        notes = notes.filter(service_date__lte=before.service_date).exclude(pk=before.pk)
    return notes.select_related("staff").order_by("-service_date", "-signed_at", "-pk").first()


def at_hand(actor: User, client_id: UUID) -> tuple[Document | None, Document | None]:
    """The last session note and the current plan, in one query, for the chart."""
    is_plan = Q(type=DocumentType.TREATMENT_PLAN)
    found = (
        visible_documents(actor)
        .filter(
            STANDS, is_plan | Q(type__in=SESSION_NOTES), client_id=client_id, status=DocumentStatus.SIGNED
        )
        .annotate(
            is_plan=Case(When(is_plan, then=Value(True)), default=Value(False), output_field=BooleanField()),
            since=Case(When(is_plan, then=F("signed_at")), default=Cast("service_date", DateTimeField())),
        )
        .select_related("staff")
        .order_by("is_plan", "-since", "-signed_at", "-pk")
        .distinct("is_plan")
    )
    by_kind = {document.type == DocumentType.TREATMENT_PLAN: document for document in found}
    return by_kind.get(False), by_kind.get(True)


def current_plans(actor: User) -> QuerySet[Document]:
    """Signed treatment plans that the actor may read, the one in force first; `at_hand` takes the same one."""
    plans = visible_documents(actor).filter(
        STANDS, type=DocumentType.TREATMENT_PLAN, status=DocumentStatus.SIGNED
    )
    return plans.order_by("-signed_at", "-pk")


def plan_part(note: Document | None) -> Part | None:
    """What a note planned: the section that the next session starts from."""
    if note is None:
        return None
    form = catalogue.definition(note.form_key, note.form_version)
    section = form.section_of(form.plan_section) if form else None
    part = read_section(section, note.answers) if section else None
    return part if part and part.lines else None


def has_signed_intake(client_id: UUID) -> bool:
    return Document.objects.filter(
        STANDS, client_id=client_id, type=DocumentType.INTAKE, status=DocumentStatus.SIGNED
    ).exists()


def diagnosing_document(actor: User, client_id: UUID) -> Document | None:
    """The last signed document that has diagnoses and that the actor may read."""
    # What was answered is sealed, so the database knows only which forms ask for diagnoses.
    signed = (
        visible_documents(actor)
        .filter(
            STANDS,
            client_id=client_id,
            status=DocumentStatus.SIGNED,
            form_key__in=catalogue.asking_for_diagnoses(),
        )
        .order_by("-service_date", "-signed_at")
        .only("answers", "client_id", "service_date", "type")
    )
    return next((each for each in signed.iterator(chunk_size=5) if "diagnoses" in each.answers), None)


def latest_diagnoses(actor: User, client_id: UUID) -> list[dict[str, str]]:
    """As in the last signed document that has any and that the actor may read."""
    source = diagnosing_document(actor, client_id)
    return source.answers["diagnoses"] if source else []


def writable_sessions(actor: User, client: Client) -> QuerySet[Appointment]:
    """Sessions of this client that the actor held or is holding, latest first."""
    own = staff_of(actor)
    if own is None:
        return Appointment.objects.none()
    until = clock.day_bounds(clock.today())[1]
    return (
        Appointment.objects.filter(client=client, staff=own, start_time__lt=until)
        .exclude(status=AppointmentStatus.RESCHEDULED)
        .order_by("-start_time")
    )


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Documents by title, newest first; only what the actor may read."""
    wanted = " ".join(text.split())
    if not wanted or not can_see_document.gate(actor):
        return []
    found = (
        visible_documents(actor)
        .annotate(lower_title=Lower("title"))
        .filter(lower_title__contains=wanted.lower())
        .select_related("client")
        .order_by("-service_date", "-created_at", "pk")[:limit]
    )
    return [
        Hit(
            label=document.title,
            url=reverse("documents:document_detail", args=[document.pk]),
            sub=f"{document.client.display_name} · {formatting.date(document.service_date)}",
            icon="file-text",
            badge=document.get_status_display(),
        )
        for document in found
    ]


def locked() -> Q:
    """Drafts that the lock-out closed and nobody has opened again."""
    lapsed = Q(unlocked_until__isnull=True) | Q(unlocked_until__lte=clock.now())
    return Q(status=DocumentStatus.DRAFT, locked_at__isnull=False, in_error=False) & lapsed


def last_lock_out() -> date:
    """The latest day at whose end the practice locks drafts, on its calendar."""
    yesterday = clock.today() - timedelta(days=1)
    last = list(Weekday.values).index(practice.get(NoteDefaults).lock_weekday)
    return yesterday - timedelta(days=(yesterday.weekday() - last) % 7)


def overdue_unlocked_drafts(before: date | None = None) -> QuerySet[Document]:
    """What the weekly lock-out closes: drafts past their day that are not closed yet, oldest first.

    Due before that day, which is today if none is named.
    """
    return Document.objects.filter(
        STANDS, status=DocumentStatus.DRAFT, due_on__lt=before or clock.today(), locked_at__isnull=True
    ).order_by(F("due_on").asc(), "pk")
