"""Every change to leads: one verb, one function, one transaction."""

from crm.services.conversion import convert_lead, link_lead, link_request
from crm.services.leads import (
    assign_lead,
    create_lead,
    log_activity,
    set_follow_up,
    take_newcomer,
    update_lead,
)
from crm.services.stages import lose_lead, move_lead, reopen_lead

__all__ = [
    "assign_lead",
    "convert_lead",
    "create_lead",
    "link_lead",
    "link_request",
    "log_activity",
    "lose_lead",
    "move_lead",
    "reopen_lead",
    "set_follow_up",
    "take_newcomer",
    "update_lead",
]
