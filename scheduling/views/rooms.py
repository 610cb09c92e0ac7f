"""The practice's rooms."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from scheduling import rules, services
from scheduling.forms import RoomForm
from scheduling.lists import RoomList
from scheduling.models import Room

LIST = "scheduling:room_list"


@requires(rules.can_keep_rooms)
@require_safe
def room_list(request: ActorRequest) -> HttpResponseBase:
    """All rooms, those out of use too."""
    new = Action("New room", reverse("scheduling:room_create"), icon="plus", primary=True, dialog=True)
    return RoomList(request, Room.objects.all(), page_actions=[new]).respond()


@requires(rules.can_keep_rooms)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def room_create(request: ActorRequest) -> HttpResponse:
    """A new room."""

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        room = services.create_room(actor=request.user, **values)
        return f"{room.name} was added.", reverse(LIST)

    return answer(
        request, RoomForm(posted(request)), deed, {"title": "New room", "cancel_url": reverse(LIST)}
    )


@requires(rules.can_keep_rooms)
@require_http_methods(["GET", "HEAD", "POST"])
def room_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Another name or size, or out of use."""
    room = get_object_or_404(Room, pk=pk)
    form = RoomForm(posted(request), initial={name: getattr(room, name) for name in RoomForm.base_fields})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        saved = services.update_room(actor=request.user, room_id=room.pk, **values)
        return f"{saved.name} was saved.", reverse(LIST)

    return answer(request, form, deed, {"title": f"Edit {room.name}", "cancel_url": reverse(LIST)})
