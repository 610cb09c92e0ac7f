"""Input about consents: whom to ask for what, packets, what a signer types."""

from collections.abc import Sequence
from typing import Any

from django import forms

from documents.consents.asking import Signer
from documents.consents.choices import Audience, Held, Relation
from documents.definitions import FormDefinition
from documents.models import Packet
from documents.plans.signature import LONGEST_DRAWING
from mentalspace.core.forms import DateField, PageForm, Section, Together

MOST_SIGNERS = 3
BY_MAIL, AT_HAND = "mail", "hand"


class AskForm(PageForm):
    """What a client is asked to sign, by whom, and by which way."""

    submit_label = "Ask for signatures"
    packet = forms.ChoiceField(label="Packet", required=False)
    further = forms.MultipleChoiceField(
        label="Further forms, or forms alone", required=False, widget=forms.CheckboxSelectMultiple
    )
    way = forms.ChoiceField(
        label="How",
        choices=[
            (BY_MAIL, "Mail each signer a link of their own"),
            (AT_HAND, "Send nothing: they sign on a device of the practice"),
        ],
        initial=BY_MAIL,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, packets: Sequence[Packet], offered: Sequence[FormDefinition], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        packet: Any = self.fields["packet"]
        packet.choices = [("", "No packet"), *((str(each.pk), each.name) for each in packets)]
        further: Any = self.fields["further"]
        further.choices = [(form.key, form.title) for form in offered]
        for place in range(1, MOST_SIGNERS + 1):
            for name, field in _signer_fields().items():
                self.fields[f"{name}_{place}"] = field

    def layout(self) -> list[Any]:
        """One block for each signer."""
        return [
            "packet",
            "further",
            *(
                Section(
                    f"Signer {place}" if place == 1 else f"Signer {place}, where there is one",
                    Together(f"name_{place}", f"relation_{place}"),
                    f"email_{place}",
                )
                for place in range(1, MOST_SIGNERS + 1)
            ),
            "way",
        ]

    def clean(self) -> dict[str, Any]:
        """A mail needs an address; an address needs a name."""
        values = super().clean() or self.cleaned_data
        for place in range(1, MOST_SIGNERS + 1):
            name, email = values.get(f"name_{place}"), values.get(f"email_{place}")
            if email and not name:
                self.add_error(f"name_{place}", "Say who that is.")
            if name and not email and values.get("way") == BY_MAIL and f"email_{place}" not in self.errors:
                self.add_error(
                    f"email_{place}", "Enter an address, or let them sign on a device of the practice."
                )
        return values

    @property
    def signers(self) -> list[Signer]:
        """Who was named."""
        values = self.cleaned_data
        return [
            Signer(values[f"name_{place}"], values[f"email_{place}"], values[f"relation_{place}"])
            for place in range(1, MOST_SIGNERS + 1)
            if values[f"name_{place}"]
        ]


def _signer_fields() -> dict[str, forms.Field]:
    return {
        "name": forms.CharField(label="Full name", max_length=200, required=False),
        "relation": forms.ChoiceField(label="Signs as", choices=Relation.choices),
        "email": forms.EmailField(label="E-mail", max_length=255, required=False),
    }


class PacketEditForm(PageForm):
    """A packet: its name, for whom, and of each form whether it is in it and how long it holds."""

    submit_label = "Save the packet"
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="Name", max_length=80, help_text="For instance “New adult client”.")
    audience = forms.ChoiceField(label="Made for", choices=Audience.choices)
    required = forms.BooleanField(
        label="Required",
        required=False,
        help_text="Each client it is made for is to have every form of it signed and in force; their chart "
        "says what is missing.",
    )

    def __init__(self, *args: Any, offered: Sequence[FormDefinition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        choices = [("", "Not in this packet"), *((str(value), label) for value, label in Held.choices)]
        for form in offered:
            self.fields[f"months_{form.key}"] = forms.ChoiceField(
                label=form.title, choices=choices, required=False
            )

    def layout(self) -> list[Any]:
        names = [f"months_{form.key}" for form in self.offered]
        return [
            "version",
            "name",
            "audience",
            "required",
            Section("Forms, and how long each holds once signed", *names),
        ]

    def clean(self) -> dict[str, Any]:
        """A packet holds something."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not self.months:
            raise forms.ValidationError("Put at least one form into the packet.")
        return values

    @property
    def months(self) -> dict[str, int]:
        """The forms in it by key, with how many months each holds."""
        chosen = {form.key: self.cleaned_data.get(f"months_{form.key}") for form in self.offered}
        return {key: int(value) for key, value in chosen.items() if value}


class BirthdayForm(PageForm):
    """Whoever holds the link says whose it is."""

    submit_label = "Continue"
    date_of_birth = DateField(
        label="The client’s date of birth",
        help_text="Your own, or your child’s if you sign for your child. It keeps the forms from strangers.",
    )


class SignatureForm(PageForm):
    """The signature under a form. A script lets one draw; without it the name counts."""

    name = forms.CharField(
        label="Your full name", max_length=200, error_messages={"required": "Write your full name."}
    )
    drawn = forms.CharField(max_length=LONGEST_DRAWING, required=False, widget=forms.HiddenInput)
    agrees = forms.BooleanField(
        label="I have read this form, and I agree to sign it electronically. My name, typed or drawn, is my signature.",
        error_messages={"required": "Tick this to sign."},
    )


class DeclineForm(PageForm):
    """Why somebody does not sign, if they want to say."""

    submit_label = "Do not sign"
    reason = forms.CharField(
        label="Would you like to say why?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(PageForm):
    """What a client takes back."""

    submit_label = "Record the withdrawal"
    day = DateField(label="Withdrawn on")
    reason = forms.CharField(
        label="By whom, and how",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For instance “By the client, by letter of that day”.",
    )
