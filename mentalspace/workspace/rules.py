"""Who may open the pages that look over all modules."""

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician


def can_open_reports(actor: User) -> bool:
    """Everybody with figures of their own: administrators the whole practice's, billers money, clinicians their own."""
    return has_role(actor, Role.ADMIN, Role.BILLER, Role.FRONT_DESK) or is_clinician(actor)


def can_open_administration(actor: User) -> bool:
    return is_admin(actor)
