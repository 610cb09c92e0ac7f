"""Invoices: their state follows from the bills on them."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.models import User
from billing import rules
from billing.choices import InvoiceStatus
from billing.models import Bill, Invoice
from billing.queries.balances import live_bills
from billing.queries.sums import CLIENT_OPEN, MONEY, sum_of
from mentalspace.core import clock, formatting
from mentalspace.core.search import Hit

PAID_WITHIN = timedelta(days=365)


def invoice_rows(actor: User) -> QuerySet[Invoice]:
    """Invoices the actor may see, with `total` (as issued), `owed`, `paid` (now) and `state`.

    `state`: issued, partially_paid, paid, overdue or void; overdue wins over partially paid.
    """
    owed = sum_of(Bill.objects.all(), "invoice", CLIENT_OPEN)
    paid = sum_of(Bill.objects.all(), "invoice", "client_paid")
    state = Case(
        When(status=InvoiceStatus.VOID, then=Value("void")),
        When(owed__lte=0, then=Value("paid")),
        When(due_date__lt=clock.today(), then=Value("overdue")),
        When(paid__gt=F("paid_before"), then=Value("partially_paid")),
        default=Value("issued"),
        output_field=TextField(),
    )
    return (
        rules.visible_invoices(actor)
        .select_related("client", "created_by")
        .annotate(
            total=Cast(KeyTextTransform("total_due", "snapshot"), MONEY),
            paid_before=Cast(KeyTextTransform("total_paid", "snapshot"), MONEY),
            owed=owed,
            paid=paid,
        )
        .annotate(state=state)
    )


def invoiceable_bills(client_id: UUID) -> QuerySet[Bill]:
    """A client's bills that can go on a new invoice: those with a part of the client's that no other invoice names.

    What is open first. Paid ones of the last year too: who paid at the desk may ask for an invoice as well.
    """
    still_open = Q(client_paid__lt=F("client_amount"))
    lately = Q(client_amount__gt=0, service_date__gte=clock.today() - PAID_WITHIN)
    return (
        live_bills()
        .filter(still_open | lately, client_id=client_id, invoice__isnull=True)
        .annotate(is_open=Case(When(still_open, then=Value(True)), default=Value(False)))
        .select_related("staff")
        .order_by("-is_open", "service_date", "created_at")
    )


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Invoices by the beginning of their number, with or without the prefix. Empty for who may not see them."""
    wanted = text.strip()
    if not wanted or not any(letter.isdigit() for letter in wanted) or not rules.can_see_balances(actor):
        return []
    number = Q(number__istartswith=wanted)
    if wanted.isdigit():
        number |= Q(number__iendswith=wanted)
    found = (
        rules.visible_invoices(actor).filter(number).select_related("client").order_by("-sequence")[:limit]
    )
    return [
        Hit(
            label=invoice.number,
            url=reverse("billing:invoice_detail", args=[invoice.pk]),
            sub=f"{invoice.client.display_name} · {formatting.date(invoice.invoice_date)}",
            icon="file-invoice",
            badge="Void" if invoice.status == InvoiceStatus.VOID else "",
        )
        for invoice in found
    ]
