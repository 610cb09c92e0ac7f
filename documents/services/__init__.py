"""Every write of the clinical record: one verb, one function, one transaction."""

from documents.services.addenda import add_addendum
from documents.services.drafts import carry_forward, discard_draft, save_draft, start_document
from documents.services.locking import decide_unlock, lock_overdue, request_unlock
from documents.services.mending import mark_in_error
from documents.services.signing import cosign_document, return_document, sign_document
from documents.services.supervising import tick_as_read
from documents.services.viewing import record_reading

__all__ = [
    "add_addendum",
    "carry_forward",
    "cosign_document",
    "decide_unlock",
    "discard_draft",
    "lock_overdue",
    "mark_in_error",
    "record_reading",
    "request_unlock",
    "return_document",
    "save_draft",
    "sign_document",
    "start_document",
    "tick_as_read",
]
