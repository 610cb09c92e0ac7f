"""What billing puts on the pages of the apps below: the chart's tab and balance, and an appointment's buttons."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from billing import queries, rules, services
from billing.account import account_tab, balance_columns, balance_fact, may_see_account, may_see_balance
from billing.choices import BillKind, BillStatus, FeeState
from billing.links import appointment_url, copay_url
from billing.models import Bill, FeeProposal
from clients.models import Client
from clients.panels import Action, FactSource, Tab
from documents.models import Document
from documents.panels import DocumentLink
from documents.queries import SESSION_NOTES
from mentalspace.core import formatting
from mentalspace.core.cells import Action as ItemAction
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.panels import AppointmentAction, AppointmentSection, Consequence

MISSED = {AppointmentStatus.LATE_CANCELLED, AppointmentStatus.NO_SHOW}
ARRIVED = {AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_SESSION, AppointmentStatus.COMPLETED}


def copay_links(actor: User, visits: Sequence[Appointment]) -> dict[UUID, tuple[str, str]]:
    """Once the client is there, the desk and billers may take a payment for the visit, or see what came of it.

    One query at most.
    """
    asked = [each for each in visits if each.status in ARRIVED and each.is_billable]
    if not asked or not rules.can_take_payments(actor):
        return {}
    money = queries.desk_money(actor, [each.pk for each in asked])
    found = {}
    for each in asked:
        payment, amount = money.get(each.pk, (None, None))
        if payment is not None:
            url = reverse("billing:payment_detail", args=[payment])
            found[each.pk] = f"{formatting.money(amount)} taken", url
        else:
            found[each.pk] = "Take payment" if amount is None else "Copay not taken", copay_url(each)
    return found


def bill_links(actor: User, visits: Sequence[Appointment]) -> dict[UUID, tuple[str, str]]:
    """The bill of each completed session: open it, make it, or see why it cannot be made. Three queries at most."""
    held = [each for each in visits if each.status == AppointmentStatus.COMPLETED and each.is_billable]
    if not held or not rules.can_see_bill.gate(actor):
        return {}
    bills = dict(
        Bill.objects.filter(appointment__in=held, kind=BillKind.SERVICE)
        .exclude(status=BillStatus.VOID)
        .values_list("appointment_id", "pk")
    )
    seen = set(bills.values())
    if bills and not rules.can_see_balances(actor):
        seen = set(rules.visible_bills(actor).filter(pk__in=seen).values_list("pk", flat=True))
    found = {
        visit: ("Open bill", reverse("billing:bill_detail", args=[bill]))
        for visit, bill in bills.items()
        if visit and bill in seen
    }
    unbilled = [each.pk for each in held if each.pk not in bills]
    if unbilled and rules.can_manage_bills(actor):
        signed = queries.with_signed_note(unbilled)
        for key in unbilled:
            label, name = (
                ("Bill", "bill_create") if key in signed else ("Why can’t I bill this?", "bill_checks")
            )
            found[key] = label, reverse(f"billing:{name}", args=[key])
    return found


def ask_for_copay(actor: User, visit: Appointment) -> tuple[str, str] | None:
    """Who checks a client in and may take payments is asked for the copay at once. Three queries at most."""
    if visit.status != AppointmentStatus.CHECKED_IN or not rules.can_take_payments(actor):
        return None
    due = services.copay_due(visit)
    return (f"The copay is {formatting.money(due)}.", copay_url(visit)) if due else None


def say_fee(actor: User, visit: Appointment) -> tuple[str, str] | None:
    """Whether a missed visit proposes a fee."""
    if visit.status not in MISSED:
        return None
    proposal = FeeProposal.objects.filter(appointment=visit, state=FeeState.PROPOSED).first()
    if proposal is None:
        return "No fee is proposed.", ""
    words = f"A fee of {formatting.money(proposal.amount)} is proposed"
    return (f"{words}.", "") if rules.can_manage_bills(actor) else (f"{words}; billing decides on it.", "")


def fee_section(request: ActorRequest, visit: Appointment) -> dict[str, Any] | None:
    """The fee of a missed visit for who decides on it: charge it, waive it, what was decided, or why there is none."""
    if visit.status not in MISSED or not rules.can_manage_bills(request.user):
        return None
    proposal = FeeProposal.objects.filter(appointment=visit).select_related("decided_by").first()
    if proposal is None:
        client = Client.objects.select_related("profile").get(pk=visit.client_id)
        fee = services.missed_fee(visit, client)
        return {"words": f"None. {fee.why_none if fee else ''}".strip()}
    words = f"{formatting.money(proposal.amount)}, {proposal.get_state_display().lower()}"
    actions = []
    if proposal.state == FeeState.PROPOSED:
        for label, name, icon in (
            ("Charge the fee", "fee_confirm", "receipt"),
            ("Waive it", "fee_waive", "x"),
        ):
            url = f"{reverse(f'billing:{name}', args=[proposal.pk])}?{urlencode({'next': appointment_url(visit.pk)})}"
            actions.append(ItemAction(label, url, icon=icon, dialog=True))
    return {"words": words, "reason": proposal.waive_reason, "actions": actions}


def document_link(actor: User, document: Document) -> tuple[str, str] | None:
    """From a signed session note to its bill."""
    visit = document.appointment
    if visit is None or document.type not in SESSION_NOTES or not document.is_signed or document.in_error:
        return None
    return bill_links(actor, [visit]).get(visit.pk)


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
    AppointmentAction("copay", "cash", 50, copay_links),
    AppointmentAction("bill", "receipt", 60, bill_links),
    AppointmentSection("fee", 50, "billing/_fee_of_visit.html", fee_section),
    Consequence("copay", 50, ask_for_copay),
    Consequence("fee", 60, say_fee),
)
