"""Who may see and change clients.

Administrators, billers and the front desk know of every client, each in their own view; clinicians know of those on
whose care team they are today, and supervisors also of their supervisees'. In an emergency a clinician reads one
client's chart for a limited time; whatever is more than reading asks for the care team (`IN_CARE`).
"""

from collections.abc import Iterable, Mapping
from typing import Any
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
    EmergencyAccess,
    Tag,
)
from mentalspace.core import clock
from mentalspace.core.policy import (
    ALL,
    ANSWERS_TO,
    Need,
    ObjectPermission,
    Part,
    Permission,
    Reach,
    Sight,
    State,
    with_answers,
)
from staff.choices import StaffStatus
from staff.rules import has_staff, own_ids, staff_ids_answered_for, staff_of

# Only an administrator lets a client go, or brings one back from "deceased" after a mistake.
ADMIN_STATUSES = frozenset({ClientStatus.INACTIVE, ClientStatus.DISCHARGED, ClientStatus.DECEASED})
ADMINISTRATIVE_FLAGS = frozenset(FlagKind) - CLINICAL_FLAGS
# Rights as the trail names them (`audit.record(right=…)`).
CARE_TEAM, BY_SUPERVISION, BY_EMERGENCY = "care team", "supervisor", "emergency"


def current_assignments() -> QuerySet[CareTeamMember]:
    """Assignments that hold today."""
    today = clock.today()
    return CareTeamMember.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), starts_on__lte=today
    )


def _assigned_to(staff_ids: Iterable[UUID]) -> Q:
    return Q(Exists(current_assignments().filter(client_id=OuterRef("pk"), staff_id__in=staff_ids)))


def _lasting() -> Q:
    now = clock.now()
    return Q(ended_at__isnull=True, began_at__lte=now, ends_at__gt=now)


def lasts(access: EmergencyAccess) -> bool:
    """Does it open the chart at this instant? Neither before its beginning, should the clock have been set back."""
    return access.ended_at is None and access.began_at <= clock.now() < access.ends_at


def lasting_emergencies(user: Any) -> QuerySet[EmergencyAccess]:
    """This user's emergency accesses that last now: one at most. `user` may be a column of an outer query."""
    return EmergencyAccess.objects.filter(_lasting(), user=user)


def is_at_work(actor: User) -> bool:
    """Has the actor a staff profile of somebody who works here now?"""
    own = staff_of(actor)
    return own is not None and own.status == StaffStatus.ACTIVE


AT_WORK = Need("with an active staff profile", is_at_work)
EMERGENCY = Reach(
    "in an emergency",
    lambda actor: Q(Exists(lasting_emergencies(actor).filter(client_id=OuterRef("pk")))),
    possible=is_at_work,
)
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
IN_CARE_OR_EMERGENCY = {role: (reach, EMERGENCY) for role, reach in IN_CARE.items()}
AT_THE_DESK = {Role.ADMIN: ALL, Role.FRONT_DESK: ALL}

can_see_client = Sight(
    "Know that a client exists", Client, {**AT_THE_DESK, **IN_CARE_OR_EMERGENCY, Role.BILLER: ALL}
)
can_serve_client = ObjectPermission(
    "Choose a client for an appointment, a bill, a message",
    Client,
    {**AT_THE_DESK, **IN_CARE, Role.BILLER: ALL},
)
can_see_clinical = ObjectPermission(
    "Open the clinical record", Client, {Role.ADMIN: ALL, **IN_CARE_OR_EMERGENCY}
)
can_add_to_record = ObjectPermission("Add to the clinical record", Client, {Role.ADMIN: ALL, **IN_CARE})
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
can_see_contacts = ObjectPermission("See emergency contacts", Client, {**AT_THE_DESK, **IN_CARE_OR_EMERGENCY})
can_edit_medical_history = ObjectPermission("Edit medical history", Client, can_add_to_record.grants)
can_assign_clinicians = ObjectPermission(
    "Assign clinicians", Client, {**AT_THE_DESK, Role.SUPERVISOR: ASSIGNED_OR_SUPERVISED}
)
can_flag_risk = ObjectPermission("Raise and resolve clinical flags", Client, can_add_to_record.grants)
can_flag_administrative = ObjectPermission(
    "Raise and resolve attendance, billing and other flags", Client, can_serve_client.grants
)
can_tag_client = ObjectPermission("Tag a client", Client, {**AT_THE_DESK, **IN_CARE})
can_see_history = ObjectPermission("See a record’s history", Client, {**AT_THE_DESK, **IN_CARE})
can_see_views = Permission("See who looked at a record", Role.ADMIN)
can_export_clients = Permission("Export client lists", Role.ADMIN)
can_manage_tags = Permission("Manage the list of tags", Role.ADMIN)

visible_clients = can_see_client.scope
served_clients = can_serve_client.scope
clinical_clients = can_see_clinical.scope

can_see_profile = Part(ClientProfile, "client", can_see_client)
can_see_assignment = Part(CareTeamMember, "client", can_see_client)
can_see_status_change = Part(ClientStatusChange, "client", can_see_client)
can_see_tag = Sight("See the practice’s tags", Tag, dict.fromkeys(can_see_client.grants, ALL))

OWN_EMERGENCY = Reach(
    "own, while it lasts",
    lambda actor: _lasting() & Q(user=actor),
    lambda actor, access: access.user_id == actor.pk and lasts(access),
    possible=has_staff,
)
BY_ONESELF = Reach("own", lambda actor: Q(user=actor), lambda actor, access: access.user_id == actor.pk)
LASTING = State("lasting", _lasting, lasts)
TO_REVIEW = State(
    "over and not reviewed",
    lambda: (
        Q(reviewed_at__isnull=True)
        & (Q(ended_at__lte=clock.now()) | Q(ended_at__isnull=True, ends_at__lte=clock.now()))
    ),
    lambda access: access.reviewed_at is None and access.over_at <= clock.now(),
)
can_begin_emergency = Permission("Open a chart in an emergency, to read it", *IN_CARE, need=AT_WORK)
can_see_emergency = Sight(
    "See an emergency access", EmergencyAccess, {Role.ADMIN: ALL, **dict.fromkeys(IN_CARE, OWN_EMERGENCY)}
)
can_end_emergency = ObjectPermission(
    "End an emergency access", EmergencyAccess, can_see_emergency.grants, when=LASTING
)
can_list_emergencies = Permission("Open the list of emergency accesses", Role.ADMIN)
can_review_emergency = ObjectPermission(
    "Say whether an emergency access was appropriate",
    EmergencyAccess,
    {Role.ADMIN: ALL},
    when=TO_REVIEW,
    unless=BY_ONESELF,
)
visible_emergencies = can_see_emergency.scope

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
    return with_answers(visible_clients(actor), actor, ASSIGNED, ASSIGNED_OR_SUPERVISED, EMERGENCY)


def right_to(actor: User, client: Client) -> str:
    """Under which right the actor reads this chart, for the trail; empty where the role alone gives it."""
    names = {ALL: "", ASSIGNED: CARE_TEAM, ASSIGNED_OR_SUPERVISED: BY_SUPERVISION, EMERGENCY: BY_EMERGENCY}
    return can_see_clinical.right(actor, client, names)


def rights_to(actor: User, clients: Mapping[UUID, Client | None]) -> str:
    """Under which rights the actor is shown these clients' names, each once; empty where the role alone gives it.

    Asks nothing where the role does, nor of rows of `visible_with_access`; else one query for all others.
    """
    if sees_all_clients(actor):
        return ""
    rows = {key: row for key, row in clients.items() if row is not None and hasattr(row, ANSWERS_TO)}
    if missing := clients.keys() - rows.keys():
        # Each answer costs more to ask for than to find: only those that this actor's roles need.
        asked = with_answers(
            Client.objects.filter(pk__in=missing), actor, *can_see_clinical.told_apart(actor)
        )
        rows |= asked.only("pk").in_bulk()
    found = {right_to(actor, row) for row in rows.values()}
    return ", ".join(right for right in (CARE_TEAM, BY_SUPERVISION, BY_EMERGENCY) if right in found)


def client_of_address(page: str, parts: Mapping[str, Any]) -> UUID | None:
    """Whose record an address named, also when it was refused; None for no client's, and for nobody's. One query."""
    key = parts.get("client_id") or (parts.get("pk") if page.startswith("clients:client_") else None)
    return Client.objects.filter(pk=key).values_list("pk", flat=True).first() if key else None


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
