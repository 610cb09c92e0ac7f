"""AES-256-GCM, and the text in which a sealed value is stored.

A sealed value opens only with its key and in its context: the place it was sealed for. A random nonce of 96 bits per
value is safe for 2^32 values under one key; a client's chart has thousands.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mentalspace.core.crypto.errors import CannotOpen

NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = "v1"
_ENVELOPE = re.compile(r"^v1:([0-9a-f]{32}):([A-Za-z0-9+/]+={0,2})$")


def context(*parts: object) -> bytes:
    """Where a value belongs, as bytes that no other list of parts gives."""
    return b"".join(b"%d:%s," % (len(text), text) for text in (str(part).encode() for part in parts))


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Nonce, ciphertext and tag of `plain`, bound to its context."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """What was sealed; raises CannotOpen when key, bytes or context are not those it was sealed with."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise CannotOpen("A sealed value is cut short.")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except InvalidTag:
        raise CannotOpen("A sealed value was changed, or belongs to another place or key.") from None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed value and the id of its data key, as stored: `v1:key id:base64`."""

    key_id: UUID
    sealed: bytes

    def __str__(self) -> str:
        return f"{VERSION}:{self.key_id.hex}:{base64.b64encode(self.sealed).decode()}"

    @classmethod
    def read(cls, text: object) -> "Envelope":
        """Raises CannotOpen for anything but an envelope."""
        match = _ENVELOPE.match(text) if isinstance(text, str) else None
        if match is None:
            raise CannotOpen("A stored value is not sealed.")
        try:
            return cls(UUID(match[1]), base64.b64decode(match[2], validate=True))
        except binascii.Error:
            raise CannotOpen("A sealed value is not whole.") from None


def key_id_of(text: str) -> UUID | None:
    """Which data key an envelope needs, without reading the rest; None for what is no envelope."""
    match = _ENVELOPE.match(text)
    return UUID(match[1]) if match else None


def is_envelope(text: object) -> bool:
    return isinstance(text, str) and text.startswith(f"{VERSION}:") and _ENVELOPE.match(text) is not None
