"""The board: a column a stage, cards to drag, and a menu on each card for who does not drag."""

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from crm import queries, rules
from crm.choices import OPEN_LEAD, LeadSource, LeadStatus
from crm.defaults import LeadDefaults
from crm.forms import OwnerField
from crm.lifecycle import TRANSITIONS
from crm.lists import follow_up_badge
from crm.models import Lead
from crm.queries import BoardColumn
from mentalspace.core import clock, formatting, practice
from mentalspace.core.gates import requires
from mentalspace.core.places import shown_on


class BoardFilter(forms.Form):
    """Whose leads, and from where."""

    q = forms.CharField(required=False, max_length=100)
    owner = OwnerField(empty_label="Everybody")
    source = forms.ChoiceField(required=False, choices=[("", "Any"), *LeadSource.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = rules.lead_owners()  # type: ignore[attr-defined]
        for name in ("owner", "source"):
            self.fields[name].widget.attrs["class"] = "form-select form-select-sm"


@requires(rules.can_work_leads)
@require_safe
def lead_board(request: ActorRequest) -> HttpResponse:
    """Open leads by stage, and those that were closed lately."""
    region = request.headers.get("HX-Target") == "board"
    template = "crm/_board.html" if region else "crm/lead_board.html"
    return render(request, template, board_context(request, request.GET))


def board_context(request: ActorRequest, filters: QueryDict) -> dict[str, Any]:
    """The columns under these filters. Two statements: the leads and the owners to choose from."""
    form = BoardFilter(filters)
    form.is_valid()
    wanted = form.cleaned_data
    leads = rules.visible_leads(request.user)
    if wanted.get("owner"):
        leads = leads.filter(assigned_to=wanted["owner"])
    if wanted.get("source"):
        leads = leads.filter(source=wanted["source"])
    if wanted.get("q"):
        leads = queries.searched(leads, wanted["q"])
    return {
        "title": "Leads",
        "filter_form": form,
        "is_filtered": any(wanted.values()),
        "columns": [_column(column) for column in queries.board(leads)],
        "closed_days": practice.get(LeadDefaults).board_closed_days,
    }


def filters_in_address(request: ActorRequest) -> QueryDict:
    """The filters of the page on which a card was moved: the address bar has them, the request's own has not."""
    return QueryDict(shown_on(request).partition("?")[2])


def _column(column: BoardColumn) -> dict[str, Any]:
    return {
        "status": column.status.value,
        "label": column.status.label,
        "is_closed": column.status not in OPEN_LEAD,
        "cards": [_card(lead) for lead in column.leads],
        "total": column.total,
        "hidden": column.hidden,
        "url": f"{reverse('crm:lead_list')}?status={column.status.value}",
    }


def _card(lead: Lead) -> dict[str, Any]:
    today = clock.today()
    return {
        "lead": lead,
        "name": lead.full_name,
        "source": " · ".join(part for part in (lead.get_source_display(), lead.source_detail) if part),
        "phone": formatting.phone(lead.phone),
        "owner": lead.assigned_to.full_name if lead.assigned_to else "",
        "follow_up": follow_up_badge(lead, today),
        "since": formatting.relative_day(clock.local(lead.status_changed_at).date(), today),
        "reason": lead.get_lost_reason_display() if lead.lost_reason else "",
        "moves": moves(lead),
        "can_lose": LeadStatus.LOST in TRANSITIONS[lead.status],
        "can_convert": LeadStatus.CONVERTED in TRANSITIONS[lead.status],
        "is_closed": lead.status not in OPEN_LEAD,
        "is_frozen": lead.converted_to_client,
    }


def moves(lead: Lead) -> list[LeadStatus]:
    """The open stages to which this lead may go from here."""
    return [status for status in OPEN_LEAD if status in TRANSITIONS[lead.status]]
