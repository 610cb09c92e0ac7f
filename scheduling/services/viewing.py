"""What people looked at; the trail holds that too."""

from accounts.models import User
from mentalspace.core import audit
from scheduling import rules
from scheduling.models import Appointment


def record_view(*, actor: User, appointment: Appointment) -> None:
    """The actor opens an appointment's page, under a right that goes to the trail too; written as the page leaves."""
    audit.look(
        actor=actor,
        verb="appointment.viewed",
        obj=appointment,
        client_id=appointment.client_id,
        right=rules.right_to(actor, appointment),
    )
