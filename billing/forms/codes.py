"""Forms of the service codes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.choices import UnitRule
from mentalspace.core.forms import MoneyField, PageForm, Together
from mentalspace.core.forms.text import plain, refuse_control_characters

BIGGEST_FILE = 1_000_000


class ServiceCodeForm(PageForm):
    """A code of the practice, with its own label and fee."""

    submit_label = "Save code"
    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9.-]*$",
        max_length=20,
        error_messages={"invalid": "A code is letters and digits without spaces, for example 90834."},
    )
    label = forms.CharField(max_length=120, help_text="Your practice’s own words; they stand on invoices.")
    fee = MoneyField(help_text="A code without a fee (0.00) cannot be billed.")
    min_minutes = forms.IntegerField(label="Fewest minutes", min_value=0, max_value=1440, required=False)
    max_minutes = forms.IntegerField(label="Most minutes", min_value=0, max_value=1440, required=False)
    unit_rule = forms.ChoiceField(label="Units", choices=UnitRule.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("min_minutes"), cleaned.get("max_minutes")
        if low is not None and high is not None and high < low:
            self.add_error("max_minutes", "The most minutes cannot be fewer than the fewest.")
        return cleaned

    def layout(self) -> list[Any]:
        return [
            Together("code", "fee"),
            "label",
            Together("min_minutes", "max_minutes"),
            "unit_rule",
            "version",
        ]


class ImportForm(PageForm):
    """Codes from a CSV file, or pasted."""

    submit_label = "Import codes"
    file = forms.FileField(
        required=False, label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        required=False,
        label="Or paste the lines",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="The first line names the columns: code,label,fee; further ones: min_minutes,max_minutes,unit_rule",
    )

    def clean(self) -> dict[str, Any]:
        """`lines`: the text to import."""
        cleaned = super().clean() or self.cleaned_data
        upload, text = cleaned.get("file"), cleaned.get("text", "")
        if "file" in self.errors:
            return cleaned
        if upload is None and not text.strip():
            self.add_error("file", "Choose a file or paste the lines.")
            return cleaned
        if upload is not None:
            if upload.size > BIGGEST_FILE:
                self.add_error("file", "The file is larger than 1 MB.")
                return cleaned
            try:
                text = upload.read().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
                refuse_control_characters(text)
                text = plain(text)
            except (UnicodeDecodeError, ValidationError):
                self.add_error(
                    "file", "The file is not plain text in UTF-8. Save it as CSV UTF-8 and try again."
                )
        cleaned["lines"] = text
        return cleaned
