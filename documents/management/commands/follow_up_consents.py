"""Asks for renewals of consents, and reminds who has not signed. The worker runs it by itself, every day."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from documents.consents import following_up
from mentalspace.core import formatting, practice
from scheduling.reminders.sending import Outcome

# A server that is down takes its time over each; the rest waits for the next run.
FAILURES_IN_A_ROW = 5


class Command(BaseCommand):
    help = (
        "Ask for renewals of consents that are about to end, and remind signers of what they have not signed, as the "
        "practice's settings say. Twice at once does no harm. Without PUBLIC_URL nothing is asked for or sent. "
        "Exit codes: 0 done; 1 a mail could not be sent; the next run sends it, unless its address was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would be asked for and sent, and do nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            self.stdout.write("PUBLIC_URL is not set: there is no address to link to, and nothing is sent.")
            return
        with practice.loaded():
            clients = list(following_up.clients_to_renew().values_list("pk", flat=True))
            if options["dry_run"]:
                number = following_up.signers_to_mail().count()
                renewals = formatting.plural(len(clients), "client")
                self.stdout.write(
                    f"{renewals} to ask for renewals, {formatting.plural(number, 'mail')} to send."
                )
                return
            renewed = sum(following_up.renew(client_id) for client_id in clients)
            counts = self._mail()
        sent = formatting.plural(counts[Outcome.SENT], "mail")
        self.stdout.write(f"{formatting.plural(renewed, 'renewal')} asked for, {sent} sent.")
        if failed := counts[Outcome.FAILED]:
            raise CommandError(
                f"{formatting.plural(failed, 'mail')} could not be sent; the list of consents has them."
            )

    def _mail(self) -> Counter[Outcome]:
        counts: Counter[Outcome] = Counter()
        in_a_row = 0
        for signer_id in list(following_up.signers_to_mail().values_list("pk", flat=True)):
            outcome = following_up.mail_signer(signer_id)
            counts[outcome] += 1
            in_a_row = in_a_row + 1 if outcome == Outcome.FAILED else 0
            if in_a_row == FAILURES_IN_A_ROW:
                self.stderr.write(f"{formatting.plural(in_a_row, 'failure')} in a row: the rest waits.")
                break
        return counts
