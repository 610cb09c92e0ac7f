"""Named reads of plans. What returns rows takes the actor and returns only what that person may read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from clients.rules import clinical_clients
from documents import queries, rules
from documents.choices import DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.models import Document, PlanInterval
from mentalspace.core import clock, practice

# The order of urgency, which is also the order of the list.
OVERDUE, NONE, UNSIGNED, SOON, IN_FORCE = range(5)


def interval_days(client_id: UUID) -> int:
    """Days from a plan of this client to its review. One query."""
    own = PlanInterval.objects.filter(client_id=client_id).values_list("days", flat=True).first()
    return own or practice.get(NoteDefaults).plan_review_days


def plans_of(actor: User, client: Client) -> list[Document]:
    """Plans that were signed, the one in force first, and those in writing before them. One query."""
    found = (
        rules.visible_documents(actor)
        .filter(queries.STANDS, client=client, type=DocumentType.TREATMENT_PLAN)
        .select_related("staff")
        .order_by("-signed_at", "-created_at", "pk")
    )
    return list(found)


def plans_in_force(actor: User, clients: Collection[UUID]) -> dict[UUID, Document]:
    """The plan in force of each of these clients who has one. One query."""
    plans = queries.current_plans(actor).filter(client__in=clients)
    return {plan.client_id: plan for plan in plans.order_by("client", "-signed_at", "-pk").distinct("client")}


def notes_on_goals(actor: User, client_id: UUID) -> QuerySet[Document]:
    """Signed notes of sessions, which may say how goals went; the earliest first."""
    return (
        rules.visible_documents(actor)
        .filter(
            queries.STANDS,
            client_id=client_id,
            type=DocumentType.PROGRESS_NOTE,
            status=DocumentStatus.SIGNED,
        )
        .order_by("service_date", "signed_at", "pk")
        .only("client_id", "answers", "service_date", "title")
    )


def plan_states(actor: User) -> QuerySet[Client]:
    """Active clients whose record the actor may open, each with the plan in force, what is in writing, and `state`."""
    today = clock.today()
    soon = practice.get(NoteDefaults).plan_alert_days
    current = queries.current_plans(actor).filter(client=OuterRef("pk"))
    writing = (
        rules.visible_documents(actor)
        .filter(queries.STANDS, client=OuterRef("pk"), type=DocumentType.TREATMENT_PLAN)
        .exclude(status=DocumentStatus.SIGNED)
        .order_by("-created_at", "pk")
    )
    return (
        clinical_clients(actor)
        .filter(status=ClientStatus.ACTIVE)
        .annotate(
            plan_id=Subquery(current.values("pk")[:1]),
            plan_since=Subquery(current.values("signed_at")[:1]),
            review_on=Subquery(current.values("review_on")[:1], output_field=DateField()),
            writing_id=Subquery(writing.values("pk")[:1]),
            writing_status=Subquery(writing.values("status")[:1], output_field=CharField()),
            writing_author=Subquery(writing.values("staff")[:1]),
        )
        .annotate(
            state=Case(
                When(review_on__lt=today, then=Value(OVERDUE)),
                When(writing_id__isnull=False, then=Value(UNSIGNED)),
                When(plan_id__isnull=True, then=Value(NONE)),
                When(review_on__lte=today + timedelta(days=soon), then=Value(SOON)),
                default=Value(IN_FORCE),
                output_field=IntegerField(),
            )
        )
    )


def in_state(rows: QuerySet[Client], wanted: str) -> QuerySet[Client]:
    """Those of one of the list's filters."""
    kinds: Mapping[str, Q] = {
        "attention": ~Q(state=IN_FORCE),
        "overdue": Q(state=OVERDUE),
        "soon": Q(state=SOON),
        "unsigned": Q(writing_id__isnull=False),
        "none": Q(plan_id__isnull=True),
        "in_force": Q(plan_id__isnull=False),
    }
    return rows.filter(kinds[wanted]) if wanted in kinds else rows


def signed_plans(plans: Sequence[Document]) -> list[Document]:
    """Of these, what was signed, in the same order."""
    return [plan for plan in plans if plan.status == DocumentStatus.SIGNED]
