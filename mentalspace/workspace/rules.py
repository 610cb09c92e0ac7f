"""Who may open the pages that look over all modules, and whose figures they get.

Administrators see the whole practice's figures; billers its money; clinicians their own, supervisors their supervisees'
too.
"""

from accounts.choices import Role
from accounts.rules import CLINICIANS
from mentalspace.core.policy import ALL, ObjectPermission, Permission
from staff.models import Staff
from staff.rules import OF_SUPERVISEES, OWN

can_see_session_figures = Permission("Figures of visits, notes and caseload", Role.ADMIN, *CLINICIANS)
# Whose sessions and notes these figures count.
can_report_on = ObjectPermission(
    "Be told those figures of a clinician",
    Staff,
    {**dict.fromkeys(CLINICIANS, OWN), Role.ADMIN: ALL, Role.SUPERVISOR: (OWN, OF_SUPERVISEES)},
)
can_see_money_figures = Permission("Figures of money", Role.ADMIN, Role.BILLER)
can_see_lead_figures = Permission("Figures of leads", Role.ADMIN, Role.FRONT_DESK)
can_see_practice_figures = Permission("Figures of the whole practice that are nobody’s own", Role.ADMIN)
can_open_reports = Permission(
    "Open reports, where there is at least one",
    *(can_see_session_figures.roles | can_see_money_figures.roles | can_see_lead_figures.roles),
)
can_review_alerts = Permission("Be told of unusual reading, and review it", Role.ADMIN)
can_open_administration = Permission("Open administration", Role.ADMIN)

reported_staff = can_report_on.scope
