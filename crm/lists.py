"""The list of leads, and the one of their sources."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.urls import reverse

from crm import queries
from crm.choices import OPEN_LEAD, LeadSource, LeadStatus
from crm.lifecycle import STAGES
from crm.models import Lead
from crm.queries import SourceCount
from crm.rules import lead_owners
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState, Tone
from mentalspace.core.forms import DateField
from mentalspace.core.lists import Column, DayFromFilter, DayToFilter, ListPage

TONES: dict[str, Tone] = {
    LeadStatus.NEW: "info",
    LeadStatus.CONTACTED: "accent",
    LeadStatus.QUALIFIED: "accent",
    LeadStatus.CONSULTATION: "warning",
    LeadStatus.CONVERTED: "success",
    LeadStatus.LOST: "neutral",
}
ICONS = {LeadStatus.CONVERTED: "user-check", LeadStatus.LOST: "circle-x"}
OPEN = "open"


def status_badge(status: str) -> Badge:
    """The stage as a word in its colour."""
    return Badge(LeadStatus(status).label, TONES[status], ICONS.get(LeadStatus(status), ""))


def follow_up_badge(lead: Lead, today: dt.date, *, begin: str = "") -> Badge | None:
    """When somebody gets back, in words that say whether it is late; None where nothing is planned.

    `begin` names what it is about where no heading does: "Follow up".
    """
    if lead.follow_up_on is None or lead.status not in OPEN_LEAD:
        return None
    if lead.follow_up_on < today:
        late = (today - lead.follow_up_on).days
        return Badge(f"Overdue {formatting.plural(late, 'day')}", "danger", "alarm")
    words = f"{begin} {formatting.relative_day(lead.follow_up_on, today)}".strip()
    words = words[0].upper() + words[1:]
    return (
        Badge(words, "warning", "alarm")
        if lead.follow_up_on == today
        else Badge(words, "neutral", "calendar-due")
    )


class LeadFilter(django_filters.FilterSet):
    """Stage, source, owner, follow-up, and when the inquiry came."""

    status = django_filters.ChoiceFilter(
        label="Stage",
        choices=[(OPEN, "All open"), *LeadStatus.choices],
        empty_label="Any",
        method="by_status",
    )
    source = django_filters.ChoiceFilter(label="Source", choices=LeadSource.choices, empty_label="Any")
    owner = django_filters.ModelChoiceFilter(
        field_name="assigned_to",
        label="Owner",
        queryset=lambda request: lead_owners(),
        empty_label="Anybody",
        null_label="Nobody yet",
    )
    follow_up = django_filters.ChoiceFilter(
        label="Follow-up",
        choices=[
            ("call", "New, or due by today"),
            ("overdue", "Overdue"),
            ("due", "Due by today"),
            ("week", "Within 7 days"),
            ("none", "Not planned"),
        ],
        empty_label="Any",
        method="by_follow_up",
    )
    reached = django_filters.ChoiceFilter(
        label="Came at least to",
        choices=[(status, LeadStatus(status).label) for status in STAGES],
        empty_label="Any",
        method="by_reached",
    )
    since = DayFromFilter("created_at", instant=True, label="Came in from")
    until = DayToFilter("created_at", instant=True, label="Came in to")

    def by_status(self, leads: queries.Rows, name: str, value: str) -> queries.Rows:
        return leads.filter(status__in=OPEN_LEAD) if value == OPEN else leads.filter(status=value)

    def by_follow_up(self, leads: queries.Rows, name: str, value: str) -> queries.Rows:
        leads, today = leads.filter(status__in=OPEN_LEAD), clock.today()
        if value == "none":
            return leads.filter(follow_up_on__isnull=True)
        if value == "overdue":
            return leads.filter(follow_up_on__lt=today)
        if value == "call":
            return queries.to_call(leads)
        return leads.filter(follow_up_on__lte=today + dt.timedelta(days=7 if value == "week" else 0))

    def by_reached(self, leads: queries.Rows, name: str, value: str) -> queries.Rows:
        return queries.reached(leads).filter(furthest__gte=STAGES.index(LeadStatus(value)))


class LeadList(ListPage):
    """All leads, the newest inquiry first."""

    title = "Leads"
    search_label = "Name, phone, e-mail or source"
    filterset_class: ClassVar[Any] = LeadFilter
    default_sort = "-created"
    template_name = "crm/lead_list.html"
    empty = EmptyState(
        "No leads yet",
        "People who ask for help appear here until they are clients.",
        ("Log an inquiry", "/leads/new/"),
        "address-book",
    )

    def __init__(self, request: HttpRequest, source: Any, **kwargs: Any) -> None:
        super().__init__(request, source, **kwargs)
        self.today, self.zone = clock.today(), clock.zone()
        self.columns = [
            Column(
                "name",
                "Name",
                cell=name_cell,
                csv=lambda row: row.full_name,
                sort=(Lower("last_name"), Lower("first_name")),
            ),
            Column("status", "Stage", cell=lambda row: status_badge(row.status), sort="status"),
            Column("source", "Source", cell=source_cell, sort="source", hide="narrow"),
            Column(
                "owner",
                "Owner",
                cell=owner_name,
                sort=("assigned_to__last_name", "assigned_to__first_name"),
                nulls_last=True,
            ),
            Column(
                "follow_up",
                "Follow-up",
                cell=lambda row: follow_up_badge(row, self.today),
                csv=lambda row: formatting.date(row.follow_up_on),
                sort="follow_up_on",
                nulls_last=True,
            ),
            Column(
                "activity",
                "Last activity",
                cell=lambda row: formatting.instant_date(row.last_activity_at, self.zone),
                sort="last_activity_at",
                descending_first=True,
                nulls_last=True,
                hide="narrow",
            ),
            Column(
                "created",
                "Came in",
                cell=lambda row: formatting.instant_date(row.created_at, self.zone),
                sort="created_at",
                descending_first=True,
            ),
        ]

    def search(self, source: Any, text: str) -> Any:
        return queries.searched(source, text)

    def actions(self, row: Any) -> Sequence[Action]:
        if row.status not in OPEN_LEAD:
            return ()
        log = reverse("crm:activity_create", args=[row.pk])
        return [Action("Log activity", log, "phone-call", dialog=True, about=row.full_name)]

    def row_classes(self, row: Any) -> str:
        if row.status not in OPEN_LEAD:
            return "is-quiet"
        return "is-urgent" if row.follow_up_on and row.follow_up_on < self.today else ""

    def about(self, row: Any) -> str:
        return str(row.full_name)


def name_cell(row: Lead) -> Cell:
    """The name, with one way to reach the person: the phone, else the e-mail."""
    way = formatting.phone(row.phone) or row.email
    return Cell(row.full_name, url=reverse("crm:lead_detail", args=[row.pk]), sub=way)


def source_cell(row: Lead) -> Cell:
    """Where the inquiry came from."""
    return Cell(row.get_source_display(), sub=row.source_detail)


def owner_name(row: Lead) -> str:
    """Who takes care of it."""
    return row.assigned_to.full_name if row.assigned_to else ""


class SourceForm(forms.Form):
    """Which inquiries are counted: by the day they came in."""

    since = DateField(label="Came in from", required=False)
    until = DateField(label="Came in to", required=False)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """The last twelve months."""
        today = clock.today()
        return today if field_name == "until" else today - dt.timedelta(days=365)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            raise forms.ValidationError("The first day is after the last one, so nothing can be counted.")
        return values


class SourceList(ListPage):
    """Inquiries by source and what became of them; every figure opens its rows."""

    title = "Leads by source"
    subtitle = "Inquiries that came in during these days, and what has become of them until now."
    filter_form_class = SourceForm
    default_sort = "-leads"
    template_name = "crm/lead_sources.html"
    region_template = "crm/_sources_region.html"
    tiebreak: ClassVar[tuple[str, ...]] = ()
    empty = EmptyState(
        "No inquiries in this time",
        "Choose an earlier first day, or log an inquiry.",
        ("Log an inquiry", "/leads/new/"),
        "chart-bar",
    )

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request, (), **kwargs)
        self.columns = [
            Column(
                "label",
                "Source",
                cell=lambda row: Cell(row.label, url=self.rows_url(source=row.source)),
                sort="label",
            ),
            self._figure("leads", "Inquiries"),
            self._figure("open", "Open", status=OPEN),
            self._figure("converted", "Converted", status=LeadStatus.CONVERTED),
            self._figure("lost", "Lost", status=LeadStatus.LOST),
            Column(
                "rate",
                "Conversion",
                cell=lambda row: formatting.percent(row.rate),
                align="end",
                sort="rate",
                descending_first=True,
                total=overall_rate,
                total_cell=formatting.percent,
            ),
        ]

    def filter(self, source: Any, values: Mapping[str, Any]) -> list[SourceCount]:
        return queries.conversion_by_source(values.get("since"), values.get("until"))

    def rows_url(self, **filters: Any) -> str:
        """The leads that a figure counts."""
        days = {name: formatting.date(day) for name in ("since", "until") if (day := self.values.get(name))}
        return f"{reverse('crm:lead_list')}?{urlencode({**filters, **days})}"

    def _figure(self, key: str, label: str, **filters: Any) -> Column:
        def cell(row: SourceCount) -> Cell | str:
            count = getattr(row, key)
            url = self.rows_url(source=row.source, **filters)
            return Cell(formatting.number(count), url=url) if count else "0"

        def total(count: int) -> Cell | str:
            return Cell(formatting.number(count), url=self.rows_url(**filters)) if count else "0"

        return Column(
            key,
            label,
            cell=cell,
            csv=lambda row: getattr(row, key),
            align="end",
            sort=key,
            descending_first=True,
            total=lambda rows: sum(getattr(row, key) for row in rows),
            total_cell=total,
        )

    def key(self, row: Any) -> str:
        return str(row.source)


def overall_rate(rows: Sequence[SourceCount]) -> float | None:
    """Converted of all inquiries together."""
    leads = sum(row.leads for row in rows)
    return sum(row.converted for row in rows) / leads if leads else None
