"""Roles, and who may manage people who sign in."""

from django.db.models import QuerySet

from accounts.choices import CLINICAL_ROLES, Role
from accounts.models import User


def has_role(actor: User, *roles: str) -> bool:
    """Does the person hold at least one of these roles, now?"""
    return bool(actor.is_authenticated and actor.is_active and not actor.roles.isdisjoint(roles))


def is_admin(actor: User) -> bool:
    """Users, settings, the audit log and whole-practice reports are the administrator's."""
    return has_role(actor, Role.ADMIN)


def is_clinician(actor: User) -> bool:
    """Writes and signs clinical documents."""
    return has_role(actor, *CLINICAL_ROLES)


def is_supervisor(actor: User) -> bool:
    """Answers for colleagues' work, and co-signs it."""
    return has_role(actor, Role.SUPERVISOR)


def can_manage_users(actor: User) -> bool:
    """Create, disable and change people who sign in, and their roles."""
    return is_admin(actor)


def can_change_settings(actor: User) -> bool:
    """Deadlines, fees and thresholds of the practice."""
    return is_admin(actor)


def can_read_audit_log(actor: User) -> bool:
    """Who did what, about everybody."""
    return is_admin(actor)


def visible_users(actor: User) -> QuerySet[User]:
    """Everybody who works here can be written to; only administrators see who is disabled."""
    people = User.objects.all()
    if is_admin(actor):
        return people
    return people.filter(is_active=True) if actor.is_authenticated else people.none()
