"""The room of a session by video: an address per session, shown shortly before to those who take part."""

import base64
import hmac
from datetime import datetime, timedelta

from mentalspace.core import practice
from mentalspace.core.crypto.data_keys import derive
from scheduling.choices import OPEN, Location
from scheduling.defaults import TelehealthDefaults
from scheduling.models import Appointment

# 120 bits in 24 letters and digits.
BYTES = 15


def join_address(appointment: Appointment, now: datetime) -> str:
    """Where to join; empty before its time, after the end, and where there is no room.

    The members of a group session share one. A session in hand keeps its room however long it takes.
    """
    settings = practice.get(TelehealthDefaults)
    if not settings.address or not has_room(appointment):
        return ""
    opens = appointment.start_time - timedelta(minutes=settings.opens_minutes)
    if not opens <= now or (now >= appointment.end_time and appointment.started_at is None):
        return ""
    return settings.address.replace("{code}", code_of(appointment))


def has_room(appointment: Appointment) -> bool:
    """By video, and neither called off nor over."""
    return appointment.location == Location.TELEHEALTH and appointment.status in OPEN


def code_of(appointment: Appointment) -> str:
    """The name of the room: nothing in it tells whose it is, and only the key file can make it."""
    session = str(appointment.group_session or appointment.pk)
    digest = hmac.digest(derive("telehealth rooms"), session.encode(), "sha256")
    return base64.b32encode(digest[:BYTES]).decode().lower()
