"""Links by which clients answer and sign without an account: how they are made, kept, mailed and refused.

Of a token only its hash is kept. A mail names neither the client nor health, and the practice only by the name that it
chose for its reminders. Measures and packets of consents build on this.
"""

import secrets
from hashlib import sha256
from typing import Any, Final

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import send_mail

from accounts.services import limits
from mentalspace.core import audit, clock, formatting, practice
from scheduling.defaults import ReminderDefaults

# 128 bits: nobody guesses one, so a hash without a salt is enough.
BYTES = 16
# Links that are not known or no longer good, by the address they are asked from.
STRAY_LINKS = limits.Limit("questionnaire links that lead nowhere, by address", 30, 15)
FAULTS: Final = (OSError, AnymailError)


def new_token() -> str:
    """What stands in the link."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    """What the database keeps of it."""
    return sha256(token.encode()).hexdigest()


def mail(to: str, subject: str, *, asks: str, path: str, works: str, otherwise: str) -> None:
    """Send a link. `asks` goes on from the practice's name, `otherwise` goes before its telephone.

    Raises one of `FAULTS`.
    """
    signed = practice.get(ReminderDefaults).signed
    phone = _phone()
    lines = [
        f"{signed} asks you {asks}:" if signed else f"You are asked {asks}:",
        f"{settings.PUBLIC_URL}{path}",
        f"{works} Please do not pass it on.",
        f"{otherwise} {phone}." if phone else "",
    ]
    send_mail(subject, "\n\n".join(line for line in lines if line), None, [to])


def until(instant: Any) -> str:
    """The end of a link as a mail says it."""
    return formatting.instant(instant, clock.zone())


def allows_stray() -> bool:
    """Somebody asks with a link that leads nowhere; false once that was too often from their address."""
    return limits.spend(STRAY_LINKS, audit.origin.get().address or "").allowed


def frame() -> dict[str, Any]:
    """What stands around a page that a link leads to: the frame would name the practice."""
    return {"practice_name": "", "signed": practice.get(ReminderDefaults).signed, "phone": _phone()}


def _phone() -> str:
    return formatting.phone(practice.get(practice.PracticeProfile).phone)
