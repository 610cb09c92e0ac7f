"""A document as the practice's stationery shows it: formatted strings, ready for the template of the paper."""

from collections.abc import Sequence
from typing import Any

from documents.answers import Line, Part
from documents.choices import DocumentStatus
from documents.facts import shown_facts
from documents.integrity import Record
from documents.models import Document, DocumentAddendum, DocumentError, DocumentSeal, DocumentSignature
from documents.plans.signature import ClientSignature
from documents.seals.bundle import bundle
from mentalspace.core import clock, formatting


def document_paper(
    record: Record, parts: Sequence[Part], error: DocumentError | None = None
) -> dict[str, Any]:
    """Data of `documents/pdf/document.typ`. Asks nothing."""
    zone = clock.zone()
    document = record.document
    about = [
        ("Client", document.client.display_name),
        ("Client number", f"C-{document.client.number}"),
        ("Date", formatting.date(document.service_date)),
    ]
    return {
        "title": document.title,
        "about": about,
        "facts": shown_facts(document),
        "error": _error(error),
        "draft": document.status != DocumentStatus.SIGNED,
        "waiting": document.status == DocumentStatus.PENDING_COSIGN,
        "parts": [{"title": part.title, "lines": [_line(line) for line in part.lines]} for part in parts],
        "signatures": [
            {
                "name": each.printed_name,
                "credentials": each.credential,
                "license": each.license,
                "signed": formatting.instant(each.signed_at, zone),
                "role": each.get_role_display(),
                "seal": _seal(each),
            }
            for each in record.current
        ],
        "client_signature": _client_signature(document),
        "digest": document.digest,
        "faults": record.faults,
        "sealed_document": bundle(record),
        "addenda": [
            {
                "name": each.printed_name,
                "at": formatting.instant(each.created_at, zone),
                "text": each.content,
                "license": each.license,
                "digest": each.digest,
                "seal": _seal(each),
            }
            for each in record.addenda
        ],
    }


def _error(error: DocumentError | None) -> list[str]:
    """Why it counts for nothing, line by line; nothing for a document that stands."""
    if error is None:
        return []
    moment = formatting.instant(error.marked_at, clock.zone())
    return [f"Marked {moment} by {error.marked_by.name_with_credential}.", f"Reason: {error.reason}"]


def _client_signature(document: Document) -> dict[str, str] | None:
    signature = ClientSignature.of(document)
    if signature is None:
        return None
    return {
        "name": signature.signer,
        "signed": signature.when,
        "statement": f"{signature.how.capitalize()} on the screen, from the address {signature.address or 'unknown'}",
        "picture": signature.picture,
    }


def _seal(signed: DocumentSignature | DocumentAddendum) -> str:
    """The seal in a line; empty where there is none."""
    seal: DocumentSeal | None = getattr(signed, "seal", None)
    if seal is None:
        return ""
    moment = formatting.instant(seal.sealed_at, clock.zone())
    return f"Seal of {moment} by the practice's key {seal.key_id}: {seal.value}"


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "text": line.text,
        "long": line.long,
        "entries": [
            {
                "title": entry.title,
                "progress": "" if entry.progress is None else f"{entry.progress}%",
                "lines": [_line(each) for each in entry.lines],
            }
            for entry in line.entries
        ],
    }
