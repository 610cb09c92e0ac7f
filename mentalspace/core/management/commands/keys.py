"""``manage.py keys status | new | rotate | uploads``: the master keys, and what each one protects."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mentalspace.core.crypto import key_file, rotation
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable
from mentalspace.core.crypto.storage import seal_all


class Command(BaseCommand):
    """Each action says what it did; a fault is one sentence and a code other than 0."""

    help = (
        "Shows the master keys, makes a new one, or wraps all data keys under it while the application runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("status", help="how many data keys each master key protects")
        actions.add_parser("new", help="make the key file, or put a new key before the others in it")
        rotate = actions.add_parser(
            "rotate",
            help="wrap all data keys under the first key of the file; may be stopped and begun again",
        )
        rotate.add_argument("--batch", type=int, default=rotation.BATCH, help="rows per transaction")

        actions.add_parser("uploads", help="seal the uploads that were stored before uploads were sealed")

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            getattr(self, action)(options)
        except (MasterKeyUnavailable, CannotOpen) as error:
            raise CommandError(str(error)) from None

    def status(self, options: dict[str, Any]) -> None:
        masters = key_file.master_keys()
        for name, rows in rotation.rows_by_master_key().items():
            state = (
                "current"
                if name == masters.current
                else "old"
                if name in masters.names
                else "NOT IN THE FILE"
            )
            self.stdout.write(f"{name}  {state}  {rows} data keys")

    def new(self, options: dict[str, Any]) -> None:
        if not settings.MASTER_KEY_FILE:
            raise CommandError("MASTER_KEY_FILE is not set: name the file that is to hold the master key.")
        path = Path(settings.MASTER_KEY_FILE)
        try:
            if path.exists():
                # A file that cannot be used is mended first: a new key would hide that the old ones are gone.
                key_file.master_keys()
                name = key_file.add(path)
                self.stdout.write(f"{name} is the current key now. Next: manage.py keys rotate.")
            else:
                key_file.make(path)
                self.stdout.write(
                    f"Made {path} with the key {key_file.master_keys().current}. Keep a copy elsewhere."
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None

    def rotate(self, options: dict[str, Any]) -> None:
        done, total = 0, rotation.waiting()
        for rows in rotation.rotate(options["batch"]):
            done += rows
            self.stdout.write(f"{done} of {max(total, done)} data keys")
        left = rotation.waiting()
        if left:
            raise CommandError(
                f"{left} data keys are held by another rotation: run this again when it has ended."
            )
        self.stdout.write(f"All data keys are under {key_file.master_keys().current}.")

    def uploads(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{seal_all(Path(settings.MEDIA_ROOT))} uploads sealed.")
