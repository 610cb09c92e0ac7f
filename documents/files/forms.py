"""Input of files: chosen, dropped, photographed or typed."""

from collections.abc import Collection
from typing import Any

from django import forms

from clients.forms import ClientChoiceField
from documents.files import errors
from documents.files.choices import FileKind, FileOrigin
from documents.files.contents import Sent
from documents.files.services import LONGEST_REASON, LONGEST_TITLE, Label
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, Section

ACCEPTED = "application/pdf,image/jpeg,image/png,image/webp"
MOST = 20
LONGEST_TEXT = 100_000


class FilesInput(forms.FileInput):
    """Takes several; browsers let files be dropped on it."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what they hold is looked at by the verb."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """In the order in which they came."""
        return [super(FilesField, self).clean(each, initial) for each in data or ()]


def files_field(label: str, **attrs: str) -> FilesField:
    """Empty files and endless names are told by the verb, which names them."""
    return FilesField(
        label=label,
        required=False,
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": ACCEPTED, **attrs}),
    )


class VersionForm(PageForm):
    """Where a content comes from: chosen, photographed or typed; for a version one of them."""

    submit_label = "Keep as the new version"
    most = 1
    chosen = files_field("Files")
    photos = files_field("Take a photo", capture="environment")
    text = forms.CharField(
        label="Or type it",
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="For what is on paper but not worth a scan. It is kept as plain text.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "chosen"
        ].help_text = (
            "PDF, JPEG, PNG or WebP. Choose them or drop them here. Place and camera are taken out of photos."
        )
        self.fields["photos"].help_text = "On a phone or tablet this opens the camera."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        count = 0 if self.errors else len(self.sent())
        if not self.errors and not count:
            self.add_error("chosen", errors.NothingSent.message)
        elif count > self.most:
            words = (
                "A version is one file: choose one." if self.most == 1 else f"Send at most {self.most} files."
            )
            self.add_error("chosen", words)
        return values

    def sent(self) -> list[Sent]:
        """Everything that arrived."""
        values = self.cleaned_data
        ways = (("chosen", FileOrigin.CHOSEN), ("photos", FileOrigin.PHOTOGRAPHED))
        found = [Sent(each.name, each.read(), how) for name, how in ways for each in values.get(name) or ()]
        for name, _how in ways:
            for each in values.get(name) or ():
                each.seek(0)
        text = (values.get("text") or "").strip()
        return [*found, Sent("", text.encode(), FileOrigin.TYPED)] if text else found


class LabelForm(PageForm):
    """What a file is, and what it is called."""

    kind = forms.ChoiceField(label="Kind")
    title = forms.CharField(max_length=LONGEST_TITLE)
    dated_on = DateField(label="Date of the paper", required=False, latest=clock.today)
    note = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), label="Note"
    )

    def __init__(self, *args: Any, kinds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [("", "Choose"), *(each for each in FileKind.choices if each[0] in kinds)]

    def label(self) -> Label:
        """As the verbs take it."""
        values = self.cleaned_data
        return Label(values["kind"], values["title"], values["dated_on"], values["note"])


class UploadForm(VersionForm, LabelForm):
    """New files, all of one kind."""

    submit_label = "Keep in the chart"
    most = MOST
    again = forms.BooleanField(
        label="Keep it though it is in the chart already",
        required=False,
        help_text="Choose the file again: browsers do not keep it.",
    )
    field_order = ("chosen", "photos", "text", "kind", "title", "dated_on", "note", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["title"].help_text = "Left empty, each is called as its file is."

    def layout(self) -> list[Any]:
        """The box of a repetition only where there was one."""
        asked = ["again"] if self.data.get("again") or "already" in str(self.errors.get("chosen", "")) else []
        return [
            "chosen",
            "photos",
            "text",
            Section("What it is", "kind", "title", "dated_on", "note"),
            *asked,
        ]


class ReasonForm(PageForm):
    """Why a file does not belong here."""

    submit_label = "Mark as entered in error"
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": errors.FileReasonNeeded.message},
        help_text="For instance: scanned twice, another client’s, not legible.",
    )


class MoveForm(ReasonForm):
    """Whose it is."""

    submit_label = "Move it"
    client = ClientChoiceField(label="The right client")
    field_order = ("client", "reason")
