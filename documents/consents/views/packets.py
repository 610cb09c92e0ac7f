"""Packets of forms: which there are, what is in them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from documents import rules
from documents.choices import ClientFormType
from documents.consents import packets
from documents.consents.forms import PacketEditForm
from documents.consents.lists import PacketList
from documents.designs import catalogue
from documents.models import Packet
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

LIST = "documents:packet_list"


@requires(rules.can_change_packets)
@require_safe
def packet_list(request: ActorRequest) -> HttpResponseBase:
    """Those in use, and those that were retired."""
    new = Action("New packet", reverse("documents:packet_create"), icon="plus", primary=True)
    rows = rules.can_see_packet.scope(request.user).prefetch_related("forms")
    return PacketList(request, rows, page_actions=[new]).respond()


@requires(rules.can_change_packets)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def packet_create(request: ActorRequest) -> HttpResponse:
    """A further set of forms."""
    return _edit(request, None)


@requires(rules.can_change_packets)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def packet_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Other forms, another name; what was sent before stays as it was."""
    return _edit(request, get_object_or_404(rules.can_see_packet.scope(request.user), pk=pk))


@requires(rules.can_change_packets)
@require_POST
def packet_retire(request: ActorRequest, pk: UUID) -> HttpResponse:
    """It is neither offered nor required any more."""
    return _set_use(request, pk, is_active=False)


@requires(rules.can_change_packets)
@require_POST
def packet_restore(request: ActorRequest, pk: UUID) -> HttpResponse:
    """It is offered again."""
    return _set_use(request, pk, is_active=True)


def _edit(request: ActorRequest, packet: Packet | None) -> HttpResponse:
    offered = catalogue.menu().of(ClientFormType.CONSENT)
    initial: dict[str, Any] = {}
    if packet is not None:
        initial = {"name": packet.name, "audience": packet.audience, "required": packet.required}
        initial |= {
            f"months_{key}": str(held) for key, held in packet.forms.values_list("form_key", "months")
        }
        initial["version"] = packet.version
    form = PacketEditForm(posted(request), offered=offered, initial=initial)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        packets.save_packet(
            actor=request.user,
            packet_id=packet.pk if packet else None,
            version=values["version"] or 1,
            months=form.months,
            **{name: values[name] for name in ("name", "audience", "required")},
        )
        return "The packet is saved.", reverse(LIST)

    page = {
        "title": packet.name if packet else "New packet",
        "cancel_url": reverse(LIST),
    }
    return answer(request, form, deed, page)


def _set_use(request: ActorRequest, pk: UUID, *, is_active: bool) -> HttpResponse:
    packet = get_object_or_404(rules.can_see_packet.scope(request.user), pk=pk)
    packets.set_use(actor=request.user, packet_id=packet.pk, is_active=is_active)
    messages.success(request, "The packet is in use again." if is_active else "The packet is retired.")
    return redirect(LIST)
