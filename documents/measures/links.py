"""The link by which a client answers questionnaires without an account: sent once, used once.

The mail says that there are questions to answer, not about what, and not from whom unless the practice chose a name
that tells nothing. Who holds the link answers for the client and sees nothing else: no name, no score, no answer.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from documents import client_links, rules
from documents.client_links import hash_of
from documents.defaults import MeasureDefaults
from documents.measures import catalogue, errors
from documents.measures.instruments import Answers, Instrument
from documents.measures.services import keep, scored
from documents.models import Measure, MeasureLink
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from staff.rules import staff_of


def asked_by(link: MeasureLink) -> list[Instrument]:
    """Its instruments, in order."""
    return [asked for key in link.instruments if (asked := catalogue.latest(key))]


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
    asked = [key for key in catalogue.offered() if key in instruments]
    if not asked or len(asked) != len(set(instruments)):
        raise errors.InstrumentUnknown
    if client.status == ClientStatus.DECEASED:
        raise errors.NotToBeWritten
    if not client.email:
        raise errors.NoAddress
    if not settings.PUBLIC_URL:
        raise errors.NoPublicAddress
    token = client_links.new_token()
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
        client_links.mail(
            client.email,
            "A few questions for you",
            asks="to answer a few questions",
            path=reverse("documents:questionnaire", args=[token]),
            works=f"The link works once, until {client_links.until(link.expires_at)}.",
            otherwise="If you would rather answer in person, please call",
        )
    except client_links.FAULTS as error:
        raise errors.MailFailed from error
    return link


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
    made = [scored(link.client, each, answers.get(each.key, {}), today) for each in asked_by(link)]
    for measure in made:
        measure.link = link
        keep(measure, None)
    link.answered_at = clock.now()
    link.save(update_fields=["answered_at", "updated_at"])
    audit.record(actor=None, verb="measure_link.answered", obj=link, client_id=link.client_id)
    return made
