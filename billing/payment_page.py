"""What a payment's page shows."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from accounts.models import User
from billing import rules
from billing.choices import PaymentSource
from billing.detail import Shown
from billing.links import appointment_url
from billing.models import Allocation, Refund
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Cell


def payment_facts(payment: Any) -> list[tuple[str, Any]]:
    """What a payment says of itself."""
    visit = payment.appointment
    when = formatting.instant(visit.start_time, clock.zone()) if visit else ""
    return [
        ("From", payment.payer or payment.get_source_display()),
        ("Method", payment.get_method_display()),
        ("Reference", payment.reference),
        ("Received on", formatting.date(payment.received_on)),
        *([("For the visit", Cell(when, appointment_url(visit.pk)))] if visit else []),
        ("Note", payment.note),
        ("Recorded by", payment.created_by.full_name if payment.created_by else ""),
    ]


def payment_lines(actor: User, payment: Any) -> list[Shown]:
    """Where the money went, with what is left after each row. Two queries, and one when it was reversed."""
    rows: list[Any] = [
        *Allocation.objects.filter(payment=payment).select_related("bill", "created_by", "reversed_by"),
        *Refund.objects.filter(payment=payment).select_related("created_by", "reversed_by"),
    ]
    if payment.taken_back:
        rows.append(payment.reversed_by)
    rest = payment.amount
    lines = []
    for row in sorted(rows, key=lambda each: (each.created_at, each.amount < 0)):
        effect = row.amount if row == payment or row.reverses_id == payment.pk else -row.amount
        rest += effect
        lines.append(_line(row, effect, rest, rules.can_manage_bills(actor)))
    return lines


def _line(row: Any, effect: Decimal, rest: Decimal, may_reverse: bool) -> Shown:
    stands = row.reverses_id is None and getattr(row, "reversed_by", None) is None
    text, url, name = "Payment reversed", "", ""
    if isinstance(row, Allocation):
        bill = row.bill
        verb = "Taken off" if row.amount < 0 else "Applied to"
        text = f"{verb} {bill.code or bill.get_kind_display()} of {formatting.date(bill.service_date)}"
        url, name = reverse("billing:bill_detail", args=[bill.pk]), "allocation_reverse"
    elif isinstance(row, Refund):
        text = f"{'Refund reversed' if row.amount < 0 else 'Refunded'} by {row.get_method_display().lower()}"
        name = "refund_reverse"
    by = row.created_by.full_name if row.created_by_id else ""
    return Shown(
        when=formatting.date(clock.local(row.created_at).date()),
        text=text,
        sub=" · ".join(part for part in (row.note, by) if part),
        amount=formatting.money(effect),
        balance=formatting.money(rest),
        url=url,
        reverse_url=reverse(f"billing:{name}", args=[row.pk]) if may_reverse and stands and name else "",
        is_quiet=not stands,
    )


def payment_actions(actor: User, payment: Any) -> list[Action]:
    """The verbs that apply to a payment now."""
    if payment.taken_back:
        return []
    made = []

    def add(label: str, name: str, icon: str, *, danger: bool = False, primary: bool = False) -> None:
        url = reverse(f"billing:{name}", args=[payment.pk])
        made.append(Action(label, url, icon=icon, dialog=True, danger=danger, primary=primary))

    manages = rules.can_manage_bills(actor)
    if payment.unapplied > 0 and manages:
        add("Refund", "payment_refund", "receipt-refund")
    if manages:
        add("Reverse", "payment_reverse", "arrow-back-up", danger=True)
    if payment.unapplied > 0 and (manages or payment.source != PaymentSource.INSURANCE):
        add("Apply", "payment_apply", "check", primary=True)
    return made
