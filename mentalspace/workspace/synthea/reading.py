"""The files of a Synthea CSV export, read strictly: a broken file stops the import before anything is stored."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = {
    "organizations": ("Id", "NAME", "CITY", "STATE"),
    "providers": ("Id", "ORGANIZATION", "NAME", "SPECIALITY"),
    "patients": (
        "Id",
        "BIRTHDATE",
        "DEATHDATE",
        "FIRST",
        "LAST",
        "GENDER",
        "ADDRESS",
        "CITY",
        "STATE",
        "ZIP",
    ),
    "payers": ("Id", "NAME"),
    "payer_transitions": (
        "PATIENT",
        "MEMBERID",
        "START_YEAR",
        "END_YEAR",
        "PAYER",
        "SECONDARY_PAYER",
        "OWNERSHIP",
        "OWNERNAME",
    ),
    "encounters": ("Id", "START", "STOP", "PATIENT", "PROVIDER", "ENCOUNTERCLASS", "DESCRIPTION"),
    "conditions": ("START", "STOP", "PATIENT", "DESCRIPTION"),
}


class BrokenExport(Exception):
    """The export cannot be read; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A row of a file: its values, and where it stands, for the report."""

    file: str
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column].strip()


@dataclass(frozen=True)
class Export:
    """All rows, by file."""

    rows: dict[str, list[Source]]

    def __getitem__(self, name: str) -> list[Source]:
        return self.rows[name]

    def total(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in self.rows.values())


def read(directory: Path) -> Export:
    """Read the seven files. Raises BrokenExport for a missing or unreadable file, a missing column or a cut row."""
    if not directory.is_dir():
        raise BrokenExport(f"{directory} is not a directory.")
    return Export({name: list(_rows(directory / f"{name}.csv", wanted)) for name, wanted in COLUMNS.items()})


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[Source]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True, restkey="", restval=None)
            missing = [column for column in wanted if column not in (reader.fieldnames or ())]
            if missing:
                raise BrokenExport(f"{path.name}: the column {missing[0]} is missing.")
            for row in reader:
                if "" in row or None in row.values():
                    raise BrokenExport(
                        f"{path.name}, line {reader.line_num}: the row has not as many values as the heading."
                    )
                if any("\x00" in value for value in row.values()):
                    raise BrokenExport(f"{path.name}, line {reader.line_num}: the row holds a NUL character.")
                yield Source(path.name, reader.line_num, row)
    except FileNotFoundError:
        raise BrokenExport(f"{path.name} is missing in {path.parent}.") from None
    except UnicodeDecodeError as error:
        raise BrokenExport(f"{path.name} is not UTF-8 text (byte {error.start}).") from None
    except (csv.Error, OSError) as error:
        raise BrokenExport(f"{path.name} cannot be read: {error}.") from None
