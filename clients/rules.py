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

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician
from clients.choices import CLINICAL_FLAGS, ClientStatus, FlagKind
from clients.models import CareTeamMember, Client
from mentalspace.core import clock
from staff.rules import staff_ids_answered_for, staff_of

SEES_ALL = (Role.ADMIN, Role.BILLER, Role.FRONT_DESK)
# Only an administrator lets a client go, or brings one back from "deceased" after a mistake.
ADMIN_STATUSES = frozenset({ClientStatus.INACTIVE, ClientStatus.DISCHARGED, ClientStatus.DECEASED})
ADMINISTRATIVE_FLAGS = frozenset(FlagKind) - CLINICAL_FLAGS


def current_assignments() -> QuerySet[CareTeamMember]:
    """Assignments that hold today."""
    today = clock.today()
    return CareTeamMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today
    )


def _assigned_to(staff_ids: Iterable[UUID]) -> Exists:
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


def visible_with_access(actor: User) -> QuerySet[Client]:
    """Visible clients that already know what this actor may do with them.

    A chart asks a dozen rules about one client; on a row of this queryset they are answered without a query each. The
    answers are as old as the row, so verbs lock and read their own.
    """
    return visible_clients(actor).annotate(
        access_of=Value(actor.pk),
        access_clinical=Exists(clinical_clients(actor).filter(pk=OuterRef("pk"))),
        access_own=Exists(own_clients(actor).filter(pk=OuterRef("pk"))),
    )


def _known(actor: User, client: Client, answer: str) -> bool | None:
    """What the row says of this very actor, if it was read by `visible_with_access`."""
    whose: UUID | None = getattr(client, "access_of", None)
    return getattr(client, answer) if whose == actor.pk else None


def _is_own(actor: User, client: Client) -> bool:
    known = _known(actor, client, "access_own")
    return own_clients(actor).filter(pk=client.pk).exists() if known is None else known


def sees_all_clients(actor: User) -> bool:
    """Knows of every client, in whatever view."""
    return has_role(actor, *SEES_ALL)


def can_list_clients(actor: User) -> bool:
    return sees_all_clients(actor) or is_clinician(actor)


def can_see_client(actor: User, client: Client) -> bool:
    if getattr(client, "access_of", None) == actor.pk:
        return True
    return visible_clients(actor).filter(pk=client.pk).exists()


def can_see_clinical(actor: User, client: Client) -> bool:
    known = _known(actor, client, "access_clinical")
    return clinical_clients(actor).filter(pk=client.pk).exists() if known is None else known


def may_open_clinical_pages(actor: User) -> bool:
    """Roles that can have clinical pages at all; billers and front desk never."""
    return is_admin(actor) or is_clinician(actor)


def can_create_client(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK)


def can_edit_demographics(actor: User, client: Client) -> bool:
    if has_role(actor, Role.ADMIN, Role.FRONT_DESK):
        return True
    return has_role(actor, Role.THERAPIST) and _is_own(actor, client)


def may_edit_demographics(actor: User) -> bool:
    """Roles that can edit demographics of some client."""
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK, Role.THERAPIST)


def can_edit_insurance(actor: User, client: Client) -> bool:
    """Whoever edits demographics, and billers: correcting a policy number is their daily work."""
    return has_role(actor, Role.BILLER) or can_edit_demographics(actor, client)


def may_edit_insurance(actor: User) -> bool:
    return has_role(actor, Role.BILLER) or may_edit_demographics(actor)


def can_see_contacts(actor: User, client: Client) -> bool:
    """Emergency contacts: not in the billing view."""
    return has_role(actor, Role.FRONT_DESK) or can_see_clinical(actor, client)


def can_edit_medical_history(actor: User, client: Client) -> bool:
    """Clinical facts: clinicians of the client's care team, and the administrator."""
    return can_see_clinical(actor, client)


def can_change_status(actor: User, client: Client) -> bool:
    """Activating and waitlisting goes with demographics; see `can_deactivate_client` for the way out."""
    return can_edit_demographics(actor, client)


def can_set_status(actor: User, client: Client, to_status: str) -> bool:
    """May the actor move this client to that status, from the one it has?"""
    if to_status in ADMIN_STATUSES or client.status == ClientStatus.DECEASED:
        return can_deactivate_client(actor, client)
    return can_change_status(actor, client)


def can_deactivate_client(actor: User, client: Client) -> bool:
    return is_admin(actor)


def can_export_clients(actor: User) -> bool:
    """CSV of client lists."""
    return is_admin(actor)


def can_assign_clinicians(actor: User, client: Client) -> bool:
    if has_role(actor, Role.ADMIN, Role.FRONT_DESK):
        return True
    return has_role(actor, Role.SUPERVISOR) and can_see_client(actor, client)


def may_assign_clinicians(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK, Role.SUPERVISOR)


def can_flag_risk(actor: User, client: Client) -> bool:
    """High-risk and other clinical flags."""
    return is_admin(actor) or (is_clinician(actor) and can_see_clinical(actor, client))


def can_flag_administrative(actor: User, client: Client) -> bool:
    """Attendance, billing and other flags that say nothing clinical."""
    return can_see_client(actor, client)


def can_tag_client(actor: User, client: Client) -> bool:
    return can_edit_demographics(actor, client) or can_flag_risk(actor, client)


def can_raise_flag(actor: User, client: Client, kind: str) -> bool:
    """Raise or resolve a flag of this kind."""
    return can_flag_risk(actor, client) if kind in CLINICAL_FLAGS else can_flag_administrative(actor, client)


def visible_flag_kinds(actor: User, client: Client) -> frozenset[str]:
    """Flags of which the actor may know: clinical ones belong to the clinical record."""
    return frozenset(FlagKind) if can_see_clinical(actor, client) else ADMINISTRATIVE_FLAGS


def listed_flag_kinds(actor: User) -> frozenset[str]:
    """Flags shown in lists. Clinicians see only clients whose record they may open, so one answer serves all rows."""
    return (
        frozenset(FlagKind)
        if may_open_clinical_pages(actor) and not _sees_beyond_record(actor)
        else ADMINISTRATIVE_FLAGS
    )


def _sees_beyond_record(actor: User) -> bool:
    """Someone who is, say, front desk and therapist: sees clients in lists whose record is closed to them."""
    return not is_admin(actor) and has_role(actor, *SEES_ALL)


def may_tag_clients(actor: User) -> bool:
    return has_role(actor, Role.ADMIN, Role.FRONT_DESK) or is_clinician(actor)


def can_manage_tags(actor: User) -> bool:
    """The practice's list of tags."""
    return is_admin(actor)


def can_see_history(actor: User, client: Client) -> bool:
    """What happened to the record: the care team and its supervisors, front desk, administrator."""
    return has_role(actor, Role.FRONT_DESK) or can_see_clinical(actor, client)


def can_see_views(actor: User) -> bool:
    """Who looked at a record, as opposed to who changed it."""
    return is_admin(actor)
