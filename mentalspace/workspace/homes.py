"""INTERIM"""

from accounts.models import User


def home_for(actor: User) -> dict[str, object]:
    return {}
