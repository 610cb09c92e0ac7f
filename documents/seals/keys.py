"""The practice's keys for sealing: one seals, the ones before it stay for checking what they sealed.

The private half is a random Ed25519 key in `document_seal_keys`, sealed under the practice's data key: without the
master key's file it is noise. When another key takes its place it is wiped, so that nobody, not even who has file and
database, can seal with it any more.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction

from documents import errors
from documents.digest import instant
from documents.models import SealKey
from mentalspace.core import clock
from mentalspace.core.crypto.data_keys import ShortMemory, derive
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.texts import open_text, seal_text

# A signature may be under way when the key is changed: the old key counts this much longer.
UNDER_WAY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What checks seals, proved to be the practice's own."""

    id: str
    key: bytes
    valid_from: datetime
    valid_until: datetime | None

    @property
    def public_text(self) -> str:
        return base64.b64encode(self.key).decode()

    def __str__(self) -> str:
        """A line of the key file that `verify_document.py` reads: id, key in base64, first and last instant."""
        until = self.valid_until and instant(self.valid_until)
        return f"{self.id} {self.public_text} {instant(self.valid_from)} {until or '-'}"

    def opens(self, value: bytes, message: bytes, at: datetime) -> bool:
        """Did this key seal this message, while it was the practice's?"""
        if self.valid_until is not None and at > self.valid_until:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(value, message)
        except (InvalidSignature, ValueError):
            return False
        return True


_known: ShortMemory[str, PublicKey] = ShortMemory(most=200, seconds=300)


def replace() -> PublicKey:
    """Make a key; it seals from now on, and the one before it is wiped."""
    with transaction.atomic():
        now = clock.now()
        for old in SealKey.objects.select_for_update().filter(valid_until__isnull=True):
            old.valid_until = now + UNDER_WAY
            old.private_key = ""
            old.proof = _proof(old)
            old.save()
        made = _fresh(now)
        made.save(force_insert=True)
    _known.clear()
    return _public(made)


def make_first() -> None:
    """Make a key where there is none yet; for `migrate`."""
    _known.clear()
    if not SealKey.objects.exists():
        SealKey.objects.bulk_create([_fresh(clock.now())], ignore_conflicts=True)


def current() -> tuple[PublicKey, Ed25519PrivateKey]:
    """The key that seals. Raises NoSealKey, CannotOpen, MasterKeyUnavailable."""
    row = SealKey.objects.filter(valid_until__isnull=True).first()
    if row is None:
        raise errors.NoSealKey
    private = Ed25519PrivateKey.from_private_bytes(
        base64.b64decode(open_text(row.private_key, purpose=f"seal key {row.pk}"))
    )
    public = _public(row)
    if private.public_key().public_bytes_raw() != public.key:
        raise CannotOpen("The practice's seal key does not belong to its public key.")
    return public, private


def forget() -> None:
    """What is known of keys is read anew."""
    _known.clear()


def find(key_id: str) -> PublicKey | None:
    """A key by its id; None for one that the practice never had. Asks the database once in five minutes.

    So for five minutes another process may not know that a key was replaced. Nothing can be sealed with it by then,
    because its private half is wiped with the replacement, and what it had sealed stays valid: there is no revoking.
    What seals asks the database each time.
    """
    held = _known.get(key_id)
    if held is None:
        row = SealKey.objects.filter(pk=key_id).first()
        if row is None:
            return None
        try:
            held = _public(row)
        except CannotOpen:
            return None
        _known.put(key_id, held)
    return held


def every() -> list[PublicKey]:
    """All keys, the one that seals first. Raises CannotOpen for one that is not the practice's own."""
    rows = SealKey.objects.order_by("-valid_from", "pk")
    return sorted((_public(row) for row in rows), key=lambda each: each.valid_until is not None)


def key_file(keys: Iterable[PublicKey]) -> str:
    """What `verify_document.py` reads; nothing in it is secret."""
    head = "# Public keys of the practice's document seals: id, Ed25519 key in base64, valid from, valid until.\n"
    return head + "".join(f"{key}\n" for key in keys)


def _fresh(now: datetime) -> SealKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    row = SealKey(pk=hashlib.sha256(public).hexdigest()[:16], public_key=public, valid_from=now)
    secret = base64.b64encode(private.private_bytes_raw()).decode()
    row.private_key = seal_text(secret, purpose=f"seal key {row.pk}")
    row.proof = _proof(row)
    return row


def _public(row: SealKey) -> PublicKey:
    """Raises CannotOpen for a row that somebody without the master key wrote or changed."""
    if not hmac.compare_digest(bytes(row.proof), _proof(row)):
        raise CannotOpen(f"The seal key {row.pk} was put into the database by somebody else, or was changed.")
    return PublicKey(row.pk, bytes(row.public_key), row.valid_from, row.valid_until)


def _proof(row: SealKey) -> bytes:
    until = row.valid_until and instant(row.valid_until)
    said = f"{row.pk}|{bytes(row.public_key).hex()}|{instant(row.valid_from)}|{until or ''}"
    return hmac.digest(derive("document seal keys"), said.encode(), "sha256")
