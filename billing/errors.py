"""Facts about money that stop a verb. Each is one sentence for the person; none holds clinical text."""

from decimal import Decimal

from mentalspace.core import formatting
from mentalspace.core.errors import DomainError


class NotBillable(DomainError):
    """A session that cannot be charged yet: the sentence says what is missing."""

    message = "This session cannot be billed yet."


class AlreadyBilled(DomainError):
    message = "This session has a bill for this code already."


class UnknownCode(DomainError):
    message = "This service code is not in the practice's list, or it has no fee."
    field = "code"


class PartsDoNotAddUp(DomainError):
    field = "client_amount"

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"The insurance and client parts must add up to {formatting.money(amount)}.")


class BillIsVoid(DomainError):
    message = "This bill is void; nothing can be posted to it."


class BillHasRows(DomainError):
    message = "Something has been posted to this bill. Reverse it first, or use a transfer or an adjustment."


class BillOnInvoice(DomainError):
    message = "This bill is on an invoice. Void the invoice first."


class NotOfThisClient(DomainError):
    message = "A bill and a payment must belong to the same client."


class MoreThanOwed(DomainError):
    """`field` names the input of the bill concerned."""

    def __init__(self, owed: Decimal, by: str, *, field: str | None = "amount") -> None:
        super().__init__(
            f"Only {formatting.money(owed)} is open on the {by}’s part of this bill.", field=field
        )


class MoreThanUnapplied(DomainError):
    def __init__(self, rest: Decimal, *, field: str | None = "amount") -> None:
        super().__init__(f"Only {formatting.money(rest)} of this payment is not applied.", field=field)


class AmountNotPositive(DomainError):
    message = "Enter an amount above zero."
    field = "amount"


class DateInFuture(DomainError):
    message = "This day has not come yet."


class AlreadyReversed(DomainError):
    message = "This was reversed already, or is itself a reversal."


class RefundStands(DomainError):
    message = "Part of this payment was refunded. Reverse the refund first."


class TransferInUse(DomainError):
    message = "Money has been applied to what was transferred. Reverse that first."


class NothingToInvoice(DomainError):
    message = "Choose at least one bill in which the client has a part and which is on no other invoice."
    field = "bills"


class InvoiceIsVoid(DomainError):
    message = "This invoice is void already."


class DueBeforeInvoice(DomainError):
    message = "The due date cannot be before the invoice date."
    field = "due_date"


class ReasonMissing(DomainError):
    message = "Say why in a few words."
    field = "reason"


class FeeDecided(DomainError):
    message = "This fee was confirmed or waived already."


class FeeNoLongerDue(DomainError):
    message = "The appointment is no longer missed or cancelled late. Waive the fee."


class CodeTaken(DomainError):
    message = "The practice has this code already."
    field = "code"


class ImportRefused(DomainError):
    """Lines of a file that do not fit, each as (line number, sentence). Nothing was imported."""

    message = "Nothing was imported. Mend these lines and try again."
    field = "file"

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = faults
        super().__init__()


class AppointmentBilled(DomainError):
    message = "This appointment has a bill. Void the bill first, then take the appointment back."


class NoCopayDue(DomainError):
    message = "No copay is due for this visit, or it was taken meanwhile."
