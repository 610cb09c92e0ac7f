"""Sealing of a value that no model field seals: a second factor's secret in a library's table, a file."""

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import PRACTICE, Scope
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.sealing import Envelope, context


def seal_text(text: str, *, purpose: str, scope: Scope = PRACTICE) -> str:
    """An envelope in plain ASCII. `purpose` must be given again to open it; name the place as closely as you can."""
    return str(data_keys.for_scope(scope).seal(text.encode(), context("text", purpose)))


def open_text(envelope: str, *, purpose: str) -> str:
    """The text; raises CannotOpen for another purpose, and for what was changed or never sealed."""
    plain = data_keys.unseal_envelope(Envelope.read(envelope), context("text", purpose))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise CannotOpen("A sealed value is no text.") from None
