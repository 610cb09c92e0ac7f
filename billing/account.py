"""A client's account in the chart: charges, payments, invoices, balance and ageing, and the chart's "Balance"."""

from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from billing import queries, rules
from billing.choices import BillStatus, Owes
from billing.detail import payment_badge
from billing.home import bills_url
from billing.links import account_url
from billing.lists import INVOICE_STATES, bill_badge
from billing.models import Bill
from billing.queries import Account
from clients.models import Client
from clients.panels import Columns, Fact
from clients.rules import can_serve_client
from mentalspace.core import formatting
from mentalspace.core.cells import Action, Stat

BILLS_SHOWN, OTHERS_SHOWN = 50, 10
CLOSED = {BillStatus.VOID, BillStatus.PAID, BillStatus.WRITTEN_OFF}


def may_see_account(actor: User, client: Client) -> bool:
    """The office sees the account, a clinician the charges for their own services; in an emergency nobody."""
    return rules.can_see_bill.gate(actor) and can_serve_client(actor, client)


def may_see_balance(actor: User, client: Client) -> bool:
    return rules.can_see_balances(actor)


def balance_columns(actor: User) -> Columns:
    """The account, read with the client for whom may see balances."""
    return queries.account_columns() if rules.can_see_balances(actor) else {}


def balance_fact(actor: User, client: Client) -> Fact | None:
    """What the client owes, in the chart's header."""
    account = queries.account_on(client)
    owed = account.client_balance
    if owed < 0:
        return Fact("Balance", f"{formatting.money(-owed)} credit", account_url(client.pk), "success")
    tone = "danger" if account.is_overdue else ""
    return Fact("Balance", formatting.money(owed), account_url(client.pk), tone)


def account_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """Three queries for the office, one for a clinician."""
    actor = request.user
    office = rules.can_see_balances(actor)
    found = (
        queries.bill_rows(actor).filter(client=client).order_by("-service_date", "-created_at")[:BILLS_SHOWN]
    )
    bills = [_bill_row(bill, office=office) for bill in found]
    context: dict[str, Any] = {"bills": bills, "bills_url": bills_url(client=client.pk)}
    if not office:
        return context
    account = queries.account_on(client)
    payments = (
        queries.payment_rows(actor)
        .filter(client=client)
        .order_by("-received_on", "-created_at")[:OTHERS_SHOWN]
    )
    invoices = queries.invoice_rows(actor).filter(client=client).order_by("-sequence")[:OTHERS_SHOWN]
    return context | {
        "account": account,
        "figures": _figures(account, client),
        "ages": _ages(account, client),
        "actions": _actions(actor, client),
        "payments": [_payment_row(payment) for payment in payments],
        "payments_url": f"{reverse('billing:payment_list')}?client={client.pk}",
        "invoices": [_invoice_row(invoice) for invoice in invoices],
        "invoices_url": f"{reverse('billing:invoice_list')}?client={client.pk}",
    }


def _figures(account: Account, client: Client) -> list[Stat]:
    money = formatting.money
    payments = f"{reverse('billing:payment_list')}?client={client.pk}"
    return [
        Stat(
            "Client owes",
            money(account.client_owes),
            bills_url(owed_by=Owes.CLIENT.value, client=client.pk),
            sub=f"{money(account.client_balance)} after credit" if account.unapplied else "",
            tone="danger" if account.is_overdue else "neutral",
        ),
        Stat(
            "Insurer owes",
            money(account.insurance_owes),
            bills_url(owed_by=Owes.INSURANCE.value, client=client.pk),
        ),
        Stat(
            "Unapplied credit",
            money(account.unapplied),
            f"{payments}&left=yes",
            tone="info" if account.unapplied else "neutral",
        ),
    ]


def _ages(account: Account, client: Client) -> list[dict[str, str]]:
    """The client's part by age, each figure leading to its bills."""
    made = []
    for bucket, amount in zip(queries.bucket_bounds(), account.ages, strict=True):
        url = bills_url(owed_by=Owes.CLIENT.value, bucket=bucket.number, client=client.pk)
        made.append({"label": bucket.label, "amount": formatting.money(amount), "url": url if amount else ""})
    return made


def _actions(actor: User, client: Client) -> list[Action]:
    made = []
    pay = f"{reverse('billing:payment_create')}?client={client.pk}"
    if rules.can_take_payments(actor):
        made.append(Action("Take payment", pay, icon="cash", primary=True))
    if rules.can_manage_bills(actor):
        made += [
            Action("Insurance payment", f"{pay}&source=insurance", icon="building-bank"),
            Action("New invoice", reverse("billing:invoice_create", args=[client.pk]), icon="file-invoice"),
            Action(
                "Other charge",
                reverse("billing:charge_create", args=[client.pk]),
                icon="receipt",
                dialog=True,
            ),
        ]
    return made


def _bill_row(bill: Bill, *, office: bool) -> dict[str, Any]:
    found: Any = bill
    live = bill.status != BillStatus.VOID
    return {
        "url": reverse("billing:bill_detail", args=[bill.pk]),
        "date": formatting.date(bill.service_date),
        "what": " ".join(part for part in (bill.code, bill.description or bill.get_kind_display()) if part),
        "sub": " · ".join(part for part in (bill.staff.full_name if bill.staff else "", bill.payer) if part),
        "badge": bill_badge(bill),
        "amount": formatting.money(bill.amount),
        "adjusted": formatting.money(bill.adjusted_amount),
        "paid": formatting.money(bill.insurance_paid + bill.client_paid),
        "insurance_open": formatting.money(found.insurance_open) if live else "",
        "client_open": formatting.money(found.client_open) if live else "",
        "quiet": bill.status in CLOSED,
    }


def _payment_row(payment: Any) -> dict[str, Any]:
    who = payment.payer or payment.get_source_display()
    return {
        "url": reverse("billing:payment_detail", args=[payment.pk]),
        "date": formatting.date(payment.received_on),
        "what": " · ".join(part for part in (who, payment.get_method_display(), payment.reference) if part),
        "badge": payment_badge(payment),
        "amount": formatting.money(payment.amount + payment.taken_back),
    }


def _invoice_row(invoice: Any) -> dict[str, Any]:
    return {
        "url": reverse("billing:invoice_detail", args=[invoice.pk]),
        "number": invoice.number,
        "what": f"Issued {formatting.date(invoice.invoice_date)}, due {formatting.date(invoice.due_date)}",
        "badge": INVOICE_STATES[invoice.state],
        "amount": formatting.money(invoice.owed if invoice.state != "void" else None),
    }
