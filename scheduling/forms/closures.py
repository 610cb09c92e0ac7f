"""The form of a day on which the practice is closed."""

from typing import Any

from django import forms

from mentalspace.core.forms import DateField, PageForm, Together


class ClosureForm(PageForm):
    """A holiday of the practice's own."""

    submit_label = "Save holiday"
    name = forms.CharField(
        label="Name",
        max_length=80,
        help_text="Everybody reads it in the calendar, for example Staff retreat.",
    )
    day = DateField(label="Day")
    yearly = forms.BooleanField(label="Every year on this date", required=False)

    def layout(self) -> list[Any]:
        return ["name", Together("day", "yearly")]
