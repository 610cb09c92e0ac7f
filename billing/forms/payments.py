"""Forms of payments: the money, and an amount for each bill it pays."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from billing.choices import NoCopay, PaymentMethod, PaymentSource
from billing.models import ZERO, Bill
from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField, MoneyField, PageForm, Section, Together

BILL = "bill_"


class AllocationFields(PageForm):
    """A money field for each open bill; `allocations()` gives what was typed."""

    def __init__(
        self, *args: Any, bills: list[Bill], proposed: Mapping[UUID, Decimal], owes: str, **kwargs: Any
    ) -> None:
        self.bills = bills
        super().__init__(*args, **kwargs)
        for bill in bills:
            owed = bill.client_balance if owes == "client" else bill.insurance_balance
            self.fields[f"{BILL}{bill.pk}"] = MoneyField(
                label=f"{formatting.date(bill.service_date)} {bill.description or bill.get_kind_display()}",
                help_text=f"{formatting.money(owed)} open",
                required=False,
                maximum=owed,
                initial=proposed.get(bill.pk),
                error_messages={"maximum": "Only %(bound)s is open on this bill."},
            )

    def facts(self) -> dict[str, Any]:
        """What was typed of the payment itself."""
        return {name: value for name, value in self.cleaned_data.items() if not name.startswith(BILL)}

    def allocations(self) -> dict[UUID, Decimal]:
        return {
            bill.pk: amount for bill in self.bills if (amount := self.cleaned_data.get(f"{BILL}{bill.pk}"))
        }

    def bill_section(self, title: str, text: str) -> list[Any]:
        names = [f"{BILL}{bill.pk}" for bill in self.bills]
        pairs = [Together(*names[at : at + 2]) for at in range(0, len(names), 2)]
        return [Section(title, *pairs, text=text)] if names else []

    def fit_untouched(self, rest: Decimal | None) -> None:
        """The bills were proposed before the amount was known: untouched ones shrink to what there is, oldest first."""
        names = [f"{BILL}{bill.pk}" for bill in self.bills]
        if rest is None or set(names) & {*self.changed_data, *self.errors}:
            return
        for name in names:
            share = min(self.cleaned_data.get(name) or ZERO, rest)
            self.cleaned_data[name] = share or None
            rest -= share

    def check_sum(self, rest: Decimal | None, field: str | None) -> None:
        """What is applied is no more than there is."""
        applied = sum(self.allocations().values(), ZERO)
        if rest is not None and applied > rest:
            over = formatting.money(applied - rest)
            self.add_error(
                field, f"The bills below come to {formatting.money(applied)}, {over} more than there is."
            )


class PaymentForm(AllocationFields):
    """Money from a client or an insurer."""

    submit_label = "Record payment"
    amount = MoneyField(minimum=Decimal("0.01"))
    received_on = DateField(label="Received on", latest=clock.today)
    method = forms.ChoiceField(choices=())
    payer = forms.CharField(label="Insurer", max_length=120)
    reference = forms.CharField(
        max_length=100, required=False, help_text="Check or trace number, last four digits of a card."
    )
    note = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)
        is_insurer = source == PaymentSource.INSURANCE
        if not is_insurer:
            del self.fields["payer"]
        ways = [PaymentMethod.TRANSFER, PaymentMethod.CHECK, PaymentMethod.CARD, PaymentMethod.INSURANCE]
        own = [way for way in PaymentMethod if way != PaymentMethod.INSURANCE]
        shown = [*ways, PaymentMethod.OTHER] if is_insurer else own
        self.fields["method"].choices = [  # type: ignore[attr-defined]
            (way.value, "Insurer’s own way" if way == PaymentMethod.INSURANCE else way.label) for way in shown
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.fit_untouched(cleaned.get("amount"))
        self.check_sum(cleaned.get("amount"), "amount")
        return cleaned

    def layout(self) -> list[Any]:
        payer = ["payer"] if "payer" in self.fields else []
        text = "Change what is proposed, or leave a bill empty; what is not applied stays as credit."
        bills = self.bill_section("Apply to bills", text)
        return [Together("amount", "received_on"), *payer, Together("method", "reference"), "note", *bills]


class ApplyForm(AllocationFields):
    """Apply what is left of a payment."""

    submit_label = "Apply payment"

    def __init__(self, *args: Any, rest: Decimal, **kwargs: Any) -> None:
        self.rest = rest
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_sum(self.rest, None)
        return cleaned

    def layout(self) -> list[Any]:
        return self.bill_section(
            "Open bills", f"{formatting.money(self.rest)} of this payment is not applied."
        )


class RefundForm(PageForm):
    """Give back what is not applied."""

    submit_label = "Record refund"
    amount = MoneyField(minimum=Decimal("0.01"))
    refunded_on = DateField(label="Refunded on", latest=clock.today)
    method = forms.ChoiceField(choices=PaymentMethod.choices)
    reference = forms.CharField(max_length=100, required=False)
    note = forms.CharField(
        max_length=300, label="Reason", error_messages={"required": "Say why in a few words."}
    )

    def layout(self) -> list[Any]:
        return [Together("amount", "refunded_on"), Together("method", "reference"), "note"]


class NoCopayForm(PageForm):
    """Why a copay is not taken at the desk."""

    submit_label = "Copay not taken"
    reason = forms.ChoiceField(label="Why", choices=NoCopay.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note", required=False, max_length=150, help_text="For the schedule; nothing clinical."
    )
