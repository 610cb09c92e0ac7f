"""Who asks, and when: what every panel needs."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Scene:
    """The person, the instant, the practice's day and zone; taken once so that all panels agree."""

    actor: User
    now: datetime
    today: date
    zone: ZoneInfo
