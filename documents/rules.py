"""Who may read, write, sign and co-sign the clinical record.

| | reads | writes, signs | co-signs | approves an unlock |
|---|---|---|---|---|
| administrator | all | if also clinician | if also supervisor | yes |
| supervisor | own and supervisees' | yes | supervisees', never own | supervisees' |
| therapist | own, and of assigned clients | yes | no | asks |
| associate | own | yes, needs a co-signature | no | asks |
| biller, front desk | nothing | no | no | no |
"""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician, is_supervisor
from clients.models import Client
from clients.rules import clinical_clients, own_clients
from documents.choices import DocumentStatus
from documents.models import Document
from mentalspace.core import clock
from scheduling.models import Appointment
from staff.choices import Supervision
from staff.models import Staff
from staff.rules import staff_ids_answered_for, staff_of, supervises


def can_open_documents(actor: User) -> bool:
    return is_admin(actor) or is_clinician(actor)


def visible_documents(actor: User) -> QuerySet[Document]:
    """Documents the actor may read. Others' drafts are seen by the author's supervisor and the administrator only."""
    if is_admin(actor):
        return Document.objects.all()
    if not is_clinician(actor):
        return Document.objects.none()
    readable = Q(staff_id__in=staff_ids_answered_for(actor))
    if has_role(actor, Role.THERAPIST, Role.SUPERVISOR):
        readable |= Q(client_id__in=own_clients(actor).values("pk")) & ~Q(status=DocumentStatus.DRAFT)
    return Document.objects.filter(readable)


def can_write_documents(actor: User) -> bool:
    """Clinicians write; an administrator who is also a clinician writes as such."""
    return is_clinician(actor) and staff_of(actor) is not None


def can_write_for_client(actor: User, client: Client) -> bool:
    return can_write_documents(actor) and clinical_clients(actor).filter(pk=client.pk).exists()


def can_write_session_note(actor: User, appointment: Appointment) -> bool:
    """The note of a session is written by the clinician who held it."""
    own = staff_of(actor)
    return can_write_documents(actor) and own is not None and appointment.staff_id == own.pk


def is_author(actor: User, document: Document) -> bool:
    own = staff_of(actor)
    return own is not None and document.staff_id == own.pk


def is_supervisor_of(actor: User, document: Document) -> bool:
    """Does the actor supervise the author?"""
    return supervises(actor, document.staff)


def is_locked(document: Document) -> bool:
    """An overdue draft that the lock-out closed, unless it was opened again and the time is not over."""
    if document.status != DocumentStatus.DRAFT or document.locked_at is None:
        return False
    return document.unlocked_until is None or document.unlocked_until <= clock.now()


def can_edit_document(actor: User, document: Document) -> bool:
    """Drafts only, by their author, while they are not locked."""
    return (
        can_write_documents(actor)
        and is_author(actor, document)
        and document.status == DocumentStatus.DRAFT
        and not is_locked(document)
    )


def can_sign_document(actor: User, document: Document) -> bool:
    return can_edit_document(actor, document)


def needs_cosignature(author: Staff) -> bool:
    """Associates and whoever the practice has put under "co-sign all notes" sign first, their supervisor second."""
    return author.supervision == Supervision.COSIGN_ALL or author.user.role == Role.ASSOCIATE


def can_cosign_document(actor: User, document: Document) -> bool:
    """The author's supervisor, never the author."""
    return (
        is_supervisor(actor)
        and document.status == DocumentStatus.PENDING_COSIGN
        and not is_author(actor, document)
        and supervises(actor, document.staff)
    )


def can_open_cosign_queue(actor: User) -> bool:
    return is_supervisor(actor)


def can_add_addendum(actor: User, document: Document) -> bool:
    """After the signature: the author, or the supervisor who answers for the author."""
    return (
        can_write_documents(actor)
        and document.status == DocumentStatus.SIGNED
        and (is_author(actor, document) or supervises(actor, document.staff))
    )


def can_request_unlock(actor: User, document: Document) -> bool:
    return is_author(actor, document) and is_locked(document)


def can_decide_unlock(actor: User, document: Document) -> bool:
    if is_author(actor, document):
        return False
    return is_admin(actor) or supervises(actor, document.staff)


def can_review_unlocks(actor: User) -> bool:
    return is_admin(actor) or is_supervisor(actor)
