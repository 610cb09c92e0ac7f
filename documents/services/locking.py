"""The weekly lock-out of overdue drafts, and the way back in."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import errors, queries, rules
from documents.choices import DocumentStatus, UnlockState
from documents.defaults import NoteDefaults
from documents.models import Document, UnlockRequest
from documents.services.acting import acting
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from staff.rules import staff_of


def lock_overdue(*, actor: User | None = None, before: date | None = None) -> Iterator[Document]:
    """Lock every draft that was due before that day, today if none is named; yields what it locked.

    Each in its own transaction. Run again, it locks no more.
    """
    for pk in list(queries.overdue_unlocked_drafts(before).values_list("pk", flat=True)):
        document = _lock_one(actor, pk, before)
        if document is not None:
            yield document


@transaction.atomic
def _lock_one(actor: User | None, document_id: UUID, before: date | None) -> Document | None:
    """Looks again under the lock: its author may have signed it a moment ago."""
    document = queries.overdue_unlocked_drafts(before).select_for_update().filter(pk=document_id).first()
    if document is None:
        return None
    document.locked_at = clock.now()
    document.unlocked_until = None
    document.version += 1
    document.save(update_fields=["locked_at", "unlocked_until", "version", "updated_at"])
    audit.record(actor=actor, verb="document.locked", obj=document, client_id=document.client_id)
    return document


@transaction.atomic
def request_unlock(*, actor: User, document_id: UUID, reason: str) -> UnlockRequest:
    """The author asks for a locked draft to be opened.

    Raises NotPermitted, NotLocked, ReasonNeeded, AlreadyRequested.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    require(rules.is_author(actor, document))
    if document.status != DocumentStatus.DRAFT or not rules.is_locked(document):
        raise errors.NotLocked
    text = " ".join(reason.split())
    if not text:
        raise errors.ReasonNeeded
    if len(text) > 500:
        raise errors.ReasonNeeded("Use at most 500 characters.")
    if document.unlock_requests.filter(state=UnlockState.REQUESTED).exists():
        raise errors.AlreadyRequested
    own = acting(actor)
    request = UnlockRequest.objects.create(document=document, requested_by=own, reason=text)
    audit.record(actor=actor, verb="document.unlock_requested", obj=document, client_id=document.client_id)
    return request


@transaction.atomic
def decide_unlock(*, actor: User, request_id: int, approve: bool) -> UnlockRequest:
    """Open the draft until a limit, or not. Raises NotPermitted, AlreadyDecided."""
    request = UnlockRequest.objects.select_for_update().get(pk=request_id)
    document = (
        Document.objects.select_for_update(of=("self",)).select_related("staff").get(pk=request.document_id)
    )
    require(rules.can_decide_unlock(actor, document))
    if request.state != UnlockState.REQUESTED:
        raise errors.AlreadyDecided
    request.state = UnlockState.APPROVED if approve else UnlockState.DECLINED
    request.decided_by = staff_of(actor)
    request.decided_at = clock.now()
    request.save(update_fields=["state", "decided_by", "decided_at"])
    if approve and document.status == DocumentStatus.DRAFT:
        document.unlocked_until = clock.now() + timedelta(hours=practice.get(NoteDefaults).unlock_hours)
        document.version += 1
        document.save(update_fields=["unlocked_until", "version", "updated_at"])
    verb = "document.unlocked" if approve else "document.unlock_declined"
    audit.record(actor=actor, verb=verb, obj=document, client_id=document.client_id)
    return request
