"""`manage.py audit_alerts`: looks for unusual reading in the audit log, and tells the administrators."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from mentalspace.core import practice
from mentalspace.core.formatting import plural
from mentalspace.workspace import audit_alerts


class Command(BaseCommand):
    """Each run asks about the last day, so one that was missed is made up for by the next."""

    help = "Finds unusual reading in the audit log by the practice's thresholds, and mails administrators what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=1,
            metavar="N",
            help="look so many days back, after runs were missed (1)",
        )

    def handle(self, *, days: int, **options: Any) -> None:
        with practice.loaded():
            alerts = audit_alerts.raise_alerts(dt.timedelta(days=max(days, 1)))
            if alerts:
                audit_alerts.tell(alerts, settings.PUBLIC_URL)
        for alert in alerts:
            self.stdout.write(
                f"{alert.since:%Y-%m-%d %H:%M}  {audit_alerts.KINDS[alert.kind]}: {alert.count}"
            )
        self.stdout.write(f"{plural(len(alerts), 'new alert')} of unusual reading.")
