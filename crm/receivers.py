"""What the schedule tells about people who may become clients."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from clients.models import Client
from crm.services import link_request, take_newcomer
from scheduling.models import BookingRequest
from scheduling.signals import newcomer_asked, request_approved


@receiver(newcomer_asked, dispatch_uid="crm.take_newcomer")
def lead_of_a_newcomer(sender: Any, *, request: BookingRequest, **_: Any) -> None:
    """Whoever asks for a time and is new here is an inquiry like any other."""
    take_newcomer(request=request)


@receiver(request_approved, dispatch_uid="crm.link_request")
def lead_became_a_client(
    sender: Any, *, request: BookingRequest, client: Client, actor: User, **_: Any
) -> None:
    """The lead of the request is converted: it is this client."""
    link_request(actor=actor, request=request, client_id=client.pk)
