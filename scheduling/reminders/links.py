"""The link in a reminder: who has it may answer once. Only its hash is kept."""

import secrets
from hashlib import sha256

# 128 bits: nobody guesses one, so a hash without a salt is enough.
BYTES = 16


def new_token() -> str:
    """22 characters for an address."""
    return secrets.token_urlsafe(BYTES)


def hash_of(token: str) -> str:
    """What the database keeps of it."""
    return sha256(token.encode()).hexdigest()
