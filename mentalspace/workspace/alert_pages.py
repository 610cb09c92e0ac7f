"""Pages about alerts of unusual reading."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from accounts.queries import name_of
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, Cell
from mentalspace.core.forms import PageForm
from mentalspace.core.lists import Column, EmptyState, ListPage
from mentalspace.core.lists.keyset import MICROSECOND
from mentalspace.core.models import AuditAlert, AuditAlertReview
from mentalspace.workspace.audit_alerts import ACTIONS, KINDS


class AlertFilter(forms.Form):
    """What waits for somebody to look at it, and of which kind."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), ("open", "To review"), ("done", "Reviewed")]
    )
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any kind"), *KINDS.items()])


class AlertList(ListPage):
    """The newest first."""

    title = "Unusual reading"
    subtitle = (
        "What the thresholds in the settings found in the audit log. Each alert is reviewed with a note."
    )
    empty = EmptyState(
        "Nothing unusual was found", "Alerts appear here, on Home and in the mail.", icon="circle-check"
    )
    filter_form_class = AlertFilter
    default_sort = "-raised_at"

    def __init__(self, request: HttpRequest) -> None:
        reviewed = Exists(AuditAlertReview.objects.filter(alert=OuterRef("pk")))
        rows = AuditAlert.objects.select_related("actor__staff").annotate(reviewed=reviewed)
        super().__init__(request, rows)
        zone = clock.zone()
        self.columns = [
            Column("kind", "What", cell=kind_cell, csv=lambda row: KINDS.get(row.kind, row.kind)),
            Column("who", "Who", cell=lambda row: name_of(row.actor)),
            Column("since", "When", sort="since", nowrap=True,
                   cell=lambda row: formatting.instant(row.since, zone)),
            Column("count", "Times", sort="count", align="end", descending_first=True),
            Column("raised_at", "Raised", sort="raised_at", nowrap=True,
                   cell=lambda row: formatting.instant(row.raised_at, zone)),
            Column("state", "State", cell=lambda row: state_badge(row.reviewed)),
        ]  # fmt: skip

    def filter(self, source: Any, values: Any) -> Any:
        if values.get("kind"):
            source = source.filter(kind=values["kind"])
        if state := values.get("state"):
            source = source.filter(reviewed=state == "done")
        return source

    def client_of(self, row: AuditAlert) -> None:
        """The list names nobody."""
        return


def kind_cell(alert: AuditAlert) -> Cell:
    """What was unusual; a click shows it."""
    return Cell(
        KINDS.get(alert.kind, alert.kind), url=reverse("workspace:audit_alert_detail", args=[alert.pk])
    )


def state_badge(reviewed: bool) -> Badge:
    """Whether somebody has looked at it."""
    return Badge("Reviewed", "success", "check") if reviewed else Badge("To review", "warning", "clock")


def alert_facts(alert: AuditAlert) -> list[tuple[str, Any]]:
    """Who, when, how often."""
    zone = clock.zone()
    return [
        ("Who", name_of(alert.actor)),
        ("From", formatting.instant(alert.since, zone)),
        ("To", formatting.instant(alert.until, zone)),
        ("Times, when it was raised", formatting.number(alert.count)),
        ("Raised", formatting.instant(alert.raised_at, zone)),
    ]


def events_url(alert: AuditAlert) -> str:
    """The log of this person on these days, cut down to the client where the alert is about one."""
    parts = {
        "actor": str(alert.actor_id),
        "after": formatting.date(clock.local(alert.since).date()),
        "before": formatting.date(clock.local(alert.until - MICROSECOND).date()),
        "action": ACTIONS[alert.kind],
        "client": str(alert.client_id or ""),
    }
    return (
        f"{reverse('workspace:audit_log')}?{urlencode({key: value for key, value in parts.items() if value})}"
    )


class ReviewForm(PageForm):
    """What the administrator found."""

    submit_label = "Save review"
    note = forms.CharField(
        label="What you found",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For instance why it was part of the work, or what follows. Name no client.",
    )
