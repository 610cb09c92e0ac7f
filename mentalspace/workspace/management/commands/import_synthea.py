"""Import a Synthea CSV export."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mentalspace.core import practice
from mentalspace.workspace.synthea.importing import Outcome, store
from mentalspace.workspace.synthea.reading import COLUMNS, BrokenExport, read


class _Undo(Exception):
    """Ends a dry run's transaction."""


class Command(BaseCommand):
    help = (
        "Import a Synthea CSV export: providers become staff (who cannot sign in yet), patients clients with profile, "
        "insurance and address, encounters completed appointments, conditions medical history. Each row is imported or "
        "reported with file, line and reason; a second run changes nothing; a broken file imports nothing. "
        "Exit code 0 when the files could be read, 1 when not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="where patients.csv, encounters.csv … are")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be imported, and store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            export = read(options["directory"])
        except BrokenExport as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        outcome = Outcome()
        try:
            with practice.loaded(), transaction.atomic():
                outcome = store(export, progress=self.progress)
                if options["dry_run"]:
                    raise _Undo
        except _Undo:
            self.stdout.write("Dry run: nothing was stored.")
        for reported in sorted(outcome.reported, key=lambda each: (each.file, each.line)):
            self.stderr.write(str(reported))
        self.summarize(outcome)

    def progress(self, what: str, done: int, total: int) -> None:
        """A line that counts up, on a terminal only."""
        if sys.stdout.isatty() and (done == total or done % 50 == 0):
            self.stdout.write(f"\r{what}: {done} of {total}", ending="\n" if done == total else "")

    def summarize(self, outcome: Outcome) -> None:
        """A line per file."""
        refused: dict[str, int] = {}
        for reported in outcome.reported:
            refused[reported.file] = refused.get(reported.file, 0) + 1
        for name in COLUMNS:
            file = f"{name}.csv"
            if name in ("organizations", "payers"):
                continue
            self.stdout.write(
                f"{file}: {outcome.imported[file]} imported, {outcome.present[file]} already there,"
                f" {refused.get(file, 0)} reported"
            )
