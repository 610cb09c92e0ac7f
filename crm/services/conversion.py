"""A lead becomes a client: a new one, or one who is here already."""

import datetime as dt
from typing import Unpack
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.choices import ClientStatus
from clients.errors import LooksLikeAnother
from clients.models import Client
from clients.queries import possible_duplicates
from clients.services import Demographics, create_client
from crm import rules
from crm.choices import OPEN_LEAD, LeadStatus
from crm.models import Lead
from crm.services.locking import locked_open
from crm.services.stages import step
from mentalspace.core import clock
from mentalspace.core.gates import require
from scheduling.models import BookingRequest


@transaction.atomic
def convert_lead(
    *,
    actor: User,
    lead_id: UUID,
    first_name: str,
    last_name: str,
    status: str = ClientStatus.INQUIRY,
    is_another_person: bool = False,
    **facts: Unpack[Demographics],
) -> Client:
    """Take the person on as a new client, with an empty profile, and tie lead and client together.

    Client, profile, status and tie are one transaction, and the lead is locked in it: however often and from wherever
    it is asked, one client comes of it. Raises NotPermitted, LeadConverted, LeadLost, LooksLikeAnother (unless somebody
    said that this is another person), and what `create_client` raises.
    """
    lead = _convertible(actor, lead_id)
    if not is_another_person and _looks_like_another(first_name, last_name, facts):
        raise LooksLikeAnother
    client = create_client(actor=actor, first_name=first_name, last_name=last_name, status=status, **facts)
    _tie(actor, lead, client)
    return client


@transaction.atomic
def link_lead(*, actor: User, lead_id: UUID, client_id: UUID) -> Client:
    """Close the lead as somebody who is a client already; the client stays as it is.

    Raises NotPermitted, LeadConverted, LeadLost.
    """
    lead = _convertible(actor, lead_id)
    client = Client.objects.get(pk=client_id)
    _tie(actor, lead, client)
    return client


@transaction.atomic
def link_request(*, actor: User, request: BookingRequest, client_id: UUID) -> None:
    """Close the lead of a booking request as the client whom its appointment was booked for.

    One that was closed by hand before stays as it is. Raises NotPermitted.
    """
    lead = Lead.objects.filter(booking_request=request, status__in=OPEN_LEAD).first()
    if lead is not None:
        link_lead(actor=actor, lead_id=lead.pk, client_id=client_id)


def _convertible(actor: User, lead_id: UUID) -> Lead:
    require(rules.can_convert_leads(actor))
    return locked_open(actor, lead_id)


def _looks_like_another(first_name: str, last_name: str, facts: Demographics) -> bool:
    born: dt.date | None = facts.get("date_of_birth")
    return bool(
        possible_duplicates(
            first_name=first_name,
            last_name=last_name,
            date_of_birth=born,
            phone=facts.get("phone", ""),
            email=facts.get("email") or "",
        )
    )


def _tie(actor: User, lead: Lead, client: Client) -> None:
    """The last thing that ever happens to a lead: the database refuses all changes after it."""
    step(
        actor,
        lead,
        LeadStatus.CONVERTED,
        converted_to_client=True,
        converted_client=client,
        converted_at=clock.now(),
        follow_up_on=None,
    )
