"""Releases of ICD-10-CM: adding one, and the one that is valid on a day, opened once by each process."""

import datetime as dt
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from documents.icd10.models import Icd10Release
from documents.icd10.tabular import Entry

DATA = Path(__file__).parent / "data"
_opened: dict[dt.date, "Release"] = {}


@dataclass(frozen=True, slots=True)
class Release:
    """An opened release. `codes`, `texts` and `words` go together; `words` are in lower case, with further terms."""

    valid_from: dt.date
    valid_until: dt.date
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    words: tuple[str, ...]
    places: dict[str, int]

    def text_of(self, code: str) -> str | None:
        """The words of a billable code, written with or without its dot; None for any other."""
        place = self.places.get(code.replace(".", "").upper())
        return None if place is None else self.texts[place]


def on(day: dt.date) -> Release:
    """The release whose codes are valid on a day; the nearest one where none of that time was loaded.

    Raises Icd10Release.DoesNotExist before the first migration is through.
    """
    days = list(Icd10Release.objects.order_by("-valid_from").values_list("valid_from", flat=True))
    valid_from = next((each for each in days if each <= day), days[-1] if days else None)
    if valid_from is None:
        raise Icd10Release.DoesNotExist("No release of ICD-10-CM was loaded.")
    if valid_from not in _opened:
        _opened[valid_from] = _open(Icd10Release.objects.get(valid_from=valid_from))
    return _opened[valid_from]


def packed(entries: list[Entry]) -> bytes:
    """Entries as they are stored."""
    return zlib.compress("\n".join(str(entry) for entry in sorted(entries, key=lambda e: e.code)).encode(), 9)


@transaction.atomic
def add(valid_from: dt.date, valid_until: dt.date, source: str, codes: bytes) -> bool:
    """Keep a release; False where one that begins on the same day is kept already."""
    size = zlib.decompress(codes).count(b"\n") + 1
    values = {"valid_until": valid_until, "source": source, "codes": codes, "size": size}
    return Icd10Release.objects.get_or_create(valid_from=valid_from, defaults=values)[1]


def load_shipped() -> None:
    """What comes with the project, where it is not kept yet."""
    kept = set(Icd10Release.objects.values_list("valid_from", flat=True))
    for path in sorted(DATA.glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        valid_from = dt.date.fromisoformat(about["valid_from"])
        if valid_from not in kept:
            until = dt.date.fromisoformat(about["valid_until"])
            add(valid_from, until, about["source"], path.with_suffix(".txt.z").read_bytes())


def write(directory: Path, valid_from: dt.date, valid_until: dt.date, source: str, codes: bytes) -> Path:
    """The files by which a release ships with the project."""
    about = {
        "valid_from": valid_from.isoformat(),
        "valid_until": valid_until.isoformat(),
        "source": source,
        "publisher": "National Center for Health Statistics (NCHS), CDC; public domain",
    }
    path = directory / f"{valid_from.isoformat()}.json"
    path.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    path.with_suffix(".txt.z").write_bytes(codes)
    return path


def _open(row: Icd10Release) -> Release:
    lines = [line.split("\t") for line in zlib.decompress(bytes(row.codes)).decode().split("\n")]
    codes = tuple(line[0] for line in lines)
    return Release(
        row.valid_from,
        row.valid_until,
        codes,
        tuple(line[1] for line in lines),
        tuple(f"{line[1]}; {line[2]}".lower() for line in lines),
        {code: place for place, code in enumerate(codes)},
    )
