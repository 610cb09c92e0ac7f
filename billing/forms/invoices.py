"""The form of a new invoice."""

from typing import Any
from uuid import UUID

from django import forms

from billing.models import Bill
from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField, PageForm, Together


class InvoiceForm(PageForm):
    """Which bills, and when it is due: those chosen on the page before, or else all on which something is open."""

    submit_label = "Issue invoice"
    bills = forms.TypedMultipleChoiceField(
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one bill.",
            "invalid_choice": "One of these bills is on an invoice already.",
        },
    )
    invoice_date = DateField(label="Invoice date", latest=clock.today)
    due_date = DateField(label="Due date")

    def __init__(self, *args: Any, bills: list[Bill], chosen: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bills"].choices = [(str(bill.pk), self._words(bill)) for bill in bills]  # type: ignore[attr-defined]
        self.fields["bills"].initial = chosen or [str(bill.pk) for bill in bills if bill.client_balance > 0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        issued, due = cleaned.get("invoice_date"), cleaned.get("due_date")
        if issued and due and due < issued:
            self.add_error("due_date", "The due date cannot be before the invoice date.")
        return cleaned

    def layout(self) -> list[Any]:
        return ["bills", Together("invoice_date", "due_date")]

    @staticmethod
    def _words(bill: Bill) -> str:
        what = " ".join(part for part in (bill.code, bill.description or bill.get_kind_display()) if part)
        owed = formatting.money(bill.client_balance) if bill.client_balance > 0 else "paid"
        return f"{formatting.date(bill.service_date)} · {what} · {owed}"
