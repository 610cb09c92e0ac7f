"""Which reminders are due, by consent, address, the practice's intervals and the client's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from clients.choices import ClientStatus
from clients.models import Client
from mentalspace.core import clock, practice, texts
from scheduling.choices import BOOKED, ReminderKind
from scheduling.defaults import ReminderDefaults
from scheduling.models import Appointment, Reminder

# How long before the hours end a reminder goes out whose own time falls outside them.
EARLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose time has come. `waits` while the client's clock is outside the hours."""

    appointment: Appointment
    kind: ReminderKind
    waits: bool


def zone_of(client: Client) -> ZoneInfo:
    """The client's time zone, else the practice's."""
    try:
        return ZoneInfo(client.time_zone) if client.time_zone else clock.zone()
    except (KeyError, ValueError, OSError):
        return clock.zone()


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


def in_force() -> ReminderDefaults:
    """The practice's intervals. Where nothing sends texts there are none, and the e-mail has their time too."""
    chosen = practice.get(ReminderDefaults)
    return chosen if texts.gateway() else chosen.model_copy(update={"text_hours": 0})


def due_reminders() -> Iterator[Due]:
    """Everything due that nobody has taken on, soonest appointment first. Two queries, whatever the number."""
    settings, now = in_force(), clock.now()
    # A reminder that would fall into the night goes out the evening before.
    horizon = now + timedelta(hours=max(settings.email_hours, settings.text_hours) + 24)
    appointments = (
        Appointment.objects.filter(status__in=BOOKED, start_time__gt=now, start_time__lte=horizon)
        .filter(
            Q(client__reminder_email_consent=True, client__email__isnull=False)
            | Q(client__reminder_text_consent=True) & ~Q(client__phone="")
        )
        .exclude(client__status=ClientStatus.DECEASED)
        .select_related("client")
        .order_by("start_time", "id")
    )
    taken = set(
        Reminder.objects.filter(start_time__gt=now)
        .exclude(claimed_at__isnull=True, failed_at__isnull=True)
        .values_list("appointment_id", "kind", "start_time")
    )
    for appointment in appointments:
        zone = zone_of(appointment.client)
        for kind in kinds_for(appointment, now, zone, settings):
            if (appointment.pk, kind.value, appointment.start_time) not in taken:
                yield Due(appointment, kind, waits=not within_hours(now, zone, settings))


def kinds_for(
    appointment: Appointment, now: datetime, zone: ZoneInfo, settings: ReminderDefaults
) -> list[ReminderKind]:
    """Which reminders of this appointment are due. The text takes the e-mail's place."""
    client, start = appointment.client, appointment.start_time
    text_due = due_at(start, settings.text_hours, zone, settings) if settings.text_hours else start
    email_due = due_at(start, settings.email_hours, zone, settings) if settings.email_hours else start
    by_email = client.reminder_email_consent and client.email and email_due <= now < text_due
    by_text = client.reminder_text_consent and client.phone and text_due <= now < start
    return [
        *([ReminderKind.EMAIL] if by_email else []),
        *([ReminderKind.TEXT] if by_text else []),
    ]
