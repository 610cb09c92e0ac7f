"""Print or write docs/schema.md from the live database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mentalspace.workspace import schema


class Command(BaseCommand):
    help = (
        "Print docs/schema.md as the live database has it; --write stores it, --check fails when it differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/schema.md")
        parser.add_argument("--check", action="store_true", help="exit with 1 when docs/schema.md differs")

    def handle(self, *args: Any, **options: Any) -> None:
        page = schema.page()
        if options["write"]:
            schema.PAGE.write_text(page, encoding="utf-8")
            self.stdout.write("docs/schema.md written.")
        elif options["check"]:
            if not schema.PAGE.exists() or schema.PAGE.read_text(encoding="utf-8") != page:
                raise CommandError(
                    "docs/schema.md differs from the database: run manage.py schema_page --write."
                )
            self.stdout.write("docs/schema.md matches the database.")
        else:
            self.stdout.write(page, ending="")
