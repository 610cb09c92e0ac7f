"""Fragments that other pages' search boxes ask for."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.rules import is_clinician
from clients import queries, rules
from clients.models import Client
from clients.queries.search import BY_NAME
from mentalspace.core import formatting
from mentalspace.core.forms import Option, options_response
from mentalspace.core.gates import requires

LIMIT = 12


@requires(rules.can_serve_client)
@require_safe
def client_choices(request: ActorRequest) -> HttpResponse:
    """Options of a `ClientChoiceField`; before anything is typed, the first of one's own (or all) by name."""
    text = request.GET.get("q", "").replace("\x00", "")
    if text.strip():
        found = queries.search_clients(request.user, text, LIMIT, among=rules.can_serve_client)
        options = [
            Option(str(client.id), f"{client.name} (C-{client.number})", client.sub) for client in found
        ]
    else:
        own = (
            rules.own_clients(request.user)
            if is_clinician(request.user)
            else rules.served_clients(request.user)
        )
        options = [_option(client) for client in own.order_by(*BY_NAME)[:LIMIT]]
    return options_response(request, options, "Choose a client")


def _option(client: Client) -> Option:
    parts = (formatting.date(client.date_of_birth), formatting.phone(client.phone))
    sub = " · ".join(part for part in parts if part)
    return Option(str(client.pk), f"{client.display_name} (C-{client.number})", sub)
