"""The list of notes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.models import User
from clients.forms.fields import ClientChoiceField
from clients.rules import clinical_clients
from documents import listing, rules
from documents.badges import state_badge
from documents.choices import DocumentStatus, DocumentType
from mentalspace.core import audit, clock, formatting
from mentalspace.core.forms import DateField
from mentalspace.core.gates import requires
from mentalspace.core.lists import Action, Badge, Cell, Column, EmptyState, ListPage
from staff.models import Staff
from staff.rules import staff_of

STATES = [
    ("", "All"),
    ("attention", "Needs attention"),
    ("overdue", "Overdue"),
    ("unwritten", "Needs writing"),
    ("draft", "Draft"),
    ("awaiting", "Awaiting co-signature"),
    ("signed", "Signed"),
    ("unread", "Signed, to be read"),
    ("error", "Entered in error"),
]


class NoteFilter(forms.Form):
    """Beside the search box."""

    state = forms.ChoiceField(label="State", choices=STATES, initial="attention", required=False)
    type = forms.ChoiceField(
        label="Type",
        choices=[("", "Any type"), ("session", "Session notes"), *DocumentType.choices],
        required=False,
    )
    clinician = forms.ModelChoiceField(
        Staff.objects.none(), label="Clinician", empty_label="Any clinician", required=False
    )
    client = ClientChoiceField(label="Client", required=False)
    day_from = DateField(label="From", required=False)
    day_to = DateField(label="To", required=False)

    def __init__(self, data: Any, *, actor: User) -> None:
        super().__init__(data)
        clinicians: Any = self.fields["clinician"]
        clinicians.queryset = Staff.objects.filter(takes_appointments=True).order_by(
            "last_name", "first_name", "pk"
        )
        client: Any = self.fields["client"]
        client.limit_to(actor, clinical_clients(actor))


class NoteList(ListPage):
    """Sessions that need a note, and notes, the most urgent first."""

    title = "Notes"
    search_label = "Client’s name, date of birth or number"
    default_sort = "state"
    tiebreak = ("row_id",)
    csv_name = "notes"

    def __init__(self, request: ActorRequest, **rest: Any) -> None:
        super().__init__(request, listing.NoteRows(request.user), **rest)
        self.filter_form_class = lambda data: NoteFilter(data, actor=request.user)  # type: ignore[assignment,misc]
        self.actor, self.own = request.user, staff_of(request.user)
        self.today = clock.today()
        if request.GET.get("state") in {"", "signed", "unread", "error"}:
            self.default_sort = "-day"
        self.columns = [
            Column("client", "Client", cell=_client, sort=("client_last", "client_first")),
            Column("type", "Note", cell=_note, csv=_type_label, sort="row_type"),
            Column(
                "day", "Date", cell=lambda row: formatting.date(row["day"]), sort="day", descending_first=True
            ),
            Column("staff", "Clinician", cell=_clinician, sort=("staff_last", "staff_first"), hide="narrow"),
            Column("due", "Due", cell=self._due, sort="due", nulls_last=True, nowrap=True),
            Column("state", "State", cell=self._state, sort=("rank", "due", "day")),
        ]
        self.empty = EmptyState(
            "No notes here yet",
            "Sessions that need a note, drafts and signed notes appear here.",
            ("Write a note", reverse("documents:document_create"))
            if rules.can_write_documents(self.actor)
            else None,
            "file-text",
        )

    def filter(self, source: Any, values: Any) -> Any:
        """Filters and search reach both kinds of rows before they become one list."""
        return source.filtered(values, self.text)

    def key(self, row: Any) -> str:
        return str(row["row_id"])

    def row_classes(self, row: Any) -> str:
        return "is-urgent" if row["rank"] == listing.OVERDUE and not row["is_error"] else ""

    def actions(self, row: Any) -> Sequence[Action]:
        """Start, edit, sign, co-sign: what this person may do with this row."""
        about = f"{_type_label(row)} of {_name(row)}, {formatting.date(row['day'])}"
        mine = self.own is not None and row["staff_id"] == self.own.pk
        pk = row["row_id"]
        if row["what"] == "session":
            url = reverse("documents:note_start", args=[pk])
            return [Action("Start note", url, "pencil-plus", post=True, about=about)] if mine else []
        if row["is_error"]:
            return [Action("Open", reverse("documents:document_detail", args=[pk]), "eye", about=about)]
        if row["row_status"] == DocumentStatus.DRAFT and mine:
            if row["is_locked"]:
                url = reverse("documents:document_unlock", args=[pk])
                return [Action("Ask to unlock", url, "lock-open", dialog=True, about=about)]
            return [
                Action("Edit", reverse("documents:document_edit", args=[pk]), "edit", about=about),
                Action("Sign", reverse("documents:document_sign", args=[pk]), "writing-sign", about=about),
            ]
        if row["row_status"] == DocumentStatus.PENDING_COSIGN and self._supervises(row) and not mine:
            return [
                Action("Co-sign", reverse("documents:document_cosign", args=[pk]), "signature", about=about)
            ]
        return [Action("Open", reverse("documents:document_detail", args=[pk]), "eye", about=about)]

    def _supervises(self, row: Any) -> bool:
        return (
            self.own is not None
            and rules.can_open_cosign_queue(self.actor)
            and row["supervisor_id"] == self.own.pk
        )

    def _due(self, row: Any) -> Cell | str:
        if row["row_status"] == DocumentStatus.SIGNED or row["is_error"] or row["due"] is None:
            return ""
        late = row["due"] < self.today
        return Cell(formatting.relative_day(row["due"], self.today), tone="danger" if late else None)

    def _state(self, row: Any) -> Badge:
        if row["what"] == "session":
            if row["rank"] == listing.OVERDUE:
                return Badge("Not written, overdue", "danger", "clock-exclamation")
            return Badge("Needs writing", "info")
        return state_badge(
            row["row_status"],
            row["due"],
            today=self.today,
            locked=row["is_locked"],
            returned=row["was_submitted"],
            in_error=row["is_error"],
        )


@requires(rules.can_see_document)
@require_safe
def note_list(request: ActorRequest) -> HttpResponseBase:
    """What needs writing and signing, and everything that was signed."""
    actions = [Action("Treatment plans", reverse("documents:plan_list"), "target-arrow")]
    if rules.can_open_cosign_queue(request.user):
        actions.append(Action("Co-sign", reverse("documents:cosign_list"), "signature"))
        actions.append(Action("To read", reverse("documents:reading_list"), "eye"))
    if rules.can_decide_unlock.gate(request.user):
        actions.append(Action("Unlock requests", reverse("documents:unlock_list"), "lock-open"))
    if rules.can_write_documents(request.user):
        actions.append(Action("Texts", reverse("documents:snippet_list"), "file-text"))
        actions.append(Action("New note", reverse("documents:document_create"), "file-plus", primary=True))

    def record(page: ListPage) -> None:
        audit.record(actor=request.user, verb="documents.exported")

    return NoteList(request, page_actions=actions, on_export=record).respond()


def _name(row: Any) -> str:
    return f"{row['client_preferred'] or row['client_first']} {row['client_last']}"


def _client(row: Any) -> Cell:
    url = reverse("clients:client_detail", args=[row["client_id"]])
    return Cell(_name(row), url=url, sub=f"C-{row['client_number']}")


def _type_label(row: Any) -> str:
    return DocumentType(row["row_type"]).label


def _note(row: Any) -> Cell:
    label = _type_label(row)
    if row["what"] == "session":
        return Cell(label, url=reverse("scheduling:appointment_detail", args=[row["row_id"]]))
    title = row["row_title"]
    url = reverse("documents:document_detail", args=[row["row_id"]])
    return Cell(label, url=url, sub="" if title == label else title)


def _clinician(row: Any) -> str:
    return f"{row['staff_first']} {row['staff_last']}"
