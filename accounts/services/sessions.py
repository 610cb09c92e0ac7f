"""Ending sessions: one's own, one by one or all others, and somebody's whom the practice keeps out."""

from django.db import transaction

from accounts.models import Session, User
from mentalspace.core import audit


@transaction.atomic
def end_session(*, actor: User, session_key: str) -> None:
    """Sign one of the person's browsers out, from its next request on. Raises Session.DoesNotExist."""
    session = Session.objects.select_for_update().get(session_key=session_key, user=actor)
    audit.record(actor=actor, verb="user.session_ended", obj=actor, changes={"device": [session.device, ""]})
    session.delete()


@transaction.atomic
def end_other_sessions(*, actor: User, session_key: str) -> int:
    """Sign all the person's browsers out but the one with this key. How many there were."""
    count = end_sessions(actor, but=session_key)
    if count:
        audit.record(actor=actor, verb="user.sessions_ended", obj=actor, changes={"sessions": [count, 0]})
    return count


def end_sessions(user: User, but: str = "") -> int:
    """Part of a verb that locks the user and is recorded itself."""
    count, _ = Session.objects.filter(user=user).exclude(session_key=but).delete()
    return count
