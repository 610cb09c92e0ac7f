"""Forms of a bill's verbs."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms

from billing.choices import WRITE_OFFS, AdjustmentKind, Owes, TransferDirection
from billing.coverage import first_coverage, propose_parts
from billing.models import Bill, ServiceCode
from mentalspace.core import clock, formatting
from mentalspace.core.forms import DateField, MoneyField, PageForm, Together
from scheduling.models import Appointment

SAY_WHY = {"required": "Say why in a few words."}
REASON_HELP = "Seen in the ledger and the audit trail. No clinical details."


class ReasonForm(PageForm):
    """Why something is voided, reversed or waived."""

    reason = forms.CharField(max_length=300, help_text=REASON_HELP, error_messages=SAY_WHY)


class _PartsMixin(PageForm):
    """Two parts that add up to an amount."""

    amount: Decimal

    def clean(self) -> dict[str, Any]:
        """Say the difference, so that nobody has to compute it."""
        cleaned = super().clean() or self.cleaned_data
        insured, own = cleaned.get("insurance_amount"), cleaned.get("client_amount")
        total = self.total(cleaned)
        if insured is not None and own is not None and total is not None and insured + own != total:
            gap = insured + own - total
            words = f"{formatting.money(abs(gap))} too {'much' if gap > 0 else 'little'}"
            self.add_error(
                "client_amount", f"The two parts must add up to {formatting.money(total)}; this is {words}."
            )
        if insured and not cleaned.get("payer"):
            self.add_error("payer", "Name the insurer who is asked for its part.")
        return cleaned

    def total(self, cleaned: dict[str, Any]) -> Decimal | None:
        return self.amount


class PartsForm(_PartsMixin):
    """Split a charge between insurer and client."""

    submit_label = "Save parts"
    insurance_amount = MoneyField(label="Insurer’s part")
    client_amount = MoneyField(label="Client’s part")
    payer = forms.CharField(
        label="Insurer", max_length=120, required=False, help_text="Empty when the client pays all."
    )

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        self.amount = bill.amount
        super().__init__(*args, **kwargs)

    def layout(self) -> list[Any]:
        return [Together("insurance_amount", "client_amount"), "payer"]


class ChargeForm(_PartsMixin):
    """Charge a session: its code, units, and who pays which part."""

    submit_label = "Create bill"
    code = forms.ChoiceField(label="Service code", choices=())
    units = forms.IntegerField(
        min_value=1, max_value=96, initial=1, help_text="1 for a session; more for codes by time."
    )
    insurance_amount = MoneyField(label="Insurer’s part")
    client_amount = MoneyField(label="Client’s part")
    payer = forms.CharField(
        label="Insurer", max_length=120, required=False, help_text="Empty when the client pays all."
    )

    def __init__(self, *args: Any, session: Appointment, **kwargs: Any) -> None:
        codes = list(ServiceCode.objects.filter(is_active=True, fee__gt=0).order_by("code"))
        self.fees = {code.code: code.fee for code in codes}
        super().__init__(*args, initial=self._proposed(session), **kwargs)
        choices = [(code.code, f"{code.code} {code.label} ({formatting.money(code.fee)})") for code in codes]
        field = self.fields["code"]
        field.choices = [("", "Choose a code"), *choices]  # type: ignore[attr-defined]
        field.error_messages["required"] = "Choose a service code."

    def _proposed(self, session: Appointment) -> dict[str, Any]:
        """The session's own code, and its fee split by the coverage in force that day."""
        fee = self.fees.get(session.billing_code)
        if fee is None:
            return {"units": 1}
        coverage = first_coverage(session.client, clock.local(session.start_time).date())
        return {"units": 1, "code": session.billing_code, **asdict(propose_parts(fee, coverage))}

    def total(self, cleaned: dict[str, Any]) -> Decimal | None:
        fee, units = self.fees.get(cleaned.get("code", "")), cleaned.get("units")
        return fee * units if fee is not None and units else None

    def layout(self) -> list[Any]:
        return [Together("code", "units"), Together("insurance_amount", "client_amount"), "payer"]


class OtherChargeForm(PageForm):
    """A charge that is no session; the client pays it."""

    submit_label = "Create bill"
    description = forms.CharField(
        max_length=200, label="What for", help_text="Stands on the invoice: copies of records."
    )
    amount = MoneyField(minimum=Decimal("0.01"))
    service_date = DateField(label="Date", latest=clock.today)

    def layout(self) -> list[Any]:
        return ["description", Together("amount", "service_date")]


class SubmitForm(PageForm):
    """When the insurer was asked."""

    submit_label = "Mark as submitted"
    submitted_on = DateField(label="Sent on", latest=clock.today)


class DenyForm(PageForm):
    """When and why the insurer refused."""

    submit_label = "Mark as denied"
    denied_on = DateField(label="Denied on", latest=clock.today)
    reason = forms.CharField(
        max_length=300, help_text="As the payer says it, for example a reason code.", error_messages=SAY_WHY
    )


class AdjustForm(PageForm):
    """Take an amount off one part."""

    submit_label = "Post adjustment"
    kind = forms.ChoiceField(choices=AdjustmentKind.choices)
    taken_from = forms.ChoiceField(label="Taken from", choices=())
    amount = MoneyField(minimum=Decimal("0.01"))
    note = forms.CharField(max_length=300, required=False, help_text=REASON_HELP)

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_parts = {Owes.INSURANCE: bill.insurance_balance, Owes.CLIENT: bill.client_balance}
        self.fields["taken_from"].choices = [  # type: ignore[attr-defined]
            (owes.value, f"{owes.label}’s part ({formatting.money(amount)} open)")
            for owes, amount in open_parts.items()
            if amount > 0
        ]

    def layout(self) -> list[Any]:
        return ["kind", Together("taken_from", "amount"), "note"]


class TransferForm(PageForm):
    """Move an open amount between insurer and client."""

    submit_label = "Transfer"
    direction = forms.ChoiceField(choices=())
    amount = MoneyField(minimum=Decimal("0.01"))
    note = forms.CharField(max_length=300, required=False, help_text="For example deductible, coinsurance.")

    def __init__(self, *args: Any, bill: Bill, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = {
            TransferDirection.TO_CLIENT: bill.insurance_balance,
            TransferDirection.TO_INSURANCE: bill.client_balance,
        }
        self.fields["direction"].choices = [  # type: ignore[attr-defined]
            (way.value, f"{way.label} (up to {formatting.money(amount)})")
            for way, amount in ways.items()
            if amount > 0
        ]

    def layout(self) -> list[Any]:
        return [Together("direction", "amount"), "note"]


class WriteOffForm(PageForm):
    """Give up what is open."""

    submit_label = "Write off"
    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in WRITE_OFFS])
    reason = forms.CharField(max_length=300, help_text=REASON_HELP, error_messages=SAY_WHY)
