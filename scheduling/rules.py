"""Who may see and change the calendar.

Administrators and the front desk schedule for everybody; clinicians for themselves, and supervisors see their
supervisees'. Billers look on. What one may not see of a colleague's calendar shows as "Busy".
"""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import CLINICIANS, EVERYBODY
from clients.rules import (
    BY_EMERGENCY,
    BY_SUPERVISION,
    CARE_TEAM,
    is_at_work,
    lasting_emergencies,
    own_clients,
)
from mentalspace.core.policy import ALL, ObjectPermission, Part, Permission, Reach, Sight, with_answers
from scheduling.models import (
    Appointment,
    AppointmentEvent,
    BookingRequest,
    CalendarChoice,
    CalendarFeed,
    Closure,
    Opening,
    Reminder,
    Room,
    Series,
    WaitlistEntry,
)
from staff.models import Staff
from staff.rules import HELD, HELD_BY_SUPERVISEES, HELD_OR_SUPERVISED, OWN, has_staff, visible_staff

OF_ASSIGNED = Reach(
    "of assigned clients",
    lambda actor: Q(client_id__in=own_clients(actor).values("pk")),
    possible=has_staff,
)
IN_EMERGENCY = Reach(
    "in an emergency",
    lambda actor: Q(client_id__in=lasting_emergencies(actor).values("client_id")),
    possible=is_at_work,
)
AT_THE_DESK = {Role.ADMIN: ALL, Role.FRONT_DESK: ALL}

can_see_appointment = Sight(
    "See an appointment’s client and details",
    Appointment,
    {
        **AT_THE_DESK,
        Role.BILLER: ALL,
        Role.SUPERVISOR: (HELD_OR_SUPERVISED, OF_ASSIGNED, IN_EMERGENCY),
        Role.THERAPIST: (HELD, OF_ASSIGNED, IN_EMERGENCY),
        Role.ASSOCIATE: (HELD, OF_ASSIGNED, IN_EMERGENCY),
    },
)
can_schedule_for = ObjectPermission(
    "Book for a clinician", Staff, {**AT_THE_DESK, **dict.fromkeys(CLINICIANS, OWN)}
)
can_override_availability = ObjectPermission(
    "Book outside a clinician’s hours", Staff, can_schedule_for.grants
)
can_overbook = ObjectPermission(
    "Put an appointment beside another of the clinician’s, with a reason", Staff, can_schedule_for.grants
)
can_change_appointment = ObjectPermission(
    "Move, confirm, check in, cancel, mark as missed",
    Appointment,
    {**AT_THE_DESK, **dict.fromkeys(CLINICIANS, HELD)},
)
# The clinician who holds it; the administrator and the desk where the clinician cannot.
can_hold_session = ObjectPermission("Start and complete", Appointment, can_change_appointment.grants)

visible_appointments = can_see_appointment.scope


def with_right(rows: QuerySet[Appointment], actor: User) -> QuerySet[Appointment]:
    """The same appointments, each knowing what `right_to` asks of it."""
    return with_answers(rows, actor, OF_ASSIGNED, IN_EMERGENCY)


def right_to(actor: User, appointment: Appointment) -> str:
    """Under which right the actor sees it, for the trail; empty where it is theirs or the role alone gives it."""
    names = {
        ALL: "",
        HELD: "",
        HELD_BY_SUPERVISEES: BY_SUPERVISION,
        OF_ASSIGNED: CARE_TEAM,
        IN_EMERGENCY: BY_EMERGENCY,
    }
    return can_see_appointment.right(actor, appointment, names)


# A series is in sight for whoever would see its appointments; each of these is asked about by itself.
can_see_series = Sight("See a series of appointments", Series, can_see_appointment.grants)
can_see_step = Part(AppointmentEvent, "appointment", can_see_appointment)
can_see_reminder = Part(Reminder, "appointment", can_see_appointment)
can_see_closure = Sight("See the practice’s holidays", Closure, dict.fromkeys(EVERYBODY, ALL))
can_keep_feed = ObjectPermission("Have a calendar feed of one’s own", Staff, dict.fromkeys(CLINICIANS, OWN))
can_see_feed = Part(CalendarFeed, "staff", can_keep_feed)
OWN_CHOICE = Reach("own", lambda actor: Q(user=actor), lambda actor, choice: choice.user_id == actor.pk)
can_see_choice = Sight("See how the calendar was left", CalendarChoice, dict.fromkeys(EVERYBODY, OWN_CHOICE))
can_print_day = Permission("Print day sheets", Role.ADMIN, Role.FRONT_DESK, *CLINICIANS)
can_see_room = Sight("See the practice’s rooms", Room, dict.fromkeys(EVERYBODY, ALL))
can_keep_rooms = Permission("Keep the practice’s rooms", Role.ADMIN)
can_see_waitlist_entry = Sight(
    "See who waits for a time", WaitlistEntry, {**AT_THE_DESK, **dict.fromkeys(CLINICIANS, OF_ASSIGNED)}
)
can_keep_waitlist_entry = ObjectPermission(
    "Put on the waitlist, change, close, book from it", WaitlistEntry, can_see_waitlist_entry.grants
)
can_see_opening = Sight("See a time that opened", Opening, {**AT_THE_DESK, **dict.fromkeys(CLINICIANS, HELD)})
can_see_request = Sight("See a request of the booking page", BookingRequest, AT_THE_DESK)
can_answer_requests = Permission(
    "Approve, move or decline requests of the booking page", Role.ADMIN, Role.FRONT_DESK
)
can_keep_closures = Permission("Keep the practice’s holidays", Role.ADMIN)


def visible_calendars(actor: User) -> QuerySet[Staff]:
    """Whose columns the actor may open: colleagues' are shown, with "Busy" for what one may not see."""
    return visible_staff(actor).filter(takes_appointments=True)


def schedulable_staff(actor: User) -> QuerySet[Staff]:
    """For whom the actor may book, of those who take appointments."""
    return can_schedule_for.scope(actor).filter(takes_appointments=True)
