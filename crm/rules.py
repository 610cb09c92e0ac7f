"""Who works with leads: the administrator and the front desk."""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from crm.models import Lead, LeadActivity, LeadStatusChange
from mentalspace.core.policy import ALL, Part, Permission, Sight
from staff.choices import StaffStatus
from staff.models import Staff

LEAD_ROLES = (Role.ADMIN, Role.FRONT_DESK)

can_see_lead = Sight("See leads", Lead, dict.fromkeys(LEAD_ROLES, ALL))
can_work_leads = Permission("Log, change, assign and close leads", *LEAD_ROLES)
# They are also those who take on clients.
can_convert_leads = Permission("Convert a lead to a client", *LEAD_ROLES)

visible_leads = can_see_lead.scope

can_see_activity = Part(LeadActivity, "lead", can_see_lead)
can_see_lead_status_change = Part(LeadStatusChange, "lead", can_see_lead)


def lead_owners() -> QuerySet[Staff]:
    """Those to whom a lead can be given."""
    roles = Q(user__role__in=LEAD_ROLES) | Q(user__further_roles__overlap=list(LEAD_ROLES))
    here = Staff.objects.exclude(status=StaffStatus.INACTIVE).filter(roles, user__is_active=True)
    return here.order_by("last_name", "first_name", "pk")
