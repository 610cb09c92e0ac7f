"""The way of a lead from stage to stage; `lifecycle.TRANSITIONS` has the table."""

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from crm.choices import OPEN_LEAD, LeadStatus, LostReason
from crm.errors import LossNeedsNote, LossNeedsReason, NoSuchStep
from crm.lifecycle import can_move
from crm.models import Lead, LeadStatusChange
from crm.services.locking import locked, store
from mentalspace.core import clock
from staff.rules import staff_of


@transaction.atomic
def move_lead(*, actor: User, lead_id: UUID, status: str) -> Lead:
    """Move an open lead to another open stage; nothing happens if it is there already.

    Losing, reopening and converting are verbs of their own. Raises NotPermitted, LeadConverted, NoSuchStep.
    """
    lead = locked(actor, lead_id)
    if lead.status == status:
        return lead
    if lead.status not in OPEN_LEAD or status not in OPEN_LEAD:
        raise NoSuchStep(lead.status, status)
    step(actor, lead, status)
    return lead


@transaction.atomic
def lose_lead(*, actor: User, lead_id: UUID, reason: str, note: str = "") -> Lead:
    """Close a lead that will not become a client, and keep why. Its follow-up is taken away.

    Raises NotPermitted, LeadConverted, NoSuchStep, LossNeedsReason, LossNeedsNote.
    """
    lead = locked(actor, lead_id)
    if reason not in LostReason.values:
        raise LossNeedsReason
    if reason == LostReason.OTHER and not note.strip():
        raise LossNeedsNote
    step(actor, lead, LeadStatus.LOST, lost_reason=reason, note=note.strip(), follow_up_on=None)
    return lead


@transaction.atomic
def reopen_lead(*, actor: User, lead_id: UUID, status: str = "") -> Lead:
    """Take a lost lead up again, at the stage it was lost from or at `status`.

    Raises NotPermitted, LeadConverted, NoSuchStep.
    """
    lead = locked(actor, lead_id)
    if lead.status != LeadStatus.LOST:
        raise NoSuchStep(lead.status, status or LeadStatus.CONTACTED)
    step(actor, lead, status or stage_before_loss(lead), lost_reason="")
    return lead


def stage_before_loss(lead: Lead) -> str:
    """Where the lead stood when it was lost; an imported one that has no history was contacted. One statement."""
    last = (
        LeadStatusChange.objects.filter(lead=lead, to_status=LeadStatus.LOST)
        .order_by("-changed_at", "-pk")
        .values_list("from_status", flat=True)
        .first()
    )
    return last or LeadStatus.CONTACTED


def step(actor: User, lead: Lead, to_status: str, *, note: str = "", **further: Any) -> None:
    """One step of a locked lead: the row, the history, the trail. Raises NoSuchStep."""
    before = lead.status
    if not can_move(before, to_status):
        raise NoSuchStep(before, to_status)
    now = clock.now()
    store(actor, lead, "lead.status_changed", {"status": to_status, "status_changed_at": now, **further})
    LeadStatusChange.objects.create(
        lead=lead,
        from_status=before,
        to_status=to_status,
        reason=further.get("lost_reason", ""),
        note=note,
        changed_by=staff_of(actor),
        changed_at=now,
    )
