"""A chart as a ZIP folder: the PDF, JSON for each document and the rest, files as they came, a manifest of digests."""

import base64
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

from django.db.models import Model

from clients.chart import profile_of
from documents.consents import sealing, wording
from documents.export.choosing import Chosen
from documents.export.paper import chart_pdf
from documents.files import storing
from documents.integrity import Record
from documents.models import ClientFile, Consent, FileVersion
from documents.seals.bundle import bundle
from mentalspace.core import clock

FORMAT = "mentalspace chart 1"


def write_zip(chosen: Chosen, folder: IO[bytes]) -> None:
    """Every file with its SHA-256 in `manifest.json`. What was uploaded is read one by one: a chart may hold much.

    Raises FileNotFoundError where the storage has lost something, so that no export is silently short of it.
    """
    digests: dict[str, str] = {}
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as made:
        for name, held in _everything(chosen):
            digests[name] = hashlib.sha256(held).hexdigest()
            made.writestr(name, held)
        made.writestr(
            "manifest.json", json.dumps(_manifest(chosen) | {"sha256": digests}, indent=1, sort_keys=True)
        )


def _everything(chosen: Chosen) -> Iterator[tuple[str, bytes]]:
    yield "chart.pdf", chart_pdf(chosen)
    for name, held in contents(chosen).items():
        yield name, json.dumps(held, indent=1, ensure_ascii=False, sort_keys=True).encode()
    for file in chosen.papers:
        for version in file.versions.all():
            yield _path(file, version), storing.read(version)


def _manifest(chosen: Chosen) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "client": str(chosen.client.pk),
        "exported_at": plain(clock.now()),
        "exported_by": str(chosen.actor),
        "chosen": {
            "kinds": sorted(chosen.kinds),
            "from": plain(chosen.first),
            "to": plain(chosen.last),
            "drafts": chosen.drafts,
            "files": chosen.with_files,
        },
    }


def contents(chosen: Chosen) -> dict[str, Any]:
    """The JSON files by name."""
    return {
        "client.json": row(chosen.client),
        "profile.json": row(profile_of(chosen.client)),
        "appointments.json": [
            row(each) | {"clinician": each.staff.full_name} for each in chosen.appointments
        ],
        "measures.json": [_measure(each) for each in chosen.measures],
        "files.json": [_file(each) for each in chosen.papers],
        "consents.json": [_consent(each) for each in chosen.consents],
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


def _consent(consent: Consent) -> dict[str, Any]:
    return row(consent) | {
        "text": wording.plain(consent.content),
        "faults": sealing.faults(consent, consent.signatures.all()),
        "signatures": [row(each) for each in consent.signatures.all()],
    }


def _measure(measure: Any) -> dict[str, Any]:
    response = getattr(measure, "response", None)
    return row(measure) | {"name": measure.asked.name, "response": row(response) if response else None}


def _path(file: ClientFile, version: FileVersion) -> str:
    return f"files/{file.kind}-{file.pk}/version-{version.number}.{version.ending}"


def _file(file: ClientFile) -> dict[str, Any]:
    versions = [row(version) | {"path": _path(file, version)} for version in file.versions.all()]
    return row(file) | {"added_by": file.added_by.full_name, "versions": versions}
