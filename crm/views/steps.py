"""What one does with a lead: log an activity, plan, assign, move, lose, reopen."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.http import ActorRequest
from crm import rules, services
from crm.choices import LeadStatus
from crm.errors import LeadConverted, LeadLost
from crm.forms import ActivityForm, AssignForm, FollowUpForm, LoseForm, MoveForm, ReopenForm
from crm.models import Lead
from crm.services.stages import stage_before_loss
from crm.views.board import board_context, filters_in_address
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import PageForm, add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import asked_from, came_from

GET_OR_POST = ["GET", "HEAD", "POST"]
PAGES_OF_THEIR_OWN: dict[str, str] = {
    LeadStatus.LOST: "crm:lead_lose",
    LeadStatus.CONVERTED: "crm:lead_convert",
}


@requires(rules.can_work_leads)
@require_http_methods(GET_OR_POST)
@once
def activity_create(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say what was done about a lead."""
    lead = _lead(request, pk)
    form = ActivityForm(posted(request))
    return _ask(
        request, lead, form, title="Log activity with {}", done="The activity was logged.",
        verb=lambda: services.log_activity(actor=request.user, lead_id=pk, **form.facts()),
    )  # fmt: skip


@requires(rules.can_work_leads)
@require_http_methods(GET_OR_POST)
def lead_assign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give the lead to somebody."""
    lead = _lead(request, pk)
    form = AssignForm(posted(request), initial={"assigned_to": lead.assigned_to_id})
    return _ask(
        request, lead, form, title="Who takes care of {}?", done="The owner was saved.",
        verb=lambda: services.assign_lead(actor=request.user, lead_id=pk, **form.cleaned_data),
    )  # fmt: skip


@requires(rules.can_work_leads)
@require_http_methods(GET_OR_POST)
def lead_follow_up(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Plan when somebody gets back."""
    lead = _lead(request, pk)
    form = FollowUpForm(posted(request), initial={"follow_up_on": lead.follow_up_on})
    return _ask(
        request, lead, form, title="Follow up with {}", done="The follow-up date was saved.",
        verb=lambda: services.set_follow_up(actor=request.user, lead_id=pk, **form.cleaned_data),
    )  # fmt: skip


@requires(rules.can_work_leads)
@require_http_methods(GET_OR_POST)
def lead_lose(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close a lead that will not become a client, with the reason."""
    lead = _lead(request, pk)
    form = LoseForm(posted(request))
    return _ask(
        request, lead, form, title="Mark {} lost", done="The lead was marked lost. It can be reopened.",
        verb=lambda: services.lose_lead(actor=request.user, lead_id=pk, **form.cleaned_data),
    )  # fmt: skip


@requires(rules.can_work_leads)
@require_http_methods(GET_OR_POST)
def lead_reopen(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a lost lead up again."""
    lead = _lead(request, pk)
    form = ReopenForm(posted(request), initial={"status": stage_before_loss(lead)})
    return _ask(
        request, lead, form, title="Reopen {}", done="The lead is open again.",
        verb=lambda: services.reopen_lead(actor=request.user, lead_id=pk, **form.cleaned_data),
    )  # fmt: skip


@requires(rules.can_work_leads)
@require_POST
def lead_move(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Move a card to another column. Lost asks for a reason and converted for a form, each on a page of its own."""
    lead = _lead(request, pk)
    form = MoveForm(request.POST)
    wanted = form.cleaned_data["status"] if form.is_valid() else lead.status
    elsewhere = PAGES_OF_THEIR_OWN.get(wanted)
    if elsewhere and wanted != lead.status:
        return _go(request, reverse(elsewhere, args=[pk]))
    verb = services.reopen_lead if lead.status == LeadStatus.LOST else services.move_lead
    try:
        verb(actor=request.user, lead_id=pk, status=wanted)
    except DomainError as error:
        return _board(request, error.message, "error")
    return _board(request, f"Moved to {LeadStatus(wanted).label.lower()}.", "success")


def _board(request: ActorRequest, text: str, level: str) -> HttpResponse:
    """The board anew for htmx, else back to where the card was."""
    if request.htmx:
        response = render(request, "crm/_board.html", board_context(request, filters_in_address(request)))
        return trigger_client_event(response, "toast", {"text": text, "level": level})
    messages.add_message(request, messages.ERROR if level == "error" else messages.SUCCESS, text)
    return redirect(came_from(request, reverse("crm:lead_board")))


def _go(request: ActorRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _ask(
    request: ActorRequest, lead: Lead, form: PageForm, *, title: str, done: str, verb: Callable[[], Any]
) -> HttpResponse:
    """A small form about one lead: shown as a page or, over another page, as a dialog."""
    back = reverse("crm:lead_detail", args=[lead.pk])
    if request.method == "POST" and form.is_valid():
        try:
            verb()
        except (LeadConverted, LeadLost) as error:
            messages.error(request, error.message)
            return redirect(back)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, done)
            return redirect(came_from(request, back))
    context = {
        "title": title.format(lead.full_name),
        "lead": lead,
        "form": form,
        "cancel_url": back,
        "action_url": f"{request.path}?{urlencode({'next': _opened_over(request)})}",
        "breadcrumbs": [("Leads", reverse("crm:lead_board")), (lead.full_name, back)],
    }
    return render(request, "crm/lead_step.html", context, status=422 if form.errors else 200)


def _lead(request: ActorRequest, pk: UUID) -> Lead:
    return get_object_or_404(rules.visible_leads(request.user), pk=pk)


def _opened_over(request: ActorRequest) -> str:
    """The page over which the dialog stands, to come back to; empty where the form is a page of its own."""
    return came_from(request, asked_from(request) if "X-Dialog" in request.headers else "")
