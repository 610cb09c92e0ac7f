"""The list of plans: who has one, when it is reviewed, what waits for signatures; a row for each active client."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from clients.chart import tab_url
from clients.queries.search import matching
from clients.rules import current_assignments
from documents import rules
from documents.chart import new_url
from documents.choices import DocumentStatus, DocumentType
from documents.plans import queries
from mentalspace.core import clock, formatting
from mentalspace.core.lists import Action, Badge, Cell, Column, EmptyState, ListPage
from staff.models import Staff
from staff.rules import staff_of

STATES = [
    ("", "All"),
    ("attention", "Needs attention"),
    ("overdue", "Review overdue"),
    ("soon", "Review due soon"),
    ("unsigned", "Waiting for signatures"),
    ("none", "No plan"),
    ("in_force", "In force"),
]
BADGES = {
    queries.OVERDUE: Badge("Review overdue", "danger", "clock-exclamation"),
    queries.UNSIGNED: Badge("Waiting for signatures", "warning", "signature"),
    queries.NONE: Badge("No plan", "warning", "alert-circle"),
    queries.SOON: Badge("Review due soon", "info", "clock"),
    queries.IN_FORCE: Badge("In force", "success", "check"),
}


class PlanFilter(forms.Form):
    """Beside the search box."""

    state = forms.ChoiceField(label="State", choices=STATES, initial="attention", required=False)
    clinician = forms.ModelChoiceField(
        Staff.objects.none(), label="Clinician", empty_label="Any clinician", required=False
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["clinician"]
        field.queryset = Staff.objects.filter(takes_appointments=True).order_by(
            "last_name", "first_name", "pk"
        )


class PlanList(ListPage):
    """The most urgent first."""

    title = "Treatment plans"
    search_label = "Client’s name, date of birth or number"
    default_sort = "state"
    csv_name = "treatment-plans"
    filter_form_class = PlanFilter
    empty = EmptyState(
        "No plan needs anything",
        "Reviews that are due, plans that wait for signatures and clients without a plan appear here.",
        icon="target-arrow",
    )

    def __init__(self, request: Any, **rest: Any) -> None:
        super().__init__(request, queries.plan_states(request.user), **rest)
        self.actor: User = request.user
        self.own = staff_of(self.actor)
        self.writes = rules.can_write_documents(self.actor)
        self.today, self.zone = clock.today(), clock.zone()
        self.columns = [
            Column("client", "Client", cell=_client, sort=(Lower("last_name"), Lower("first_name"))),
            Column("plan", "Plan", cell=self._plan, sort=F("plan_since"), nulls_last=True),
            Column("review", "Review", cell=self._review, sort=F("review_on"), nulls_last=True, nowrap=True),
            Column("writing", "In writing", cell=_writing),
            Column(
                "state", "State", cell=lambda row: BADGES[row.state], sort=(F("state"), F("review_on")),
                nulls_last=True,
            ),
        ]  # fmt: skip

    def filter(self, source: Any, values: Any) -> Any:
        rows = queries.in_state(source, values.get("state", ""))
        if staff := values.get("clinician"):
            rows = rows.filter(Exists(current_assignments().filter(client_id=OuterRef("pk"), staff=staff)))
        return rows

    def search(self, source: Any, text: str) -> Any:
        return matching(source, text)

    def client_of(self, row: Any) -> Any:
        return row.pk

    def row_classes(self, row: Any) -> str:
        return "is-urgent" if row.state == queries.OVERDUE else ""

    def actions(self, row: Any) -> Sequence[Action]:
        """Go on with what is in writing, else begin."""
        if not self.writes:
            return ()
        about = row.display_name
        if row.writing_id:
            mine = self.own is not None and row.writing_author == self.own.pk
            if not mine or row.writing_status != DocumentStatus.DRAFT:
                return ()
            url = reverse("documents:document_edit", args=[row.writing_id])
            return [Action("Continue", url, "edit", about=about)]
        label = "Review" if row.plan_id else "Start a plan"
        return [Action(label, new_url(row, DocumentType.TREATMENT_PLAN), "target-arrow", about=about)]

    def _plan(self, row: Any) -> Cell | str:
        if not row.plan_id:
            return ""
        day = formatting.instant_date(row.plan_since, self.zone)
        return Cell(f"Since {day}", url=reverse("documents:document_detail", args=[row.plan_id]))

    def _review(self, row: Any) -> Cell | str:
        if row.review_on is None:
            return ""
        tone: Any = {queries.OVERDUE: "danger", queries.SOON: "warning"}.get(row.state)
        day, near = formatting.date(row.review_on), formatting.relative_day(row.review_on, self.today)
        return Cell(day, sub=near if near != day else "", tone=tone)


def _client(row: Any) -> Cell:
    return Cell(row.display_name, url=tab_url(row, "plan"), sub=f"C-{row.number}")


def _writing(row: Any) -> Cell | str:
    if not row.writing_id:
        return ""
    return Cell(
        DocumentStatus(row.writing_status).label,
        url=reverse("documents:document_detail", args=[row.writing_id]),
    )
