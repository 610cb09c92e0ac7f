"""Reading a chart in an emergency: whose chart, which access lasts, what was opened under it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.choices import Role
from accounts.models import User
from accounts.queries import with_role
from clients import rules
from clients.models import Client, EmergencyAccess
from mentalspace.core import clock
from mentalspace.core.models import AuditEvent

# The name under which the access that lasts stands on `request.user` (see `accounts.panels.OwnColumn`).
ON_USER = "lasting_emergency"


@dataclass(frozen=True, slots=True)
class Lasting:
    """An access that lasts now, as every page's banner wants it."""

    id: UUID
    client_id: UUID
    ends_at: dt.datetime


def identified(
    *, last_name: str, number: int | None = None, first_name: str = "", born: dt.date | None = None
) -> Client | None:
    """The one client whom this names exactly: last name and number, or full name and date of birth.

    Accents and capitals do not matter, nothing else is forgiven. None where nobody fits, and where two do.
    """
    if number is not None:
        exactly = Q(number=number)
    else:
        exactly = Q(first_name__plain=first_name) | Q(preferred_name__plain=first_name)
        exactly &= Q(date_of_birth=born)
    found = list(Client.objects.filter(exactly, last_name__plain=last_name)[:2])
    return found[0] if len(found) == 1 else None


def lasting_column() -> Subquery:
    """The lasting access of each user, as JSON."""
    brief = JSONObject(id="id", client_id="client_id", ends_at="ends_at")
    return Subquery(rules.lasting_emergencies(OuterRef("pk")).values(at=brief)[:1])


def lasting_of(actor: User) -> Lasting | None:
    """The actor's access that lasts now, read with the user: no statement. None for a user from elsewhere."""
    brief: dict[str, str] | None = getattr(actor, ON_USER, None)
    if (
        brief is None
        or not rules.is_at_work(actor)
        or rules.EMERGENCY not in rules.can_see_client.reaches(actor)
    ):
        return None
    ends_at = dt.datetime.fromisoformat(brief["ends_at"])
    if ends_at <= clock.now():
        return None
    return Lasting(UUID(brief["id"]), UUID(brief["client_id"]), ends_at)


def listed_emergencies(actor: User) -> QuerySet[EmergencyAccess]:
    """Those the actor may see, with the names that pages show."""
    return rules.visible_emergencies(actor).select_related(
        "client", "user__staff", "ended_by__staff", "reviewed_by__staff"
    )


def unreviewed(actor: User) -> QuerySet[EmergencyAccess]:
    """Those that wait for a review, also while they last; the latest first."""
    return listed_emergencies(actor).filter(reviewed_at__isnull=True).order_by("-began_at", "pk")


def opened_under(access: EmergencyAccess) -> QuerySet[AuditEvent]:
    """What the person did with this client's record in that time, in order."""
    return (
        AuditEvent.objects.filter(
            client_id=access.client_id,
            actor_id=access.user_id,
            at__gte=access.began_at,
            at__lte=access.over_at,
        )
        .select_related("actor__staff")
        .order_by("at", "pk")
    )


def administrators() -> QuerySet[User]:
    """Who is told at once."""
    return with_role(User.objects.filter(is_active=True), Role.ADMIN).order_by("email")


def overlapping(user: Any, start: dt.datetime, end: dt.datetime) -> QuerySet[EmergencyAccess]:
    """The user's accesses that take any of this time; those that were ended early, until then."""
    given = Q(ended_at__isnull=True, ends_at__gt=start) | Q(ended_at__gt=start)
    return EmergencyAccess.objects.filter(given, user=user, began_at__lt=end)
