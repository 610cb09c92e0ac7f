"""`manage.py files ACTION`: the files of charts as they lie in the storage."""

from hashlib import sha256
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents.files import storing
from documents.files.models import FileVersion
from mentalspace.core import formatting
from mentalspace.core.crypto.errors import CannotOpen

ACTIONS = {
    "verify": "open every version and compare it with its digest; exit code 1 names what is lost or changed",
    "sweep": "delete what uploads that were cut off more than a day ago left in the storage",
}


class Command(BaseCommand):
    """Each action says what it did; a fault is a line and exit code 1."""

    help = "Checks that the files of charts are where and what they were, and tidies up after uploads."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, words in ACTIONS.items():
            actions.add_parser(name, help=words, description=words)

    def handle(self, *, action: str, **options: Any) -> None:
        if action == "sweep":
            self.stdout.write(
                f"{formatting.plural(storing.sweep(), 'file')} left from uploads cut off: deleted."
            )
            return
        found = [(version, _fault(version)) for version in FileVersion.objects.order_by("pk").iterator()]
        faults = [f"Version {each.number} of file {each.file_id}: {fault}" for each, fault in found if fault]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(
            f"{formatting.plural(len(found), 'version')} of files: all there, all as they were."
        )


def _fault(version: FileVersion) -> str:
    try:
        data = storing.read(version)
    except FileNotFoundError:
        return f"{version.stored_as} is not in the storage"
    except CannotOpen as error:
        return str(error)
    return "" if sha256(data).hexdigest() == version.digest else "it is not what its digest says"
