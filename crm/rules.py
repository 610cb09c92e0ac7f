"""Who works with leads: the administrator and the front desk."""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role
from clients.rules import can_create_client
from crm.models import Lead
from staff.choices import StaffStatus
from staff.models import Staff

LEAD_ROLES = (Role.ADMIN, Role.FRONT_DESK)


def can_work_leads(actor: User) -> bool:
    return has_role(actor, *LEAD_ROLES)


def visible_leads(actor: User) -> QuerySet[Lead]:
    return Lead.objects.all() if can_work_leads(actor) else Lead.objects.none()


def can_convert_leads(actor: User) -> bool:
    """Whoever turns a lead into a client must be one who may take on clients."""
    return can_work_leads(actor) and can_create_client(actor)


def lead_owners() -> QuerySet[Staff]:
    """Those to whom a lead can be given."""
    roles = Q(user__role__in=LEAD_ROLES) | Q(user__further_roles__overlap=list(LEAD_ROLES))
    here = Staff.objects.exclude(status=StaffStatus.INACTIVE).filter(roles, user__is_active=True)
    return here.order_by("last_name", "first_name", "pk")
