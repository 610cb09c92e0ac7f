"""The chart: overview and every registered tab."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from clients import rules, services
from clients.chart import OVERVIEW, frame, get_client, shown_cards
from clients.panels import Tab, chart
from mentalspace.core.gates import requires
from mentalspace.core.lists import ListPage


@requires(rules.can_see_client)
@require_safe
def client_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The chart's overview."""
    client = get_client(request.user, pk)
    context = frame(request, client, OVERVIEW) | {
        "main_cards": shown_cards(request, client, "main"),
        "side_cards": shown_cards(request, client, "side"),
    }
    services.record_view(actor=request.user, client=client, page=OVERVIEW)
    return render(request, "clients/client_detail.html", context)


@requires(rules.can_see_client)
@require_safe
def client_tab(request: ActorRequest, pk: UUID, slug: str) -> HttpResponseBase:
    """A registered tab of the chart; one that the person may not open is not there. One with a `list` answers as it."""
    client = get_client(request.user, pk)
    tab = _tab(slug)
    if not tab.allowed(request.user, client):
        raise Http404
    if slug == OVERVIEW:
        return redirect("clients:client_detail", client.pk)
    context = frame(request, client, slug) | tab.context(request, client)
    services.record_view(actor=request.user, client=client, page=slug)
    if isinstance(listed := context.get("list"), ListPage):
        return listed.respond(context, tab.template)
    return render(request, tab.template, context)


def _tab(slug: str) -> Tab:
    for tab in chart.of(Tab):
        if tab.slug == slug:
            return tab
    raise Http404
