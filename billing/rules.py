"""Who may see and move money. Nothing here shows clinical text.

Administrators and billers do all of it; the front desk takes copays and sees what a client owes; clinicians see the
charges for their own services.
"""

from accounts.choices import Role
from accounts.rules import CLINICIANS
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    LeftCopay,
    Payment,
    Refund,
    ServiceCode,
    Transfer,
)
from mentalspace.core.policy import ALL, Part, Permission, Sight
from staff.rules import HELD

BILLS = (Role.ADMIN, Role.BILLER)
SEES_BALANCES = (Role.ADMIN, Role.BILLER, Role.FRONT_DESK)

can_open_billing = Permission("Open billing", *BILLS)
can_see_balances = Permission("See what a client owes, and what was posted to a bill", *SEES_BALANCES)
can_see_bill = Sight(
    "See a bill", Bill, {**dict.fromkeys(CLINICIANS, HELD), **dict.fromkeys(SEES_BALANCES, ALL)}
)
can_see_invoice = Sight("See invoices", Invoice, dict.fromkeys(SEES_BALANCES, ALL))
can_see_payment = Sight("See payments", Payment, dict.fromkeys(SEES_BALANCES, ALL))
can_take_payments = Permission("Take a payment from a client", *SEES_BALANCES)
can_manage_bills = Permission(
    "Charge, invoice, adjust, write off, refund, reverse, keep service codes", *BILLS
)
can_see_fee = Sight("See proposed fees for missed visits", FeeProposal, dict.fromkeys(BILLS, ALL))
can_see_left_copay = Sight("See copays that were not taken", LeftCopay, dict.fromkeys(SEES_BALANCES, ALL))
can_see_service_code = Sight("See service codes and fees", ServiceCode, dict.fromkeys(BILLS, ALL))

visible_bills = can_see_bill.scope
visible_invoices = can_see_invoice.scope
visible_payments = can_see_payment.scope
visible_fees = can_see_fee.scope
visible_left_copays = can_see_left_copay.scope
visible_service_codes = can_see_service_code.scope

# What was posted. A clinician sees the charge for a service, not how it was settled.
can_see_adjustment = Sight("See adjustments", Adjustment, dict.fromkeys(SEES_BALANCES, ALL))
can_see_transfer = Sight("See transfers", Transfer, dict.fromkeys(SEES_BALANCES, ALL))
can_see_allocation = Part(Allocation, "payment", can_see_payment)
can_see_refund = Part(Refund, "payment", can_see_payment)
