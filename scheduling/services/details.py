"""What an appointment is, apart from when and with whom."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.errors import WrongStatus
from scheduling.models import Appointment
from scheduling.services.holding import locked, save, write_down

LABELS = {
    "type": "type",
    "location": "location",
    "is_billable": "billable",
    "billing_code": "service code",
    "notes": "scheduling note",
}


@transaction.atomic
def update_details(
    *,
    actor: User,
    appointment_id: UUID,
    version: int,
    type: str,
    location: str,
    is_billable: bool,
    billing_code: str,
    notes: str,
) -> Appointment:
    """Change type, place, billable, code and scheduling note. Raises NotPermitted, WrongStatus, StaleVersion."""
    appointment = locked(appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    if appointment.status not in lifecycle.EDITABLE:
        raise WrongStatus(f"This appointment is {lifecycle.status_word(appointment)} and stays as it is.")
    if appointment.version != version:
        raise StaleVersion
    values: dict[str, Any] = {
        "type": type,
        "location": location,
        "is_billable": is_billable,
        "billing_code": billing_code.strip().upper(),
        "notes": notes,
    }
    changes = audit.changed_fields(appointment, values, secret=["notes"])
    if not changes:
        return appointment
    for name, value in values.items():
        setattr(appointment, name, value)
    save(appointment, *values)
    names = ", ".join(LABELS[name] for name in changes)
    write_down(
        appointment,
        actor=actor,
        verb="updated",
        from_status=appointment.status,
        detail=f"Changed: {names}.",
        changes=changes,
    )
    return appointment
