"""Who came in, who left, and who was kept out."""

from dataclasses import dataclass

from accounts.errors import TooManyTries
from accounts.models import User
from accounts.services import limits
from mentalspace.core import audit


@dataclass(frozen=True)
class Attempt:
    """A password about to be tried. It counts as wrong until it turns out to be right."""

    spent: tuple[tuple[limits.Limit, str], ...]

    def succeeded(self) -> None:
        """Give the tries back."""
        for limit, who in self.spent:
            limits.give_back(limit, who)


def begin_attempt(*, email: str, address: str, known_as: str | None) -> Attempt:
    """Count a try: of the known browser alone, else of the network address and of strangers at this account.

    Raises TooManyTries, whether or not there is such an account.
    """
    account = email.strip().lower()
    if known_as:
        wanted: tuple[tuple[limits.Limit, str], ...] = ((limits.BY_KNOWN_BROWSER, f"{account}\n{known_as}"),)
    else:
        wanted = ((limits.BY_ADDRESS, address), (limits.BY_STRANGERS, account))
    for limit, who in wanted:
        spent = limits.spend(limit, who)
        if spent.first_refused:
            audit.record(actor=None, verb="user.sign_in_limited", obj=_known(account))
        if not spent.allowed:
            raise TooManyTries
    return Attempt(wanted)


def record_sign_in(*, user: User) -> None:
    """Note who came in."""
    audit.record(actor=user, verb="user.signed_in", obj=user)


def record_sign_out(*, user: User) -> None:
    """Note who left."""
    audit.record(actor=user, verb="user.signed_out", obj=user)


def record_refused_sign_in(*, email: str) -> None:
    """What was typed is not kept: it may be a password. A known address names its person."""
    if _noted():
        audit.record(actor=None, verb="user.sign_in_refused", obj=_known(email.strip().lower()))


def record_refused_second_factor(*, user: User) -> None:
    """A password that was right, and a code or passkey that was not."""
    if _noted():
        audit.record(actor=None, verb="user.second_factor_refused", obj=user)


def _noted() -> bool:
    """Whether this refusal becomes an event. A flood of them must not fill the log, and one event tells of it."""
    spent = limits.spend(limits.NOTED_REFUSALS, "everybody")
    if spent.first_refused:
        audit.record(actor=None, verb="user.refusals_not_noted")
    return spent.allowed


def _known(account: str) -> User | None:
    return User.objects.filter(email=account).first()
