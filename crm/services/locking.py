"""How every verb takes hold of a lead and leaves it."""

from typing import Any
from uuid import UUID

from accounts.models import User
from crm import rules
from crm.choices import LeadStatus
from crm.errors import LeadConverted, LeadLost
from crm.models import Lead
from mentalspace.core import audit
from mentalspace.core.gates import require


def locked(actor: User, lead_id: UUID) -> Lead:
    """The lead, locked until the transaction ends. Raises NotPermitted, LeadConverted."""
    require(rules.can_work_leads(actor))
    lead = Lead.objects.select_for_update().get(pk=lead_id)
    if lead.converted_to_client:
        raise LeadConverted(lead.converted_client_id)
    return lead


def locked_open(actor: User, lead_id: UUID) -> Lead:
    """The same, of a lead that somebody still works on. Raises LeadLost besides."""
    lead = locked(actor, lead_id)
    if lead.status == LeadStatus.LOST:
        raise LeadLost
    return lead


def store(actor: User, lead: Lead, verb: str, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Write what differs, count the version up and record it; nothing happens where nothing differs.

    Notes are what a caller told in confidence: the trail says that they changed, not what they say.
    """
    changes = audit.changed_fields(lead, values, secret=["notes"])
    if changes:
        for name, value in values.items():
            setattr(lead, name, value)
        lead.version += 1
        lead.save(update_fields=[*values, "version", "updated_at"])
        audit.record(actor=actor, verb=verb, obj=lead, client_id=lead.converted_client_id, changes=changes)
    return changes
