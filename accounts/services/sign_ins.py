"""Who came in, who left, and who was kept out."""

from accounts.models import User
from mentalspace.core import audit


def record_sign_in(*, user: User) -> None:
    """Note who came in."""
    audit.record(actor=user, verb="user.signed_in", obj=user)


def record_sign_out(*, user: User) -> None:
    """Note who left."""
    audit.record(actor=user, verb="user.signed_out", obj=user)


def record_refused_sign_in(*, email: str) -> None:
    """What was typed is not kept: it may be a password. A known address names its person."""
    user = User.objects.filter(email=email.strip().lower()).first()
    audit.record(actor=None, verb="user.sign_in_refused", obj=user)
