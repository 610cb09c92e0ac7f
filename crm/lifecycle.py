"""Which step a lead may take from where it stands.

An open lead moves freely between the open stages, for boards are corrected by hand; it is lost with a reason, or
becomes a client by conversion alone. A lost lead comes back to an open stage. A converted one stays.
"""

from crm.choices import OPEN_LEAD, LeadStatus

TRANSITIONS: dict[str, frozenset[str]] = {
    **{
        status: frozenset({*OPEN_LEAD, LeadStatus.LOST, LeadStatus.CONVERTED} - {status})
        for status in OPEN_LEAD
    },
    LeadStatus.LOST: frozenset(OPEN_LEAD),
    LeadStatus.CONVERTED: frozenset(),
}
# How far each stage is on the way to becoming a client; lost is no stage of its own.
STAGES = (*OPEN_LEAD, LeadStatus.CONVERTED)


def can_move(from_status: str, to_status: str) -> bool:
    """Is there such a step?"""
    return to_status in TRANSITIONS[from_status]
