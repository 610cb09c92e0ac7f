"""A consent as the practice's stationery shows it, and what a page says about its signatures."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from documents.consents import sealing, wording
from documents.models import Consent, ConsentSignature
from documents.plans.signature import ClientSignature
from mentalspace.core import clock, formatting


def consents() -> QuerySet[Consent]:
    """With all that a page or paper of one says. Three queries."""
    signatures = ConsentSignature.objects.select_related("consent").order_by("signed_at", "pk")
    rows = Consent.objects.select_related(
        "client", "request__asked_by", "declined_by__request", "withdrawn_by"
    )
    return rows.prefetch_related(Prefetch("signatures", signatures), "request__signers")


def signature_of(signature: ConsentSignature) -> ClientSignature:
    """As plans show the client's: with what was drawn."""
    relation = "" if signature.relation == "client" else signature.get_relation_display().lower()
    return ClientSignature(
        name=signature.name, relation=relation, drawn=signature.drawn, at=signature.signed_at.isoformat(),
        address=signature.address, text=signature.digest,
    )  # fmt: skip


def facts_of(consent: Consent) -> list[tuple[str, str]]:
    """What stands at its head."""
    zone = clock.zone()
    found = [
        ("Client", consent.client.legal_name),
        ("Client number", f"C-{consent.client.number}"),
        ("Date of birth", formatting.date(consent.client.date_of_birth)),
        ("Form", f"{consent.title}, version {consent.form_version}"),
    ]
    if consent.signed_at:
        found.append(("Signed", formatting.instant(consent.signed_at, zone)))
        found.append(("Holds until", formatting.date(consent.expires_on) or "it is withdrawn"))
    if consent.declined_at:
        found.append(("Declined", formatting.instant(consent.declined_at, zone)))
    return found


def paper(consent: Consent) -> dict[str, Any]:
    """Data of `documents/pdf/consent.typ`, of a row of `consents`. Asks nothing."""
    return {
        "title": consent.title,
        "about": facts_of(consent)[:2],
        "facts": facts_of(consent),
        "open": consent.signed_at is None,
        "withdrawn": withdrawal_of(consent),
        "faults": sealing.faults(consent, consent.signatures.all()),
        "parts": [
            {
                "title": part.title,
                "lines": [
                    {"label": line.label, "text": line.text, "long": line.long, "entries": []}
                    for line in part.lines
                ],
            }
            for part in wording.parts_of(consent.content)
        ],
        "signatures": [_signed(each) for each in consent.signatures.all()],
    }


def withdrawal_of(consent: Consent) -> str:
    """From which day it holds no more, and by whom that was recorded; empty for one that was not withdrawn."""
    if consent.withdrawn_at is None:
        return ""
    by = consent.withdrawn_by.full_name if consent.withdrawn_by else "the practice"
    return f"Withdrawn on {formatting.date(consent.withdrawn_on)}: {consent.withdrawal} Recorded by {by}."


def _signed(each: ConsentSignature) -> dict[str, str]:
    shown = signature_of(each)
    return {
        "name": shown.signer,
        "signed": shown.when,
        "statement": f"{shown.how.capitalize()}, signed electronically from the address {shown.address or 'unknown'}",
        "picture": shown.picture,
        "digest": each.digest,
        "seal": f"Sealed by the practice’s key {each.key_id}: {each.seal}",
    }
