"""What a signer does with their link: say who they are, fill in, sign or decline, form by form."""

import datetime as dt
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.services import limits
from documents.answers import Answers, Problem, problems
from documents.client_links import hash_of
from documents.consents import errors, sealing, wording
from documents.definitions import FormDefinition
from documents.designs import catalogue
from documents.forms_data.consents import RELEASE
from documents.models import Consent, ConsentSignature, PacketRequest, PacketSigner
from documents.plans.signature import DRAWING, LONGEST_DRAWING
from mentalspace.core import audit, clock
from mentalspace.core.forms import DateField

# Birthdays that were not the client's, by link: whoever found one does not get to guess.
BIRTHDAYS = limits.Limit("dates of birth for a link to forms", 5, 15)
LONGEST_REASON = 500
YEAR = 12


def signer_of(token: str) -> PacketSigner | None:
    """Whose link it is, with request and client, whatever became of it."""
    rows = PacketSigner.objects.select_related("request__client").filter(token_hash=hash_of(token))
    return rows.first()


def form_of(consent: Consent) -> FormDefinition:
    """The version that it was begun with, its texts filled."""
    form = catalogue.definition(consent.form_key, consent.form_version)
    assert form is not None  # noqa: S101 - published versions stay for good
    return wording.filled(form, consent.client)


def confirm(signer: PacketSigner, date_of_birth: date) -> None:
    """Whoever holds the link knows the client's date of birth too. Raises NotYou, TriedTooOften."""
    if not limits.spend(BIRTHDAYS, str(signer.pk)).allowed:
        raise errors.TriedTooOften
    if signer.request.client.date_of_birth != date_of_birth:
        audit.record(
            actor=None, verb="packet.refused", obj=signer.request, client_id=signer.request.client_id,
            outcome=audit.Outcome.REFUSED,
        )  # fmt: skip
        raise errors.NotYou
    limits.give_back(BIRTHDAYS, str(signer.pk))
    with transaction.atomic():
        now = clock.now()
        if PacketSigner.objects.filter(pk=signer.pk, opened_at__isnull=True).update(opened_at=now):
            signer.opened_at = now
        audit.record(actor=None, verb="packet.opened", obj=signer.request, client_id=signer.request.client_id)


@transaction.atomic
def save(*, signer_id: UUID, consent_id: UUID, answers: Answers) -> Consent:
    """Keep what was entered so far. Raises LinkClosed, SignedAlready, TextChanged."""
    _signer, consent = _locked(signer_id, consent_id)
    if consent.settled_at is not None:
        raise errors.TextChanged
    if consent.answers != answers:
        consent.answers = answers
        consent.save(update_fields=["answers", "updated_at"])
        audit.record(actor=None, verb="consent.filled", obj=consent, client_id=consent.client_id)
    return consent


def faults(consent: Consent, form: FormDefinition, answers: Answers) -> list[Problem]:
    """What keeps it from being signed."""
    found = problems(form, answers)
    until = _release_until(consent, answers)
    if until is not None and until < clock.today():
        section = next(
            each.key for each in form.sections for field in each.fields if field.key == "release_until"
        )
        found.append(
            Problem("f-release_until", "Last day", "Choose a day from today on.", section, missing=False)
        )
    return found


@transaction.atomic
def sign(
    *, signer_id: UUID, consent_id: UUID, seen: str, name: str, drawn: str = "", answers: Answers | None = None,
    user_agent: str = "",
) -> ConsentSignature:  # fmt: skip
    """Sign what was shown, which `seen` stands for. The first signer's `answers` are settled with it; the others sign
    the same text.

    Raises LinkClosed, SignedAlready, TextChanged, AnswersMissing, NameNeeded, DrawingUnreadable, NoSealKey.
    """
    signer, consent = _locked(signer_id, consent_id)
    form = form_of(consent)
    if seen != wording.seen(consent, form):
        raise errors.TextChanged
    written = " ".join(name.split())
    if not written or len(written) > 200:
        raise errors.NameNeeded
    if drawn and (len(drawn) > LONGEST_DRAWING or not DRAWING.fullmatch(drawn)):
        raise errors.DrawingUnreadable
    now = clock.now()
    if consent.settled_at is None:
        consent.answers = consent.answers if answers is None else answers
        if faults(consent, form, consent.answers):
            raise errors.AnswersMissing
        consent.content, consent.settled_at = wording.content_of(form, consent.answers), now
        consent.save(update_fields=["answers", "content", "settled_at", "updated_at"])
    signature = ConsentSignature(
        consent=consent, signer=signer, name=written, relation=signer.relation, drawn=drawn, signed_at=now,
        address=audit.origin.get().address or "", user_agent=user_agent[:300],
    )  # fmt: skip
    sealing.seal(consent, signature)
    signature.save(force_insert=True)
    audit.record(
        actor=None, verb="consent.signed", obj=consent, client_id=consent.client_id,
        changes={"as": ["", signer.relation], "digest": ["", signature.digest]},
    )  # fmt: skip
    if consent.signatures.count() == PacketSigner.objects.filter(request_id=consent.request_id).count():
        consent.signed_at, consent.expires_on = now, _last_day(consent)
        consent.save(update_fields=["signed_at", "expires_on", "updated_at"])
    _finish(consent)
    return signature


@transaction.atomic
def decline(*, signer_id: UUID, consent_id: UUID, reason: str = "") -> Consent:
    """The signer does not sign this form; nobody else needs to. Raises LinkClosed, SignedAlready, ReasonNeeded."""
    signer, consent = _locked(signer_id, consent_id)
    text = " ".join(reason.split())
    if len(text) > LONGEST_REASON:
        raise errors.ReasonNeeded
    consent.declined_at, consent.declined_by, consent.decline_reason = clock.now(), signer, text
    consent.save(update_fields=["declined_at", "declined_by", "decline_reason", "updated_at"])
    audit.record(actor=None, verb="consent.declined", obj=consent, client_id=consent.client_id)
    _finish(consent)
    return consent


def _locked(signer_id: UUID, consent_id: UUID) -> tuple[PacketSigner, Consent]:
    """The request is locked before its consents, so that signers, and whoever takes it back, wait for each other.

    Raises LinkClosed, SignedAlready.
    """
    signer = PacketSigner.objects.select_related("request").get(pk=signer_id)
    request = PacketRequest.objects.select_for_update().get(pk=signer.request_id)
    signer.refresh_from_db(fields=["expires_at"])
    if request.revoked_at is not None or not signer.link_works:
        raise errors.LinkClosed
    rows = Consent.objects.select_for_update(of=("self",)).select_related("client")
    consent = rows.filter(pk=consent_id, request=request).first()
    if consent is None or not consent.is_open or consent.signatures.filter(signer=signer).exists():
        raise errors.SignedAlready
    return signer, consent


def _finish(consent: Consent) -> None:
    """The request is over with its last form."""
    waiting = Consent.objects.filter(
        request_id=consent.request_id, signed_at__isnull=True, declined_at__isnull=True
    )
    if not waiting.exists():
        PacketRequest.objects.filter(pk=consent.request_id).update(finished_at=clock.now())


def _last_day(consent: Consent) -> date | None:
    """A release ends on the day that it names, or without day and event after a year."""
    if until := _release_until(consent, consent.answers):
        return until
    months: int = consent.months
    if consent.form_key == RELEASE and not months and not consent.answers.get("release_event"):
        months = YEAR
    return clock.today() + relativedelta(months=months, days=-1) if months else None


def _release_until(consent: Consent, answers: Answers) -> date | None:
    """The last day that a release names; None where it names none, or something that is no day."""
    if consent.form_key != RELEASE:
        return None
    try:
        found: dt.date | None = DateField(required=False).clean(answers.get("release_until", ""))
    except ValidationError:
        return None
    return found
