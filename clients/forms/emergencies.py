"""Emergency access: whom it is about and why; what the review found."""

from typing import Any, cast

from django import forms

from clients.choices import Verdict
from clients.queries.search import NUMBER
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, Section, Together


class EmergencyForm(PageForm):
    """One client, named exactly; nothing here helps to find out who is a client."""

    submit_label = "Open the chart"
    last_name = forms.CharField(label="Last name", max_length=100)
    number = forms.CharField(
        label="Client number", max_length=12, required=False, help_text="Such as C-1042."
    )
    first_name = forms.CharField(label="First name", max_length=100, required=False)
    born = DateField(label="Date of birth", latest=clock.today, required=False)
    reason = forms.CharField(
        label="Reason",
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why you need this chart now. An administrator reads it.",
        error_messages={"min_length": "Say in a few words why you need this chart now."},
    )

    def layout(self) -> list[Any]:
        return [
            Section(
                "Client",
                Together("last_name", "number"),
                Together("first_name", "born"),
                text="Last name and client number, or the full name and date of birth, exactly as recorded.",
            ),
            "reason",
        ]

    def clean_number(self) -> int | None:
        """`C-1042`, `#1042` or `1042`."""
        text: str = self.cleaned_data["number"].strip()
        if not text:
            return None
        found = NUMBER.fullmatch(text)
        if found is None:
            raise forms.ValidationError("Enter the number as on the chart, such as C-1042.")
        return int(found[1] or found[2])

    def clean(self) -> dict[str, Any]:
        """The number, or first name and date of birth."""
        data = cast("dict[str, Any]", super().clean())
        if data.get("number") is None and "number" not in self.errors:
            for name, missing in (
                ("first_name", "Fill this in, or enter the client number."),
                ("born", "Enter the date of birth, or the client number."),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, missing)
        return data


class ReviewForm(PageForm):
    """What the administrator makes of it."""

    submit_label = "Save review"
    verdict = forms.ChoiceField(label="This access was", choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed if it was not appropriate: what you found, and what follows.",
    )
