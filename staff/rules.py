"""Who may see and change staff, and whose work a supervisor answers for."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.rules import has_role, is_admin, is_clinician, is_supervisor
from staff.models import Staff


def staff_of(actor: User) -> Staff | None:
    """The actor's own staff row; administrators of the software may have none."""
    return getattr(actor, "staff", None)


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
    own = staff_of(actor)
    return is_admin(actor) or (own is not None and own.pk == staff.pk)


def can_see_credentials(actor: User, staff: Staff) -> bool:
    """Licence number and expiry: the person, the supervisor, the administrator; billers need them on claims."""
    own = staff_of(actor)
    return (
        is_admin(actor)
        or has_role(actor, "biller")
        or (own is not None and own.pk == staff.pk)
        or supervises(actor, staff)
    )


def can_see_caseload(actor: User, staff: Staff) -> bool:
    """Whom a clinician treats: the clinician, the supervisor, administrator and front desk."""
    own = staff_of(actor)
    return (
        has_role(actor, "admin", "front_desk")
        or (own is not None and own.pk == staff.pk and is_clinician(actor))
        or supervises(actor, staff)
    )
