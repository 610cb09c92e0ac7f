"""What people read of their messages: lists, conversations, the unread badge. Only ever a person's own copies."""

from accounts.models import User
from messaging.models import Message


def unread_count(actor: User) -> int:
    """How many messages the person has not opened yet; archived ones do not nag. One statement, on a partial index."""
    return Message.objects.filter(receiver=actor, is_read=False, receiver_archived_at__isnull=True).count()
