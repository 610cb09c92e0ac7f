"""Who may see and move money. Nothing here shows clinical text.

Administrators and billers do all of it; the front desk takes copays and sees what a client owes; clinicians see the
charges for their own services.
"""

from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import has_role, is_clinician
from billing.models import Bill, Invoice, Payment
from staff.rules import staff_of

BILLS = (Role.ADMIN, Role.BILLER)
SEES_BALANCES = (Role.ADMIN, Role.BILLER, Role.FRONT_DESK)


def can_open_billing(actor: User) -> bool:
    return has_role(actor, *BILLS)


def can_see_balances(actor: User) -> bool:
    """What a client owes, in the chart's header and billing tab."""
    return has_role(actor, *SEES_BALANCES)


def can_see_some_bills(actor: User) -> bool:
    return can_see_balances(actor) or is_clinician(actor)


def can_take_payments(actor: User) -> bool:
    """Copays and other client payments at the desk."""
    return has_role(actor, *SEES_BALANCES)


def can_manage_bills(actor: User) -> bool:
    """Charges, invoices, insurance payments, adjustments, refunds, reversals, write-offs and service codes."""
    return has_role(actor, *BILLS)


def visible_bills(actor: User) -> QuerySet[Bill]:
    if has_role(actor, *SEES_BALANCES):
        return Bill.objects.all()
    own = staff_of(actor)
    if own is not None and is_clinician(actor):
        return Bill.objects.filter(staff_id=own.pk)
    return Bill.objects.none()


def visible_invoices(actor: User) -> QuerySet[Invoice]:
    return Invoice.objects.all() if has_role(actor, *SEES_BALANCES) else Invoice.objects.none()


def visible_payments(actor: User) -> QuerySet[Payment]:
    return Payment.objects.all() if has_role(actor, *SEES_BALANCES) else Payment.objects.none()
