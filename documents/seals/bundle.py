"""What a printed document carries as an attachment, so that it can be checked without this application.

`verify_document.py` reads it; docs/sealed-documents.md describes it. Statements are strings in their canonical form:
what is hashed is their very bytes.
"""

import json
from typing import Any

from documents.digest import addendum_statement, canonical, document_statement, instant
from documents.integrity import Record
from documents.models import DocumentSeal

FORMAT = "mentalspace sealed document 1"


def bundle(record: Record) -> str:
    """As JSON in plain ASCII; empty for what is not signed or not sealed. A broken seal goes along as it is."""
    if not record.document.is_signed or not record.is_sealed or not record.current:
        return ""
    document = document_statement(record.document, record.current)
    held: dict[str, Any] = {
        "format": FORMAT,
        "document": canonical(document),
        "seals": [_seal(each.seal) for each in record.current],
        "addenda": [
            {"statement": canonical(addendum_statement(each, record.document)), "seal": _seal(each.seal)}
            for each in record.addenda
        ],
    }
    return json.dumps(held, indent=1)


def _seal(seal: DocumentSeal) -> dict[str, str]:
    return {"key": seal.key_id, "at": instant(seal.sealed_at), "value": seal.value}
