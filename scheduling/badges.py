"""Status and time of an appointment as pages show them."""

from zoneinfo import ZoneInfo

from mentalspace.core import formatting
from mentalspace.core.cells import Badge, Tone
from scheduling.choices import AppointmentStatus
from scheduling.clocks import elsewhere
from scheduling.models import Appointment

S = AppointmentStatus
TONES: dict[str, Tone] = {
    S.SCHEDULED: "neutral",
    S.CONFIRMED: "info",
    S.CHECKED_IN: "accent",
    S.IN_SESSION: "accent",
    S.COMPLETED: "success",
    S.CANCELLED: "neutral",
    S.LATE_CANCELLED: "warning",
    S.NO_SHOW: "danger",
    S.RESCHEDULED: "neutral",
}
ICONS: dict[str, str] = {
    S.SCHEDULED: "circle",
    S.CONFIRMED: "check",
    S.CHECKED_IN: "user-check",
    S.IN_SESSION: "player-play",
    S.COMPLETED: "checks",
    S.CANCELLED: "x",
    S.LATE_CANCELLED: "clock-exclamation",
    S.NO_SHOW: "user-x",
    S.RESCHEDULED: "calendar-repeat",
}


def status_badge(status: str) -> Badge:
    """The status as a word in its colour, with the glyph the calendar uses."""
    return Badge(AppointmentStatus(status).label, TONES[status], ICONS[status])


def when(appointment: Appointment, zone: ZoneInfo) -> str:
    """`Mon, Sep 14, 2:00 – 2:50 PM`."""
    day = formatting.short_date(appointment.start_time.astimezone(zone).date())
    return f"{day}, {formatting.time_range(appointment.start_time, appointment.end_time, zone)}"


def full_when(appointment: Appointment, zone: ZoneInfo) -> str:
    """`Monday, September 14, 2026, 2:00 – 2:50 PM`, and what the client's clock shows then if something else."""
    day = formatting.long_date(appointment.start_time.astimezone(zone).date())
    # The members of a group may live in as many zones.
    name = "" if appointment.group_session else appointment.client.time_zone
    theirs = elsewhere(appointment.start_time, name)
    span = formatting.time_range(appointment.start_time, appointment.end_time, zone)
    return f"{day}, {span}{f' ({theirs} for the client)' if theirs else ''}"
