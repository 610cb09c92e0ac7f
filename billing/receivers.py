"""What the schedule tells billing."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from billing.services import propose_fee
from scheduling.models import Appointment
from scheduling.signals import appointment_missed


@receiver(appointment_missed, dispatch_uid="billing.propose_fee")
def fee_for_missed_appointment(
    sender: Any, *, appointment: Appointment, actor: User | None = None, **_: Any
) -> None:
    """A no-show or late cancellation proposes the practice's fee."""
    propose_fee(actor=actor, appointment=appointment)
