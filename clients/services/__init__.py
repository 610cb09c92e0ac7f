"""Every change to clients: one verb, one function, one transaction."""

from clients.services.care_team import assign_clinician, end_assignment, hand_over_primary
from clients.services.demographics import Demographics, change_status, create_client, update_client
from clients.services.emergencies import (
    begin_emergency_access,
    end_emergency_access,
    review_emergency_access,
)
from clients.services.flags import raise_flag, resolve_flag
from clients.services.profile import (
    remove_coverage,
    save_coverage,
    section_mark,
    set_custom_fields,
    set_emergency_contacts,
    set_intake,
    set_medical_history,
)
from clients.services.tags import create_tag, delete_tag, tag_client, untag_client, update_tag
from clients.services.viewing import record_export, record_view

__all__ = [
    "Demographics",
    "assign_clinician",
    "begin_emergency_access",
    "change_status",
    "create_client",
    "create_tag",
    "delete_tag",
    "end_assignment",
    "end_emergency_access",
    "hand_over_primary",
    "raise_flag",
    "record_export",
    "record_view",
    "remove_coverage",
    "resolve_flag",
    "review_emergency_access",
    "save_coverage",
    "section_mark",
    "set_custom_fields",
    "set_emergency_contacts",
    "set_intake",
    "set_medical_history",
    "tag_client",
    "untag_client",
    "update_client",
    "update_tag",
]
