"""Reading the tabular list of ICD-10-CM, an XML file that NCHS publishes for each release (public domain)."""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """A billable code as it is stored: without its dot; `terms` are what else the list calls it."""

    code: str
    text: str
    terms: tuple[str, ...]

    def __str__(self) -> str:
        return "\t".join([self.code, self.text, "; ".join(self.terms)])


class NotTabular(Exception):
    """The file is no tabular list of ICD-10-CM."""


def read(path: Path, only: Collection[str] = ()) -> list[Entry]:
    """All codes without a longer one below them; of those `only` these, where the publisher's list of codes is given.

    Raises NotTabular.
    """
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - a file that an operator chose
    except ET.ParseError as error:
        raise NotTabular(f"{path} is not XML: {error}") from error
    found = [
        entry for category in root.iterfind("chapter/section/diag") for entry in _leaves(category, (), ())
    ]
    if not found:
        raise NotTabular(f"{path} holds no codes.")
    return [entry for entry in found if not only or entry.code in only]


def read_codes(path: Path) -> set[str]:
    """The publisher's plain list of codes: the first word of each line, with or without a dot."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[0].replace(".", "") for line in lines if line.strip()}


def _leaves(
    diag: ET.Element,
    endings: tuple[tuple[str, str], ...],
    terms: tuple[str, ...],
) -> Iterator[Entry]:
    code = (diag.findtext("name") or "").strip().replace(".", "")
    text = " ".join((diag.findtext("desc") or "").split())
    seventh = diag.find("sevenChrDef")
    if seventh is not None:
        endings = tuple(
            (each.get("char", ""), (each.text or "").strip()) for each in seventh.iterfind("extension")
        )
    terms = (*terms, *(" ".join((note.text or "").split()) for note in diag.iterfind("inclusionTerm/note")))
    below = diag.findall("diag")
    if below:
        for each in below:
            yield from _leaves(each, endings, terms)
    elif endings and len(code) < 7:
        # Places that are not used are filled: the seventh character stands in the seventh place.
        for character, words in endings:
            yield Entry(code.ljust(6, "X") + character, f"{text}, {words}", terms)
    else:
        yield Entry(code, text, terms)
