"""How often somebody may try to sign in, counted in the database so that all workers count together.

A wrong password is counted against the address it came from and against the account, but for the account only as
"strangers' tries": a browser from which the person signed in before has tries of its own. So nobody is kept out because
somebody else types wrong passwords. Rows are few: tries that the first limit refuses make no further ones, and what has
run out is thrown away as new ones come.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import Budget
from mentalspace.core import clock

THROWN_AWAY_AT_ONCE = 100


@dataclass(frozen=True)
class Limit:
    """So many tries within so many minutes of the first."""

    name: str
    tries: int
    minutes: int


# A whole practice may come from one address.
BY_ADDRESS = Limit("sign in by address", 60, 15)
BY_STRANGERS = Limit("sign in to the account from unknown browsers", 10, 15)
BY_KNOWN_BROWSER = Limit("sign in to the account from a known browser", 20, 15)
RESETS_BY_ADDRESS = Limit("ask for a link by address", 20, 60)
RESETS_OF_ACCOUNT = Limit("ask for a link to the account", 5, 60)
# Refusals that become an audit event each; beyond them, one event says that there were more.
NOTED_REFUSALS = Limit("refusals noted", 300, 60)


@dataclass(frozen=True)
class Spent:
    """Whether there was a try left, and whether this was the first for which there was none."""

    allowed: bool
    first_refused: bool = False


def spend(limit: Limit, who: str) -> Spent:
    """Use one try."""
    now = clock.now()
    ends = now + timedelta(minutes=limit.minutes)
    with transaction.atomic():
        budget, made = Budget.objects.select_for_update().get_or_create(
            key=_key(limit, who), defaults={"ends_at": ends}
        )
        if budget.ends_at <= now:
            budget.spent, budget.ends_at = 0, ends
        if budget.spent > limit.tries:
            return Spent(False)
        budget.spent += 1
        budget.save(update_fields=["spent", "ends_at"])
        if made:
            _throw_away()
    return Spent(budget.spent <= limit.tries, budget.spent == limit.tries + 1)


def give_back(limit: Limit, who: str) -> None:
    """The try was a good one and does not count."""
    with transaction.atomic():
        budget = Budget.objects.select_for_update().filter(key=_key(limit, who), spent__gt=0).first()
        if budget:
            budget.spent -= 1
            budget.save(update_fields=["spent"])


def _key(limit: Limit, who: str) -> str:
    """Keyed, so that the table does not tell who tried what."""
    return salted_hmac("accounts.limits", f"{limit.name}\n{who}", algorithm="sha256").hexdigest()


def _throw_away() -> None:
    over = Budget.objects.filter(ends_at__lt=clock.now()).values("pk")[:THROWN_AWAY_AT_ONCE]
    Budget.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()
