"""What stands in a calendar: one query for all columns and days, with nothing in it that the actor may not see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Value

from accounts.models import User
from mentalspace.core import audit, clock
from mentalspace.core.policy import ALL
from scheduling import rules
from scheduling.choices import OCCUPIES, TAKING_PART, AppointmentStatus
from scheduling.clocks import elsewhere
from scheduling.groups.sessions import group_status
from scheduling.models import Appointment


@dataclass(frozen=True, slots=True)
class Entry:
    """A block of the calendar, on the practice's clocks. Without `pk` it is somebody's time and nothing more: Busy."""

    staff_id: UUID
    start: datetime
    end: datetime
    pk: UUID | None = None
    status: str = AppointmentStatus.SCHEDULED
    type: str = ""
    location: str = ""
    client: str = ""
    version: int = 1
    # Of a group: how many of it are in sight and take part; 0 for a session of one client.
    members: int = 0
    in_series: bool = False
    overbooked: bool = False
    room: str = ""
    client_time: str = ""

    @property
    def busy(self) -> bool:
        return self.pk is None

    @property
    def minutes(self) -> int:
        """Real minutes: on the night the clocks change the wall may say otherwise."""
        return int((self.end.timestamp() - self.start.timestamp()) // 60)

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def occupies(self) -> bool:
        return self.status in OCCUPIES


def entries_between(
    actor: User, first: date, last: date, staff_ids: Collection[UUID], *, called_off: bool = False
) -> list[Entry]:
    """Everything that begins on the days from `first` to `last` with these clinicians, in order of time. One query."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    found = Appointment.objects.filter(
        staff_id__in=list(staff_ids), start_time__gte=start, start_time__lt=end
    )
    if not called_off:
        # A no-show keeps its place: the clinician's hour went by with it.
        found = found.filter(status__in=[*OCCUPIES, AppointmentStatus.NO_SHOW])
    sees_all = ALL in rules.can_see_appointment.reaches(actor)
    seen = rules.visible_appointments(actor).filter(pk=OuterRef("pk"))
    rows = (
        found.annotate(seen=Value(value=True) if sees_all else Exists(seen))
        .order_by("start_time", "staff_id", "id")
        .values(
            "id",
            "staff_id",
            "start_time",
            "end_time",
            "status",
            "type",
            "location",
            "version",
            "group_session",
            "series_id",
            "overbooked",
            "room__name",
            "seen",
            "client_id",
            "client__first_name",
            "client__preferred_name",
            "client__last_name",
            "client__time_zone",
        )
    )
    return _merged(rows)


def _merged(rows: Iterable[Any]) -> list[Entry]:
    """Group sessions as one entry each; of one that is only partly visible, the visible part."""
    zone = clock.zone()
    together: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        group = row["group_session"]
        together.setdefault((group, row["start_time"]) if group else row["id"], []).append(row)
    made = []
    for members in together.values():
        # Who was called off is named only where nobody is left.
        visible = [row for row in members if row["seen"]]
        visible = [row for row in visible if row["status"] in TAKING_PART] or visible
        visible.sort(key=lambda row: (row["client__last_name"], row["client__first_name"]))
        first = (visible or members)[0]
        start, end = first["start_time"].astimezone(zone), first["end_time"].astimezone(zone)
        if not visible:
            if any(row["status"] in OCCUPIES for row in members):
                made.append(Entry(first["staff_id"], start, end))
            continue
        for row in visible:
            audit.saw(row["client_id"])
        made.append(
            Entry(
                staff_id=first["staff_id"],
                start=start,
                end=end,
                pk=first["id"],
                status=group_status(row["status"] for row in visible),
                type=first["type"],
                location=first["location"],
                client=", ".join(_name(row) for row in visible),
                version=first["version"],
                members=len(visible) if first["group_session"] else 0,
                in_series=first["series_id"] is not None,
                overbooked=first["overbooked"],
                room=first["room__name"] or "",
                # The members of a group may live in as many zones.
                client_time="" if first["group_session"] else elsewhere(start, first["client__time_zone"]),
            )
        )
    return made


def _name(row: dict[str, Any]) -> str:
    return f"{row['client__preferred_name'] or row['client__first_name']} {row['client__last_name']}"
