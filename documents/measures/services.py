"""Changes to measures: one verb, one function, one transaction."""

import datetime as dt
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.facts import licence
from documents.measures import catalogue, errors
from documents.measures.instruments import Answers, Instrument
from documents.measures.queries import cuts_for
from documents.measures.scoring import Incomplete, cleaned, result_of
from documents.models import Measure, MeasureLink, RiskResponse
from documents.services.acting import acting
from mentalspace.core import audit, clock
from mentalspace.core.gates import require

LONGEST_RESPONSE = 20_000
LONGEST_REASON = 500


@transaction.atomic
def record_measure(
    *, actor: User, client_id: UUID, instrument: str, answers: Answers, taken_on: dt.date
) -> Measure:
    """Enter what a client answered. Raises NotPermitted, InstrumentUnknown, AnswersMissing, DayDoesNotFit."""
    client = Client.objects.get(pk=client_id)
    require(rules.can_record_measure(actor, client))
    if taken_on > clock.today() or (client.date_of_birth and taken_on < client.date_of_birth):
        raise errors.DayDoesNotFit
    asked = catalogue.offered().get(instrument)
    if asked is None:
        raise errors.InstrumentUnknown
    measure = scored(client, asked, answers, taken_on)
    measure.entered_by = acting(actor)
    keep(measure, actor)
    return measure


def scored(client: Client, asked: Instrument, answers: Answers, taken_on: dt.date) -> Measure:
    """The row to be, scored; nothing is stored yet. Raises AnswersMissing."""
    try:
        result = result_of(asked, answers, cuts_for(client))
    except Incomplete as error:
        raise errors.AnswersMissing from error
    return Measure(
        client=client,
        instrument=asked.key,
        version=asked.version,
        taken_on=taken_on,
        answers=cleaned(asked, answers),
        result=result.stored(),
        raises_risk=result.risk,
    )


def keep(measure: Measure, actor: User | None) -> None:
    """Store it; from then on a risk answer waits for a response. `actor` is None where the client answered."""
    measure.save(force_insert=True)
    changes = {"instrument": ["", measure.instrument], "risk": ["", measure.raises_risk]}
    audit.record(
        actor=actor, verb="measure.recorded", obj=measure, client_id=measure.client_id, changes=changes
    )


@transaction.atomic
def void_measure(*, actor: User, measure_id: UUID, reason: str) -> Measure:
    """Mark it as entered in error: it leaves courses and charts and can still be read. A risk answer still waits.

    Raises NotPermitted, AlreadyVoided, VoidReasonNeeded.
    """
    measure = _locked(measure_id)
    require(rules.can_record_measure(actor, measure.client))
    if measure.voided_at is not None:
        raise errors.AlreadyVoided
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise errors.VoidReasonNeeded(f"Use at most {LONGEST_REASON} characters." if text else None)
    measure.voided_at, measure.voided_by, measure.void_reason = clock.now(), acting(actor), text
    measure.save(update_fields=["voided_at", "voided_by", "void_reason", "updated_at"])
    audit.record(actor=actor, verb="measure.voided", obj=measure, client_id=measure.client_id)
    return measure


@transaction.atomic
def answer_risk(*, actor: User, measure_id: UUID, content: str) -> RiskResponse:
    """Sign what was done about a risk answer; only this ends the task.

    Raises NotPermitted, NothingToAnswer, ResponseNeeded.
    """
    measure = _locked(measure_id)
    require(rules.can_record_measure(actor, measure.client))
    if not measure.is_open_risk:
        raise errors.NothingToAnswer
    text = content.strip()
    if not text or len(text) > LONGEST_RESPONSE:
        raise errors.ResponseNeeded("That is too long for a response." if text else None)
    signer = acting(actor)
    response = RiskResponse(
        measure=measure,
        staff=signer,
        content=text,
        printed_name=signer.name_with_credential,
        license=licence(signer),
        signed_at=clock.now(),
    )
    response.digest = digest_of(response)
    response.save(force_insert=True)
    audit.record(
        actor=actor,
        verb="measure.risk_answered",
        obj=measure,
        client_id=measure.client_id,
        changes={"digest": ["", response.digest]},
    )
    return response


def digest_of(response: RiskResponse) -> str:
    """What its signature stands for: SHA-256 of measure, text, signer and instant, in hex."""
    parts = (
        str(response.measure_id),
        response.content,
        response.printed_name,
        response.license,
        response.signed_at.astimezone(dt.UTC).isoformat(),
    )
    return sha256("\x1f".join(parts).encode()).hexdigest()


@transaction.atomic
def revoke_link(*, actor: User, link_id: UUID) -> MeasureLink:
    """A link that was sent works no longer. Raises NotPermitted, LinkNotOpen."""
    link = MeasureLink.objects.select_for_update(of=("self",)).select_related("client").get(pk=link_id)
    require(rules.can_send_measure_link(actor, link.client))
    if not link.is_open:
        raise errors.LinkNotOpen
    link.revoked_at = clock.now()
    link.save(update_fields=["revoked_at", "updated_at"])
    audit.record(actor=actor, verb="measure_link.revoked", obj=link, client_id=link.client_id)
    return link


def _locked(measure_id: UUID) -> Measure:
    rows = Measure.objects.select_for_update(of=("self",)).select_related("client")
    return rows.get(pk=measure_id)
