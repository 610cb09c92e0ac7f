"""A group session as one thing: its members as far as somebody may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import User
from clients.rules import visible_clients
from mentalspace.core import formatting
from scheduling import rules
from scheduling.choices import OPEN, TAKING_PART, AppointmentStatus
from scheduling.models import Appointment

# The least advanced state stands for a group whose members differ.
ORDER = list(AppointmentStatus.values)


@dataclass(frozen=True, slots=True)
class GroupSession:
    """`members` are those in sight, by name; `others` is how many more there are. `head` stands for what all share."""

    head: Appointment
    members: Sequence[Appointment]
    others: int = 0

    @property
    def taking_part(self) -> list[Appointment]:
        """Without those who were called off or put off."""
        return [each for each in self.members if each.status in TAKING_PART]

    @property
    def open(self) -> list[Appointment]:
        """Those of whom it is still to be said whether they came."""
        return [each for each in self.members if each.status in OPEN]

    @property
    def status(self) -> str:
        return group_status(each.status for each in self.members)

    @property
    def words(self) -> str:
        """`3 clients`, of whom some may not be in sight."""
        count = formatting.plural(len(self.taking_part), "client")
        return f"{count} and {self.others} more" if self.others else count


def group_status(statuses: Iterable[str]) -> str:
    """The state of the whole: the least advanced of those who take part, else of all."""
    known = list(statuses)
    return min([each for each in known if each in TAKING_PART] or known, key=ORDER.index)


def group_of(actor: User, appointment: Appointment) -> GroupSession:
    """The session of a member whom the actor may see. One query."""
    seen = rules.visible_appointments(actor).filter(pk=OuterRef("pk"))
    charts = visible_clients(actor).filter(pk=OuterRef("client_id"))
    rows = (
        Appointment.objects.filter(group_session=appointment.group_session)
        .annotate(seen=Exists(seen))
        .order_by("client__last_name", "client__first_name", "-start_time", "pk")
    )
    members = list(
        rows.filter(seen=True)
        .annotate(opens_chart=Exists(charts))
        .select_related("client", "staff__user", "room", "series")
    )
    others = rows.filter(seen=False, status__in=TAKING_PART).count()
    return GroupSession(_head(members, appointment), members, others)


def _head(members: Sequence[Appointment], asked: Appointment) -> Appointment:
    """Whoever was called off may still have the time from before a move."""
    if asked.status in TAKING_PART:
        return asked
    return next((each for each in members if each.status in TAKING_PART), asked)
