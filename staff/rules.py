"""Who may see and change staff, and whose work a supervisor answers for."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician, is_supervisor
from staff.models import Staff


def staff_of(actor: User) -> Staff | None:
    """The actor's own staff row; administrators of the software may have none."""
    return getattr(actor, "staff", None)


def is_own(actor: User, staff: Staff) -> bool:
    """Is this the actor's own row?"""
    own = staff_of(actor)
    return own is not None and own.pk == staff.pk


def supervises(actor: User, staff: Staff) -> bool:
    """Is the actor this person's supervisor?"""
    own = staff_of(actor)
    return own is not None and is_supervisor(actor) and staff.supervisor_id == own.pk


def answers_for(actor: User) -> Q:
    """A condition on Staff: the actor and, for a supervisor, the supervisees."""
    own = staff_of(actor)
    if own is None:
        return Q(pk__in=[])
    return Q(pk=own.pk) | Q(supervisor_id=own.pk) if is_supervisor(actor) else Q(pk=own.pk)


def staff_ids_answered_for(actor: User) -> QuerySet[Staff, UUID]:
    """The ids behind `answers_for`, as a subquery."""
    return Staff.objects.filter(answers_for(actor)).values_list("pk", flat=True)


def visible_staff(actor: User) -> QuerySet[Staff]:
    """Colleagues see each other; licence and supervision details are shown by `can_see_credentials`."""
    return Staff.objects.all() if has_role(actor, *actor.roles) else Staff.objects.none()


def can_list_staff(actor: User) -> bool:
    return bool(actor.is_authenticated and actor.is_active)


def can_create_staff(actor: User) -> bool:
    return is_admin(actor)


def can_edit_staff(actor: User, staff: Staff) -> bool:
    """Everything about a person: the administrator."""
    return is_admin(actor)


def can_edit_own_profile(actor: User, staff: Staff) -> bool:
    """Bio, phone, photo, specialties and availability: the person themselves, or the administrator."""
    return is_admin(actor) or is_own(actor, staff)


def can_see_credentials(actor: User, staff: Staff) -> bool:
    """License number and expiry, supervision: the person, the supervisor, the administrator; billers for claims."""
    if not can_list_staff(actor):
        return False
    return has_role(actor, Role.ADMIN, Role.BILLER) or is_own(actor, staff) or supervises(actor, staff)


def staff_with_visible_credentials(actor: User) -> QuerySet[Staff]:
    """The same as a queryset."""
    if has_role(actor, Role.ADMIN, Role.BILLER):
        return Staff.objects.all()
    return Staff.objects.filter(answers_for(actor)) if can_list_staff(actor) else Staff.objects.none()


def can_list_credentials(actor: User) -> bool:
    """The list of licenses: whoever answers for more than their own."""
    return has_role(actor, Role.ADMIN, Role.BILLER, Role.SUPERVISOR)


def can_change_status(actor: User, staff: Staff) -> bool:
    """Leave and inactivity."""
    return is_admin(actor)


def can_see_caseload(actor: User, staff: Staff) -> bool:
    """Whom a clinician treats: the clinician, the supervisor, administrator and front desk."""
    return (
        has_role(actor, Role.ADMIN, Role.FRONT_DESK)
        or (is_own(actor, staff) and is_clinician(actor))
        or supervises(actor, staff)
    )
