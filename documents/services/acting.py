"""Who acts: documents are written and signed by members of staff."""

from accounts.models import User
from mentalspace.core.errors import NotPermitted
from staff.models import Staff
from staff.rules import staff_of


def acting(actor: User) -> Staff:
    """The actor's staff row. Raises NotPermitted for a user without one."""
    own = staff_of(actor)
    if own is None:
        raise NotPermitted
    return own
