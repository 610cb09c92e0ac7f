"""Input about disclosures. `RecipientForm` is asked wherever something leaves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from documents.disclosures import errors
from documents.disclosures.choices import WITHOUT_RELEASE, DisclosureKind, DisclosureWay, Ground
from documents.disclosures.releases import Release
from documents.disclosures.services import LONGEST, Leaving, Recipient
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, Section, TimeField, Together

OTHER = "other"
OFFERED = [
    (Ground.CLIENT, "The client, or who acts for them"),
    (OTHER, "Another person or body"),
    (Ground.INTERNAL, "Nobody outside: it is used within the practice"),
]
NONE_IN_FORCE = "There is no release in force."


class ReleaseField(forms.ChoiceField):
    """Offers some of the releases and takes any id: why another one does not hold is said by the verb."""

    def valid_value(self, value: Any) -> bool:
        try:
            return bool(UUID(str(value)))
        except ValueError:
            return False


class RecipientForm(PageForm):
    """To whom, why, and on which release or other ground."""

    to = forms.ChoiceField(label="Who gets it", choices=OFFERED, widget=forms.RadioSelect)
    release = ReleaseField(label="Release that the client signed", required=False, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label="Ground without a release",
        choices=[
            ("", "None: it rests on the release"),
            *((each.value, each.label) for each in WITHOUT_RELEASE),
        ],
        required=False,
    )
    reason = forms.CharField(
        label="Why without a release",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For instance the court and its file number, or who asked and by which law.",
    )
    recipient = forms.CharField(
        label="Name of the recipient", max_length=200, required=False,
        help_text="Empty: as the release says, or the client.",
    )  # fmt: skip
    address = forms.CharField(label="Address, fax or telephone", max_length=300, required=False)
    purpose = forms.CharField(
        label="Purpose", max_length=LONGEST, required=False,
        help_text="Empty: as the release says, or at the client’s own request.",
    )  # fmt: skip

    def __init__(self, *args: Any, releases: Sequence[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["release"]
        field.choices = [
            ("", "Without a release"),
            *((str(each.consent.pk), each.words) for each in releases),
        ]
        if not releases:
            field.help_text = NONE_IN_FORCE

    def recipient_layout(self) -> list[Any]:
        """These fields, for the layouts of those that add to them."""
        return [
            "to",
            Section("Another person or body", "release", "ground", "reason"),
            Section("To whom and why", Together("recipient", "address"), "purpose"),
        ]

    def layout(self) -> list[Any]:
        return self.recipient_layout()

    def clean(self) -> dict[str, Any]:
        """Somebody else gets it under one release or on one ground."""
        values = super().clean() or self.cleaned_data
        release, ground = values.get("release"), values.get("ground")
        if values.get("to") == OTHER and bool(release) == bool(ground):
            both = "Choose either a release or a ground without one."
            self.add_error("ground", both if release else errors.GroundNeeded.message)
        return values

    @property
    def to_whom(self) -> Recipient:
        """What was chosen."""
        values = self.cleaned_data
        released = values["release"] if values["to"] == OTHER else ""
        return Recipient(
            ground=values["to"]
            if values["to"] != OTHER
            else Ground.RELEASE
            if released
            else values["ground"],
            name=values["recipient"],
            address=values["address"],
            purpose=values["purpose"],
            reason=values["reason"],
            release_id=UUID(released) if released else None,
        )


class DisclosureForm(RecipientForm):
    """Something that left otherwise than by an export: a letter, a call, a fax, a printed document."""

    submit_label = "Record the disclosure"
    day = DateField(label="Day")
    time = TimeField(label="Time")
    kind = forms.ChoiceField(label="Kind", choices=DisclosureKind.choices)
    way = forms.ChoiceField(label="How", choices=DisclosureWay.choices)
    what = forms.CharField(
        label="What",
        max_length=LONGEST,
        help_text="Which papers or facts, for instance “Treatment plan of 03/04/2026”; nothing of what they say.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        # What stays within the practice is disclosed to nobody.
        to.choices = OFFERED[:2]

    def layout(self) -> list[Any]:
        return [
            Section("What left", Together("day", "time"), Together("kind", "way"), "what"),
            *self.recipient_layout(),
        ]

    @property
    def leaving(self) -> Leaving:
        values = self.cleaned_data
        return Leaving(values["kind"], values["what"], values["way"])

    @property
    def released_at(self) -> datetime:
        return clock.at(self.cleaned_data["day"], self.cleaned_data["time"])


class VoidForm(PageForm):
    """Why a disclosure does not count."""

    submit_label = "Mark as entered in error"
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": errors.VoidReasonNeeded.message},
        help_text="For instance: wrong client, recorded twice, it was not sent after all.",
    )
