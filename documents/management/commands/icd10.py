"""The releases of ICD-10-CM that diagnoses are searched in."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.icd10 import releases, tabular
from documents.icd10.models import Icd10Release


class Command(BaseCommand):
    """`icd10` lists what is loaded; `icd10 load` adds a release, or writes the files by which one ships."""

    help = (
        "List the releases of ICD-10-CM, or load one from the tabular list (XML) that NCHS publishes each year: "
        "icd10 load FILE --from 2026-10-01"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb")
        load = verbs.add_parser("load", help="Read a tabular list.")
        load.add_argument("file", type=Path)
        load.add_argument("--from", dest="start", type=dt.date.fromisoformat, required=True)
        load.add_argument(
            "--until", type=dt.date.fromisoformat, help="Empty: September 30, when the fiscal year ends."
        )
        load.add_argument("--codes", type=Path, help="The publisher's plain list: takes only codes in it.")
        load.add_argument("--ship", type=Path, help="Write files into this directory instead of loading.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "load":
            self._load(**{name: options[name] for name in ("file", "start", "until", "codes", "ship")})
        for row in Icd10Release.objects.defer("codes").order_by("valid_from"):
            self.stdout.write(f"{row.valid_from} to {row.valid_until}: {row.size} codes, {row.source}")

    def _load(
        self, file: Path, start: dt.date, until: dt.date | None, codes: Path | None, ship: Path | None
    ) -> None:
        try:
            entries = tabular.read(file, tabular.read_codes(codes) if codes else ())
        except (OSError, tabular.NotTabular) as error:
            raise CommandError(str(error)) from error
        end = until or dt.date(start.year + (start.month >= 10), 9, 30)
        packed = releases.packed(entries)
        if ship is not None:
            self.stdout.write(f"{releases.write(ship, start, end, file.name, packed)} written.")
        elif not releases.add(start, end, file.name, packed):
            raise CommandError(f"A release from {start} is loaded already, and what is loaded never changes.")
