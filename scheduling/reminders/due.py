"""Which reminders are due: by consent, address, intervals of the practice or the client, and the client's clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from clients.choices import ClientStatus, ReminderHours
from clients.models import Client
from mentalspace.core import clock, practice, texts
from scheduling.choices import BOOKED, ReminderKind
from scheduling.clocks import zone_of
from scheduling.defaults import ReminderDefaults
from scheduling.models import Appointment, Reminder

# How long before the hours end a reminder goes out whose own time falls outside them.
EARLY = timedelta(hours=1)
DAY = timedelta(days=1)
# The longest before that a client may wish.
LONGEST = timedelta(hours=max(ReminderHours.values))
TAKEN_OVER = {
    ReminderKind.TEXT: "It is too late for the e-mail: the text reminds now.",
    ReminderKind.EMAIL: "It is too late for the text: the e-mail reminds now.",
}
TOO_LATE = "It is too late: the appointment begins before the client may be written to."


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come. `waits` while the client's clock is outside the hours."""

    appointment: Appointment
    kind: ReminderKind
    waits: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a reminder that nobody has sent leaves: at an instant that is now or later, or never, and `why_not`.

    `waits` when it is due already and only the client's clock is outside the hours.
    """

    at: datetime | None
    why_not: str = ""
    waits: bool = False


def due_at(start: datetime, hours: int, zone: ZoneInfo, settings: ReminderDefaults) -> datetime:
    """When the reminder goes out: `hours` before, or shortly before the last evening's end if that is out of hours."""
    wanted = start - timedelta(hours=hours)
    local = wanted.astimezone(zone)
    if settings.earliest <= local.time() < settings.latest:
        return wanted
    day = local.date() if local.time() >= settings.latest else local.date() - timedelta(days=1)
    return max(clock.at(day, settings.earliest, zone), clock.at(day, settings.latest, zone) - EARLY)


def within_hours(now: datetime, zone: ZoneInfo, settings: ReminderDefaults) -> bool:
    """May this client be written to now?"""
    wall: time = now.astimezone(zone).time()
    return settings.earliest <= wall < settings.latest


def next_within_hours(moment: datetime, zone: ZoneInfo, settings: ReminderDefaults) -> datetime:
    """The first instant from `moment` on at which this client may be written to."""
    if within_hours(moment, zone, settings):
        return moment
    local = moment.astimezone(zone)
    day = local.date() if local.time() < settings.earliest else local.date() + timedelta(days=1)
    return clock.at(day, settings.earliest, zone)


def in_force() -> ReminderDefaults:
    """The practice's intervals. Where nothing sends texts there are none, and the e-mail has their time too."""
    chosen = practice.get(ReminderDefaults)
    return chosen if texts.gateway() else chosen.model_copy(update={"text_hours": 0})


def due_reminders() -> Iterator[Due]:
    """Everything due that nobody has taken on, soonest appointment first. Two queries, whatever the number."""
    settings, now = in_force(), clock.now()
    usual = timedelta(hours=max(settings.email_hours, settings.text_hours))
    own = Q(client__reminder_email_hours__isnull=False) | Q(client__reminder_text_hours__isnull=False)
    appointments = (
        # A reminder that would fall into the night goes out the evening before.
        Appointment.objects.filter(
            Q(start_time__lte=now + usual + DAY) | own & Q(start_time__lte=now + LONGEST + DAY),
            status__in=BOOKED,
            start_time__gt=now,
        )
        .filter(
            Q(client__reminder_email_consent=True, client__email__isnull=False)
            | Q(client__reminder_text_consent=True) & ~Q(client__phone="")
        )
        .select_related("client")
        .order_by("start_time", "id")
    )
    taken = set(
        Reminder.objects.filter(start_time__gt=now)
        .exclude(claimed_at__isnull=True, failed_at__isnull=True)
        .values_list("appointment_id", "kind", "start_time")
    )
    for appointment in appointments:
        for kind in ReminderKind:
            seen = outlook(appointment, kind, now, settings)
            is_due = seen.waits or seen.at == now
            if is_due and (appointment.pk, kind.value, appointment.start_time) not in taken:
                yield Due(appointment, kind, waits=seen.waits)


def outlook(
    appointment: Appointment, kind: ReminderKind, now: datetime, settings: ReminderDefaults
) -> Outlook:
    """When this reminder leaves if nobody has sent it: what the sender goes by, and what people are told. No queries.

    Each kind has the time from its own due until the other kind's that this client gets, or until the start.
    """
    if why_not := _not_wanted(appointment, now) or _not_by(appointment.client, kind, settings):
        return Outlook(None, why_not)
    client, start, zone = appointment.client, appointment.start_time, zone_of(appointment.client.time_zone)
    opens = due_at(start, hours_before(client, kind, settings), zone, settings)
    closes = start
    (other,) = (each for each in ReminderKind if each != kind)
    if not _not_by(client, other, settings):
        takes_over = due_at(start, hours_before(client, other, settings), zone, settings)
        closes = takes_over if takes_over > opens else start
    at = next_within_hours(max(now, opens), zone, settings)
    if at >= closes:
        return Outlook(None, TAKEN_OVER[other] if closes < start else TOO_LATE)
    return Outlook(at, waits=opens <= now < at)


def outlook_again(reminder: Reminder, now: datetime, settings: ReminderDefaults) -> Outlook:
    """The same of one that failed, or of which nobody knows whether it left, if it were tried once more."""
    if not reminder.needs_a_look(now):
        return Outlook(None, "This reminder was sent or is on its way.")
    if reminder.answer or reminder.appointment.start_time != reminder.start_time:
        return Outlook(None, "The appointment has changed since.")
    return outlook(reminder.appointment, ReminderKind(reminder.kind), now, settings)


def hours_before(client: Client, kind: ReminderKind, settings: ReminderDefaults) -> int:
    """How many hours before the start: the client's own wish, else the practice's; 0 where the practice sends none."""
    usual, own = (
        (settings.email_hours, client.reminder_email_hours)
        if kind == ReminderKind.EMAIL
        else (settings.text_hours, client.reminder_text_hours)
    )
    return (own or usual) if usual else 0


def _not_wanted(appointment: Appointment, now: datetime) -> str:
    if appointment.status not in BOOKED:
        return "The appointment has changed since."
    if appointment.start_time <= now:
        return "The appointment has begun."
    if appointment.client.status == ClientStatus.DECEASED:
        return "The client is recorded as deceased."
    return ""


def _not_by(client: Client, kind: ReminderKind, settings: ReminderDefaults) -> str:
    """Why this client gets no reminders of this kind; empty where they do."""
    if kind == ReminderKind.EMAIL:
        way, consents, address = "e-mail", client.reminder_email_consent, client.email
    else:
        way, consents, address = "text", client.reminder_text_consent, client.phone
    if not hours_before(client, kind, settings):
        return f"No reminders are sent by {way}."
    if not consents:
        return f"The client does not consent to reminders by {way}."
    if not address:
        return f"There is nowhere to send a reminder by {way}."
    return ""
