"""What the worker does about consents every day: ask anew for what is about to end, and mail signers who have not
signed.

A link is made and kept before its mail leaves, so that whoever dies in between sends none twice.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from clients.choices import ClientStatus
from clients.models import Client
from documents import client_links
from documents.consents import asking, queries
from documents.consents.asking import AT_HAND, Signer
from documents.consents.choices import Relation, Unsent
from documents.defaults import ConsentDefaults
from documents.models import Consent, PacketRequest, PacketSigner
from mentalspace.core import audit, clock, practice
from mentalspace.core.errors import DomainError
from scheduling.reminders.sending import REFUSED, Outcome

# Who left the practice is not written to.
REACHED = (ClientStatus.INQUIRY, ClientStatus.WAITLIST, ClientStatus.ACTIVE)


def clients_to_renew() -> QuerySet[Client]:
    """In treatment, with something that is about to end and was not asked for since."""
    if not practice.get(ConsentDefaults).renew_by_mail:
        return Client.objects.none()
    return Client.objects.filter(Exists(_to_renew(OuterRef("pk"))), status=ClientStatus.ACTIVE).order_by("pk")


@transaction.atomic
def renew(client_id: UUID) -> int:
    """Ask whoever signed before for what is about to end; how many requests that made. `mail_signer` sends them.

    What cannot be asked for in this way, as without an address, stays on the list of consents for the front desk.
    Nothing is asked for twice: what was declined or taken back since is for a person to decide.
    """
    # A second worker waits here, and then finds what the first has asked for.
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    groups: dict[tuple[Signer, ...], list[str]] = {}
    for consent in _to_renew(client_id).order_by("request__created_at", "position"):
        groups.setdefault(_signers(consent, client), []).append(consent.form_key)
    return sum(_ask(client, signers, form_keys) for signers, form_keys in groups.items())


def _to_renew(client: Any) -> QuerySet[Consent]:
    since = Consent.objects.filter(
        client=OuterRef("client"), form_key=OuterRef("form_key"), created_at__gt=OuterRef("signed_at")
    )
    return queries.expiring(client).exclude(Exists(since))


def _signers(consent: Consent, client: Client) -> tuple[Signer, ...]:
    """Who signed it; the client by the name and address of today."""
    before = PacketSigner.objects.filter(request=consent.request_id).select_related("request")
    return tuple(
        Signer(client.legal_name, client.email or each.email, each.relation)
        if each.relation == Relation.CLIENT
        else Signer(each.name, each.email, each.relation)
        for each in before.order_by("created_at", "pk")
    )


def _ask(client: Client, signers: Sequence[Signer], form_keys: Sequence[str]) -> bool:
    """Parents are not asked to sign for who is of age by now."""
    if not asking.is_minor(client) and any(each.relation == Relation.PARENT for each in signers):
        return False
    try:
        asking.ask(actor=None, client_id=client.pk, signers=signers, form_keys=form_keys)
    except DomainError:
        return False
    return True


def signers_to_mail() -> QuerySet[PacketSigner]:
    """Who was not mailed yet what the worker asked for, and who is to be reminded and is not at it just now."""
    chosen, now = practice.get(ConsentDefaults), clock.now()
    first = Q(sent_at__isnull=True, unsent__in=(Unsent.WAITING, Unsent.UNREACHABLE))
    late = Q(sent_at__lte=now - timedelta(days=chosen.remind_days), reminded__lt=chosen.reminders)
    filling = Consent.objects.filter(request=OuterRef("request"), updated_at__gt=now - AT_HAND)
    opening = Q(opened_at__isnull=False, opened_at__gt=now - AT_HAND)
    handed = Q(expires_at__gt=now, expires_at__lte=now + AT_HAND)
    again = late & Q(unsent__in=("", Unsent.UNREACHABLE)) & ~Exists(filling) & ~opening & ~handed
    return queries.waiting_signers().filter(first | again, request__client__status__in=REACHED).order_by("pk")


def mail_signer(signer_id: UUID) -> Outcome:
    """Send a fresh link unless another worker does, or somebody has signed, sent or taken back meanwhile.

    Where the mail cannot leave, the link before it works again. An address that is refused is not tried again.
    """
    with transaction.atomic():
        request = PacketRequest.objects.select_for_update(of=("self",)).get(signers=signer_id)
        signer = signers_to_mail().filter(pk=signer_id).select_related("request").first()
        if signer is None:
            return Outcome.LEFT
        before = {name: getattr(signer, name) for name in ("token_hash", "expires_at", "sent_at", "reminded")}
        signer.reminded += signer.sent_at is not None
        token = asking.fresh_link(signer)
    try:
        asking.post(signer, token)
    except client_links.FAULTS as error:
        _give_back(signer, before, Unsent.REFUSED if isinstance(error, REFUSED) else Unsent.UNREACHABLE)
        return Outcome.FAILED
    verb = "packet.reminded" if signer.reminded else "packet.sent"
    audit.record(actor=None, verb=verb, obj=request, client_id=request.client_id)
    return Outcome.SENT


@transaction.atomic
def _give_back(signer: PacketSigner, before: dict[str, Any], why: Unsent) -> None:
    """Unless somebody has made another link meanwhile."""
    ours = PacketSigner.objects.filter(pk=signer.pk, token_hash=signer.token_hash)
    ours.update(**before, unsent=why)
    request = signer.request
    audit.record(
        actor=None, verb="packet.unsent", obj=request, client_id=request.client_id, changes={"why": ["", why.value]}
    )  # fmt: skip
