"""Who works with leads: the administrator and the front desk."""

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role
from crm.models import Lead


def can_work_leads(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK)


def visible_leads(actor: User) -> QuerySet[Lead]:
    return Lead.objects.all() if can_work_leads(actor) else Lead.objects.none()


def can_edit_lead(actor: User, lead: Lead) -> bool:
    """A converted lead stays as it is."""
    return can_work_leads(actor) and not lead.converted_to_client
