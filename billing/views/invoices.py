"""Invoices: the list, a new one, its page, its paper, and voiding."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from billing import queries, rules, services
from billing.forms import InvoiceForm, ReasonForm
from billing.links import account_url
from billing.lists import INVOICE_STATES, InvoiceList
from billing.models import Invoice
from billing.paper import invoice_paper
from clients.models import Client
from clients.rules import visible_clients
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, EmptyState
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.pdf import pdf_response, render_pdf


@requires(rules.can_see_invoice)
@require_safe
def invoice_list(request: ActorRequest) -> HttpResponseBase:
    """All invoices, with their state today."""
    return InvoiceList(request, queries.invoice_rows(request.user)).respond()


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def invoice_create(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Invoice a client for some of their bills; what is paid already is shown as paid."""
    client: Client = get_object_or_404(visible_clients(request.user), pk=client_id)
    page = {"title": "New invoice", "subtitle": client.display_name, "cancel_url": account_url(client.pk)}
    bills = list(queries.invoiceable_bills(client.pk))
    if not bills:
        return _nothing_to_invoice(request, page)
    today = clock.today()
    form = InvoiceForm(
        posted(request),
        bills=bills,
        chosen=request.GET.getlist("bill"),
        initial={"invoice_date": today, "due_date": services.usual_due_date(today)},
    )

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        bill_ids = values.pop("bills")
        invoice = services.create_invoice(
            actor=request.user, client_id=client.pk, bill_ids=bill_ids, **values
        )
        return f"Invoice {invoice.number} was issued.", reverse("billing:invoice_detail", args=[invoice.pk])

    return answer(request, form, deed, page)


def _nothing_to_invoice(request: ActorRequest, page: dict[str, str]) -> HttpResponse:
    nothing = EmptyState(
        "Nothing to invoice",
        "The client has no part in any bill that is not on an invoice already.",
        ("Open the account", page["cancel_url"]),
        icon="file-invoice",
    )
    return render(request, "billing/invoice_none.html", {**page, "nothing": nothing})


@requires(rules.can_see_invoice)
@require_safe
def invoice_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """An invoice as it was issued, and what is open on it today."""
    invoice: Any = get_object_or_404(queries.invoice_rows(request.user), pk=pk)
    actions = [Action("PDF", reverse("billing:invoice_pdf", args=[pk]), icon="file-type-pdf")]
    if invoice.state != "void" and rules.can_manage_bills(request.user):
        url = reverse("billing:invoice_void", args=[pk])
        actions.append(Action("Void", url, icon="circle-x", dialog=True, danger=True))
    if invoice.state in {"issued", "overdue", "partially_paid"} and rules.can_take_payments(request.user):
        url = f"{reverse('billing:payment_create')}?client={invoice.client_id}"
        actions.append(Action("Take payment", url, icon="cash", primary=True))
    context = {
        "title": invoice.number,
        "breadcrumbs": [("Invoices", reverse("billing:invoice_list"))],
        "invoice": invoice,
        "badge": INVOICE_STATES[invoice.state],
        "paper": invoice_paper(invoice),
        "account_url": account_url(invoice.client_id),
        "actions": actions,
    }
    return render(request, "billing/invoice_detail.html", context)


@requires(rules.can_see_invoice)
@require_safe
def invoice_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The invoice on the practice's stationery; that it was printed stands in the audit trail."""
    invoice = get_object_or_404(rules.visible_invoices(request.user).select_related("client"), pk=pk)
    pdf = render_pdf("billing/pdf/invoice.typ", invoice_paper(invoice))
    services.record_printed(actor=request.user, invoice=invoice)
    return pdf_response(request, pdf, f"{invoice.number}.pdf")


@requires(rules.can_manage_bills)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def invoice_void(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invoice."""
    invoice: Invoice = get_object_or_404(rules.visible_invoices(request.user).select_related("client"), pk=pk)
    back = reverse("billing:invoice_detail", args=[pk])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.void_invoice(actor=request.user, invoice_id=invoice.pk, **values)
        return f"{invoice.number} was voided. Its bills can go on another invoice.", back

    page = {
        "title": f"Void {invoice.number}",
        "subtitle": invoice.client.display_name,
        "text": f"{invoice.number} over {formatting.money(invoice.total_due)} is withdrawn. It keeps its number.",
        "details": ["Its bills stay, and can go on another invoice.", "Payments stay applied."],
        "confirm_label": "Void invoice",
        "cancel_url": back,
        "danger": True,
    }
    return ask(request, ReasonForm(posted(request)), deed, page)
