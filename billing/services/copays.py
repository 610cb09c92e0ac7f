"""Copays at the desk: asked for when a client checks in, taken as a payment, or let be with a reason."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import queries, rules
from billing.choices import NoCopay
from billing.coverage import copay_for
from billing.errors import NoCopayDue
from billing.models import LeftCopay
from clients.models import Client
from mentalspace.core import clock, formatting
from mentalspace.core.gates import require
from scheduling.models import Appointment
from scheduling.services.holding import locked, write_down
from staff.rules import staff_of


def copay_due(visit: Appointment) -> Decimal | None:
    """What the client's coverage asks them to pay at this visit, unless something was taken already. Two queries."""
    if not visit.is_billable or queries.taken_for_visits([visit.pk]):
        return None
    client = Client.objects.select_related("profile").get(pk=visit.client_id)
    return copay_for(client, visit)


@transaction.atomic
def leave_copay(*, actor: User, appointment_id: UUID, reason: NoCopay, note: str = "") -> LeftCopay:
    """Say why a copay was not taken, or say it anew; the client owes it with the bill.

    Raises NotPermitted, NoCopayDue.
    """
    require(rules.can_take_payments(actor))
    visit = locked(appointment_id)
    due = copay_due(visit)
    if due is None:
        raise NoCopayDue
    left, _ = LeftCopay.objects.update_or_create(
        appointment=visit,
        defaults={
            "client_id": visit.client_id,
            "amount": due,
            "reason": NoCopay(reason),
            "note": " ".join(note.split()),
            "left_by": staff_of(actor),
            "left_at": clock.now(),
        },
    )
    write_down(
        visit,
        actor=actor,
        verb="copay_left",
        from_status=visit.status,
        detail=f"Copay of {formatting.money(due)} not taken: {left.why}",
        changes={"copay": [str(due), "0.00"], "reason": ["", str(reason)]},
    )
    return left
