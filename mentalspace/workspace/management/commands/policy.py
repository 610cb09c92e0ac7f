"""Print who may do what, or write it into docs/roles-and-permissions.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mentalspace.workspace import policy_page


class Command(BaseCommand):
    help = (
        "Print every permission and which role has it, as rules.py declare them; "
        "--write stores it in docs/roles-and-permissions.md, --check fails when that page differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/roles-and-permissions.md")
        parser.add_argument("--check", action="store_true", help="exit with 1 when that page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            policy_page.PAGE.write_text(policy_page.page(), encoding="utf-8")
            self.stdout.write("docs/roles-and-permissions.md written.")
        elif options["check"]:
            if policy_page.PAGE.read_text(encoding="utf-8") != policy_page.page():
                raise CommandError(
                    "docs/roles-and-permissions.md differs from the rules: run manage.py policy --write."
                )
            self.stdout.write("docs/roles-and-permissions.md matches the rules.")
        else:
            self.stdout.write(policy_page.matrix(), ending="")
