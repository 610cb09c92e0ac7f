"""What stands above every page of somebody who has emergency access to a chart."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from clients.queries.emergencies import lasting_of
from mentalspace.core import clock, formatting


@dataclass(frozen=True, slots=True)
class EmergencyBanner:
    """Names nobody: it also stands above pages about other clients. `ends_at` is ISO, for the script."""

    client_id: UUID
    chart_url: str
    end_url: str
    ends_at: str
    until: str
    left: str


def emergency_banner(actor: User) -> EmergencyBanner | None:
    """The banner while the actor's access lasts. No statement."""
    lasting = lasting_of(actor)
    if lasting is None:
        return None
    return EmergencyBanner(
        client_id=lasting.client_id,
        chart_url=reverse("clients:client_detail", args=[lasting.client_id]),
        end_url=reverse("clients:emergency_end", args=[lasting.id]),
        ends_at=lasting.ends_at.isoformat(),
        until=formatting.instant_time(lasting.ends_at, clock.zone()),
        left=left_words(lasting.ends_at - clock.now()),
    )


def left_words(left: dt.timedelta) -> str:
    """`43 minutes left`: whole minutes, the last one as less than one."""
    minutes = int(left.total_seconds() // 60)
    return f"{formatting.plural(minutes, 'minute')} left" if minutes else "less than a minute left"
