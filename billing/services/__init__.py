"""Every write of money: one verb, one function, one transaction. See `locks` for the order of locks."""

from billing.services.adjustments import adjust, transfer, write_off
from billing.services.bills import (
    BulkResult,
    bill_session,
    bill_sessions,
    change_parts,
    create_other_charge,
    mark_denied,
    mark_submitted,
    void_bill,
)
from billing.services.codes import Imported, create_code, import_codes, set_code_active, update_code
from billing.services.copays import copay_due, leave_copay
from billing.services.fees import MissedFee, confirm_fee, missed_fee, propose_fee, waive_fee, withdraw_fee
from billing.services.invoices import create_invoice, record_printed, usual_due_date, void_invoice
from billing.services.payments import apply_payment, propose_allocations, refund, take_payment
from billing.services.reversals import (
    reverse_adjustment,
    reverse_allocation,
    reverse_payment,
    reverse_refund,
    reverse_transfer,
)
from billing.services.settle import settle

__all__ = [
    "BulkResult",
    "Imported",
    "MissedFee",
    "adjust",
    "apply_payment",
    "bill_session",
    "bill_sessions",
    "change_parts",
    "confirm_fee",
    "copay_due",
    "create_code",
    "create_invoice",
    "create_other_charge",
    "import_codes",
    "leave_copay",
    "mark_denied",
    "mark_submitted",
    "missed_fee",
    "propose_allocations",
    "propose_fee",
    "record_printed",
    "refund",
    "reverse_adjustment",
    "reverse_allocation",
    "reverse_payment",
    "reverse_refund",
    "reverse_transfer",
    "set_code_active",
    "settle",
    "take_payment",
    "transfer",
    "update_code",
    "usual_due_date",
    "void_bill",
    "void_invoice",
    "waive_fee",
    "withdraw_fee",
    "write_off",
]
