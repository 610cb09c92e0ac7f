"""The digest of a signature on a consent, the practice's seal on it, and whether both still hold.

A digest is over the canonical form of `documents.digest`; sealed is, by Ed25519,

    {"at": when it was signed, "digest": ..., "key": id of the key, "seal": "mentalspace consent seal 1"}
"""

import base64
import binascii
from collections.abc import Iterable

from documents import digest
from documents.models import Consent, ConsentSignature
from documents.seals import keys
from mentalspace.core.crypto.errors import CannotOpen

PURPOSE = "mentalspace consent seal 1"
CHANGED = "Its text, answers, signers or times are not what was signed."
BROKEN = "The seal on a signature does not verify."
MISSING = "A signature is missing."
CANNOT_OPEN = "It cannot be opened: what is stored was changed, or its key is gone."


def digest_of(consent: Consent, signature: ConsentSignature) -> str:
    """Of form, text, answers, signer, time and place, in hex."""
    return digest.of(
        {
            "consent": str(consent.pk),
            "client": str(consent.client_id),
            "form": [consent.form_key, consent.form_version],
            "title": consent.title,
            "content": consent.content,
            "answers": consent.answers,
            "signer": str(signature.signer_id),
            "name": signature.name,
            "relation": signature.relation,
            "drawn": signature.drawn,
            "at": digest.instant(signature.signed_at),
            "address": signature.address,
            "user_agent": signature.user_agent,
        }
    )


def seal(consent: Consent, signature: ConsentSignature) -> None:
    """Give a signature its digest and seal, before it is stored. Raises NoSealKey, CannotOpen, MasterKeyUnavailable."""
    public, private = keys.current()
    signature.digest, signature.key_id = digest_of(consent, signature), public.id
    signature.seal = base64.b64encode(private.sign(_message(signature))).decode()


def faults(consent: Consent, signatures: Iterable[ConsentSignature]) -> list[str]:
    """What is not as it was signed, as sentences without clinical text."""
    held = list(signatures)
    found = [MISSING] if consent.settled_at is not None and not held else []
    try:
        for each in held:
            if each.digest != digest_of(consent, each):
                found.append(CHANGED)
            if not _holds(each):
                found.append(BROKEN)
    except CannotOpen:
        return [CANNOT_OPEN]
    return list(dict.fromkeys(found))


def _holds(signature: ConsentSignature) -> bool:
    key = keys.find(signature.key_id)
    try:
        value = base64.b64decode(signature.seal, validate=True)
    except (binascii.Error, ValueError):
        return False
    return key is not None and key.opens(value, _message(signature), signature.signed_at)


def _message(signature: ConsentSignature) -> bytes:
    said = {
        "seal": PURPOSE,
        "digest": signature.digest,
        "key": signature.key_id,
        "at": digest.instant(signature.signed_at),
    }
    return digest.canonical(said).encode()
