"""Who may see and change staff, and whose work a supervisor answers for."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import CLINICIANS, EVERYBODY, is_supervisor
from mentalspace.core.policy import ALL, Need, ObjectPermission, Permission, Reach, Sight
from staff.models import Staff


def staff_of(actor: User) -> Staff | None:
    """The actor's own staff row; administrators of the software may have none."""
    return getattr(actor, "staff", None)


def has_staff(actor: User) -> bool:
    """Has the actor a staff row of their own?"""
    return staff_of(actor) is not None


def own_id(actor: User) -> UUID | None:
    """The id of the actor's own staff row."""
    own = staff_of(actor)
    return own.pk if own is not None else None


def own_ids(actor: User) -> list[UUID]:
    """The same as a list of one, or of none."""
    own = own_id(actor)
    return [own] if own is not None else []


def is_own(actor: User, staff: Staff) -> bool:
    """Is this the actor's own row?"""
    return staff.pk == own_id(actor)


def supervises(actor: User, staff: Staff) -> bool:
    """Is the actor this person's supervisor?"""
    return is_supervisor(actor) and has_staff(actor) and staff.supervisor_id == own_id(actor)


def answers_for(actor: User) -> Q:
    """A condition on Staff: the actor and, for a supervisor, the supervisees."""
    own = staff_of(actor)
    if own is None:
        return Q(pk__in=[])
    return Q(pk=own.pk) | Q(supervisor_id=own.pk) if is_supervisor(actor) else Q(pk=own.pk)


def staff_ids_answered_for(actor: User) -> QuerySet[Staff, UUID]:
    """The ids behind `answers_for`, as a subquery."""
    return Staff.objects.filter(answers_for(actor)).values_list("pk", flat=True)


OWN = Reach("own", lambda actor: Q(pk=own_id(actor)), is_own, has_staff)
OF_SUPERVISEES = Reach("supervisees’", lambda actor: Q(supervisor_id=own_id(actor)), supervises, has_staff)
# The same of what somebody holds or wrote: appointments, documents, bills.
HELD = Reach(
    "own",
    lambda actor: Q(staff_id=own_id(actor)),
    lambda actor, row: row.staff_id == own_id(actor),
    has_staff,
)
HELD_BY_SUPERVISEES = Reach(
    "supervisees’",
    lambda actor: Q(staff__supervisor_id=own_id(actor)),
    lambda actor, row: supervises(actor, row.staff),
    has_staff,
)
HELD_OR_SUPERVISED = Reach(
    "own, supervisees’",
    lambda actor: Q(staff_id__in=staff_ids_answered_for(actor)),
    lambda actor, row: row.staff_id == own_id(actor) or supervises(actor, row.staff),
    has_staff,
    covers=(HELD, HELD_BY_SUPERVISEES),
)
STAFF_RECORD = Need("with a staff profile", has_staff)

# Colleagues see each other; what is shown of license and supervision is said below.
can_see_staff = Sight("See colleagues", Staff, dict.fromkeys(EVERYBODY, ALL))
visible_staff = can_see_staff.scope

can_create_staff = Permission("Add a member of staff", Role.ADMIN)
can_edit_staff = ObjectPermission("Edit everything about somebody", Staff, {Role.ADMIN: ALL})
can_change_status = ObjectPermission("Record leave and inactivity", Staff, {Role.ADMIN: ALL})
can_edit_own_profile = ObjectPermission(
    "Edit bio, phone, photo, specialties, availability",
    Staff,
    dict.fromkeys(EVERYBODY, OWN) | {Role.ADMIN: ALL},
)
can_approve_time_off = ObjectPermission("Approve time off", Staff, {Role.ADMIN: ALL})
# Billers need the license on a claim.
can_see_credentials = ObjectPermission(
    "See license and supervision",
    Staff,
    dict.fromkeys(EVERYBODY, OWN)
    | {Role.ADMIN: ALL, Role.BILLER: ALL, Role.SUPERVISOR: (OWN, OF_SUPERVISEES)},
)
# For whoever answers for more than their own.
can_list_credentials = Permission("Open the list of licenses", Role.ADMIN, Role.BILLER, Role.SUPERVISOR)
can_see_caseload = ObjectPermission(
    "See whom a clinician treats",
    Staff,
    dict.fromkeys(CLINICIANS, OWN)
    | {Role.ADMIN: ALL, Role.FRONT_DESK: ALL, Role.SUPERVISOR: (OWN, OF_SUPERVISEES)},
)
