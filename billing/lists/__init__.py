"""The lists of this app: what their columns show and what one can do with a row."""

from billing.lists.bills import BillList, bill_badge
from billing.lists.cells import client_cell, money_column
from billing.lists.codes import ServiceCodeList
from billing.lists.fees import FeeList
from billing.lists.invoices import INVOICE_STATES, InvoiceList
from billing.lists.payments import PaymentList
from billing.lists.sessions import HeldList, ReadyList, note_url_of

__all__ = [
    "INVOICE_STATES",
    "BillList",
    "FeeList",
    "HeldList",
    "InvoiceList",
    "PaymentList",
    "ReadyList",
    "ServiceCodeList",
    "bill_badge",
    "client_cell",
    "money_column",
    "note_url_of",
]
