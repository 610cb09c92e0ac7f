"""A document's state in a word and a tone: draft yellow, awaiting orange, overdue red, signed green with a lock."""

from datetime import date

from documents.choices import DocumentStatus, FormState
from documents.integrity import Record
from documents.models import Document
from documents.rules import is_locked
from mentalspace.core import clock
from mentalspace.core.cells import Badge

LATE = Badge("Late entry", "warning", "clock-exclamation")


def state_badge(
    status: str,
    due_on: date | None,
    *,
    today: date,
    locked: bool = False,
    returned: bool = False,
    in_error: bool = False,
) -> Badge:
    """Of a row in a list."""
    if in_error:
        return Badge("Entered in error", "danger", "ban")
    if status == DocumentStatus.SIGNED:
        return Badge("Signed", "success", "lock")
    late = due_on is not None and due_on < today
    if status == DocumentStatus.PENDING_COSIGN:
        if late:
            return Badge("Co-signature overdue", "danger", "signature")
        return Badge("Awaiting co-signature", "warning", "signature")
    if locked:
        return Badge("Locked draft", "danger", "lock")
    if late:
        return Badge("Overdue", "danger", "clock-exclamation")
    return Badge("Returned" if returned else "Draft", "warning", "arrow-back-up" if returned else "pencil")


def document_badge(document: Document) -> Badge:
    """Of a document at hand."""
    return state_badge(
        document.status,
        document.due_on,
        today=clock.today(),
        locked=is_locked(document),
        in_error=document.in_error,
        returned=document.status == DocumentStatus.DRAFT and document.submitted_at is not None,
    )


def seal_badge(record: Record) -> Badge:
    """Of the signatures and addenda of a document at hand, checked just now."""
    if record.faults:
        return Badge("Seal does not verify", "danger", "shield-exclamation")
    if not record.is_sealed:
        return Badge("Not sealed", "warning", "shield-exclamation")
    return Badge("Seal verified", "success", "shield-check")


def form_badge(state: str) -> Badge:
    """Of a version of a form."""
    return {
        FormState.DRAFT: Badge("Draft", "warning", "pencil"),
        FormState.PUBLISHED: Badge("In use", "success", "check"),
    }.get(FormState(state), Badge("Not in use", "neutral", "archive"))
