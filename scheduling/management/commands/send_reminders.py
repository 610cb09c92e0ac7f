"""Remind clients of their appointments, by e-mail and text."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mentalspace.core import formatting, practice
from scheduling.choices import ReminderKind
from scheduling.reminders import ConsoleGateway, Due, FileGateway, TextGateway, due_reminders, send

PROGRESS_EVERY = 50


class Command(BaseCommand):
    """Run it every quarter of an hour, from cron or a timer; twice at once does no harm."""

    help = (
        "Send the reminders that are due: e-mail and text, to clients who consented, within the practice's hours on the"
        " client's own clock. Each is sent once, also when this runs twice at the same time. Texts are shown on the"
        " console, or written to a file with --texts-to, one JSON object a line. Exit code 1 if any could not be sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--dry-run, --texts-to."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be sent, and send nothing."
        )
        parser.add_argument(
            "--texts-to", metavar="FILE", type=Path, help="Add texts to this file instead of showing them."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, count, report."""
        texts = self._gateway(options["texts_to"])
        with practice.loaded():
            found = list(due_reminders())
            if options["dry_run"]:
                self._report(Counter(self._outcome(due) for due in found), "would be sent")
                return
            counts: Counter[str] = Counter()
            for number, due in enumerate(found, start=1):
                counts[self._send(due, texts)] += 1
                if number % PROGRESS_EVERY == 0:
                    self.stdout.write(f"{number} of {len(found)} looked at")
        self._report(counts, "sent")
        if counts["failed"]:
            raise CommandError(
                f"{formatting.plural(counts['failed'], 'reminder')} could not be sent and will be tried again."
            )

    def _gateway(self, path: Path | None) -> TextGateway:
        if path is None:
            return ConsoleGateway(self.stdout.write)
        if not path.parent.is_dir():
            raise CommandError(f"There is no directory {path.parent} for the texts.", returncode=2)
        return FileGateway(path)

    def _outcome(self, due: Due) -> str:
        return "waits" if due.waits else due.kind.value

    def _send(self, due: Due, texts: TextGateway) -> str:
        if due.waits:
            return "waits"
        try:
            return due.kind.value if send(due, texts) else "already"
        except OSError as error:
            # The kind of fault only: an address does not belong in a log.
            self.stderr.write(
                f"Appointment {due.appointment.pk}: {due.kind.label} failed, {type(error).__name__}."
            )
            return "failed"

    def _report(self, counts: Counter[str], done: str) -> None:
        emails = formatting.plural(counts[ReminderKind.EMAIL.value], "e-mail")
        words = formatting.plural(counts[ReminderKind.TEXT.value], "text")
        rest = [f"{counts['waits']} waiting for the hours" if counts["waits"] else ""]
        rest.append(f"{counts['already']} sent by another run" if counts["already"] else "")
        rest.append(f"{counts['failed']} failed" if counts["failed"] else "")
        self.stdout.write(", ".join([f"{emails} and {words} {done}", *(part for part in rest if part)]) + ".")
