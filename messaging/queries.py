"""What people read of their messages: lists, conversations, the unread badge. Only ever a person's own copies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from clients.models import Client
from clients.rules import visible_clients
from mentalspace.core.formatting import listed
from mentalspace.core.search import Hit
from messaging.models import Message, Thread
from messaging.people import name_of
from messaging.rules import visible_messages, visible_threads
from messaging.services import answer_goes_to

PREVIEW = 120
SEARCHED_WORDS = 8
# Opening this many takes about 30 ms.
SEARCHED_TEXTS = 2000
NAMED = 4
# Rows that carry figures beside their fields.
Rows = QuerySet[Any, Any]


def unread_messages(actor: User) -> QuerySet[Message]:
    """What the person has not opened yet; archived ones do not nag. On a partial index."""
    return Message.objects.filter(receiver=actor, is_read=False, receiver_archived_at__isnull=True)


# Lists: rows are threads with `latest_at`, `letters` and `unread`, all of the actor's own copies


def inbox_threads(actor: User) -> Rows:
    """Conversations in which something was received that is not archived."""
    return _summed(
        Thread.objects.filter(messages__receiver=actor, messages__receiver_archived_at__isnull=True)
    )


def archived_threads(actor: User) -> Rows:
    """Conversations that were set aside and to which nothing has come since."""
    own = Message.objects.filter(thread_id=OuterRef("pk"))
    aside = own.filter(
        Q(receiver=actor, receiver_archived_at__isnull=False)
        | Q(sender=actor, sender_archived_at__isnull=False)
    )
    in_inbox = own.filter(receiver=actor, receiver_archived_at__isnull=True)
    return _summed(_with_own_copies(actor).filter(Exists(aside), ~Exists(in_inbox)), actor)


def client_threads(actor: User, client: Client) -> Rows:
    """The actor's own conversations about this client, archived or not."""
    return _summed(_with_own_copies(actor).filter(client=client), actor)


def unread_threads(actor: User, limit: int = 5) -> list[Thread]:
    """The newest unread conversations, for a home page. Two statements."""
    threads = list(inbox_threads(actor).filter(unread__gt=0).order_by("-latest_at")[:limit])
    return with_latest(threads, visible_messages(actor).filter(receiver=actor))


def sent_letters(actor: User) -> Rows:
    """What the person sent, one row per sending, with how many received it and how many opened it."""
    return (
        Message.objects.filter(sender=actor, sender_archived_at__isnull=True)
        .values(
            "sending", "thread_id", "subject", category=F("thread__category"), urgency=F("thread__urgency"),
            client_id=F("thread__client_id"),
        )
        .annotate(sent_at=Min("created_at"), receivers=Count("pk"), seen=Count(Coalesce("first_read_at", "read_at")))
    )  # fmt: skip


def matching(actor: User, text: str) -> QuerySet[Message]:
    """Own copies whose subject, text, sender or receiver has every word of `text`.

    Texts are stored sealed, so the database cannot search them: the newest `SEARCHED_TEXTS` of the person's messages
    are opened and searched here, one statement; older ones are found by subject and people (see `texts_left_out`).
    """
    own, words = visible_messages(actor), text.split()[:SEARCHED_WORDS]
    found = own
    for word in words:
        found = found.filter(_outside_the_text(word))
    return own.filter(Q(pk__in=found.values("pk")) | Q(pk__in=_found_by_text(own, words)))


def _outside_the_text(word: str) -> Q:
    """Messages that have the word in their subject or in the name of sender or receiver."""
    return (
        Q(subject__icontains=word)
        | Q(sender__staff__first_name__plain__contains=word)
        | Q(sender__staff__last_name__plain__contains=word)
        | Q(receiver__staff__first_name__plain__contains=word)
        | Q(receiver__staff__last_name__plain__contains=word)
    )


def _found_by_text(own: QuerySet[Message], words: list[str]) -> list[UUID]:
    """Those of the newest messages that have every word, in their text or elsewhere."""
    elsewhere = {
        f"word_{place}": ExpressionWrapper(Coalesce(_outside_the_text(word), False), BooleanField())
        for place, word in enumerate(words)
    }
    newest = own.annotate(**elsewhere).only("content").order_by("-created_at", "-pk")[:SEARCHED_TEXTS]
    wanted = [(name, word.casefold()) for name, word in zip(elsewhere, words, strict=True)]
    return [
        message.pk
        for message in newest
        if all(getattr(message, name) or word in message.content.casefold() for name, word in wanted)
    ]


def texts_left_out(actor: User) -> bool:
    """Whether the person has more messages than a search opens. One statement."""
    return visible_messages(actor).order_by("-created_at").values("pk")[SEARCHED_TEXTS:].exists()


def with_latest(threads: list[Thread], own: QuerySet[Message]) -> list[Thread]:
    """Adds `latest`, the newest of one's own copies, to each thread. One statement."""
    newest = (
        own.filter(thread__in=threads)
        .select_related("sender__staff", "receiver__staff")
        .order_by("thread_id", "-created_at")
        .distinct("thread_id")
    )
    by_thread = {message.thread_id: message for message in newest}
    for thread in threads:
        thread.latest = by_thread.get(thread.pk)  # type: ignore[attr-defined]
    return threads


def preview(message: Message | None) -> str:
    """The beginning of a message, on one line."""
    text = " ".join(message.content.split()) if message else ""
    return text if len(text) <= PREVIEW else f"{text[:PREVIEW].rsplit(' ', 1)[0]} …"


def clients_in_sight(actor: User, client_ids: Iterable[UUID | None]) -> dict[UUID, Client]:
    """Those of the clients whose name the actor may read. One statement."""
    return visible_clients(actor).in_bulk({pk for pk in client_ids if pk})


# A conversation


@dataclass(frozen=True, slots=True)
class Receipt:
    """One person a message went to, and when they opened it."""

    name: str
    seen_at: datetime | None
    is_me: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a conversation, whoever it went to. `is_new`: the actor had not opened it yet."""

    sending: UUID
    sender: str
    sent_at: datetime
    content: str
    mine: bool
    is_new: bool
    receipts: Sequence[Receipt]
    answer: str
    answer_all: str

    @property
    def receiver_names(self) -> list[str]:
        """To whom, as a line of names; oneself last."""
        names = [receipt.name for receipt in self.receipts if not receipt.is_me]
        return [*names, "you"] if len(names) < len(self.receipts) else names


def conversation(actor: User, thread: Thread) -> list[Letter]:
    """The messages the actor sent or received in this thread, oldest first. One statement."""
    own = visible_messages(actor).filter(thread=thread).values("sending")
    copies = (
        Message.objects.filter(thread=thread, sending__in=own)
        .select_related("sender__staff", "receiver__staff")
        .order_by("created_at", "sending", "receiver__staff__last_name", "receiver_id")
    )
    by_sending: dict[UUID, list[Message]] = {}
    for copy in copies:
        by_sending.setdefault(copy.sending, []).append(copy)
    return [_letter(actor, group) for group in by_sending.values()]


def _letter(actor: User, copies: list[Message]) -> Letter:
    first = copies[0]
    to_one, to_all = (answer_goes_to(actor, copies, to_all=everybody) for everybody in (False, True))
    return Letter(
        sending=first.sending,
        sender=name_of(first.sender),
        sent_at=first.created_at,
        content=first.content,
        mine=first.sender_id == actor.pk,
        is_new=any(copy.receiver_id == actor.pk and not copy.is_read for copy in copies),
        receipts=[
            Receipt(name_of(copy.receiver), copy.seen_at, copy.receiver_id == actor.pk) for copy in copies
        ],
        answer=_names(to_one),
        answer_all=_names(to_all) if len(to_all) > len(to_one) else "",
    )


def _names(people: list[User]) -> str:
    """`Ada, Bill and Cy`; of a crowd the first three, for the message itself names them all."""
    names = [name_of(person) for person in people]
    if len(names) > NAMED:
        names[NAMED - 1 :] = [f"{len(names) - NAMED + 1} more"]
    return listed(names)


def is_archived(actor: User, thread: Thread) -> bool:
    """Whether the actor has set this conversation aside. One statement."""
    return archived_threads(actor).filter(pk=thread.pk).exists()


# Elsewhere


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Own conversations in which the text occurs. One statement."""
    found = (
        visible_threads(actor)
        .filter(Exists(matching(actor, text).filter(thread_id=OuterRef("pk"))))
        .order_by("-last_message_at")[:limit]
    )
    return [
        Hit(thread.subject, reverse("messaging:thread_detail", args=[thread.pk]), "Conversation", "mail")
        for thread in found
    ]


def _with_own_copies(actor: User) -> QuerySet[Thread]:
    """Joined to the actor's own copies, for `_summed`."""
    return Thread.objects.filter(Q(messages__sender=actor) | Q(messages__receiver=actor))


def _summed(threads: QuerySet[Thread], actor: User | None = None) -> Rows:
    """Adds the figures of a list, over the copies that the queryset is joined to already."""
    unopened = Q(messages__is_read=False)
    if actor is not None:
        unopened &= Q(messages__receiver=actor)
    return threads.annotate(
        latest_at=Max("messages__created_at"),
        letters=Count("messages__sending", distinct=True),
        unread=Count("messages", filter=unopened),
    )
