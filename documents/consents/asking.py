"""Asking for signatures: whom, for what, by which way; links sent again, handed over and taken back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from documents import client_links, rules
from documents.answers import Answers
from documents.choices import ClientFormType
from documents.consents import errors
from documents.consents.choices import Held, Relation, Unsent
from documents.defaults import ConsentDefaults
from documents.definitions import FormDefinition
from documents.designs import catalogue
from documents.models import Consent, Packet, PacketForm, PacketRequest, PacketSigner
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from staff.rules import staff_of

# A device of the practice that is handed to somebody: as long as signing may take.
AT_HAND = timedelta(hours=2)
# In months; sorts after every time that a form may hold.
NO_END = 10_000


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is to sign, and as what."""

    name: str
    email: str = ""
    relation: str = Relation.CLIENT


def is_minor(client: Client) -> bool:
    """Needs somebody else's signature; nobody whose birthday is not known."""
    born = client.date_of_birth
    return born is not None and born > adult_since()


def adult_since() -> dt.date:
    """Who was born on this day signs alone from today on."""
    age: int = practice.get(ConsentDefaults).adult_age
    return clock.today() - relativedelta(years=age)


@transaction.atomic
def ask(
    *,
    actor: User | None,
    client_id: UUID,
    signers: Sequence[Signer],
    packet_id: UUID | None = None,
    form_keys: Sequence[str] = (),
    answers: Mapping[str, Answers] | None = None,
    by_mail: bool = True,
) -> PacketRequest:
    """Ask for the forms of a packet, and further ones; each signer who is asked by mail gets a link of their own.

    `answers` fills forms in beforehand, by key. `actor` is None for the worker, which mails what it has asked for once
    that is kept (see `documents.consents.following_up`). Raises NotPermitted, NothingChosen, NotToBeAsked,
    BirthDateNeeded, SignerNeeded, GuardianNeeded, NoAddress, NoPublicAddress, MailFailed.
    """
    client = Client.objects.get(pk=client_id)
    if actor is not None:
        require(rules.can_ask_consents(actor, client))
    chosen = _chosen(packet_id, form_keys)
    _check(client, signers, by_mail=by_mail)
    packet = Packet.objects.filter(pk=packet_id).first() if packet_id else None
    name = packet.name if packet else (chosen[0][0].title if len(chosen) == 1 else "Forms to sign")
    request = PacketRequest.objects.create(
        client=client, name=name, asked_by=staff_of(actor) if actor else None
    )
    for place, (form, months) in enumerate(chosen):
        Consent.objects.create(
            request=request, client=client, form_key=form.key, form_version=form.version, title=form.title,
            position=place, months=months, answers=(answers or {}).get(form.key, {}),
        )  # fmt: skip
    audit.record(
        actor=actor,
        verb="packet.asked",
        obj=request,
        client_id=client.pk,
        changes={"forms": ["", ", ".join(form.key for form, _months in chosen)]},
    )
    for each in signers:
        signer = PacketSigner.objects.create(
            request=request, name=" ".join(each.name.split()), email=each.email, relation=each.relation,
            unsent=Unsent.WAITING if by_mail and actor is None else "",
        )  # fmt: skip
        if by_mail and actor is not None:
            _mail(signer, actor)
    return request


def _chosen(packet_id: UUID | None, form_keys: Sequence[str]) -> list[tuple[FormDefinition, int]]:
    """The forms asked for in the order of the menu, with how long each holds. Raises NothingChosen."""
    held = dict.fromkeys(form_keys, int(Held.YEAR))
    # A form that is sent alone holds as long as in the packet it is usually sent in; of several, the shortest time.
    usual = PacketForm.objects.filter(form_key__in=list(form_keys), packet__is_active=True)
    held |= dict(sorted(usual.values_list("form_key", "months"), key=lambda each: -(each[1] or NO_END)))
    if packet_id is not None:
        packet = Packet.objects.filter(pk=packet_id, is_active=True).first()
        if packet is None:
            raise errors.NothingChosen
        held |= dict(packet.forms.values_list("form_key", "months"))
    found = [
        (form, held[form.key]) for form in catalogue.menu().of(ClientFormType.CONSENT) if form.key in held
    ]
    if not found:
        raise errors.NothingChosen
    return found


def _check(client: Client, signers: Sequence[Signer], *, by_mail: bool) -> None:
    if client.status == ClientStatus.DECEASED:
        raise errors.NotToBeAsked
    if client.date_of_birth is None:
        raise errors.BirthDateNeeded
    if not signers or not all(each.name.strip() for each in signers):
        raise errors.SignerNeeded
    if is_minor(client) and all(each.relation == Relation.CLIENT for each in signers):
        raise errors.GuardianNeeded
    if by_mail and not all(each.email for each in signers):
        raise errors.NoAddress


@transaction.atomic
def send_again(*, actor: User, signer_id: UUID) -> PacketSigner:
    """Mail a fresh link, with all its days; the one before it works no longer.

    Raises NotPermitted, RequestOver, NoAddress, NoPublicAddress, MailFailed.
    """
    signer = _open_signer(actor, signer_id)
    if not signer.email:
        raise errors.NoAddress
    _mail(signer, actor)
    return signer


@transaction.atomic
def hand_over(*, actor: User, signer_id: UUID) -> str:
    """A token for a device that is handed to the signer now; earlier links of theirs work no longer.

    Raises NotPermitted, RequestOver.
    """
    signer = _open_signer(actor, signer_id)
    token = _fresh(signer, AT_HAND)
    signer.save(update_fields=["token_hash", "expires_at", "updated_at"])
    audit.record(
        actor=actor, verb="packet.handed_over", obj=signer.request, client_id=signer.request.client_id
    )
    return token


@transaction.atomic
def revoke(*, actor: User, request_id: UUID) -> PacketRequest:
    """Nothing more is signed of it; what was signed by everybody stays. Raises NotPermitted, RequestOver."""
    request = (
        PacketRequest.objects.select_for_update(of=("self",)).select_related("client").get(pk=request_id)
    )
    require(rules.can_ask_consents(actor, request.client))
    if not request.is_open:
        raise errors.RequestOver
    request.revoked_at = clock.now()
    request.save(update_fields=["revoked_at", "updated_at"])
    audit.record(actor=actor, verb="packet.revoked", obj=request, client_id=request.client_id)
    return request


def _open_signer(actor: User, signer_id: UUID) -> PacketSigner:
    """The signer, with the request locked. Raises NotPermitted, RequestOver."""
    signer = PacketSigner.objects.select_related("request__client").get(pk=signer_id)
    request = PacketRequest.objects.select_for_update().get(pk=signer.request_id)
    require(rules.can_ask_consents(actor, signer.request.client))
    if not request.is_open:
        raise errors.RequestOver
    return signer


def _fresh(signer: PacketSigner, lasts: timedelta) -> str:
    token = client_links.new_token()
    signer.token_hash, signer.expires_at = client_links.hash_of(token), clock.now() + lasts
    return token


def _mail(signer: PacketSigner, actor: User) -> None:
    token = fresh_link(signer)
    audit.record(actor=actor, verb="packet.sent", obj=signer.request, client_id=signer.request.client_id)
    try:
        post(signer, token)
    except client_links.FAULTS as error:
        raise errors.MailFailed from error


def fresh_link(signer: PacketSigner) -> str:
    """The token of a link with all its days, kept as sent now; the one before it works no longer.

    Raises NoPublicAddress.
    """
    if not settings.PUBLIC_URL:
        raise errors.NoPublicAddress
    token = _fresh(signer, timedelta(days=practice.get(ConsentDefaults).link_days))
    signer.sent_at, signer.unsent = clock.now(), ""
    signer.save(update_fields=["token_hash", "expires_at", "sent_at", "unsent", "reminded", "updated_at"])
    return token


def post(signer: PacketSigner, token: str) -> None:
    """Mail a link. Raises one of `client_links.FAULTS`."""
    client_links.mail(
        signer.email,
        "Forms for you to sign",
        asks="to read and sign some forms",
        path=reverse("documents:packet_open", args=[token]),
        works=f"The link works until {client_links.until(signer.expires_at)}. What you enter is saved as you go.",
        otherwise="If you would rather sign on paper, please call",
    )
