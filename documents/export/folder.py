"""A chart as a ZIP folder: the PDF, JSON for each document and for everything else, a manifest of digests."""

import base64
import datetime as dt
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from clients.chart import profile_of
from documents.export.choosing import Chosen
from documents.export.paper import chart_pdf
from documents.integrity import Record
from documents.seals.bundle import bundle
from mentalspace.core import clock

FORMAT = "mentalspace chart 1"


def chart_zip(chosen: Chosen) -> bytes:
    """Every file with its SHA-256 in `manifest.json`."""
    files = {"chart.pdf": chart_pdf(chosen)} | {
        name: json.dumps(held, indent=1, ensure_ascii=False, sort_keys=True).encode()
        for name, held in contents(chosen).items()
    }
    manifest = {
        "format": FORMAT,
        "client": str(chosen.client.pk),
        "exported_at": plain(clock.now()),
        "exported_by": str(chosen.actor),
        "chosen": {
            "kinds": sorted(chosen.kinds),
            "from": plain(chosen.first),
            "to": plain(chosen.last),
            "drafts": chosen.drafts,
        },
        "sha256": {name: hashlib.sha256(held).hexdigest() for name, held in sorted(files.items())},
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, held in files.items():
            folder.writestr(name, held)
        folder.writestr("manifest.json", json.dumps(manifest, indent=1))
    return made.getvalue()


def contents(chosen: Chosen) -> dict[str, Any]:
    """The JSON files by name."""
    return {
        "client.json": row(chosen.client),
        "profile.json": row(profile_of(chosen.client)),
        "appointments.json": [
            row(each) | {"clinician": each.staff.full_name} for each in chosen.appointments
        ],
        "measures.json": [_measure(each) for each in chosen.measures],
        **{_name(record): _document(chosen, record) for record in chosen.records},
    }


def row(instance: Model) -> dict[str, Any]:
    """All columns of a row, as JSON can hold them: ids and decimals as text, days and instants in ISO."""
    return {
        field.attname: plain(getattr(instance, field.attname)) for field in instance._meta.concrete_fields
    }


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _name(record: Record) -> str:
    document = record.document
    return f"documents/{document.service_date:%Y-%m-%d}-{document.type}-{document.pk}.json"


def _document(chosen: Chosen, record: Record) -> dict[str, Any]:
    document = record.document
    error = chosen.errors.get(document.pk)
    sealed = bundle(record)
    return row(document) | {
        "author": document.staff.full_name,
        "verified": record.is_verified,
        "faults": list(record.faults),
        "signatures": [row(each) | {"seal": _seal(each)} for each in record.signatures],
        "addenda": [row(each) | {"seal": _seal(each)} for each in record.addenda],
        "returns": [row(each) for each in record.reviews],
        "versions": [row(each) for each in chosen.versions if each.document_id == document.pk],
        "comments": [row(each) for each in chosen.comments if each.document_id == document.pk],
        "reading": row(reading) if (reading := getattr(document, "reading", None)) else None,
        "error": row(error) if error else None,
        "sealed_document": json.loads(sealed) if sealed else None,
    }


def _seal(signed: Any) -> dict[str, Any] | None:
    seal = getattr(signed, "seal", None)
    return row(seal) if seal else None


def _measure(measure: Any) -> dict[str, Any]:
    response = getattr(measure, "response", None)
    return row(measure) | {"name": measure.asked.name, "response": row(response) if response else None}
