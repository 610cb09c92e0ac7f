"""How colleagues are called in messages."""

from accounts.choices import Role
from accounts.models import User


def name_of(user: User) -> str:
    """Their name, or the address of somebody without a staff row. Ask with `select_related("staff")`."""
    staff = getattr(user, "staff", None)
    return staff.full_name if staff else user.email


def name_and_role(user: User) -> str:
    """As one picks them from a list: `Flora Frontdesk, front desk`."""
    return f"{name_of(user)} ({Role(user.role).label.lower()})"
