"""Who may see and change clients.

| | sees | changes demographics |
|---|---|---|
| administrator | all | yes |
| supervisor | own and supervisees' | no |
| therapist | assigned | assigned |
| associate | assigned | no |
| biller | all, billing view | no |
| front desk | all, demographics | yes |
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician
from clients.models import CareTeamMember, Client
from mentalspace.core import clock
from staff.rules import staff_ids_answered_for, staff_of

SEES_ALL = (Role.ADMIN, Role.BILLER, Role.FRONT_DESK)


def current_assignments() -> QuerySet[CareTeamMember]:
    """Assignments that hold today."""
    today = clock.today()
    return CareTeamMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today)


def _assigned_to(staff_ids: object) -> Exists:
    return Exists(current_assignments().filter(client_id=OuterRef("pk"), staff_id__in=staff_ids))


def visible_clients(actor: User) -> QuerySet[Client]:
    """Clients whose existence the actor may know of, in whatever view their roles give them."""
    if has_role(actor, *SEES_ALL):
        return Client.objects.all()
    if is_clinician(actor):
        return Client.objects.filter(_assigned_to(staff_ids_answered_for(actor)))
    return Client.objects.none()


def clinical_clients(actor: User) -> QuerySet[Client]:
    """Clients whose clinical record the actor may open: the care team, its supervisors, the administrator."""
    if is_admin(actor):
        return Client.objects.all()
    if is_clinician(actor):
        return Client.objects.filter(_assigned_to(staff_ids_answered_for(actor)))
    return Client.objects.none()


def own_clients(actor: User) -> QuerySet[Client]:
    """Clients on whose care team the actor is, today."""
    own = staff_of(actor)
    return Client.objects.filter(_assigned_to([own.pk])) if own else Client.objects.none()


def can_list_clients(actor: User) -> bool:
    return has_role(actor, *SEES_ALL) or is_clinician(actor)


def can_see_client(actor: User, client: Client) -> bool:
    return visible_clients(actor).filter(pk=client.pk).exists()


def can_see_clinical(actor: User, client: Client) -> bool:
    return clinical_clients(actor).filter(pk=client.pk).exists()


def may_open_clinical_pages(actor: User) -> bool:
    """Roles that can have clinical pages at all; billers and front desk never."""
    return is_admin(actor) or is_clinician(actor)


def can_create_client(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK)


def can_edit_demographics(actor: User, client: Client) -> bool:
    if has_role(actor, Role.ADMIN, Role.FRONT_DESK):
        return True
    return has_role(actor, Role.THERAPIST) and own_clients(actor).filter(pk=client.pk).exists()


def can_edit_medical_history(actor: User, client: Client) -> bool:
    """Clinical facts: clinicians of the client's care team, and the administrator."""
    return can_see_clinical(actor, client)


def can_change_status(actor: User, client: Client) -> bool:
    """Activating and waitlisting goes with demographics; see `can_deactivate_client` for the way out."""
    return can_edit_demographics(actor, client)


def can_deactivate_client(actor: User, client: Client) -> bool:
    return is_admin(actor)


def can_export_client(actor: User, client: Client) -> bool:
    return is_admin(actor)


def can_export_clients(actor: User) -> bool:
    """CSV of client lists."""
    return is_admin(actor)


def can_assign_clinicians(actor: User, client: Client) -> bool:
    if has_role(actor, Role.ADMIN, Role.FRONT_DESK):
        return True
    return has_role(actor, Role.SUPERVISOR) and can_see_client(actor, client)


def can_flag_risk(actor: User, client: Client) -> bool:
    """High-risk and other clinical flags."""
    return is_admin(actor) or (is_clinician(actor) and can_see_clinical(actor, client))


def can_flag_administrative(actor: User, client: Client) -> bool:
    """Attendance, billing and other flags that say nothing clinical."""
    return can_see_client(actor, client)


def can_tag_client(actor: User, client: Client) -> bool:
    return can_edit_demographics(actor, client) or can_flag_risk(actor, client)
