"""Who may see and change clients.

Administrators, billers and the front desk know of every client, each in their own view; clinicians know of those on
whose care team they are today, and supervisors also of their supervisees'.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from clients.choices import CLINICAL_FLAGS, ClientStatus, FlagKind
from clients.models import (
    CareTeamMember,
    Client,
    ClientFlag,
    ClientProfile,
    ClientStatusChange,
    Tag,
)
from mentalspace.core import clock
from mentalspace.core.policy import (
    ALL,
    ObjectPermission,
    Part,
    Permission,
    Reach,
    Sight,
    with_answers,
)
from staff.rules import has_staff, own_ids, staff_ids_answered_for

# Only an administrator lets a client go, or brings one back from "deceased" after a mistake.
ADMIN_STATUSES = frozenset({ClientStatus.INACTIVE, ClientStatus.DISCHARGED, ClientStatus.DECEASED})
ADMINISTRATIVE_FLAGS = frozenset(FlagKind) - CLINICAL_FLAGS


def current_assignments() -> QuerySet[CareTeamMember]:
    """Assignments that hold today."""
    today = clock.today()
    return CareTeamMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today
    )


def _assigned_to(staff_ids: Iterable[UUID]) -> Q:
    return Q(Exists(current_assignments().filter(client_id=OuterRef("pk"), staff_id__in=staff_ids)))


ASSIGNED = Reach("assigned", lambda actor: _assigned_to(own_ids(actor)), possible=has_staff)
ASSIGNED_OR_SUPERVISED = Reach(
    "assigned, supervisees’",
    lambda actor: _assigned_to(staff_ids_answered_for(actor)),
    possible=has_staff,
    covers=(ASSIGNED,),
)
IN_CARE = {
    Role.SUPERVISOR: ASSIGNED_OR_SUPERVISED,
    Role.THERAPIST: ASSIGNED,
    Role.ASSOCIATE: ASSIGNED,
}
AT_THE_DESK = {Role.ADMIN: ALL, Role.FRONT_DESK: ALL}

can_see_client = Sight("Know that a client exists", Client, {**AT_THE_DESK, **IN_CARE, Role.BILLER: ALL})
can_see_clinical = ObjectPermission("Open the clinical record", Client, {Role.ADMIN: ALL, **IN_CARE})
can_create_client = Permission("Take on a client", Role.ADMIN, Role.FRONT_DESK)
can_edit_demographics = ObjectPermission(
    "Edit demographics", Client, {**AT_THE_DESK, Role.THERAPIST: ASSIGNED}
)
can_change_status = ObjectPermission("Activate, waitlist", Client, can_edit_demographics.grants)
can_deactivate_client = ObjectPermission("Deactivate, discharge, record a death", Client, {Role.ADMIN: ALL})
# Correcting a policy number is the billers' daily work.
can_edit_insurance = ObjectPermission(
    "Edit insurance", Client, {**can_edit_demographics.grants, Role.BILLER: ALL}
)
can_see_contacts = ObjectPermission("See emergency contacts", Client, {**AT_THE_DESK, **IN_CARE})
can_edit_medical_history = ObjectPermission("Edit medical history", Client, {Role.ADMIN: ALL, **IN_CARE})
can_assign_clinicians = ObjectPermission(
    "Assign clinicians", Client, {**AT_THE_DESK, Role.SUPERVISOR: ASSIGNED_OR_SUPERVISED}
)
can_flag_risk = ObjectPermission("Raise and resolve clinical flags", Client, {Role.ADMIN: ALL, **IN_CARE})
can_flag_administrative = ObjectPermission(
    "Raise and resolve attendance, billing and other flags", Client, can_see_client.grants
)
can_tag_client = ObjectPermission("Tag a client", Client, {**AT_THE_DESK, **IN_CARE})
can_see_history = ObjectPermission("See a record’s history", Client, {**AT_THE_DESK, **IN_CARE})
can_see_views = Permission("See who looked at a record", Role.ADMIN)
can_export_clients = Permission("Export client lists", Role.ADMIN)
can_manage_tags = Permission("Manage the list of tags", Role.ADMIN)

visible_clients = can_see_client.scope
clinical_clients = can_see_clinical.scope

can_see_profile = Part(ClientProfile, "client", can_see_client)
can_see_assignment = Part(CareTeamMember, "client", can_see_client)
can_see_status_change = Part(ClientStatusChange, "client", can_see_client)
can_see_tag = Sight("See the practice’s tags", Tag, dict.fromkeys(can_see_client.grants, ALL))

# Suicide, self-harm and violence risk, allergy and mandated report belong to the clinical record.
OF_OPEN_RECORDS = can_see_clinical.as_reach("of records one may open", "client")


def _administrative(actor: User) -> Q:
    return Q(kind__in=sorted(ADMINISTRATIVE_FLAGS), client__in=visible_clients(actor).values("pk"))


ADMINISTRATIVE = Reach(
    "attendance, billing and other",
    _administrative,
    lambda actor, flag: flag.kind in ADMINISTRATIVE_FLAGS and can_see_client(actor, flag.client),
)
can_see_flag = Sight(
    "See a client’s flags",
    ClientFlag,
    {
        role: (OF_OPEN_RECORDS, ADMINISTRATIVE) if role in can_see_clinical.grants else ADMINISTRATIVE
        for role in can_see_client.grants
    },
)
visible_flags = can_see_flag.scope


def own_clients(actor: User) -> QuerySet[Client]:
    """Clients on whose care team the actor is, today, whatever their roles."""
    return Client.objects.filter(ASSIGNED.where(actor)) if has_staff(actor) else Client.objects.none()


def visible_with_access(actor: User) -> QuerySet[Client]:
    """Visible clients that already know what this actor may do with them.

    A chart asks a dozen rules about one client; on a row of this queryset they are answered without a query each.
    """
    return with_answers(visible_clients(actor), actor, ASSIGNED, ASSIGNED_OR_SUPERVISED)


def sees_all_clients(actor: User) -> bool:
    """Knows of every client, in whatever view."""
    return ALL in can_see_client.reaches(actor)


def to_set_status(client: Client, to_status: str) -> ObjectPermission[Client]:
    """The permission it takes to move this client to that status, from the one it has."""
    way_out = to_status in ADMIN_STATUSES or client.status == ClientStatus.DECEASED
    return can_deactivate_client if way_out else can_change_status


def to_raise_flag(kind: str) -> ObjectPermission[Client]:
    """The permission it takes to raise or resolve a flag of this kind."""
    return can_flag_risk if kind in CLINICAL_FLAGS else can_flag_administrative


def flag_kinds(actor: User, client: Client) -> frozenset[str]:
    """The kinds of this client's flags of which the actor may know."""
    return frozenset(FlagKind) if can_see_clinical(actor, client) else ADMINISTRATIVE_FLAGS


def listed_flag_kinds(actor: User) -> frozenset[str]:
    """Kinds of flags shown in lists, where one answer serves all rows: of whoever may open each record listed."""
    opens_all = can_see_clinical.reaches(actor) == can_see_client.reaches(actor)
    return frozenset(FlagKind) if opens_all else ADMINISTRATIVE_FLAGS
