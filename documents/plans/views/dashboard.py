"""What is due of plans, and how often one client's plan is reviewed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from clients.chart import tab_url
from documents import rules
from documents.defaults import NoteDefaults
from documents.models import PlanInterval
from documents.plans import services
from documents.plans.forms import IntervalForm
from documents.plans.lists import PlanList
from mentalspace.core import practice
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires


@requires(rules.can_see_document)
@require_safe
def plan_list(request: ActorRequest) -> HttpResponseBase:
    """Reviews that are due, plans that wait for signatures, clients without a plan."""
    return PlanList(request).respond()


@requires(rules.can_set_plan_interval)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_interval(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """More or less often than in the practice."""
    client = get_object_or_404(rules.can_set_plan_interval.scope(request.user), pk=client_id)
    usual = practice.get(NoteDefaults).plan_review_days
    own = PlanInterval.objects.filter(client=client).first()
    form = IntervalForm(posted(request), usual=usual, initial={"days": own.days if own else None})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.set_interval(actor=request.user, client_id=client.pk, days=values["days"])
        return "Saved. The next plan proposes its review accordingly.", tab_url(client, "plan")

    page = {
        "title": "How often the plan is reviewed",
        "subtitle": client.display_name,
        "cancel_url": tab_url(client, "plan"),
    }
    return answer(request, form, deed, page)
