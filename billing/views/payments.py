"""Payments: the list, taking one, its page, applying and refunding what is left."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from billing import queries, rules, services
from billing.choices import PaymentMethod, PaymentSource
from billing.coverage import copay_for, first_coverage
from billing.detail import left_copay_words, payment_badge
from billing.forms import ApplyForm, PaymentForm, RefundForm
from billing.links import account_url, appointment_url
from billing.lists import PaymentList, client_cell
from billing.models import ZERO, Bill, Payment
from billing.payment_page import payment_actions, payment_facts, payment_lines
from clients.models import Client
from clients.rules import visible_clients
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.forms import PageForm, SearchSelect, answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling.models import Appointment
from scheduling.rules import visible_appointments


class ClientForm(PageForm):
    """Whose payment it is."""

    submit_label = "Continue"
    client = forms.ModelChoiceField(
        queryset=Client.objects.none(), error_messages={"required": "Choose a client."}
    )

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client"]
        field.widget = SearchSelect(
            reverse("clients:client_choices"), placeholder="Name, number or date of birth"
        )
        field.queryset = clients


@requires(rules.can_see_payment)
@require_safe
def payment_list(request: ActorRequest) -> HttpResponseBase:
    """Money that came in."""
    actions = [Action("New payment", reverse("billing:payment_create"), icon="plus", primary=True)]
    return PaymentList(request, queries.payment_rows(request.user), page_actions=actions).respond()


@requires(rules.can_take_payments)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def payment_create(request: ActorRequest) -> HttpResponse:
    """Money from a client or, for billers, an insurer. The address names the client, and perhaps a visit or a bill."""
    client = _client(request)
    if client is None:
        return _choose_client(request)
    source = _source(request)
    visit = _visit(request, client)
    bills = list(queries.applicable_bills(client.pk, source))
    form = _payment_form(request, client, source, visit, bills)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        payment = services.take_payment(
            actor=request.user,
            client_id=client.pk,
            source=source,
            appointment_id=visit.pk if visit else None,
            allocations=form.allocations(),
            **form.facts(),
        )
        target = came_from(request, appointment_url(visit.pk) if visit else account_url(client.pk))
        return f"Recorded {formatting.money(payment.amount)}.", target

    return answer(request, form, deed, _page_of_new(request, client, source, visit))


def _page_of_new(
    request: ActorRequest, client: Client, source: str, visit: Appointment | None
) -> dict[str, str]:
    """Title and words around the form of a new payment."""
    page = {
        "title": "Insurance payment" if source == PaymentSource.INSURANCE else "Payment",
        "subtitle": f"{client.display_name} (C-{client.number})",
        "cancel_url": account_url(client.pk),
    }
    if visit is not None:
        when = formatting.instant(visit.start_time, clock.zone())
        page["intro"] = f"For the visit on {when}. It is applied by itself when the visit is billed."
        if source != PaymentSource.INSURANCE:
            page["title"] = "Copay"
            page |= _asked_copay(request, client, visit)
    return page


def _asked_copay(request: ActorRequest, client: Client, visit: Appointment) -> dict[str, str]:
    """What the coverage asks for, and the way out with a reason."""
    due = copay_for(client, visit)
    if due is None or queries.taken_for_visits([visit.pk]):
        return {}
    coverage = first_coverage(client, clock.local(visit.start_time).date())
    payer = coverage.provider if coverage else ""
    url = reverse("billing:copay_leave", args=[visit.pk])
    left = queries.left_for_visits(request.user, [visit.pk]).get(visit.pk)
    intro = f"The copay of {payer} is {formatting.money(due)}. It is applied when the visit is billed."
    return {
        "intro": f"{intro} Not taken so far: {left_copay_words(left)}" if left else intro,
        "cancel_url": f"{url}?{urlencode({'next': came_from(request, appointment_url(visit.pk))})}",
        "cancel_label": "Not taken: say why",
    }


def _client(request: ActorRequest) -> Client | None:
    """The client that the address names, or whose visit it names."""
    clients = visible_clients(request.user).select_related("profile")
    if wanted := read_id(request.GET.get("client")):
        return get_object_or_404(clients, pk=wanted)
    if wanted := read_id(request.GET.get("appointment")):
        visit = get_object_or_404(visible_appointments(request.user), pk=wanted)
        return get_object_or_404(clients, pk=visit.client_id)
    return None


def _choose_client(request: ActorRequest) -> HttpResponse:
    form = ClientForm(posted(request), clients=visible_clients(request.user))
    if request.method == "POST" and form.is_valid():
        return redirect(f"{request.path}?client={form.cleaned_data['client'].pk}")
    page = {"title": "New payment", "form": form, "cancel_url": reverse("billing:payment_list")}
    return render(request, "ui/form_page.html", page, status=422 if form.is_bound else 200)


def _source(request: ActorRequest) -> str:
    insurer = request.GET.get("source") == PaymentSource.INSURANCE and rules.can_manage_bills(request.user)
    return PaymentSource.INSURANCE if insurer else PaymentSource.CLIENT


def _visit(request: ActorRequest, client: Client) -> Appointment | None:
    """The visit a copay is for."""
    wanted = read_id(request.GET.get("appointment"))
    return get_object_or_404(visible_appointments(request.user), pk=wanted, client=client) if wanted else None


def _payment_form(
    request: ActorRequest, client: Client, source: str, visit: Appointment | None, bills: list[Bill]
) -> PaymentForm:
    """Proposes the copay of the visit, or what is open, oldest bill first."""
    chosen = [bill for bill in bills if str(bill.pk) == request.GET.get("bill")] or bills
    owes = queries.part_paid_by(source)
    owed = sum((bill.client_balance if owes == "client" else bill.insurance_balance for bill in chosen), ZERO)
    initial: dict[str, Any] = {"received_on": clock.today(), "method": PaymentMethod.CARD}
    proposed: dict[UUID, Decimal] = {}
    if visit is not None:
        initial["amount"] = copay_for(client, visit)
    else:
        initial["amount"] = owed or None
        proposed = services.propose_allocations(chosen, source, owed)
    if source == PaymentSource.INSURANCE:
        coverage = first_coverage(client, clock.today())
        named = next((bill.payer for bill in chosen if bill.payer), "")
        initial |= {
            "payer": named or (coverage.provider if coverage else ""),
            "method": PaymentMethod.TRANSFER,
        }
    return PaymentForm(
        posted(request), source=source, bills=bills, proposed=proposed, owes=owes.value, initial=initial
    )


@requires(rules.can_see_payment)
@require_safe
def payment_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One payment: where it went."""
    payment = get_object_or_404(
        queries.payment_rows(request.user).select_related("appointment", "reversed_by__created_by"), pk=pk
    )
    context = {
        "title": f"{formatting.money(payment.amount)} on {formatting.date(payment.received_on)}",
        "breadcrumbs": [("Payments", reverse("billing:payment_list"))],
        "payment": payment,
        "badge": payment_badge(payment),
        "client": client_cell(payment.client),
        "facts": payment_facts(payment),
        "lines": payment_lines(request.user, payment),
        "actions": payment_actions(request.user, payment),
    }
    return render(request, "billing/payment_detail.html", context)


def _with_rest(request: ActorRequest, pk: UUID) -> Payment:
    return get_object_or_404(queries.payment_rows(request.user), pk=pk)


def _page(payment: Payment, title: str) -> dict[str, Any]:
    what = f"{formatting.money(payment.amount)} on {formatting.date(payment.received_on)}"
    return {
        "title": title,
        "subtitle": f"{payment.client.display_name}, {what}",
        "cancel_url": reverse("billing:payment_detail", args=[payment.pk]),
    }


@requires(rules.can_take_payments)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def payment_apply(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Apply what is left to open bills."""
    payment: Any = _with_rest(request, pk)
    bills = list(queries.applicable_bills(payment.client_id, payment.source))
    proposed = services.propose_allocations(bills, payment.source, payment.unapplied)
    owes = queries.part_paid_by(payment.source).value
    form = ApplyForm(posted(request), rest=payment.unapplied, bills=bills, proposed=proposed, owes=owes)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.apply_payment(actor=request.user, payment_id=payment.pk, allocations=form.allocations())
        return "Applied.", reverse("billing:payment_detail", args=[payment.pk])

    page = _page(payment, "Apply payment")
    if not bills:
        page["intro"] = "There is no open bill that this payment could pay."
    return answer(request, form, deed, page)


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def payment_refund(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give back what is not applied."""
    payment: Any = _with_rest(request, pk)
    initial = {"amount": payment.unapplied, "refunded_on": clock.today(), "method": payment.method}
    form = RefundForm(posted(request), initial=initial)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        row = services.refund(actor=request.user, payment_id=payment.pk, **values)
        return f"Refunded {formatting.money(row.amount)}.", reverse(
            "billing:payment_detail", args=[payment.pk]
        )

    page = _page(payment, "Refund a payment")
    page["intro"] = (
        f"{formatting.money(payment.unapplied)} of this payment is not applied and can be given back."
    )
    return answer(request, form, deed, page)
