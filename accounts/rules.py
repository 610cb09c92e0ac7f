"""Roles, and who may manage people who sign in."""

from django.db.models import Q

from accounts.choices import CLINICAL_ROLES, Role
from accounts.models import Budget, Session, User
from mentalspace.core.models import (
    AuditAlert,
    AuditAlertReview,
    AuditEvent,
    AuditLink,
    AuditUnlinked,
    DataKey,
    FormSubmission,
    PracticeSetting,
)
from mentalspace.core.policy import ALL, NotShown, Part, Permission, Reach, Sight, roles_of

EVERYBODY = tuple(Role)
CLINICIANS = tuple(role for role in Role if role in CLINICAL_ROLES)


def has_role(actor: User, *roles: str) -> bool:
    """Does the person hold at least one of these roles, now?"""
    return not roles_of(actor).isdisjoint(roles)


def is_admin(actor: User) -> bool:
    """Users, settings, the audit log and whole-practice reports are the administrator's."""
    return has_role(actor, Role.ADMIN)


def is_clinician(actor: User) -> bool:
    """Writes and signs clinical documents."""
    return has_role(actor, *CLINICAL_ROLES)


def is_supervisor(actor: User) -> bool:
    """Answers for colleagues' work, and co-signs it."""
    return has_role(actor, Role.SUPERVISOR)


WHO_MAY_SIGN_IN = Reach(
    "who may sign in", lambda actor: Q(is_active=True), lambda actor, user: user.is_active
)

can_manage_users = Permission("Create, disable and change people who sign in, and their roles", Role.ADMIN)
can_change_settings = Permission("Change deadlines, fees and thresholds of the practice", Role.ADMIN)
can_read_audit_log = Permission("Read who did and saw what, about everybody", Role.ADMIN)

# Everybody who works here can be written to; only administrators see who is disabled.
can_see_user = Sight("See who signs in", User, dict.fromkeys(EVERYBODY, WHO_MAY_SIGN_IN) | {Role.ADMIN: ALL})
visible_users = can_see_user.scope

OWN = Reach("own", lambda actor: Q(user=actor), lambda actor, session: session.user_id == actor.pk)
can_see_session = Sight("See and end a sign-in", Session, dict.fromkeys(EVERYBODY, OWN))

can_see_event = Sight("See an event of the audit log", AuditEvent, {Role.ADMIN: ALL})
can_see_alert = Sight("See an alert of unusual reading", AuditAlert, {Role.ADMIN: ALL})
can_see_alert_review = Part(AuditAlertReview, "alert", can_see_alert)
can_see_setting = Sight("See a section of settings", PracticeSetting, {Role.ADMIN: ALL})
FORMS_SENT = NotShown(FormSubmission, "the keys of forms that were sent, so that each takes effect once")
DATA_KEYS = NotShown(DataKey, "keys that seal clients’ data, themselves sealed by the key file")
AUDIT_LINKS = NotShown(AuditLink, "the chain over the audit log, written by the database")
AUDIT_UNLINKED = NotShown(AuditUnlinked, "events on their way into that chain")
BUDGETS = NotShown(Budget, "tries that somebody has used of those they have, under keyed hashes")
