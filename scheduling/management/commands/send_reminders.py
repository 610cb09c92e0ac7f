"""Remind clients of their appointments, by e-mail and text. The worker runs it by itself."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mentalspace.core import formatting, practice
from scheduling.choices import ReminderKind
from scheduling.reminders.due import Due, due_reminders
from scheduling.reminders.sending import Outcome, send

PROGRESS_EVERY = 50
# A server that is down takes its time over each; the rest waits for the next run.
FAILURES_IN_A_ROW = 5


class Command(BaseCommand):
    """Twice at once does no harm."""

    help = (
        "Send the reminders that are due: e-mail and text, to clients who consented, within the practice's hours on the"
        " client's own clock. Each is sent once, also when this runs twice at the same time or is stopped. Exit code 1"
        " if any could not be sent; it is tried again by the next run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--dry-run."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be sent, and send nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, count, report."""
        with practice.loaded():
            found = list(due_reminders())
            if options["dry_run"]:
                counts = Counter("waits" if due.waits else due.kind.value for due in found)
                self._report(counts, "would be sent")
                return
            counts = self._send([due for due in found if not due.waits])
            counts["waits"] = sum(due.waits for due in found)
        self._report(counts, "sent")
        if counts["failed"]:
            raise CommandError(
                f"{formatting.plural(counts['failed'], 'reminder')} could not be sent and will be tried again."
            )

    def _send(self, found: list[Due]) -> Counter[str]:
        counts: Counter[str] = Counter()
        in_a_row = 0
        for number, due in enumerate(found, start=1):
            outcome = send(due)
            counts[due.kind.value if outcome == Outcome.SENT else outcome.value] += 1
            in_a_row = in_a_row + 1 if outcome == Outcome.FAILED else 0
            if in_a_row == FAILURES_IN_A_ROW:
                self.stderr.write(f"{formatting.plural(in_a_row, 'failure')} in a row: the rest waits.")
                break
            if number % PROGRESS_EVERY == 0:
                self.stdout.write(f"{number} of {len(found)} looked at")
        return counts

    def _report(self, counts: Counter[str], done: str) -> None:
        emails = formatting.plural(counts[ReminderKind.EMAIL.value], "e-mail")
        words = formatting.plural(counts[ReminderKind.TEXT.value], "text")
        rest = [f"{counts['waits']} waiting for the hours" if counts["waits"] else ""]
        rest.append(f"{counts['left']} left to another run" if counts["left"] else "")
        rest.append(f"{counts['failed']} failed" if counts["failed"] else "")
        self.stdout.write(", ".join([f"{emails} and {words} {done}", *(part for part in rest if part)]) + ".")
