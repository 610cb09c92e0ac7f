"""Administrators' verbs: make, change, publish, retire and take back instruments of the practice's own."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from documents import rules
from documents.choices import FormState
from documents.measures import catalogue
from documents.measures.instruments import INSTRUMENTS
from documents.measures.own import errors
from documents.measures.own.models import PREFIX, OwnInstrument
from documents.measures.own.shapes import Definition
from mentalspace.core import audit, clock
from mentalspace.core.gates import require


@transaction.atomic
def create_instrument(*, actor: User, said: Definition) -> OwnInstrument:
    """A draft; nobody is asked it before it is published. Raises NotPermitted, NameTaken."""
    require(rules.can_change_instruments(actor))
    key = f"{PREFIX}{slugify(said.name).replace('-', '_') or 'instrument'}"[:40]
    names = {each.name.casefold() for each in INSTRUMENTS.values()}
    if said.name.casefold() in names or OwnInstrument.objects.filter(key=key).exists():
        raise errors.NameTaken
    row = OwnInstrument(key=key, number=1, definition=said.model_dump(mode="json"))
    row.save(force_insert=True)
    return _recorded(actor, row, "instrument.created")


@transaction.atomic
def begin_instrument_version(*, actor: User, instrument_id: UUID) -> OwnInstrument:
    """The next version as a draft that starts from this one, or the draft there is. Raises NotPermitted."""
    source = _locked(actor, instrument_id)
    versions = OwnInstrument.objects.filter(key=source.key)
    existing = versions.filter(state=FormState.DRAFT).first()
    if existing is not None:
        return existing
    number = versions.aggregate(most=Max("number"))["most"] + 1
    row = OwnInstrument(key=source.key, number=number, definition=source.definition)
    row.save(force_insert=True)
    return _recorded(actor, row, "instrument.begun")


@transaction.atomic
def change_instrument(*, actor: User, instrument_id: UUID, said: Definition) -> OwnInstrument:
    """Another definition for a draft. Raises NotPermitted, NotADraftInstrument."""
    row = _draft(actor, instrument_id)
    row.definition = said.model_dump(mode="json")
    row.save(update_fields=["definition", "updated_at"])
    return _recorded(actor, row, "instrument.changed")


@transaction.atomic
def publish_instrument(*, actor: User, instrument_id: UUID) -> OwnInstrument:
    """Offer it from now on; this version never changes again. Raises NotPermitted, NotADraftInstrument."""
    row = _draft(actor, instrument_id)
    catalogue.forget()
    row.published_at, row.published_by = clock.now(), actor
    _offer(row)
    return _recorded(actor, row, "instrument.published")


@transaction.atomic
def use_instrument(*, actor: User, instrument_id: UUID) -> OwnInstrument:
    """Offer a version that was published before. Raises NotPermitted, NotRetiredInstrument."""
    row = _locked(actor, instrument_id)
    if row.state != FormState.RETIRED:
        raise errors.NotRetiredInstrument
    _offer(row)
    return _recorded(actor, row, "instrument.put_in_use")


@transaction.atomic
def retire_instrument(*, actor: User, instrument_id: UUID) -> OwnInstrument:
    """Offer it no more; what was answered stays, and links sent before still work. Raises NotPermitted, NotOffered."""
    row = _locked(actor, instrument_id)
    if row.state != FormState.PUBLISHED:
        raise errors.NotOffered
    row.state = FormState.RETIRED
    row.save(update_fields=["state", "updated_at"])
    return _recorded(actor, row, "instrument.retired")


@transaction.atomic
def discard_instrument(*, actor: User, instrument_id: UUID) -> None:
    """Throw a draft away. Raises NotPermitted, NotADraftInstrument."""
    row = _draft(actor, instrument_id)
    _recorded(actor, row, "instrument.discarded")
    row.delete()


def _offer(row: OwnInstrument) -> None:
    OwnInstrument.objects.filter(key=row.key, state=FormState.PUBLISHED).update(state=FormState.RETIRED)
    row.state = FormState.PUBLISHED
    row.save()


def _draft(actor: User, instrument_id: UUID) -> OwnInstrument:
    row = _locked(actor, instrument_id)
    if row.state != FormState.DRAFT:
        raise errors.NotADraftInstrument
    return row


def _locked(actor: User, instrument_id: UUID) -> OwnInstrument:
    """All versions are locked, so that numbers and what is in use are decided by one at a time."""
    require(rules.can_change_instruments(actor))
    key = OwnInstrument.objects.values_list("key", flat=True).get(pk=instrument_id)
    rows = OwnInstrument.objects.select_for_update().filter(key=key).order_by("number")
    return {row.pk: row for row in rows}[instrument_id]


def _recorded(actor: User, row: OwnInstrument, verb: str) -> OwnInstrument:
    audit.record(actor=actor, verb=verb, obj=row, changes={"instrument": ["", f"{row.key} {row.number}"]})
    return row
