"""The practice asks for signatures: choose forms and signers, send again, hand a device over, take back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from accounts.services import record_sign_out
from clients.chart import tab_url
from clients.models import Client
from documents import rules
from documents.choices import ClientFormType
from documents.consents import asking, queries
from documents.consents.chart import SLUG
from documents.consents.choices import Relation
from documents.consents.forms import BY_MAIL, AskForm
from documents.consents.views.signing import known
from documents.defaults import ConsentDefaults
from documents.designs import catalogue
from documents.models import PacketSigner
from mentalspace.core import practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_ask_consents)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def packet_ask(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """What is missing is chosen already, and whoever usually signs is filled in."""
    client = get_object_or_404(rules.can_ask_consents.scope(request.user), pk=client_id)
    packets, offered = queries.packets(), catalogue.menu().of(ClientFormType.CONSENT)
    form = AskForm(
        posted(request), packets=packets, offered=offered, initial=_proposed(request, client, packets)
    )

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        by_mail = values["way"] == BY_MAIL
        asking.ask(
            actor=request.user,
            client_id=client.pk,
            packet_id=UUID(values["packet"]) if values["packet"] else None,
            form_keys=values["further"],
            signers=form.signers,
            by_mail=by_mail,
        )
        said = (
            "The links were sent." if by_mail else "The forms are ready: press “Sign here now” at the signer."
        )
        return said, tab_url(client, SLUG)

    page = {
        "title": "Forms to sign",
        "subtitle": client.display_name,
        "intro": "Each signer gets a link of their own, which works for "
        f"{practice.get(ConsentDefaults).link_days} days and says nothing about health. Whoever opens it is asked for "
        "the client’s date of birth.",
        "cancel_url": tab_url(client, SLUG),
    }
    return answer(request, form, deed, page)


@requires(rules.can_change_packet_signer)
@require_POST
def packet_send_again(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A fresh link; the one before it stops."""
    signer = _signer(request, pk)
    try:
        asking.send_again(actor=request.user, signer_id=signer.pk)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "A new link was sent. The one before it no longer works.")
    return redirect(tab_url(signer.request.client, SLUG))


@requires(rules.can_change_packet_signer)
@require_http_methods(["GET", "HEAD", "POST"])
def packet_hand_over(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Signs the practice's person out of this device and opens the forms on it."""
    signer = _signer(request, pk)
    if request.method == "POST":
        try:
            token = asking.hand_over(actor=request.user, signer_id=signer.pk)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(tab_url(signer.request.client, SLUG))
        signer.refresh_from_db()
        record_sign_out(user=request.user)
        logout(request)
        return known(redirect("documents:packet_open", token=token), signer)
    page = {
        "title": "Sign here now",
        "text": f"You are signed out of this device, and {signer.name} sees the forms of "
        f"{signer.request.client.display_name}, and nothing else. Make sure who they are before you hand it over.",
        "confirm_label": "Sign me out and open the forms",
        "cancel_url": tab_url(signer.request.client, SLUG),
        "cancel_label": "Not now",
    }
    return render(request, "ui/confirm.html", page)


@requires(rules.can_change_packet_request)
@require_POST
def packet_revoke(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sent by mistake, or to the wrong person."""
    row = get_object_or_404(rules.can_see_packet_request.scope(request.user).select_related("client"), pk=pk)
    try:
        asking.revoke(actor=request.user, request_id=row.pk)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Taken back: the links no longer work.")
    return redirect(tab_url(row.client, SLUG))


def _signer(request: ActorRequest, pk: UUID) -> PacketSigner:
    rows = rules.can_see_packet_signer.scope(request.user).select_related("request__client")
    found: PacketSigner = get_object_or_404(rows, pk=pk)
    return found


def _proposed(request: ActorRequest, client: Client, packets: list[Any]) -> dict[str, Any]:
    """The packet that the client is to have, or what the address names; the signers of the last time, or who may."""
    wanted = request.GET.getlist("form")
    fitting = next((each for each in packets if each.required and queries.suits(each, client)), None)
    initial: dict[str, Any] = {"further": wanted, "packet": str(fitting.pk) if fitting and not wanted else ""}
    last = queries.last_signers(request.user, client)
    if last:
        people = [(each.name, each.email, each.relation) for each in last]
    elif asking.is_minor(client):
        people = [("", client.email or "", Relation.PARENT)]
    else:
        people = [(client.legal_name, client.email or "", Relation.CLIENT)]
    for place, (name, email, relation) in enumerate(people, start=1):
        initial |= {f"name_{place}": name, f"email_{place}": email, f"relation_{place}": relation}
    return initial
