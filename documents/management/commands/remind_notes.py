"""Mails about notes that are due and overdue. The worker runs it by itself, every morning."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents import reminders
from mentalspace.core import formatting, practice


class Command(BaseCommand):
    help = (
        "Mail clinicians about notes that are due or overdue, and supervisors about what stays overdue: how many and "
        "since when, nothing of whom. Each gets one mail of a kind a day, however often this runs. Exit codes: 0 done; "
        "1 a mail could not be sent; the next run sends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would be sent, and send nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with practice.loaded():
            found = reminders.letters()
            if options["dry_run"]:
                self.stdout.write(f"{formatting.plural(len(found), 'mail')} to send.")
                return
            sent, failed = 0, 0
            for letter in found:
                try:
                    sent += reminders.send(letter)
                except OSError as error:
                    failed += 1
                    self.stderr.write(f"Not sent: {type(error).__name__}.")
        self.stdout.write(f"{formatting.plural(sent, 'mail')} sent.")
        if failed:
            raise CommandError(
                f"{formatting.plural(failed, 'mail')} could not be sent; the next run tries again."
            )
