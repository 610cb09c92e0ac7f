"""Bills: the list, one bill with its chain and ledger, and new ones."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from billing import queries, rules, services
from billing.detail import bill_actions, bill_chain, bill_facts, ledger_lines
from billing.forms import ChargeForm, OtherChargeForm
from billing.links import account_url
from billing.lists import BillList, bill_badge
from clients.models import Client
from clients.rules import visible_clients
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_see_bill)
@require_safe
def bill_list(request: ActorRequest) -> HttpResponseBase:
    """Charges the person may see; a clinician's own services."""
    actions = []
    if rules.can_manage_bills(request.user):
        actions.append(Action("Ready to bill", reverse("billing:bill_ready"), icon="checklist", primary=True))
    return BillList(request, queries.bill_rows(request.user), page_actions=actions).respond()


@requires(rules.can_see_bill)
@require_safe
def bill_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One bill: where it came from, everything posted to it, and what can be done."""
    bill = get_object_or_404(queries.bill_with_chain(request.user), pk=pk)
    lines = queries.ledger_of(bill) if rules.can_see_balances(request.user) else []
    context = {
        "title": f"{bill.code or bill.get_kind_display()} on {formatting.date(bill.service_date)}",
        "breadcrumbs": [("Bills", reverse("billing:bill_list"))],
        "bill": bill,
        "badge": bill_badge(bill),
        "chain": bill_chain(request.user, bill),
        "facts": bill_facts(request.user, bill),
        "lines": ledger_lines(request.user, bill, lines),
        "actions": bill_actions(request.user, bill, lines),
        "account_url": account_url(bill.client_id),
    }
    return render(request, "billing/bill_detail.html", context)


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def bill_create(request: ActorRequest, appointment_id: UUID) -> HttpResponse:
    """Charge one session, with its code and parts proposed."""
    session = get_object_or_404(queries.unbilled_sessions(), pk=appointment_id)
    form = ChargeForm(posted(request), session=session)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        bill = services.bill_session(actor=request.user, appointment_id=session.pk, **values)
        return f"Billed {formatting.money(bill.amount)}.", reverse("billing:bill_detail", args=[bill.pk])

    day = formatting.date(clock.local(session.start_time).date())
    page = {
        "title": "Bill a session",
        "subtitle": f"{session.client.display_name}, {day} with {session.staff.full_name}",
        "checks": queries.checks_of(session),
        "cancel_url": reverse("billing:bill_ready"),
    }
    return answer(request, form, deed, page, "billing/bill_create.html")


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def charge_create(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """A charge that is no session, for one client."""
    client: Client = get_object_or_404(visible_clients(request.user), pk=client_id)
    form = OtherChargeForm(posted(request), initial={"service_date": clock.today()})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        bill = services.create_other_charge(actor=request.user, client_id=client.pk, **values)
        return f"Charged {formatting.money(bill.amount)}.", reverse("billing:bill_detail", args=[bill.pk])

    page = {"title": "Other charge", "subtitle": client.display_name, "cancel_url": account_url(client.pk)}
    return answer(request, form, deed, page)
