"""A document as the practice's stationery shows it: formatted strings, ready for the template of the paper."""

from collections.abc import Sequence
from typing import Any

from documents import digest
from documents.answers import Line, Part
from documents.choices import DocumentStatus
from documents.facts import shown_facts
from documents.models import Document
from mentalspace.core import clock, formatting


def document_paper(document: Document, parts: Sequence[Part]) -> dict[str, Any]:
    """Data of `documents/pdf/document.typ`. Two queries: signatures and addenda."""
    zone = clock.zone()
    about = [
        ("Client", document.client.display_name),
        ("Client number", f"C-{document.client.number}"),
        ("Date", formatting.date(document.service_date)),
    ]
    signatures = digest.current_signatures(document)
    return {
        "title": document.title,
        "about": about,
        "facts": shown_facts(document),
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
            }
            for each in signatures
        ],
        "digest": document.digest,
        "addenda": [
            {
                "name": each.printed_name,
                "at": formatting.instant(each.created_at, zone),
                "text": each.content,
                "digest": each.digest,
            }
            for each in document.addenda.order_by("created_at", "pk")
        ],
    }


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
