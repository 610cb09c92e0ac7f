"""What clients answer by the link of a reminder, and reminders that are sent again.

Nobody is signed in there: who holds the link, which was sent to the client's own address and works once, speaks for the
client about this one appointment, and may do nothing else.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from scheduling import lifecycle, rules
from scheduling.choices import BOOKED, AppointmentStatus, CancelledBy, CancelReason, ReminderAnswer
from scheduling.errors import LinkSpent, NothingToSendAgain
from scheduling.models import Appointment, Reminder
from scheduling.reminders.due import in_force, outlook_again
from scheduling.reminders.links import hash_of
from scheduling.services.calling_off import record_cancellation
from scheduling.services.holding import locked
from scheduling.services.steps import take_step

BY_LINK = "By the link of a reminder."


def reminder_of(token: str) -> Reminder | None:
    """The reminder whose link this is, with appointment and client."""
    return Reminder.objects.select_related("appointment__client").filter(link_hash=hash_of(token)).first()


def is_open(reminder: Reminder) -> bool:
    """May the client still answer? Not when they did, nor when the appointment is not what the reminder told."""
    appointment = reminder.appointment
    return (
        not reminder.answer
        and appointment.status in BOOKED
        and appointment.start_time == reminder.start_time
        and appointment.start_time > clock.now()
    )


@transaction.atomic
def confirm_by_link(*, token: str) -> Appointment:
    """The client will come. Raises LinkSpent."""
    appointment = _taken(token, ReminderAnswer.CONFIRMED)
    if appointment.status == AppointmentStatus.SCHEDULED:
        take_step(lifecycle.CONFIRM, appointment, actor=None, verb="confirmed", detail=BY_LINK)
    return appointment


@transaction.atomic
def cancel_by_link(*, token: str) -> Appointment:
    """The client will not come: a client's cancellation as any other, late within the notice. Raises LinkSpent."""
    return record_cancellation(
        _taken(token, ReminderAnswer.CANCELLED),
        actor=None,
        reason=CancelReason.CLIENT_REQUEST,
        cancelled_by=CancelledBy.CLIENT,
        heard=clock.now(),
        note=BY_LINK,
    )


def _taken(token: str, answer: ReminderAnswer) -> Appointment:
    """Use the link up. The appointment is locked first, as everywhere, then the reminder."""
    found = reminder_of(token)
    if found is None:
        raise LinkSpent
    appointment = locked(found.appointment_id)
    reminder = Reminder.objects.select_for_update().get(pk=found.pk)
    reminder.appointment = appointment
    if not is_open(reminder):
        raise LinkSpent
    reminder.answer, reminder.answered_at = answer, clock.now()
    reminder.save(update_fields=["answer", "answered_at"])
    return appointment


@transaction.atomic
def send_again(*, actor: User, reminder_id: int) -> datetime:
    """Let the worker try once more what failed, or of which nobody knows whether it left; when it will.

    Raises NotPermitted, NothingToSendAgain with the reason: the worker's own rule says that it would never leave.
    """
    found = Reminder.objects.only("appointment_id").get(pk=reminder_id)
    appointment = locked(found.appointment_id)
    require(rules.can_change_appointment(actor, appointment))
    reminder = Reminder.objects.select_for_update().get(pk=reminder_id)
    reminder.appointment = appointment
    again = outlook_again(reminder, clock.now(), in_force())
    if again.at is None:
        raise NothingToSendAgain(again.why_not)
    reminder.claimed_at = reminder.failed_at = None
    reminder.tries, reminder.fault = 0, ""
    reminder.save(update_fields=["claimed_at", "failed_at", "tries", "fault"])
    audit.record(
        actor=actor, verb="reminder.sent_again", obj=appointment, client_id=appointment.client_id, changes={}
    )
    return again.at
