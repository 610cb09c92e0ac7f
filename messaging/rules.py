"""Who may read a message: who sent it and who received it, nobody else."""

from django.db.models import Q, QuerySet

from accounts.models import User
from clients.models import Client
from clients.rules import can_list_clients, visible_clients
from messaging.models import Message, Thread


def can_use_messages(actor: User) -> bool:
    return bool(actor.is_authenticated and actor.is_active)


def visible_messages(actor: User) -> QuerySet[Message]:
    return Message.objects.filter(Q(sender=actor) | Q(receiver=actor))


def visible_threads(actor: User) -> QuerySet[Thread]:
    return Thread.objects.filter(pk__in=visible_messages(actor).values("thread_id"))


def can_receive(user: User) -> bool:
    return user.is_active


def can_write_about(actor: User, client: Client) -> bool:
    """Only about a client one may see."""
    return can_list_clients(actor) and visible_clients(actor).filter(pk=client.pk).exists()
