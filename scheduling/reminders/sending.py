"""Sending a reminder once: it is claimed before it leaves, so that whoever dies in between never sends it twice."""

from enum import Enum
from smtplib import SMTPRecipientsRefused
from typing import Final

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import send_mail
from django.db import transaction

from mentalspace.core import audit, clock, texts
from scheduling.choices import ReminderFault, ReminderKind
from scheduling.models import Appointment, Reminder
from scheduling.reminders import links, wording
from scheduling.reminders.due import Due, in_force, outlook

# After so many tries somebody has to look.
TRIES = 5
REFUSED: Final = (SMTPRecipientsRefused, AnymailRecipientsRefused)
FAULTS: Final = (OSError, AnymailError)


class Outcome(Enum):
    """What became of a reminder in one run."""

    SENT = "sent"
    # Another run has it, or it is not to be sent any more.
    LEFT = "left"
    FAILED = "failed"


def send(due: Due) -> Outcome:
    """Claim the reminder, look once more whether it is still wanted, and send it.

    The claim is committed before anything leaves. Where sending fails for certain the claim is given back, for the next
    run to try again, at most TRIES times. One that was claimed and neither sent nor failed means that the sender was
    stopped in between: it is not sent again by itself, and stands on the list of what needs a look.
    """
    token = links.new_token()
    reminder = _claim(due, token)
    if reminder is None:
        return Outcome.LEFT
    try:
        _deliver(reminder, token)
    except FAULTS as error:
        _give_back(reminder, error)
        return Outcome.FAILED
    _sent(reminder)
    return Outcome.SENT


@transaction.atomic
def _claim(due: Due, token: str) -> Reminder | None:
    """None if somebody else has it, or if the appointment or the consent is not what it was a moment ago."""
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("client")
        .get(pk=due.appointment.pk)
    )
    if not _is_wanted(appointment, due):
        return None
    reminder, _ = Reminder.objects.get_or_create(
        appointment=appointment, kind=due.kind, start_time=appointment.start_time
    )
    if reminder.claimed_at or reminder.failed_at:
        return None
    reminder.appointment = appointment
    reminder.claimed_at, reminder.link_hash = clock.now(), links.hash_of(token)
    reminder.tries += 1
    reminder.save(update_fields=["claimed_at", "link_hash", "tries"])
    return reminder


def _is_wanted(appointment: Appointment, due: Due) -> bool:
    now = clock.now()
    return (
        appointment.start_time == due.appointment.start_time
        and outlook(appointment, due.kind, now, in_force()).at == now
    )


def _deliver(reminder: Reminder, token: str) -> None:
    appointment = reminder.appointment
    said = wording.body(appointment, token)
    if reminder.kind == ReminderKind.TEXT:
        gateway = texts.gateway()
        if gateway is None:
            raise OSError("TEXT_GATEWAY is empty.")
        gateway.send(appointment.client.phone, said)
    else:
        send_mail(wording.subject(appointment), said, None, [str(appointment.client.email)])


@transaction.atomic
def _sent(reminder: Reminder) -> None:
    reminder.sent_at, reminder.fault = clock.now(), ""
    reminder.save(update_fields=["sent_at", "fault"])
    audit.record(
        actor=None,
        verb="reminder.sent",
        obj=reminder.appointment,
        client_id=reminder.appointment.client_id,
        changes={"kind": ["", str(reminder.kind)]},
    )


def _give_back(reminder: Reminder, error: Exception) -> None:
    """The kind of fault only: what a server says may quote the address."""
    refused = isinstance(error, REFUSED)
    reminder.fault = ReminderFault.REFUSED if refused else ReminderFault.UNREACHABLE
    reminder.claimed_at = None
    if refused or reminder.tries >= TRIES:
        reminder.failed_at = clock.now()
    reminder.save(update_fields=["fault", "claimed_at", "failed_at"])
