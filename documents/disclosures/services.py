"""Recording what leaves: the release is checked and locked, and the row is written before the file is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.disclosures import errors, releases
from documents.disclosures.choices import DisclosureKind, DisclosureWay, Ground
from documents.disclosures.models import Disclosure
from documents.models import Consent
from documents.services.acting import acting
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require

LONGEST = 500
OWN_REQUEST = "At the client’s own request"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaves, and how."""

    kind: str
    what: str
    way: str = DisclosureWay.ELECTRONIC


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets it, why, and on what that rests. What is empty is taken from the release, or from the client."""

    ground: str
    name: str = ""
    address: str = ""
    purpose: str = ""
    reason: str = ""
    release_id: UUID | None = None


@transaction.atomic
def record_disclosure(
    *,
    actor: User,
    client_id: UUID,
    leaving: Leaving,
    recipient: Recipient,
    released_at: datetime | None = None,
) -> Disclosure:
    """Something left: a letter, a call, a fax. Raises NotPermitted, NotYet and what `prepared` does."""
    client = Client.objects.get(pk=client_id)
    if released_at and released_at > clock.now():
        raise errors.NotYet
    return keep(actor, prepared(actor, client, leaving, recipient, released_at))


def prepared(
    actor: User, client: Client, leaving: Leaving, recipient: Recipient, released_at: datetime | None = None
) -> Disclosure:
    """The row, not written yet: for a file that is still to be made. The release stays locked, so that it cannot be
    withdrawn meanwhile; call it in the transaction in which `keep` writes it.

    Raises NotPermitted, WhatNeeded, GroundNeeded, ReasonNeeded, RecipientNeeded, PurposeNeeded, ReleaseRefused.
    """
    require(rules.can_record_disclosure(actor, client))
    at = released_at or clock.now()
    what = _line(leaving.what)
    if not what:
        raise errors.WhatNeeded
    release = _release(client, leaving, recipient, at) if recipient.ground == Ground.RELEASE else None
    if recipient.ground not in Ground.values:
        raise errors.GroundNeeded
    name, address, purpose = _who(client, recipient, release)
    reason = _line(recipient.reason)
    if not (reason or recipient.ground in {Ground.RELEASE, Ground.CLIENT, Ground.INTERNAL}):
        raise errors.ReasonNeeded
    return Disclosure(
        client=client,
        released_at=at,
        kind=leaving.kind,
        what=what,
        way=leaving.way,
        recipient=name[:200],
        address=address[:300],
        purpose=purpose,
        ground=recipient.ground,
        reason="" if release else reason,
        consent=release.consent if release else None,
        disclosed_by=acting(actor),
    )


def keep(actor: User, disclosure: Disclosure) -> Disclosure:
    """Write it, on record."""
    disclosure.save(force_insert=True)
    audit.record(
        actor=actor, verb="disclosure.recorded", obj=disclosure, client_id=disclosure.client_id,
        changes={
            "kind": ["", disclosure.kind], "ground": ["", disclosure.ground],
            **({"digest": ["", disclosure.digest]} if disclosure.digest else {}),
        },
    )  # fmt: skip
    return disclosure


@transaction.atomic
def void_disclosure(*, actor: User, disclosure_id: UUID, reason: str) -> Disclosure:
    """Mark it as entered in error: it stays, struck out. Raises NotPermitted, TakenBack, VoidReasonNeeded."""
    rows = Disclosure.objects.select_for_update(of=("self",)).select_related("client")
    disclosure = rows.get(pk=disclosure_id)
    require(rules.can_record_disclosure(actor, disclosure.client))
    if disclosure.voided_at is not None:
        raise errors.TakenBack
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST:
        raise errors.VoidReasonNeeded
    disclosure.voided_at, disclosure.voided_by, disclosure.void_reason = clock.now(), acting(actor), text
    disclosure.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.record(actor=actor, verb="disclosure.voided", obj=disclosure, client_id=disclosure.client_id)
    return disclosure


def _release(client: Client, leaving: Leaving, recipient: Recipient, at: datetime) -> releases.Release:
    """The one it rests on, locked. Raises GroundNeeded, ReleaseRefused."""
    rows = Consent.objects.select_for_update(of=("self",)).filter(client=client)
    consent = rows.filter(pk=recipient.release_id).first() if recipient.release_id else None
    if consent is None:
        raise errors.GroundNeeded
    if refused := releases.refusal(consent, clock.local(at).date()):
        raise errors.ReleaseRefused(refused)
    release = releases.read(consent)
    if leaving.kind == DisclosureKind.WHOLE_CHART and not release.covers_everything:
        raise errors.ReleaseRefused(
            "This release does not cover the whole record. Choose the part of the chart that it covers."
        )
    return release


def _who(client: Client, recipient: Recipient, release: releases.Release | None) -> tuple[str, str, str]:
    """Name, address, purpose. Raises RecipientNeeded, PurposeNeeded."""
    usual = ("", "", "")
    if release:
        usual = (release.to, release.address, release.purpose)
    elif recipient.ground == Ground.CLIENT:
        usual = (client.legal_name, "", OWN_REQUEST)
    elif recipient.ground == Ground.INTERNAL:
        usual = (practice.get(practice.PracticeProfile).name, "", "")
    given = (recipient.name, recipient.address, recipient.purpose)
    name, address, purpose = (_line(said) or otherwise for said, otherwise in zip(given, usual, strict=True))
    if not name:
        raise errors.RecipientNeeded
    if not purpose:
        raise errors.PurposeNeeded
    return name, address, purpose


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
