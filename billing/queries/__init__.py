"""Named reads of money. Figures are Decimal dollars; every one counts rows that a list can show.

For reports of the workspace:

- `revenue(first, last, by=…)`: charges and money received in a range of days, by clinician, code or payer
- `ageing_by_client()`, `ageing_by_payer()` and `open_by_age()`: what is open, by age
- `unbilled_sessions()`, `ready_to_bill()`, `held_sessions()`: completed sessions without a bill
"""

from billing.queries.ageing import (
    age_of,
    ageing_by_client,
    ageing_by_payer,
    is_owed,
    open_by_age,
)
from billing.queries.balances import (
    Account,
    account_columns,
    account_on,
    open_bills,
    open_total,
    unapplied_total,
)
from billing.queries.bills import (
    BillLine,
    bill_rows,
    bill_with_chain,
    bills_to_mend,
    ledger_of,
    note_in_error,
    session_note_of,
)
from billing.queries.buckets import Bucket, bucket_bounds, in_bucket
from billing.queries.fees import fee_proposals
from billing.queries.invoices import invoice_rows, invoiceable_bills, search_hits
from billing.queries.payments import (
    applicable_bills,
    desk_money,
    left_for_visits,
    left_over,
    part_paid_by,
    payment_rows,
    taken_for_visits,
    with_unapplied,
)
from billing.queries.reports import RevenueRow, collections_by_month, revenue
from billing.queries.work import (
    Check,
    checks_of,
    has_signed_note,
    held_sessions,
    is_billed,
    past_hold,
    ready_to_bill,
    unbilled_sessions,
    with_signed_note,
    work_figures,
)

__all__ = [
    "Account",
    "BillLine",
    "Bucket",
    "Check",
    "RevenueRow",
    "account_columns",
    "account_on",
    "age_of",
    "ageing_by_client",
    "ageing_by_payer",
    "applicable_bills",
    "bill_rows",
    "bill_with_chain",
    "bills_to_mend",
    "bucket_bounds",
    "checks_of",
    "collections_by_month",
    "desk_money",
    "fee_proposals",
    "has_signed_note",
    "held_sessions",
    "in_bucket",
    "invoice_rows",
    "invoiceable_bills",
    "is_billed",
    "is_owed",
    "ledger_of",
    "left_for_visits",
    "left_over",
    "note_in_error",
    "open_bills",
    "open_by_age",
    "open_total",
    "part_paid_by",
    "past_hold",
    "payment_rows",
    "ready_to_bill",
    "revenue",
    "search_hits",
    "session_note_of",
    "taken_for_visits",
    "unapplied_total",
    "unbilled_sessions",
    "with_signed_note",
    "with_unapplied",
    "work_figures",
]
