"""`manage.py documents ACTION`: what was signed, the practice's seal on it, and the keys of the seals."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from documents import errors, verification
from documents.seals import keys
from documents.verification import Finding
from mentalspace.core import formatting, practice
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable

PROGRESS_SECONDS = 2
ACTIONS = {
    "verify": "compare all that was signed with its digests, seals and the audit log; exit code 1 names what differs",
    "seal": "seal what was signed before there were seals, each seal with the time of this command",
    "keys": "list the keys of the seals",
    "new-key": "make a key that seals from now on; the one before it is wiped and kept for checking only",
    "public-keys": "print the file of public keys that verify_document.py reads",
}


class Command(BaseCommand):
    """Each action says what it did; a fault is one sentence and exit code 1."""

    help = (
        "Checks that signed documents are what was signed, and looks after the keys of the practice's seals."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, words in ACTIONS.items():
            action = actions.add_parser(name, help=words, description=words)
            if name == "verify":
                action.add_argument(
                    "--json", action="store_true", help="one JSON object a line, the sum last"
                )

    def handle(self, *, action: str, **options: Any) -> None:
        deeds = {
            "verify": self.verify,
            "seal": self.seal,
            "keys": self.keys,
            "new-key": self.new_key,
            "public-keys": self.public_keys,
        }
        try:
            with practice.loaded():
                deeds[action](options)
        except (MasterKeyUnavailable, CannotOpen) as error:
            raise CommandError(str(error)) from None
        except errors.NoSealKey:
            raise CommandError(
                "The practice has no key for its seals: run 'manage.py documents new-key'."
            ) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused: {type(error).__name__}. Run it again.") from error

    def verify(self, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        total = verification.signed_documents().count()
        wrong: set[str] = set()
        progress = self.progress("documents", total)
        finds = (
            verification.broken(progress),
            verification.missing(self.progress("events", None)),
            verification.broken_consents(self.progress("consents", None)),
        )
        for find in finds:
            for finding in find:
                wrong.add(finding.document)
                self.tell(finding, as_json=options["json"])
        seconds = max(time.monotonic() - begun, 0.001)
        if options["json"]:
            self.stdout.write(
                json.dumps({"checked": total, "wrong": len(wrong), "seconds": round(seconds, 1)})
            )
        else:
            self.stdout.write(
                f"{formatting.plural(total, 'signed document')} checked in {seconds:.1f} s,"
                f" {total / seconds:,.0f} a second."
            )
        # Raises CannotOpen for a key that somebody else put there.
        keys.every()
        if wrong:
            raise CommandError(f"{formatting.plural(len(wrong), 'document')} not as signed or not sealed.")
        if not options["json"]:
            self.stdout.write("All are what was signed, with all seals, signatures and addenda.")

    def seal(self, options: dict[str, Any]) -> None:
        sealed, left = 0, 0
        for done in verification.seal_later(
            self.progress("documents", verification.signed_documents().count())
        ):
            if isinstance(done, Finding):
                left += 1
                self.tell(done, as_json=False)
            else:
                sealed += done
        self.stdout.write(f"{formatting.plural(sealed, 'signature')} sealed, with the time of now.")
        if left:
            raise CommandError(f"{formatting.plural(left, 'document')} not as signed, and so not sealed.")

    def keys(self, options: dict[str, Any]) -> None:
        for key in keys.every():
            state = "seals" if key.valid_until is None else f"until {key.valid_until:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(f"{key.id}  since {key.valid_from:%Y-%m-%d %H:%M} UTC  {state}")

    def new_key(self, options: dict[str, Any]) -> None:
        made = keys.replace()
        self.stdout.write(
            f"{made.id} seals from now on. Hand the new file of public keys out: manage.py documents public-keys."
        )

    def public_keys(self, options: dict[str, Any]) -> None:
        self.stdout.write(keys.key_file(keys.every()), ending="")

    def tell(self, finding: Finding, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"document": finding.document, "faults": finding.faults}))
            return
        self.stdout.write(f"wrong  {finding.document}  {finding.named}")
        for fault in finding.faults:
            self.stdout.write(f"       {fault}")

    def progress(self, what: str, total: int | None) -> verification.Progress:
        """Say on stderr how far it is, every other second."""
        told = time.monotonic()

        def tell(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= PROGRESS_SECONDS:
                told = time.monotonic()
                self.stderr.write(f"{done:,}{f' of {total:,}' if total else ''} {what}")

        return tell
