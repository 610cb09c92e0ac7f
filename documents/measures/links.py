"""The link by which a client answers questionnaires without an account: sent once, used once.

The mail says that there are questions to answer, not about what, and not from whom unless the practice chose a name
that tells nothing. Who holds the link answers for the client and sees nothing else: no name, no score, no answer.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import limits
from clients.choices import ClientStatus
from clients.models import Client
from documents import rules
from documents.defaults import MeasureDefaults
from documents.measures import errors
from documents.measures.instruments import INSTRUMENTS, Answers
from documents.measures.services import keep, scored
from documents.models import Measure, MeasureLink
from mentalspace.core import audit, clock, formatting, practice
from mentalspace.core.gates import require
from scheduling.defaults import ReminderDefaults
from staff.rules import staff_of

# 128 bits: nobody guesses one, so a hash without a salt is enough.
BYTES = 16
# Links that are not known or no longer good, by the address they are asked from.
STRAY_LINKS = limits.Limit("questionnaire links that lead nowhere, by address", 30, 15)
FAULTS: Final = (OSError, AnymailError)


def hash_of(token: str) -> str:
    """What the database keeps of it."""
    return sha256(token.encode()).hexdigest()


def link_of(token: str) -> MeasureLink | None:
    """The link, used or not, with its client."""
    return MeasureLink.objects.select_related("client").filter(token_hash=hash_of(token)).first()


@transaction.atomic
def send_link(*, actor: User, client_id: UUID, instruments: Sequence[str]) -> MeasureLink:
    """Mail a client a link to these questionnaires. Where the mail cannot be sent there is no link either.

    Raises NotPermitted, InstrumentUnknown, NotToBeWritten, NoAddress, NoPublicAddress, MailFailed.
    """
    client = Client.objects.get(pk=client_id)
    require(rules.can_send_measure_link(actor, client))
    asked = [key for key in INSTRUMENTS if key in instruments]
    if not asked or len(asked) != len(set(instruments)):
        raise errors.InstrumentUnknown
    if client.status == ClientStatus.DECEASED:
        raise errors.NotToBeWritten
    if not client.email:
        raise errors.NoAddress
    if not settings.PUBLIC_URL:
        raise errors.NoPublicAddress
    token = secrets.token_urlsafe(BYTES)
    link = MeasureLink.objects.create(
        client=client,
        instruments=asked,
        token_hash=hash_of(token),
        sent_by=staff_of(actor),
        expires_at=clock.now() + timedelta(days=practice.get(MeasureDefaults).link_days),
    )
    audit.record(
        actor=actor,
        verb="measure_link.sent",
        obj=link,
        client_id=client.pk,
        changes={"instruments": ["", ", ".join(asked)]},
    )
    try:
        send_mail("A few questions for you", body(link, token), None, [client.email])
    except FAULTS as error:
        raise errors.MailFailed from error
    return link


def body(link: MeasureLink, token: str) -> str:
    """The whole mail."""
    signed = practice.get(ReminderDefaults).signed
    phone = formatting.phone(practice.get(practice.PracticeProfile).phone)
    address = f"{settings.PUBLIC_URL}{reverse('documents:questionnaire', args=[token])}"
    until = formatting.instant(link.expires_at, clock.zone())
    lines = [
        f"{signed} asks you to answer a few questions:" if signed else "Please answer a few questions:",
        address,
        f"The link works once, until {until}. Please do not pass it on.",
        f"If you would rather answer in person, please call {phone}." if phone else "",
    ]
    return "\n\n".join(line for line in lines if line)


@transaction.atomic
def answer_by_link(*, token: str, answers: Mapping[str, Answers]) -> list[Measure]:
    """Keep what the client answered, by instrument, and use the link up: all of it or nothing.

    Raises LinkClosed, AnswersMissing.
    """
    link = (
        MeasureLink.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(token_hash=hash_of(token))
        .first()
    )
    if link is None or not link.is_open:
        raise errors.LinkClosed
    today = clock.today()
    made = [scored(link.client, key, answers.get(key, {}), today) for key in link.instruments]
    for measure in made:
        measure.link = link
        keep(measure, None)
    link.answered_at = clock.now()
    link.save(update_fields=["answered_at", "updated_at"])
    audit.record(actor=None, verb="measure_link.answered", obj=link, client_id=link.client_id)
    return made


def spend_stray(address: str) -> bool:
    """Somebody asks with a link that leads nowhere; false once that was too often."""
    return limits.spend(STRAY_LINKS, address).allowed
