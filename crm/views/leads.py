"""The list, a new inquiry, one lead's story, and correcting it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from clients.queries import possible_duplicates
from crm import queries, rules, services
from crm.choices import LeadSource
from crm.forms import FACTS, ActivityForm, LeadCreateForm, LeadEditForm, LeadForm, first_follow_up
from crm.lists import LeadList, follow_up_badge, status_badge
from crm.models import Lead
from crm.story import story
from crm.views.board import moves
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Cell, email_cell
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import background, requires
from mentalspace.core.once import once
from scheduling.models import BookingRequest
from staff.rules import staff_of

WAYS = ("first_name", "last_name", "phone", "email")


@requires(rules.can_work_leads)
@require_safe
def lead_list(request: ActorRequest) -> HttpResponseBase:
    """All leads; every figure about leads opens its rows here."""
    new = Action("Log an inquiry", reverse("crm:lead_create"), "phone-call", primary=True)
    sources = Action("Sources", reverse("crm:lead_sources"), "chart-funnel")
    page = LeadList(
        request,
        queries.lead_rows(request.user),
        page_actions=[sources, new],
        on_export=lambda shown: audit.record(
            actor=request.user, verb="lead.list_exported", changes={"filters": [None, sorted(shown.values)]}
        ),
    )
    return page.respond()


@requires(rules.can_work_leads)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def lead_create(request: ActorRequest) -> HttpResponse:
    """Take down an inquiry while the person is on the phone."""
    form = LeadCreateForm(posted(request), initial=_usual(request))
    if request.method == "POST" and form.is_valid():
        try:
            lead = services.create_lead(actor=request.user, **form.facts())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The inquiry was logged.")
            return redirect("crm:lead_detail", pk=lead.pk)
    context = {
        "title": "Log an inquiry",
        "form": form,
        "alike": alike(form) if request.method == "POST" else {},
        "cancel_url": reverse("crm:lead_board"),
        "breadcrumbs": [("Leads", reverse("crm:lead_board"))],
    }
    return render(request, "crm/lead_create.html", context, status=422 if form.errors else 200)


@background
@requires(rules.can_work_leads)
@require_POST
def lead_duplicates(request: ActorRequest) -> HttpResponse:
    """Whom the half-typed form may mean. A POST, because names and phones do not belong in an address."""
    form = LeadForm(request.POST)
    form.is_valid()
    return render(request, "crm/_alike.html", {"alike": alike(form)})


@requires(rules.can_see_lead)
@require_safe
def lead_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Who it is, what was done, and what comes next."""
    lead = get_object_or_404(_leads(request), pk=pk)
    return render(request, "crm/lead_detail.html", detail_context(lead, ActivityForm()))


def detail_context(lead: Lead, form: ActivityForm) -> dict[str, Any]:
    """The page of a lead, also around an activity form that was refused. Four statements."""
    facts: dict[str, Any] = {name: getattr(lead, name) for name in WAYS}
    known = lead.converted_to_client
    planned = follow_up_badge(lead, clock.today(), begin="Follow up")
    return {
        "title": lead.full_name,
        "lead": lead,
        "badges": [status_badge(lead.status), *([planned] if planned else [])],
        "rows": _facts(lead),
        "story": story(lead),
        "form": form,
        "moves": [] if lead.lost_reason else moves(lead),
        "alike": {} if known else {
            "clients": possible_duplicates(**facts),
            "leads": queries.similar_leads(**facts, exclude=lead.pk),
        },
        "breadcrumbs": [("Leads", reverse("crm:lead_board"))],
    }  # fmt: skip


@requires(rules.can_work_leads)
@require_http_methods(["GET", "HEAD", "POST"])
def lead_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Correct an inquiry; what somebody else saved meanwhile is shown field by field."""
    lead = get_object_or_404(_leads(request), pk=pk)
    if lead.converted_to_client:
        messages.info(request, "This lead has become a client and stays as it is. Change the client instead.")
        return redirect("crm:lead_detail", pk=pk)
    form = LeadEditForm(typed) if (typed := posted(request)) is not None else LeadEditForm.of(lead)
    merge: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.update_lead(actor=request.user, lead_id=pk, version=version, **form.facts())
        except StaleVersion:
            form, merge = merged(lead, form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "The lead was saved.")
            return redirect("crm:lead_detail", pk=pk)
    page = {**around_lead(lead, f"Edit {lead.full_name}"), "form": form, "merge": merge}
    return render(request, "crm/lead_edit.html", page, status=422 if form.errors or merge else 200)


def around_lead(lead: Lead, title: str) -> dict[str, Any]:
    """A page about one lead: its title, and the ways back."""
    url = reverse("crm:lead_detail", args=[lead.pk])
    crumbs = [("Leads", reverse("crm:lead_board")), (lead.full_name, url)]
    return {"title": title, "cancel_url": url, "breadcrumbs": crumbs}


def merged(lead: Lead, form: LeadEditForm) -> tuple[LeadEditForm, dict[str, Any]]:
    """A stale form over the version that stands now.

    What the person did not touch takes over what was saved; what both changed stays as typed and is listed, so that
    nothing is lost and nothing is overwritten unseen.
    """
    lead.refresh_from_db()
    opened, saved_form = form.opened_values(), LeadEditForm.of(lead)
    saved, data = saved_form.as_typed(), form.data.copy()
    clashes, taken = [], []
    for name in FACTS:
        label, typed, base = form[name].label, form.data.get(name, ""), opened.get(name, "")
        if saved[name] in (typed, base):
            continue
        if typed == base:
            data[name] = saved[name]
            taken.append(label)
        else:
            shown = [_in_words(form, name, value) for value in (saved[name], typed)]
            clashes.append(
                {"label": label, "target": form[name].id_for_label, "saved": shown[0], "mine": shown[1]}
            )
    data["version"], data["opened"] = str(lead.version), json.dumps(saved)
    return LeadEditForm(data), {"clashes": clashes, "taken": taken}


def _in_words(form: LeadEditForm, name: str, value: str) -> str:
    choices = {str(key): label for key, label in getattr(form.fields[name], "choices", ())}
    return str(choices.get(value, value) or "Empty")


def alike(form: LeadForm) -> dict[str, Any]:
    """Clients and leads who may be the person in the form, as far as it is filled in. Two statements."""
    typed: dict[str, Any] = {}
    for name in WAYS:
        typed[name] = form.cleaned_data.get(name) or ""
    if not (typed["phone"] or typed["email"] or (typed["first_name"] and typed["last_name"])):
        return {}
    return {"clients": possible_duplicates(**typed), "leads": queries.similar_leads(**typed)}


def _leads(request: ActorRequest) -> Any:
    return rules.visible_leads(request.user).select_related(
        "assigned_to", "created_by", "converted_client", "booking_request"
    )


def _usual(request: ActorRequest) -> dict[str, Any]:
    """A call, taken by whoever is signed in, to be returned in the practice's usual time."""
    own, source = staff_of(request.user), request.GET.get("source", "")
    return {
        "source": source if source in LeadSource.values else LeadSource.PHONE,
        "assigned_to": own.pk if own and rules.can_work_leads(request.user) else None,
        "follow_up_on": first_follow_up(),
    }


def _asked_for(asked: BookingRequest) -> Cell:
    """The time that they asked for on the booking page; the way to the request."""
    url = reverse("scheduling:request_detail", args=[asked.pk])
    return Cell(formatting.instant(asked.start_time, clock.zone()), url=url, sub=asked.get_state_display())


def _facts(lead: Lead) -> list[tuple[str, Any]]:
    phone = Cell(formatting.phone(lead.phone), url=f"tel:{lead.phone}") if lead.phone else ""
    came_in = formatting.instant(lead.created_at, clock.zone())
    by = f" by {lead.created_by.full_name}" if lead.created_by else ""
    return [
        ("Phone", phone),
        ("E-mail", email_cell(lead.email)),
        ("Source", Cell(lead.get_source_display(), sub=lead.source_detail)),
        ("Owner", lead.assigned_to.full_name if lead.assigned_to else ""),
        ("Follow-up", formatting.date(lead.follow_up_on)),
        ("Came in", came_in + by),
        *([("Asked for", _asked_for(lead.booking_request))] if lead.booking_request else []),
        *([("Lost because", lead.get_lost_reason_display())] if lead.lost_reason else []),
    ]
