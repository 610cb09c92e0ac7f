"""The practice's rooms."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.errors import RoomKnown
from scheduling.models import Room


@transaction.atomic
def create_room(
    *, actor: User, name: str, place: str = "", capacity: int | None = None, is_active: bool = True
) -> Room:
    """Add a room that sessions can take. Raises NotPermitted, RoomKnown."""
    require(rules.can_keep_rooms(actor))
    name, place = " ".join(name.split()), " ".join(place.split())
    _refuse_known(name, place)
    room = Room.objects.create(name=name, place=place, capacity=capacity, is_active=is_active)
    audit.record(
        actor=actor, verb="room.created", obj=room, changes={"name": ["", name], "place": ["", place]}
    )
    return room


@transaction.atomic
def update_room(
    *, actor: User, room_id: UUID, name: str, place: str, capacity: int | None, is_active: bool
) -> Room:
    """Change a room, or take it out of use: sessions in it stay there. Raises NotPermitted, RoomKnown."""
    require(rules.can_keep_rooms(actor))
    room = Room.objects.select_for_update().get(pk=room_id)
    values = {
        "name": " ".join(name.split()), "place": " ".join(place.split()), "capacity": capacity, "is_active": is_active
    }  # fmt: skip
    _refuse_known(str(values["name"]), str(values["place"]), besides=[room.pk])
    changes = audit.changed_fields(room, values)
    if changes:
        for field, value in values.items():
            setattr(room, field, value)
        room.save(update_fields=[*values, "updated_at"])
        audit.record(actor=actor, verb="room.updated", obj=room, changes=changes)
    return room


def _refuse_known(name: str, place: str, *, besides: Sequence[UUID] = ()) -> None:
    if Room.objects.filter(name__iexact=name, place__iexact=place).exclude(pk__in=besides).exists():
        raise RoomKnown
