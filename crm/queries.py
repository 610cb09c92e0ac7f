"""What is read of leads: the board, the list, one lead's story, and how many become clients."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, RowNumber
from django.urls import reverse

from accounts.models import User
from clients.models import Client
from crm.choices import OPEN_LEAD, LeadSource, LeadStatus
from crm.defaults import LeadDefaults
from crm.lifecycle import STAGES
from crm.models import Lead, LeadActivity, LeadStatusChange
from crm.rules import can_work_leads, visible_leads
from mentalspace.core import clock, formatting, practice
from mentalspace.core.search import Hit

CARDS_IN_A_COLUMN = 50
SIMILAR = 5
SEARCHED_WORDS = 8
# Rows that carry figures beside their fields.
Rows = QuerySet[Any, Any]


def lead_rows(actor: User) -> Rows:
    """Leads as the list shows them, with `last_activity_at`."""
    latest = (
        LeadActivity.objects.filter(lead=OuterRef("pk")).order_by("-happened_at").values("happened_at")[:1]
    )
    return visible_leads(actor).select_related("assigned_to").annotate(last_activity_at=Subquery(latest))


def to_call(leads: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Open leads that are new, or whose follow-up is due by today."""
    return leads.filter(Q(status=LeadStatus.NEW) | Q(follow_up_on__lte=clock.today()), status__in=OPEN_LEAD)


def searched(leads: Rows, text: str) -> Rows:
    """Leads whose name, e-mail or source detail has every word, or whose phone has the digits."""
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= 4 and not any(character.isalpha() for character in text):
        return leads.filter(phone__contains=digits)
    for word in text.split()[:SEARCHED_WORDS]:
        leads = leads.filter(
            Q(first_name__plain__contains=word)
            | Q(last_name__plain__contains=word)
            | Q(email__icontains=word)
            | Q(source_detail__icontains=word)
        )
    return leads


# The board


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage with its cards; `total` counts those beyond the last card too."""

    status: LeadStatus
    leads: Sequence[Lead]
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.leads)


def board(leads: QuerySet[Lead]) -> list[BoardColumn]:
    """The leads by stage: all open ones, closed ones for the practice's number of days. One statement.

    In a column the next follow-up comes first, then what has stood there longest unplanned.
    """
    since = clock.now() - dt.timedelta(days=practice.get(LeadDefaults).board_closed_days)
    order = [F("follow_up_on").asc(nulls_last=True), F("status_changed_at").desc(), F("pk").asc()]
    rows = (
        leads.filter(Q(status__in=OPEN_LEAD) | Q(status_changed_at__gte=since))
        .select_related("assigned_to")
        .annotate(
            place=Window(RowNumber(), partition_by=F("status"), order_by=order),
            in_column=Window(Count("pk"), partition_by=F("status")),
        )
        .filter(place__lte=CARDS_IN_A_COLUMN)
        .order_by("place")
    )
    columns: dict[str, list[Any]] = {status: [] for status in LeadStatus.values}
    for lead in rows:
        columns[lead.status].append(lead)
    return [
        BoardColumn(LeadStatus(status), cards, cards[0].in_column if cards else 0)
        for status, cards in columns.items()
    ]


# One lead


def activities(lead: Lead) -> list[LeadActivity]:
    """What was done, newest first. One statement."""
    return list(LeadActivity.objects.filter(lead=lead).select_related("by").order_by("-happened_at", "-pk"))


def status_changes(lead: Lead) -> list[LeadStatusChange]:
    """The lead's way through the stages, newest first. One statement."""
    return list(
        LeadStatusChange.objects.filter(lead=lead).select_related("changed_by").order_by("-changed_at", "-pk")
    )


def similar_leads(
    *, first_name: str, last_name: str, phone: str = "", email: str = "", exclude: UUID | None = None
) -> list[Lead]:
    """Leads of the same phone, e-mail or name, newest first. One statement; ask it only for who works with leads."""
    alike = Q(pk__in=[])
    if phone:
        alike |= Q(phone=phone)
    if email:
        alike |= Q(email=email.strip().lower())
    first, last = first_name.strip(), last_name.strip()
    if first and last:
        alike |= Q(first_name__plain=first, last_name__plain=last)
    found = Lead.objects.filter(alike)
    if exclude is not None:
        found = found.exclude(pk=exclude)
    return list(found.order_by("-created_at")[:SIMILAR])


def lead_of_client(client: Client) -> Lead | None:
    """The lead that first became this client. One statement."""
    return Lead.objects.filter(converted_client=client).order_by("converted_at").first()


# How many become clients


@dataclass(frozen=True, slots=True)
class SourceCount:
    """The inquiries of one source that came in during the time asked for, and what became of them by now."""

    source: str
    leads: int
    open: int
    converted: int
    lost: int

    @property
    def label(self) -> str:
        return str(LeadSource(self.source).label)

    @property
    def rate(self) -> float | None:
        """Share that became clients; None where there is nothing to divide by."""
        return self.converted / self.leads if self.leads else None


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many of the inquiries of the time asked for came at least as far as this stage."""

    status: LeadStatus
    count: int
    share: float | None


def came_in(leads: Rows, start: dt.date | None, end: dt.date | None) -> Rows:
    """Leads that came in from `start` to `end`, days of the practice, both inclusive."""
    if start:
        leads = leads.filter(created_at__gte=clock.day_bounds(start)[0])
    if end:
        leads = leads.filter(created_at__lt=clock.day_bounds(end)[1])
    return leads


def conversion_by_source(start: dt.date | None, end: dt.date | None) -> list[SourceCount]:
    """Inquiries of these days by source, the busiest first; sources without any are left out. One statement."""
    rows = (
        came_in(Lead.objects.all(), start, end)
        .values("source")
        .annotate(
            leads=Count("pk"),
            open=Count("pk", filter=Q(status__in=OPEN_LEAD)),
            converted=Count("pk", filter=Q(status=LeadStatus.CONVERTED)),
            lost=Count("pk", filter=Q(status=LeadStatus.LOST)),
        )
        .order_by("-leads", "source")
    )
    return [SourceCount(**row) for row in rows]


def funnel(start: dt.date | None, end: dt.date | None) -> list[FunnelStep]:
    """How far the inquiries of these days came, lost ones as far as they were. One statement."""
    counted = reached(came_in(Lead.objects.all(), start, end)).aggregate(
        **{status: Count("pk", filter=Q(furthest__gte=place)) for place, status in enumerate(STAGES)}
    )
    total = counted[STAGES[0]]
    return [
        FunnelStep(status, counted[status], counted[status] / total if total else None) for status in STAGES
    ]


def reached(leads: Rows) -> Rows:
    """Adds `furthest`: the place in STAGES of the furthest stage that the lead ever came to."""
    steps = (
        LeadStatusChange.objects.filter(lead=OuterRef("pk"))
        .order_by()
        .values("lead")
        .annotate(far=Greatest(Max(_place("from_status")), Max(_place("to_status"))))
        .values("far")
    )
    return leads.annotate(furthest=Greatest(_place("status"), Coalesce(Subquery(steps), Value(0))))


def _place(field: str) -> Case:
    """A stage's place; lost counts as no further than new."""
    stages = [When(**{field: status}, then=Value(place)) for place, status in enumerate(STAGES)]
    return Case(*stages, default=Value(0), output_field=IntegerField())


# Elsewhere


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Leads whose name, phone or e-mail has the words. One statement, none for who does not work with leads."""
    if not can_work_leads(actor):
        return []
    found = searched(visible_leads(actor), text).order_by("-created_at")[:limit]
    return [
        Hit(
            lead.full_name,
            reverse("crm:lead_detail", args=[lead.pk]),
            " · ".join(part for part in (formatting.phone(lead.phone), lead.email) if part),
            "address-book",
            lead.get_status_display(),
        )
        for lead in found
    ]
