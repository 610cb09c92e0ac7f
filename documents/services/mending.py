"""A document in the wrong chart, or that should not be: it stays, says so, and counts for nothing."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.rules import is_admin
from documents import errors, rules
from documents.choices import UnlockState
from documents.models import Document, DocumentError
from documents.services.acting import acting
from mentalspace.core import audit, clock
from mentalspace.core.gates import require

LONGEST_REASON = 500


@transaction.atomic
def mark_in_error(*, actor: User, document_id: UUID, reason: str) -> DocumentError:
    """Mark a document as entered in error: it can be read and printed as such, and nothing is built on it any more.

    The session it was about waits for its note again. Raises NotPermitted, AlreadyInError, DiscardInstead,
    ErrorReasonNeeded.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("staff").get(pk=document_id)
    # Who may is asked before what is, so that a stranger learns nothing from the answer.
    require(rules.is_author(actor, document) or is_admin(actor))
    if document.in_error:
        raise errors.AlreadyInError
    if rules.is_discardable(document):
        raise errors.DiscardInstead
    require(rules.can_mark_in_error(actor, document))
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise errors.ErrorReasonNeeded(f"Use at most {LONGEST_REASON} characters." if text else None)
    error = DocumentError.objects.create(
        document=document, marked_by=acting(actor), marked_at=clock.now(), reason=text
    )
    # Nobody waits for it to be opened any more.
    document.unlock_requests.filter(state=UnlockState.REQUESTED).update(
        state=UnlockState.DECLINED, decided_by=error.marked_by, decided_at=error.marked_at
    )
    audit.record(
        actor=actor,
        verb="document.entered_in_error",
        obj=document,
        client_id=document.client_id,
        changes={"status": [document.status, "entered_in_error"]},
    )
    return error
