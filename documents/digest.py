"""The digest that a signature fixes: SHA-256 over a canonical JSON of the text, the answers, the signers and the times.

Two people who compute it from the same record get the same 64 hex digits; a changed letter gives others.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from documents.models import Document, DocumentSignature


def document_digest(document: Document, signatures: Iterable[DocumentSignature]) -> str:
    """Of a document as its signers, in their order, saw it."""
    return of(
        {
            "document": str(document.pk),
            "client": str(document.client_id),
            "author": str(document.staff_id),
            "appointment": str(document.appointment_id or ""),
            "type": document.type,
            "title": document.title,
            "service_date": document.service_date.isoformat(),
            "form": [document.form_key, document.form_version],
            "content": document.content,
            "answers": document.answers,
            "signatures": [signed_by(signature) for signature in signatures],
        }
    )


def signed_by(signature: DocumentSignature) -> dict[str, str]:
    """A signature without its own digest."""
    return {
        "staff": str(signature.staff_id),
        "role": signature.role,
        "name": signature.printed_name,
        "credential": signature.credential,
        "licence": signature.license,
        "at": instant(signature.signed_at),
    }


def of(value: dict[str, Any]) -> str:
    """SHA-256 in hex of the value's canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def current_signatures(document: Document) -> list[DocumentSignature]:
    """The signatures that hold: those given since the document was last returned, in order. Two queries."""
    returned = document.reviews.order_by("-returned_at").values_list("returned_at", flat=True).first()
    signatures = document.signatures.order_by("signed_at", "pk")
    return list(signatures.filter(signed_at__gt=returned) if returned else signatures)


def is_intact(document: Document) -> bool:
    """Does a signed document still have the digest it was signed with?"""
    return bool(document.digest) and document.digest == document_digest(
        document, current_signatures(document)
    )
