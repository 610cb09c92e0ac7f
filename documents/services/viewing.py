"""What people read or printed; the trail holds that too."""

from typing import Literal

from accounts.models import User
from documents import rules
from documents.models import Document
from mentalspace.core import audit


def record_reading(
    *, actor: User, document: Document, verb: Literal["document.viewed", "document.printed"]
) -> None:
    """The actor reads the document, under a right that goes to the trail too; written as the page leaves."""
    audit.look(
        actor=actor,
        verb=verb,
        obj=document,
        client_id=document.client_id,
        right=rules.right_to(actor, document),
    )
