"""What a reminder says: one sentence that e-mail and text share, in the client's own time."""

from django.conf import settings
from django.urls import reverse

from mentalspace.core import clock, formatting, practice
from scheduling.clocks import zone_of
from scheduling.defaults import ReminderDefaults
from scheduling.models import Appointment


def subject(appointment: Appointment) -> str:
    """Of the e-mail."""
    day = formatting.short_date(
        appointment.start_time.astimezone(zone_of(appointment.client.time_zone)).date()
    )
    return f"Reminder: your appointment on {day}"


def body(appointment: Appointment, token: str) -> str:
    """The whole message. Without PUBLIC_URL there is no link, as nobody would know where it leads."""
    signed = practice.get(ReminderDefaults).signed
    phone = formatting.phone(practice.get(practice.PracticeProfile).phone)
    parts = [
        f"{signed}: r" if signed else "R",
        f"eminder of your appointment on {moment(appointment)}.",
        f" Confirm or cancel: {settings.PUBLIC_URL}{reverse('scheduling:reminder_answer', args=[token])}"
        if settings.PUBLIC_URL
        else "",
        f" To change it, please call {phone}." if phone else "",
    ]
    return "".join(parts)


def moment(appointment: Appointment) -> str:
    """`Wed, Sep 16 at 9:00 AM`, on the client's clock; the zone is named where it is not the practice's."""
    zone = zone_of(appointment.client.time_zone)
    local = appointment.start_time.astimezone(zone)
    named = f" {local.tzname()}" if zone != clock.zone() else ""
    return f"{formatting.short_date(local.date())} at {formatting.time(local)}{named}"
