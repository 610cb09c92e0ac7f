"""The reports and their index."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from mentalspace.core.gates import requires
from mentalspace.workspace.reports import REPORTS
from mentalspace.workspace.reports.unbooked import UnbookedClients
from mentalspace.workspace.rules import (
    can_open_reports,
    can_see_lead_figures,
    can_see_money_figures,
    can_see_session_figures,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A report in the index."""

    title: str
    summary: str
    icon: str
    url: str


# Reports that stand in the module whose rows they count: who may open them, and where.
ELSEWHERE = (
    (
        can_see_session_figures,
        "workspace:unbooked_clients",
        "Clients with nothing booked",
        "Active clients with no appointment in the next two weeks.",
        "calendar-off",
    ),
    (
        can_see_money_figures,
        "billing:ageing",
        "Aging",
        "What is owed, by age, client and payer.",
        "hourglass",
    ),
    (
        can_see_money_figures,
        "billing:bill_held",
        "Sessions not billed",
        "What can be billed, and why the rest cannot.",
        "receipt",
    ),
    (
        can_see_lead_figures,
        "crm:lead_sources",
        "Leads by source",
        "Where inquiries come from, and how many become clients.",
        "address-book",
    ),
)


@requires(can_open_reports)
@require_safe
def report_list(request: ActorRequest) -> HttpResponse:
    """The reports this person may open; some stand in the module whose rows they count."""
    entries = [
        Entry(report.title, report.summary, report.icon, reverse("workspace:report", args=[slug]))
        for slug, report in REPORTS.items()
        if report.allowed(request.user)
    ]
    entries += [
        Entry(title, summary, icon, reverse(name))
        for allowed, name, title, summary, icon in ELSEWHERE
        if allowed(request.user)
    ]
    return render(request, "workspace/reports/report_list.html", {"entries": entries, "title": "Reports"})


@requires(can_open_reports)
@require_safe
def report(request: ActorRequest, slug: str) -> HttpResponseBase:
    """One report."""
    cls = REPORTS.get(slug)
    if cls is None:
        raise Http404
    if not cls.allowed(request.user):
        raise PermissionDenied
    return cls(request, request.user).respond(
        {"breadcrumbs": [("Reports", reverse("workspace:report_list"))]}
    )


@requires(can_see_session_figures)
@require_safe
def unbooked_clients(request: ActorRequest) -> HttpResponseBase:
    """Active clients with nothing booked."""
    return UnbookedClients.of(request).respond(
        {"breadcrumbs": [("Reports", reverse("workspace:report_list"))]}
    )
