"""What leads put on a client's overview: where the client came from; registered in `ready()`."""

from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from clients.models import Client
from clients.panels import Card
from clients.rules import can_see_client
from crm.queries import lead_of_client
from crm.rules import can_work_leads
from mentalspace.core import clock, formatting


def lead_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """Source and days of the lead; the way there for who works with leads. One statement."""
    actor = request.user
    lead = lead_of_client(client)
    if lead is None:
        return {"came_from": None}
    zone = clock.zone()
    return {
        "came_from": lead,
        "lead_url": reverse("crm:lead_detail", args=[lead.pk]) if can_work_leads(actor) else "",
        "lead_rows": [
            ("Source", " · ".join(part for part in (lead.get_source_display(), lead.source_detail) if part)),
            ("Asked on", formatting.instant_date(lead.created_at, zone)),
            ("Client since", formatting.instant_date(lead.converted_at, zone)),
        ],
    }


LEAD_CARD = Card("crm_lead", 90, can_see_client, "crm/_card_lead.html", lead_card, "side")
