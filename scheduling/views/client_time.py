"""The client's clock, beside a form that is being filled in."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from clients.rules import served_clients
from mentalspace.core import clock
from mentalspace.core.forms import DateField, TimeField
from mentalspace.core.gates import requires
from scheduling import rules
from scheduling.clocks import elsewhere


@requires(rules.can_schedule_for)
@require_safe
def client_time(request: ActorRequest) -> HttpResponse:
    """One line for the booking form: what the chosen client's clock shows then. Empty until all of it can be read."""
    return render(request, "scheduling/client_time.html", {"theirs": _theirs(request)})


def _theirs(request: ActorRequest) -> str:
    given = request.GET
    try:
        client = UUID(given.get("client", ""))
        day, wall = DateField().clean(given.get("date", "")), TimeField().clean(given.get("start", ""))
    except (ValueError, ValidationError):
        return ""
    # Read without the name, which nobody is shown here.
    zones = served_clients(request.user).filter(pk=client).values_list("time_zone", flat=True)
    return elsewhere(clock.at(day, wall), zones.first() or "")
