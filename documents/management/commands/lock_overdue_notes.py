"""The weekly lock-out. The worker runs it by itself."""

from argparse import ArgumentParser
from datetime import date
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
        parser.add_argument(
            "--weekly",
            action="store_true",
            help="Lock only what was overdue at the last weekly lock-out (a setting: Sunday at midnight); at any time.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with practice.loaded():
                before = queries.last_lock_out() if options["weekly"] else None
                total = queries.overdue_unlocked_drafts(before).count()
                if options["dry_run"]:
                    self.stdout.write(f"Would lock {formatting.plural(total, 'overdue draft')}.")
                    return
                locked = self._lock(total, before)
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {type(error).__name__}. Run it again; it goes on."
            ) from error
        self.stdout.write(self.style.SUCCESS(f"Locked {formatting.plural(locked, 'overdue draft')}."))

    def _lock(self, total: int, before: date | None) -> int:
        """Each in its own transaction: what is locked stays locked when the command is stopped."""
        locked = 0
        for _document in services.lock_overdue(before=before):
            locked += 1
            if locked % 100 == 0:
                self.stdout.write(f"{formatting.number(locked)} of {formatting.number(total)}")
        return locked
