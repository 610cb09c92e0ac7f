"""Input for plans: the client's signature, the days between reviews."""

from typing import Any

from django import forms

from documents.plans.models import LONGEST, SHORTEST
from documents.plans.signature import LONGEST_DRAWING
from mentalspace.core.forms import PageForm


class ClientSignatureForm(PageForm):
    """Filled in by the client, on the clinician's screen. A script lets one draw; without it the name counts."""

    name = forms.CharField(
        label="Full name of whoever signs",
        max_length=200,
        error_messages={"required": "Write the full name of whoever signs."},
    )
    relation = forms.ChoiceField(
        label="Signs as",
        choices=[
            ("", "The client"),
            ("parent or guardian", "Parent or guardian"),
            ("legal representative", "Legal representative"),
        ],
        required=False,
    )
    drawn = forms.CharField(max_length=LONGEST_DRAWING, required=False, widget=forms.HiddenInput)
    agrees = forms.BooleanField(
        label="I have read this plan, took part in it and agree to it. My name, typed or drawn, is my signature.",
        error_messages={"required": "Tick this to sign."},
    )


class IntervalForm(PageForm):
    """How often the plan of one client is reviewed."""

    submit_label = "Save"
    days = forms.IntegerField(
        label="Days from a plan to its review",
        min_value=SHORTEST,
        max_value=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, usual: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "days"
        ].help_text = f"Empty means the practice’s {usual} days. It is proposed when the next plan is begun."
