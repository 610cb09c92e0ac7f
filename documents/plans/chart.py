"""What plans show in a client's chart; registered in `DocumentsConfig.ready()`."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.chart import tab_url
from clients.models import Client
from clients.panels import Card, Columns, Fact, FactSource, Tab
from documents import queries as documents
from documents import rules
from documents.chart import at_hand, can_begin, can_read, document_row, new_url, parts_of
from documents.choices import DocumentStatus, DocumentType
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.plans import history, open_goals, queries
from documents.plans.signature import ClientSignature
from mentalspace.core import clock, formatting, practice


def plan_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The plan in force with the course of its goals, its review, what is in writing, and earlier versions."""
    actor = request.user
    plans = queries.plans_of(actor, client)
    signed = queries.signed_plans(plans)
    notes = list(queries.notes_on_goals(actor, client.pk))
    current = signed[0] if signed else None
    return {
        "plan": current,
        "plan_number": len(signed),
        "plan_parts": parts_of(current),
        "plan_signature": ClientSignature.of(current) if current else None,
        "goal_courses": history.goal_courses(signed, notes),
        "review": review_fact(current.review_on) if current else None,
        "review_every": queries.interval_days(client.pk),
        "interval_url": reverse("documents:plan_interval", args=[client.pk])
        if rules.can_set_plan_interval(actor, client)
        else "",
        "plan_drafts": [document_row(actor, plan) for plan in plans if plan.status != DocumentStatus.SIGNED],
        "earlier_plans": _archived(signed),
        "new_plan_url": new_url(client, DocumentType.TREATMENT_PLAN) if can_begin(actor, client) else "",
    }


def _archived(signed: list[Document]) -> list[dict[str, Any]]:
    """Each version with the time in which it was in force."""
    zone = clock.zone()
    return [
        {
            "document": plan,
            "number": len(signed) - place,
            "time": f"{formatting.instant_date(plan.signed_at, zone)} to "
            f"{formatting.instant_date(signed[place - 1].signed_at, zone)}",
        }
        for place, plan in enumerate(signed)
        if place
    ]


def open_goals_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The goals that are worked on, as far as the plan or a note since says that they have come."""
    _note, plan = at_hand(request.user, client)
    return {
        "plan": plan,
        "goals": goals_now(request.user, plan, client),
        "plan_url": tab_url(client, "plan"),
    }


def goals_now(actor: User, plan: Document | None, client: Client) -> list[dict[str, Any]]:
    """The open goals of a plan with their progress. One query, whatever there is."""
    notes = list(queries.notes_on_goals(actor, client.pk))
    if plan is None:
        return []
    moves = history.moves_of(notes)
    return [
        {"text": goal.get("goal", ""), "progress": history.moved(goal, plan.service_date, moves)}
        for goal in open_goals(plan.answers)
    ]


def plan_columns(actor: User) -> Columns:
    """The day on which the current plan is reviewed."""
    if not rules.can_see_document.gate(actor):
        return {}
    current = documents.current_plans(actor).filter(client=OuterRef("pk"))
    return {"plan_review_on": Subquery(current.values("review_on")[:1])}


def plan_review(actor: User, client: Client) -> Fact | None:
    """When the plan is reviewed; in colour from two weeks before."""
    return review_fact(vars(client)["plan_review_on"], tab_url(client, "plan"))


def review_fact(review_on: date | None, url: str = "") -> Fact | None:
    """The next review of a plan."""
    if review_on is None:
        return None
    today = clock.today()
    left = (review_on - today).days
    soon = left <= practice.get(NoteDefaults).plan_alert_days
    tone = "danger" if left < 0 else "warning" if soon else ""
    text = formatting.relative_day(review_on, today) if soon else formatting.date(review_on)
    return Fact("Plan review overdue" if left < 0 else "Plan review", text, url, tone)


TAB = Tab("plan", "Plan", "target-arrow", 30, can_read, "documents/plans/chart_plan.html", plan_tab)
CARD = Card("documents_open_goals", 20, can_read, "documents/_card_goals.html", open_goals_card)
FACT = FactSource("documents_plan_review", 40, can_read, plan_review, plan_columns)
