"""Forget which forms were sent, once nobody can send them again."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from mentalspace.core import clock
from mentalspace.core.models import FormSubmission


class Command(BaseCommand):
    help = (
        "Delete the keys of forms that were sent more than --days ago (7). A page left open for longer could then "
        "send its form a second time. Run it daily. Exit code 0."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=7, help="how long keys are kept; at least 1, default 7"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        before = clock.now() - timedelta(days=max(1, options["days"]))
        count, _ = FormSubmission.objects.filter(created_at__lt=before).delete()
        self.stdout.write(f"{count} form keys cleared.")
