"""Who may read a message: who sent it and who received it, nobody else."""

from django.db.models import Q

from accounts.models import User
from accounts.rules import EVERYBODY
from clients.models import Client
from clients.rules import can_serve_client
from mentalspace.core.policy import ObjectPermission, Permission, Reach, Sight
from messaging.models import Message, Thread

SENT_OR_RECEIVED = Reach(
    "sent or received",
    lambda actor: Q(sender=actor) | Q(receiver=actor),
    lambda actor, message: actor.pk in {message.sender_id, message.receiver_id},
)
TAKING_PART = Reach(
    "where one takes part",
    lambda actor: Q(pk__in=Message.objects.filter(SENT_OR_RECEIVED.where(actor)).values("thread_id")),
)

can_use_messages = Permission("Write and read messages", *EVERYBODY)
can_see_message = Sight("Read a message", Message, dict.fromkeys(EVERYBODY, SENT_OR_RECEIVED))
can_see_thread = Sight("Open a conversation", Thread, dict.fromkeys(EVERYBODY, TAKING_PART))
can_write_about = ObjectPermission("Write about a client", Client, can_serve_client.grants)

visible_messages = can_see_message.scope
visible_threads = can_see_thread.scope


def is_reachable(user: User) -> bool:
    """Somebody who left reads nothing any more."""
    return user.is_active
