"""Forget times that opened once they are over. The worker runs it by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from mentalspace.core import formatting
from scheduling.waitlist.services import clear_openings


class Command(BaseCommand):
    """Twice at once does no harm."""

    help = "Remove times that opened and are over from the waitlist, which shows only those to come. Exit code 0."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, report."""
        self.stdout.write(f"{formatting.plural(clear_openings(), 'time')} removed.")
