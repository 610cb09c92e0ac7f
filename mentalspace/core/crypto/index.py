"""Exact look-ups of values that are sealed: a keyed HMAC of the normalised value.

Only for values that cannot be guessed one by one, such as member ids; never for a date of birth, a gender or a
diagnosis: whoever may ask the application for look-ups could count through all of them.
"""

import hmac

from mentalspace.core.crypto.data_keys import derive

# 128 bits: two different values with one index do not happen in practice, and the index is half as long.
INDEX_BYTES = 16


def blind_index(purpose: str, value: str) -> str:
    """What to store and to look up instead of `value`, 32 hexadecimal digits. Normalise the value first."""
    return hmac.digest(derive(f"index {purpose}"), value.encode(), "sha256")[:INDEX_BYTES].hex()
