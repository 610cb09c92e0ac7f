"""Everything that changes messages: sending, answering, reading, archiving."""

import uuid
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.models import User
from clients.models import Client
from mentalspace.core import audit, clock
from mentalspace.core.formatting import listed
from mentalspace.core.gates import require
from messaging import rules
from messaging.choices import Category, Urgency
from messaging.errors import (
    ClientOutOfReach,
    NobodyToSendTo,
    NothingToAnswer,
    NothingWritten,
    OnlyToOneself,
    ReceiverGone,
)
from messaging.models import Message, Thread
from messaging.people import name_of


@transaction.atomic
def send_message(
    *,
    actor: User,
    receivers: Iterable[User],
    subject: str,
    content: str,
    client: Client | None = None,
    category: str = Category.ADMINISTRATIVE,
    urgency: str = Urgency.NORMAL,
) -> Thread:
    """Begin a conversation with one or several colleagues, perhaps about a client.

    Raises NotPermitted, NobodyToSendTo, OnlyToOneself, ReceiverGone, ClientOutOfReach, NothingWritten.
    """
    require(rules.can_use_messages(actor))
    if client is not None and not rules.can_write_about(actor, client):
        raise ClientOutOfReach
    if not subject.strip():
        raise NothingWritten(field="subject")
    thread = Thread.objects.create(
        subject=subject.strip(),
        client=client,
        category=category,
        urgency=urgency,
        last_message_at=clock.now(),
    )
    _post(actor, thread, receivers, content, field="receivers")
    return thread


@transaction.atomic
def reply(*, actor: User, thread_id: UUID, answering: UUID, content: str) -> Thread:
    """Answer the writer of the message `answering` (a `sending`); on one's own message, those who received it.

    Raises NotPermitted, NothingToAnswer, ReceiverGone, NothingWritten.
    """
    return _answer(actor, thread_id, answering, content, to_all=False)


@transaction.atomic
def reply_to_all(*, actor: User, thread_id: UUID, answering: UUID, content: str) -> Thread:
    """Answer the writer and everybody else who received the message `answering`. Raises what `reply` does."""
    return _answer(actor, thread_id, answering, content, to_all=True)


@transaction.atomic
def mark_thread_read(*, actor: User, thread_id: UUID) -> int:
    """Mark what the person received in this conversation as read, and say how many that were.

    The first time stays in `first_read_at`, which is what the sender is shown.
    """
    require(rules.can_use_messages(actor))
    now = clock.now()
    read = Message.objects.filter(thread_id=thread_id, receiver=actor, is_read=False).update(
        is_read=True, read_at=now, first_read_at=Coalesce(F("first_read_at"), now), updated_at=now
    )
    if read:
        audit.record(
            actor=actor,
            verb="message.read",
            obj=Thread(pk=thread_id),
            client_id=_client_id(thread_id),
            changes={"messages": [0, read]},
        )
    return read


@transaction.atomic
def mark_thread_unread(*, actor: User, thread_id: UUID) -> bool:
    """Show the newest message received in this conversation as unread again. False if nothing was received."""
    require(rules.can_use_messages(actor))
    newest = (
        Message.objects.select_for_update()
        .filter(thread_id=thread_id, receiver=actor)
        .order_by("-created_at")
        .first()
    )
    if newest is None:
        return False
    newest.first_read_at = newest.seen_at
    newest.is_read, newest.read_at = False, None
    newest.save(update_fields=["is_read", "read_at", "first_read_at", "updated_at"])
    audit.record(
        actor=actor, verb="message.marked_unread", obj=newest.thread, client_id=newest.thread.client_id
    )
    return True


@transaction.atomic
def archive_threads(*, actor: User, thread_ids: Iterable[UUID]) -> int:
    """Take conversations out of one's own inbox and sent list; a new message brings one back. Returns how many."""
    return _set_aside(actor, thread_ids, archived=True)


@transaction.atomic
def unarchive_threads(*, actor: User, thread_ids: Iterable[UUID]) -> int:
    """Put conversations back where they were."""
    return _set_aside(actor, thread_ids, archived=False)


def _set_aside(actor: User, thread_ids: Iterable[UUID], *, archived: bool) -> int:
    require(rules.can_use_messages(actor))
    mine = list(rules.visible_threads(actor).filter(pk__in=list(thread_ids)))
    at = clock.now() if archived else None
    for column, side in (("receiver_archived_at", "receiver"), ("sender_archived_at", "sender")):
        Message.objects.filter(thread__in=mine, **{side: actor, f"{column}__isnull": archived}).update(
            **{column: at}
        )
    verb = "thread.archived" if archived else "thread.unarchived"
    for thread in mine:
        audit.record(actor=actor, verb=verb, obj=thread, client_id=thread.client_id)
    return len(mine)


def _answer(actor: User, thread_id: UUID, answering: UUID, content: str, *, to_all: bool) -> Thread:
    thread = Thread.objects.select_for_update().get(pk=thread_id)
    require(rules.visible_threads(actor).filter(pk=thread_id).exists())
    copies = list(
        Message.objects.filter(thread=thread, sending=answering).select_related(
            "sender__staff", "receiver__staff"
        )
    )
    if not any(actor.pk in (copy.sender_id, copy.receiver_id) for copy in copies):
        raise NothingToAnswer
    _post(actor, thread, answer_goes_to(actor, copies, to_all=to_all), content, field="content")
    thread.last_message_at = clock.now()
    thread.save(update_fields=["last_message_at", "updated_at"])
    return thread


def answer_goes_to(actor: User, copies: list[Message], *, to_all: bool) -> list[User]:
    """Who gets an answer to the message that these are all copies of.

    Somebody who has left is passed over as long as anybody is left who reads it.
    """
    writer = copies[0].sender
    others = [copy.receiver for copy in copies if copy.receiver_id != actor.pk]
    wanted = [writer] if writer.pk != actor.pk else []
    if to_all or not wanted:
        wanted += others
    return [person for person in wanted if rules.is_reachable(person)] or wanted


def _post(actor: User, thread: Thread, receivers: Iterable[User], content: str, *, field: str) -> UUID:
    """One row per receiver, all with the same `sending` and the same instant."""
    people = {person.pk: person for person in receivers}
    if not people:
        raise NobodyToSendTo(field=field)
    if people.pop(actor.pk, None) and not people:
        raise OnlyToOneself(field=field)
    gone = [name_of(person) for person in people.values() if not rules.is_reachable(person)]
    if gone:
        raise ReceiverGone(listed(gone), field=field)
    if not content.strip():
        raise NothingWritten
    sending, now = uuid.uuid4(), clock.now()
    Message.objects.bulk_create(
        Message(
            thread=thread,
            sending=sending,
            sender=actor,
            receiver=person,
            subject=thread.subject,
            content=content.strip("\n"),
            created_at=now,
        )
        for person in people.values()
    )
    audit.record(
        actor=actor,
        verb="message.sent",
        obj=thread,
        client_id=thread.client_id,
        changes={"receivers": [None, sorted(str(pk) for pk in people)]},
    )
    return sending


def _client_id(thread_id: UUID) -> UUID | None:
    return Thread.objects.values_list("client_id", flat=True).get(pk=thread_id)
