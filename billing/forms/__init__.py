"""What people type about money, read and refused in sentences; services decide."""

from billing.forms.bills import (
    AdjustForm,
    ChargeForm,
    DenyForm,
    OtherChargeForm,
    PartsForm,
    ReasonForm,
    SubmitForm,
    TransferForm,
    WriteOffForm,
)
from billing.forms.codes import ImportForm, ServiceCodeForm
from billing.forms.invoices import InvoiceForm
from billing.forms.payments import ApplyForm, NoCopayForm, PaymentForm, RefundForm

__all__ = [
    "AdjustForm",
    "ApplyForm",
    "ChargeForm",
    "DenyForm",
    "ImportForm",
    "InvoiceForm",
    "NoCopayForm",
    "OtherChargeForm",
    "PartsForm",
    "PaymentForm",
    "ReasonForm",
    "RefundForm",
    "ServiceCodeForm",
    "SubmitForm",
    "TransferForm",
    "WriteOffForm",
]
