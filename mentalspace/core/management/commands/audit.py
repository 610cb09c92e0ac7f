"""`manage.py audit anchor | verify`: the chain of the audit log, and its ends outside the database."""

import time
from collections.abc import Iterable, Iterator
from itertools import chain as joined
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mentalspace.core.audit import anchors, chain
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable

# What is said of a log in which everything is wrong.
MOST_FAULTS = 50
PROGRESS_SECONDS = 2


class Command(BaseCommand):
    """Each action says what it found; a fault is a sentence and exit code 1."""

    help = "Writes the end of the audit log's chain to a file, or checks that nothing in it was changed or taken away."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        for name, words in (
            ("anchor", "write down where the chain ends, signed; the worker does it every five minutes"),
            (
                "verify",
                "walk the whole chain and compare it with the anchors; exit code 1 names what is not as it was",
            ),
        ):
            action = actions.add_parser(name, help=words)
            action.add_argument(
                "--anchors",
                type=Path,
                metavar="DIR",
                help="another directory of anchors than AUDIT_ANCHOR_DIR",
            )

    def handle(self, *, action: str, **options: Any) -> None:
        place = options["anchors"] or anchors.directory()
        if place is None:
            raise CommandError("AUDIT_ANCHOR_DIR is empty: name a directory with it, or with --anchors.")
        try:
            {"anchor": self.anchor, "verify": self.verify}[action](place)
        except (MasterKeyUnavailable, CannotOpen) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{place} cannot be used: {error.strerror}.") from None

    def anchor(self, place: Path) -> None:
        end = anchors.write(place)
        if end is None:
            self.stdout.write("No event has been recorded yet.")
        else:
            self.stdout.write(f"Number {end.seq} is anchored in {place}.")

    def verify(self, place: Path) -> None:
        begun = time.monotonic()
        waiting = chain.link_waiting()
        end = chain.head()
        total = end.seq if end else 0
        faults = self.told(
            joined(
                chain.walk(self.progress("events", total)),
                chain.outside(),
                anchors.compare(place, end, self.progress("anchors", None)),
                self.unanchored(place, total),
            )
        )
        seconds = max(time.monotonic() - begun, 0.001)
        self.stdout.write(f"{total:,} events in {seconds:.1f} s, {total / seconds:,.0f} a second.")
        if waiting:
            self.stdout.write(f"{waiting} events wait for their number; look again in a minute.")
        if faults:
            raise CommandError(f"{faults} faults: the audit log is not as it was recorded.")
        self.stdout.write("Every event is as it was recorded, and the chain as it was anchored.")

    def told(self, faults: Iterable[chain.Fault]) -> int:
        count = 0
        for count, fault in enumerate(faults, start=1):
            if count <= MOST_FAULTS:
                self.stdout.write(f"wrong  {fault.told}")
        return count

    def unanchored(self, place: Path, total: int) -> Iterator[chain.Fault]:
        """A chain that nothing outside confirms could have been written this morning."""
        if total and not any(isinstance(each, anchors.Anchor) for each in anchors.read(place)):
            yield chain.Fault(
                f"No anchor is in {place}: run 'manage.py audit anchor', and keep what it writes."
            )

    def progress(self, what: str, total: int | None) -> chain.Progress:
        """Say on stderr how far it is, every other second."""
        told = time.monotonic()

        def tell(reached: int) -> None:
            nonlocal told
            if time.monotonic() - told >= PROGRESS_SECONDS:
                told = time.monotonic()
                self.stderr.write(f"{reached:,}{f' of {total:,}' if total else ''} {what}")

        return tell
