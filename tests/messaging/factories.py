"""Threads and messages."""

import uuid
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from messaging.models import Message, Thread
from tests.accounts.factories import UserFactory


class ThreadFactory(DjangoModelFactory[Thread]):
    class Meta:
        model = Thread

    subject = "Next visit"
    last_message_at = datetime(2026, 3, 2, 14, tzinfo=UTC)


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    thread = factory.SubFactory(ThreadFactory)
    subject = factory.SelfAttribute("thread.subject")
    sender = factory.SubFactory(UserFactory)
    receiver = factory.SubFactory(UserFactory)
    content = "Please call the client back."
    sending = factory.LazyFunction(uuid.uuid4)


def saying(text: str) -> list[Message]:
    """All copies of what says exactly this; the database cannot look for it."""
    return [message for message in Message.objects.order_by("pk") if message.content == text]
