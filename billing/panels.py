"""What billing puts on the pages of the apps below: the chart's tab and balance, and an appointment's buttons."""

from django.urls import reverse

from accounts.models import User
from billing import queries, rules
from billing.account import account_tab, balance_columns, balance_fact, may_see_account, may_see_balance
from billing.choices import BillKind, BillStatus
from billing.models import Bill
from clients.models import Client
from clients.panels import Action, FactSource, Tab
from documents.models import Document
from documents.panels import DocumentLink
from documents.queries import SESSION_NOTES
from mentalspace.core import formatting
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.panels import AppointmentAction

ARRIVED = {AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_SESSION, AppointmentStatus.COMPLETED}


def _live_bill(appointment: Appointment) -> Bill | None:
    bills = Bill.objects.filter(appointment=appointment, kind=BillKind.SERVICE).exclude(
        status=BillStatus.VOID
    )
    return bills.only("id", "staff_id").first()


def copay_link(actor: User, appointment: Appointment) -> tuple[str, str] | None:
    """Once the client is there, the desk and billers may take a payment for the visit, or see what was taken."""
    if appointment.status not in ARRIVED or not appointment.is_billable or not rules.can_take_payments(actor):
        return None
    taken = queries.taken_for_visits([appointment.pk]).get(appointment.pk)
    if taken is not None:
        payment, amount = taken
        return f"{formatting.money(amount)} taken", reverse("billing:payment_detail", args=[payment])
    url = f"{reverse('billing:payment_create')}?client={appointment.client_id}&appointment={appointment.pk}"
    return "Take copay", url


def bill_link(actor: User, appointment: Appointment) -> tuple[str, str] | None:
    """The bill of a completed session: open it, make it, or see why it cannot be made. Two queries at most."""
    if appointment.status != AppointmentStatus.COMPLETED or not appointment.is_billable:
        return None
    if not rules.can_see_bill.gate(actor):
        return None
    bill = _live_bill(appointment)
    if bill is not None:
        seen = rules.can_see_balances(actor) or rules.visible_bills(actor).filter(pk=bill.pk).exists()
        return ("Open bill", reverse("billing:bill_detail", args=[bill.pk])) if seen else None
    if not rules.can_manage_bills(actor):
        return None
    if queries.has_signed_note(appointment.pk):
        return "Bill", reverse("billing:bill_create", args=[appointment.pk])
    return "Why can’t I bill this?", reverse("billing:bill_checks", args=[appointment.pk])


def document_link(actor: User, document: Document) -> tuple[str, str] | None:
    """From a signed session note to its bill."""
    visit = document.appointment
    if visit is None or document.type not in SESSION_NOTES or not document.is_signed:
        return None
    return bill_link(actor, visit)


def _payment_url(client: Client) -> str:
    return f"{reverse('billing:payment_create')}?client={client.pk}"


def _may_take(actor: User, client: Client) -> bool:
    return rules.can_take_payments(actor)


def _may_invoice(actor: User, client: Client) -> bool:
    return rules.can_manage_bills(actor)


def _invoice_url(client: Client) -> str:
    return reverse("billing:invoice_create", args=[client.pk])


CHART = (
    Tab("billing", "Billing", "receipt", 50, may_see_account, "billing/account.html", account_tab),
    FactSource("balance", 50, may_see_balance, balance_fact, balance_columns),
    Action("Payment", "cash", 50, _may_take, _payment_url),
    Action("Invoice", "file-invoice", 51, _may_invoice, _invoice_url),
)
DOCUMENT = (DocumentLink("bill", "receipt", 50, document_link),)
APPOINTMENT = (
    AppointmentAction("copay", "cash", 50, copay_link),
    AppointmentAction("bill", "receipt", 60, bill_link),
)
