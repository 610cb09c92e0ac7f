"""The accounting of disclosures: of the practice, of a client, on paper; and one disclosure."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from clients.chart import tab_url
from clients.models import Client
from clients.rules import right_to
from documents import rules
from documents.consents.chart import SLUG
from documents.disclosures import queries
from documents.disclosures.lists import PERIODS, AccountList, DisclosureList
from documents.disclosures.models import Disclosure
from documents.disclosures.paper import account_paper
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.gates import requires
from mentalspace.core.pdf import pdf_response, render_pdf


@requires(rules.can_open_disclosures)
@require_safe
def disclosure_list(request: ActorRequest) -> HttpResponseBase:
    """Of all clients, for administrators."""
    return DisclosureList(request, queries.disclosures(request.user)).respond()


@requires(rules.can_record_disclosure)
@require_safe
def disclosure_account(request: ActorRequest, client_id: UUID) -> HttpResponseBase:
    """Of one client."""
    client = client_of(request, client_id)
    audit.saw(client.pk)
    found = _account(request, client)
    paper = reverse("documents:disclosure_account_pdf", args=[client.pk])
    asked = request.GET.urlencode()
    found.page_actions = [
        Action("PDF for the client", f"{paper}?{asked}" if asked else paper, "printer"),
        Action("Chart", tab_url(client, SLUG), "signature"),
        Action(
            "Record a disclosure",
            reverse("documents:disclosure_create", args=[client.pk]),
            "send",
            primary=True,
        ),
    ]
    return found.respond()


@requires(rules.can_record_disclosure)
@require_safe
def disclosure_account_pdf(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """What the list shows, all pages of it, without what was entered in error."""
    client = client_of(request, client_id)
    found = _account(request, client)
    audit.look(
        actor=request.user, verb="disclosures.printed", obj=client, client_id=client.pk,
        right=right_to(request.user, client),
    )  # fmt: skip
    paper = account_paper(client, found.ordered, _period(found.values))
    return pdf_response(
        request, render_pdf("documents/pdf/disclosures.typ", paper), f"disclosures-C-{client.number}.pdf"
    )


@requires(rules.can_see_disclosure)
@require_safe
def disclosure_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """All that is known of one."""
    disclosure = visible(request, pk)
    audit.look(
        actor=request.user, verb="disclosure.viewed", obj=disclosure, client_id=disclosure.client_id,
        right=right_to(request.user, disclosure.client),
    )  # fmt: skip
    context = {
        "title": f"Disclosure of {formatting.instant_date(disclosure.released_at, clock.zone())}",
        "disclosure": disclosure,
        "facts": _facts(disclosure),
        "voided": formatting.instant(disclosure.voided_at, clock.zone()),
        "account_url": reverse("documents:disclosure_account", args=[disclosure.client_id]),
        "can_void": rules.can_void_disclosure(request.user, disclosure),
    }
    return render(request, "documents/disclosures/disclosure_detail.html", context)


def visible(request: ActorRequest, pk: UUID) -> Disclosure:
    """One that the actor may see, or 404."""
    found: Disclosure = get_object_or_404(queries.disclosures(request.user), pk=pk)
    return found


def client_of(request: ActorRequest, client_id: UUID) -> Client:
    """A client whose disclosures the actor keeps, or 404."""
    found: Client = get_object_or_404(rules.can_record_disclosure.scope(request.user), pk=client_id)
    return found


def _account(request: ActorRequest, client: Client) -> AccountList:
    return AccountList(request, queries.disclosures(request.user).filter(client=client), client)


def _period(values: dict[str, Any]) -> str:
    first, last = values.get("day_from"), values.get("day_to")
    if first is None and (years := values.get("period")):
        if last is None:
            return dict(PERIODS)[years]
        first = queries.years_ago(int(years))
    parts = [
        f"from {formatting.date(first)}" if first else "",
        f"until {formatting.date(last)}" if last else "",
    ]
    return " ".join(part for part in parts if part) or "Any time"


def _facts(row: Disclosure) -> list[tuple[str, str]]:
    zone = clock.zone()
    found = [
        ("Left", formatting.instant(row.released_at, zone)),
        ("How", row.get_way_display()),
        ("Kind", row.get_kind_display()),
        ("What", row.what),
        ("To whom", row.recipient),
        ("Address", row.address),
        ("Purpose", row.purpose),
        ("Ground", row.get_ground_display()),
        ("Why without a release", row.reason),
        (
            "Accounting (45 CFR 164.528)",
            "Demanded" if row.is_accounted else "Not demanded; kept all the same",
        ),
        ("Disclosed by", row.disclosed_by.full_name),
        ("Recorded", formatting.instant(row.recorded_at, zone)),
        ("SHA-256 of the file", row.digest),
    ]
    return [(label, said) for label, said in found if said]
