"""What the schedule tells billing."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from billing.services import propose_fee, withdraw_fee
from scheduling.models import Appointment
from scheduling.signals import appointment_missed, appointment_reopened


@receiver(appointment_missed, dispatch_uid="billing.propose_fee")
def fee_for_missed_appointment(
    sender: Any, *, appointment: Appointment, actor: User | None = None, **_: Any
) -> None:
    """A no-show or late cancellation proposes the practice's fee."""
    propose_fee(actor=actor, appointment=appointment)


@receiver(appointment_reopened, dispatch_uid="billing.withdraw_fee")
def no_fee_for_reopened_appointment(
    sender: Any, *, appointment: Appointment, actor: User | None = None, **_: Any
) -> None:
    """An appointment taken back owes no fee; one that was billed cannot be taken back."""
    withdraw_fee(actor=actor, appointment=appointment)
