"""Mails about emergency access. They name neither the client nor why."""

from accounts.mail import send_notice
from accounts.queries import name_of
from clients.models import EmergencyAccess
from clients.queries.emergencies import administrators
from mentalspace.core import clock, formatting, practice


def tell_of_emergency(access: EmergencyAccess, url: str) -> None:
    """Tell every administrator at once that somebody reads a chart in an emergency, and where to look."""
    name = practice.get(practice.PracticeProfile).name
    context: dict[str, object] = {
        "practice_name": name,
        "who": name_of(access.user),
        "began": formatting.instant(access.began_at, clock.zone()),
        "ends": formatting.instant_time(access.ends_at, clock.zone()),
        "url": url,
    }
    for administrator in administrators().exclude(pk=access.user_id):
        send_notice(
            administrator,
            f"Emergency access to a chart at {name}",
            "clients/mail/emergency_began.txt",
            context,
        )
