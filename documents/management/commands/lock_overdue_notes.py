"""The weekly lock-out: run it from cron on Sunday at 23:59 of the practice's clock."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from documents import queries, services
from mentalspace.core import formatting, practice


class Command(BaseCommand):
    help = (
        "Lock drafts that are past the last day to sign them. Their authors can ask for them to be opened again. "
        "Exit codes: 0 done, or nothing to do; 1 the database could not be reached or refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would be locked, and lock nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with practice.loaded():
                total = queries.overdue_unlocked_drafts().count()
                if options["dry_run"]:
                    self.stdout.write(f"Would lock {formatting.plural(total, 'overdue draft')}.")
                    return
                locked = self._lock(total)
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {type(error).__name__}. Run it again; it goes on."
            ) from error
        self.stdout.write(self.style.SUCCESS(f"Locked {formatting.plural(locked, 'overdue draft')}."))

    def _lock(self, total: int) -> int:
        """Each in its own transaction: what is locked stays locked when the command is stopped."""
        locked = 0
        for _document in services.lock_overdue():
            locked += 1
            if locked % 100 == 0:
                self.stdout.write(f"{formatting.number(locked)} of {formatting.number(total)}")
        return locked
