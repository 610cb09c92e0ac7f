"""Flags and tags."""

from typing import Any, cast

from django import forms

from accounts.models import User
from clients import rules
from clients.choices import CLINICAL_FLAGS, FlagKind, Severity, TagColor
from clients.models import Client, Tag
from mentalspace.core.forms import PageForm


class RaiseFlagForm(PageForm):
    """A warning above the chart."""

    submit_label = "Raise flag"
    kind = forms.ChoiceField(choices=[])
    severity = forms.ChoiceField(choices=Severity.choices, initial=Severity.MODERATE)
    note = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One sentence that helps whoever sees the flag.",
    )

    def __init__(self, *args: Any, actor: User, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinical = rules.can_flag_risk(actor, client)
        kinds = [(kind.value, kind.label) for kind in FlagKind if clinical or kind not in CLINICAL_FLAGS]
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", "Choose"), *kinds]


class ReasonForm(PageForm):
    """Why."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AddTagForm(PageForm):
    """One of the practice's tags that the client does not have."""

    submit_label = "Add tag"
    tag = forms.ModelChoiceField(
        queryset=Tag.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a tag."},
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Tag]", self.fields["tag"])
        field.queryset = Tag.objects.exclude(clients=client).order_by("name")


class TagForm(PageForm):
    """A tag of the practice."""

    submit_label = "Save tag"
    name = forms.CharField(max_length=40)
    color = forms.ChoiceField(label="Color", choices=TagColor.choices)
