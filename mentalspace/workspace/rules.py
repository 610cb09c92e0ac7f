"""Who may open the pages that look over all modules, and whose figures they get.

Administrators see the whole practice's figures; billers its money; clinicians their own, supervisors their supervisees'
too.
"""

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician
from staff.models import Staff
from staff.rules import answers_for


def can_open_reports(actor: User) -> bool:
    """Everybody for whom there is at least one report."""
    return can_see_session_figures(actor) or can_see_money_figures(actor) or can_see_lead_figures(actor)


def can_see_session_figures(actor: User) -> bool:
    """Visits, notes and caseload; limited to `reported_staff`."""
    return is_admin(actor) or is_clinician(actor)


def can_see_money_figures(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.BILLER)


def can_see_lead_figures(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK)


def can_see_practice_figures(actor: User) -> bool:
    """Reports of the whole practice that are nobody's own."""
    return is_admin(actor)


def can_open_administration(actor: User) -> bool:
    return is_admin(actor)


def reported_staff(actor: User) -> QuerySet[Staff]:
    """Whose sessions and notes the actor's figures count."""
    return Staff.objects.all() if is_admin(actor) else Staff.objects.filter(answers_for(actor))
