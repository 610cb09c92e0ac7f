"""Look at the installation and say what is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mentalspace.workspace import doctor


class Command(BaseCommand):
    help = (
        "Check database, extensions, migrations, clock, time zone, mail and storage; say what is wrong and how "
        "to mend it. "
        "Exit code 0 when all is well, 1 when not."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        ill = 0
        for finding in doctor.findings():
            if finding.is_well:
                self.stdout.write(f"ok     {finding.what}: {finding.told}")
            else:
                ill += 1
                self.stdout.write(self.style.ERROR(f"wrong  {finding.what}: {finding.told}"))
                self.stdout.write(f"       {finding.mend}")
        if ill:
            raise CommandError(f"{ill} of the checks found something to mend.")
        self.stdout.write("All is well.")
