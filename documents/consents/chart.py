"""What consents show in a client's chart; registered in `DocumentsConfig.ready()`."""

from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.chart import tab_url
from clients.models import Client
from clients.panels import Action, Columns, Fact, FactSource, Tab
from documents import rules
from documents.choices import ClientFormType
from documents.consents import queries
from documents.consents.badges import consent_badge
from documents.consents.choices import Relation
from documents.designs import catalogue
from documents.models import Consent, PacketRequest, PacketSigner
from mentalspace.core import clock, formatting

SLUG = "consents"


def consents_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """What is missing; then what was asked for, the latest first, with its signers and forms."""
    actor = request.user
    asked = queries.requests_of(actor, client)
    today = clock.today()
    held = {each.form_key for row in asked for each in row.consents.all() if each.holds_on(today)}
    titles = {form.key: form.title for form in catalogue.menu().of(ClientFormType.CONSENT)}
    missing = sorted(titles[key] for key in queries.required_of(client) - held if key in titles)
    asks = rules.can_ask_consents(actor, client)
    return {
        "lacking": formatting.listed(missing),
        "blocks": [_block(row, asks=asks) for row in asked],
        "ask_url": ask_url(client) if asks else "",
        "disclosures_url": reverse("documents:disclosure_account", args=[client.pk])
        if rules.can_record_disclosure(actor, client)
        else "",
    }


def ask_url(client: Client) -> str:
    """Where signatures are asked for."""
    return reverse("documents:packet_ask", args=[client.pk])


def _block(row: PacketRequest, *, asks: bool) -> dict[str, Any]:
    zone = clock.zone()
    changes = asks and row.is_open
    return {
        "name": row.name,
        "asked": formatting.instant_date(row.created_at, zone),
        "by": row.asked_by.full_name if row.asked_by else "",
        "revoke_url": reverse("documents:packet_revoke", args=[row.pk]) if changes else "",
        "signers": [_signer(each, row, changes=changes) for each in row.signers.all()] if row.is_open else [],
        "rows": [_row(each, row) for each in row.consents.all()],
    }


def _signer(signer: PacketSigner, row: PacketRequest, *, changes: bool) -> dict[str, str]:
    zone = clock.zone()
    waits = any(
        each.is_open and signer.pk not in {signed.signer_id for signed in each.signatures.all()}
        for each in row.consents.all()
    )
    changes = changes and waits
    if not waits:
        state = "Has signed"
    elif signer.unsent:
        state = signer.get_unsent_display()
    elif signer.opened_at:
        state = f"Opened {formatting.instant(signer.opened_at, zone)}"
    elif signer.sent_at:
        state = f"{'Reminded' if signer.reminded else 'Sent'} {formatting.instant(signer.sent_at, zone)}"
    else:
        state = "Nothing was sent"
    if waits and signer.token_hash and not signer.link_works:
        state += ", the link has expired"
    return {
        "name": signer.name,
        "relation": "" if signer.relation == Relation.CLIENT else signer.get_relation_display().lower(),
        "state": state,
        "hand_url": reverse("documents:packet_hand_over", args=[signer.pk]) if changes else "",
        "send_url": reverse("documents:packet_send_again", args=[signer.pk])
        if changes and signer.email
        else "",
        "send_label": "Send again" if signer.sent_at else "Send",
    }


def _row(consent: Consent, row: PacketRequest) -> dict[str, Any]:
    return {
        "title": consent.title,
        "badge": consent_badge(consent, row),
        "signed": formatting.instant_date(consent.signed_at, clock.zone()) if consent.signed_at else "",
        "until": formatting.date(consent.expires_on) if consent.expires_on else "",
        "url": reverse("documents:consent_detail", args=[consent.pk]),
        "pdf_url": reverse("documents:consent_pdf", args=[consent.pk]) if consent.settled_at else "",
    }


def consent_columns(actor: User) -> Columns:
    """What is missing, what is to be renewed, and whether that matters now."""
    now = ExpressionWrapper(queries.in_treatment(), output_field=BooleanField())
    return {"consents_now": now, **queries.state_columns()}


def consent_fact(actor: User, client: Client) -> Fact | None:
    """Said of clients in treatment or about to begin: what is missing, else what expires soon."""
    lacking: int = vars(client)["consents_lacking"]
    expires: date | None = vars(client)["consents_expire_on"]
    if not vars(client)["consents_now"]:
        return None
    url = tab_url(client, SLUG)
    if lacking:
        return Fact("Consents", f"{lacking} missing", url, "danger")
    return Fact("Consents", f"renew by {formatting.date(expires)}", url, "warning") if expires else None


TAB = Tab(
    SLUG,
    "Consents",
    "signature",
    25,
    rules.can_ask_consents,
    "documents/consents/chart_consents.html",
    consents_tab,
)
FACT = FactSource("documents_consents", 50, rules.can_ask_consents, consent_fact, consent_columns)
ACTION = Action("Forms to sign", "signature", 40, rules.can_ask_consents, ask_url)
