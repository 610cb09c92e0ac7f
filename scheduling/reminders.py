"""Reminders to clients: which are due, what they say, and sending each of them once.

A reminder may be read by anybody who holds the phone: it names a time and a number to call, never the practice's field,
the clinician, or what the appointment is for.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.mail import send_mail
from django.db.models import Q

from clients.choices import ClientStatus
from clients.models import Client
from mentalspace.core import audit, clock, formatting, practice
from scheduling.choices import BOOKED, ReminderKind
from scheduling.defaults import ReminderDefaults
from scheduling.models import Appointment, Reminder

# How long before the hours end a reminder goes out whose own time falls outside them.
EARLY = timedelta(hours=1)


class TextGateway(Protocol):
    """What sends text messages."""

    def send(self, number: str, text: str) -> None:
        """Send, or raise OSError."""


class ConsoleGateway:
    """Shows texts instead of sending them."""

    def __init__(self, write: object) -> None:
        self.write = write

    def send(self, number: str, text: str) -> None:
        """Hand the text to whatever shows it."""
        if callable(self.write):
            self.write(f"Text to {formatting.phone(number)}: {text}")


class FileGateway:
    """Adds each text as a line of JSON to a file, for a sender of the practice's own to pick up."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, number: str, text: str) -> None:
        """Append one line."""
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"to": number, "text": text}) + "\n")


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


def due_reminders() -> Iterator[Due]:
    """Everything due and not claimed yet, soonest appointment first. Two queries, whatever the number."""
    settings, now = practice.get(ReminderDefaults), clock.now()
    hours = {ReminderKind.EMAIL: settings.email_hours, ReminderKind.TEXT: settings.text_hours}
    # A reminder that would fall into the night goes out the evening before.
    horizon = now + timedelta(hours=max(hours.values()) + 24)
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
    claimed = set(
        Reminder.objects.filter(start_time__gt=now).values_list("appointment_id", "kind", "start_time")
    )
    for appointment in appointments:
        zone = zone_of(appointment.client)
        for kind in kinds_for(appointment, now, zone, settings):
            if (appointment.pk, kind.value, appointment.start_time) not in claimed:
                yield Due(appointment, kind, waits=not within_hours(now, zone, settings))


def kinds_for(
    appointment: Appointment, now: datetime, zone: ZoneInfo, settings: ReminderDefaults
) -> list[ReminderKind]:
    """Which reminders of this appointment are due, by consent, address and time. The text takes the e-mail's place."""
    client, start = appointment.client, appointment.start_time
    text_due = due_at(start, settings.text_hours, zone, settings) if settings.text_hours else start
    email_due = due_at(start, settings.email_hours, zone, settings) if settings.email_hours else start
    by_email = client.reminder_email_consent and client.email and email_due <= now < text_due
    by_text = client.reminder_text_consent and client.phone and text_due <= now < start
    return [
        *([ReminderKind.EMAIL] if by_email else []),
        *([ReminderKind.TEXT] if by_text else []),
    ]


def send(due: Due, texts: TextGateway) -> bool:
    """Claim the reminder and send it; False if somebody else has it already. Raises OSError when sending fails.

    The claim is committed first: two runs at once never both send. Where sending fails the claim is given back.
    """
    appointment = due.appointment
    reminder, claimed = Reminder.objects.get_or_create(
        appointment=appointment, kind=due.kind, start_time=appointment.start_time
    )
    if not claimed:
        return False
    try:
        _deliver(due, texts)
    except OSError:
        reminder.delete()
        raise
    reminder.sent_at = clock.now()
    reminder.save(update_fields=["sent_at"])
    audit.record(
        actor=None,
        verb="reminder.sent",
        obj=appointment,
        client_id=appointment.client_id,
        changes={"kind": ["", due.kind.value]},
    )
    return True


def _deliver(due: Due, texts: TextGateway) -> None:
    client = due.appointment.client
    if due.kind == ReminderKind.TEXT:
        texts.send(client.phone, wording(due.appointment))
        return
    zone = zone_of(client)
    day = formatting.short_date(due.appointment.start_time.astimezone(zone).date())
    send_mail(f"Reminder: your appointment on {day}", wording(due.appointment), None, [str(client.email)])


def wording(appointment: Appointment) -> str:
    """The sentence both kinds share, in the client's own time."""
    zone = zone_of(appointment.client)
    local = appointment.start_time.astimezone(zone)
    zone_note = f" {local.tzname()}" if zone != clock.zone() else ""
    signed = practice.get(ReminderDefaults).signed
    phone = formatting.phone(practice.get(practice.PracticeProfile).phone)
    parts = [
        f"{signed}: r" if signed else "R",
        f"eminder of your appointment on {formatting.short_date(local.date())} at {formatting.time(local)}{zone_note}.",
        f" To change it, please call {phone}." if phone else "",
    ]
    return "".join(parts)
