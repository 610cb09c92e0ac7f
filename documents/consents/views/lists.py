"""Whose consents need something."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from documents import rules
from documents.consents.lists import ConsentList
from mentalspace.core.cells import Action
from mentalspace.core.gates import requires


@requires(rules.can_ask_consents)
@require_safe
def consent_list(request: ActorRequest) -> HttpResponseBase:
    """What is missing, to be renewed, waiting for signatures; an administrator finds the packets from here."""
    actions = []
    if rules.can_change_packets(request.user):
        actions.append(Action("Packets", reverse("documents:packet_list"), "settings"))
    return ConsentList(request, page_actions=actions).respond()
