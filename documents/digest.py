"""The canonical form of what is signed, and its digest.

A *statement* is what a signature or an addendum says, as JSON with sorted keys, no spaces and no escaped letters, in
UTF-8. Its digest is SHA-256 in 64 hex digits: two people who compute it from the same record get the same, a changed
letter gives others. docs/sealed-documents.md describes every member; what is sealed is the digest (see
`documents.seals`).

A member that was added later is left out where it is empty, so that what was signed before still has its digest.
Digests are over plain text, whatever the database does to keep it secret.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from documents import facts
from documents.models import Document, DocumentAddendum, DocumentReview, DocumentSignature

Statement = dict[str, Any]


def document_statement(document: Document, signatures: Iterable[DocumentSignature]) -> Statement:
    """A document as its signers, in their order, saw and signed it."""
    statement: Statement = {
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
    if document.signed_facts:
        statement["facts"] = [list(pair) for pair in document.signed_facts]
    if document.client_signature:
        statement["client_signature"] = document.client_signature
    return statement


def addendum_statement(addendum: DocumentAddendum, document: Document) -> Statement:
    """An addendum, bound to the signed document it stands under and to the addendum before it."""
    statement: Statement = {
        "document": document.digest,
        "author": str(addendum.staff_id),
        "name": addendum.printed_name,
        "at": instant(addendum.created_at),
        "content": addendum.content,
    }
    if addendum.license:
        statement["licence"] = addendum.license
    if addendum.previous_digest:
        statement["previous"] = addendum.previous_digest
    return statement


def document_digest(document: Document, signatures: Iterable[DocumentSignature]) -> str:
    return of(document_statement(document, signatures))


def addendum_digest(addendum: DocumentAddendum, document: Document) -> str:
    return of(addendum_statement(addendum, document))


def as_shown(document: Document) -> str:
    """Of a draft with its head, as its author reads it through: the form to sign it carries this."""
    statement = document_statement(document, [])
    return of({**statement, "facts": [list(pair) for pair in facts.shown_facts(document)]})


def canonical(statement: Statement) -> str:
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def of(statement: Statement) -> str:
    return hashlib.sha256(canonical(statement).encode()).hexdigest()


def instant(value: datetime) -> str:
    """In UTC, to the microsecond: `2026-03-04T15:00:00.000000+00:00`."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def signed_at(each: DocumentSignature | DocumentAddendum) -> datetime:
    return each.signed_at if isinstance(each, DocumentSignature) else each.created_at


def since_returned(
    signatures: Iterable[DocumentSignature], reviews: Iterable[DocumentReview]
) -> list[DocumentSignature]:
    """The signatures that hold: those given since the document was last returned."""
    returned = max((review.returned_at for review in reviews), default=None)
    return [each for each in signatures if returned is None or each.signed_at > returned]


def chained(addenda: Iterable[DocumentAddendum]) -> list[DocumentAddendum]:
    """All of them in the order of the chain; by time where it is broken, or older than the chain."""
    waiting = sorted(addenda, key=lambda each: (each.created_at, each.pk))
    ordered: list[DocumentAddendum] = []
    while waiting:
        said = {each.digest for each in waiting}
        # Whatever the columns say, one is taken in each round: none is lost and none comes twice.
        following = (each for each in waiting if ordered and each.previous_digest == ordered[-1].digest)
        beginning = (each for each in waiting if each.previous_digest not in said)
        chosen = next(following, None) or next(beginning, None) or waiting[0]
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


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
