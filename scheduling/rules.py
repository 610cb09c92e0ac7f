"""Who may see and change the calendar.

Administrators and the front desk schedule for everybody; clinicians for themselves, and supervisors see their
supervisees'. Billers look on. What one may not see of a colleague's calendar shows as "Busy".
"""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_clinician
from clients.rules import own_clients
from scheduling.models import Appointment
from staff.models import Staff
from staff.rules import staff_ids_answered_for, staff_of, visible_staff

SEES_ALL = (Role.ADMIN, Role.FRONT_DESK, Role.BILLER)
SCHEDULES_ALL = (Role.ADMIN, Role.FRONT_DESK)


def can_open_schedule(actor: User) -> bool:
    return has_role(actor, *SEES_ALL) or is_clinician(actor)


def visible_appointments(actor: User) -> QuerySet[Appointment]:
    """Appointments whose client and details the actor may see."""
    if has_role(actor, *SEES_ALL):
        return Appointment.objects.all()
    if is_clinician(actor):
        return Appointment.objects.filter(
            Q(staff_id__in=staff_ids_answered_for(actor)) | Q(client_id__in=own_clients(actor).values("pk"))
        )
    return Appointment.objects.none()


def visible_calendars(actor: User) -> QuerySet[Staff]:
    """Whose columns the actor may open: colleagues' are shown, with "Busy" for what one may not see."""
    return visible_staff(actor).filter(takes_appointments=True)


def schedulable_staff(actor: User) -> QuerySet[Staff]:
    """For whom the actor may book."""
    if has_role(actor, *SCHEDULES_ALL):
        return Staff.objects.filter(takes_appointments=True)
    own = staff_of(actor)
    if own is not None and is_clinician(actor):
        return Staff.objects.filter(pk=own.pk, takes_appointments=True)
    return Staff.objects.none()


def can_book(actor: User) -> bool:
    """May the actor book at all? For whom: `can_schedule_for`."""
    return has_role(actor, *SCHEDULES_ALL) or (is_clinician(actor) and staff_of(actor) is not None)


def can_schedule_for(actor: User, staff: Staff) -> bool:
    if has_role(actor, *SCHEDULES_ALL):
        return True
    own = staff_of(actor)
    return own is not None and is_clinician(actor) and own.pk == staff.pk


def can_change_appointment(actor: User, appointment: Appointment) -> bool:
    """Move, confirm, check in, cancel, mark as missed, reschedule."""
    return can_schedule_for(actor, appointment.staff)


def can_hold_session(actor: User, appointment: Appointment) -> bool:
    """Start and complete: the clinician who holds it; the administrator and the desk where the clinician cannot."""
    return can_schedule_for(actor, appointment.staff)


def can_override_availability(actor: User) -> bool:
    """Book outside a clinician's hours after the warning: the practice's desk, or the clinician for themselves."""
    return can_book(actor)
