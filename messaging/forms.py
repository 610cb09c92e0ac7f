"""What people type to send a message."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from accounts.rules import visible_users
from clients.forms import ClientChoiceField
from mentalspace.core.forms import PageForm, SearchSelectMultiple, Together
from mentalspace.core.ids import read_ids
from messaging.choices import Category, Urgency
from messaging.people import name_and_role

LONGEST = 10_000


class ReceiversField(forms.ModelMultipleChoiceField):
    """Colleagues by name and role."""

    def label_from_instance(self, obj: Any) -> str:
        return name_and_role(obj)

    def clean(self, value: Any) -> Any:
        """An empty key is nobody; Django would answer other words than ids with a sentence about UUIDs."""
        keys = [key for key in value or () if key]
        if len(read_ids(keys)) < len(keys):
            raise forms.ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value")
        return super().clean(keys)


class ContentField(forms.CharField):
    """What is said: plain text, whose lines stay as they were broken."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 8)
        super().__init__(
            max_length=LONGEST,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": "Write something first.",
                "max_length": "A message holds up to 10,000 characters; this one has %(show_value)s.",
            },
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned.strip():
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned


class MessageForm(PageForm):
    """A new conversation."""

    submit_label = "Send message"

    receivers = ReceiversField(
        label="To",
        queryset=User.objects.none(),
        widget=SearchSelectMultiple(placeholder="Type a name or role"),
        error_messages={
            "required": "Choose at least one person to send this to.",
            "invalid_choice": "Somebody chosen can no longer sign in here. Choose from the list.",
            "invalid_pk_value": "Choose people from the list.",
        },
    )
    client = ClientChoiceField(
        label="About a client",
        required=False,
        help_text="Only colleagues who may open this chart see the client's name here; leave it out of the subject.",
    )
    subject = forms.CharField(
        max_length=255, error_messages={"required": "Say in a few words what this is about."}
    )
    content = ContentField(label="Message")
    category = forms.ChoiceField(choices=Category.choices, initial=Category.ADMINISTRATIVE)
    urgency = forms.ChoiceField(
        choices=Urgency.choices, initial=Urgency.NORMAL, help_text="High stands out in the receiver's inbox."
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receivers"].queryset = colleagues(actor)  # type: ignore[attr-defined]
        self.fields["client"].limit_to(actor)  # type: ignore[attr-defined]

    def layout(self) -> list[Any]:
        return ["receivers", "client", "subject", "content", Together("category", "urgency")]


class ReplyForm(PageForm):
    """An answer in a conversation. `answering` is the message it answers, so that one that arrives meanwhile does
    not change whom it goes to.
    """

    answering = forms.UUIDField(widget=forms.HiddenInput)
    content = ContentField(label="Message", rows=5)


def colleagues(actor: User) -> QuerySet[User]:
    """Everybody one can write to."""
    return (
        visible_users(actor)
        .filter(is_active=True)
        .exclude(pk=actor.pk)
        .select_related("staff")
        .order_by("staff__last_name", "staff__first_name", "email")
    )
