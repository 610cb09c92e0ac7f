"""What messaging does when something happens to clients."""

from typing import Any

from django.dispatch import receiver

from clients.models import EmergencyAccess
from clients.queries.emergencies import administrators
from clients.signals import emergency_began
from mentalspace.core import clock, formatting
from messaging.choices import Urgency
from messaging.services import send_message

SUBJECT = "Emergency access to a chart"
CONTENT = """I opened a client's chart by emergency access until {until}. This message was written by MentalSpace.

The reason, and what I opened, are here to be reviewed: {url}"""


@receiver(emergency_began, dispatch_uid="messaging.tell_administrators")
def tell_administrators(sender: Any, access: EmergencyAccess, url: str, **_: Any) -> None:
    """An urgent message from the clinician, so that an administrator can ask back. Names neither client nor reason."""
    receivers = administrators().exclude(pk=access.user_id)
    if receivers:
        until = formatting.instant_time(access.ends_at, clock.zone())
        send_message(
            actor=access.user,
            receivers=receivers,
            subject=SUBJECT,
            content=CONTENT.format(until=until, url=url),
            urgency=Urgency.HIGH,
        )
