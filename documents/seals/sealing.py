"""Making and checking the practice's seal on a signature or an addendum.

Sealed is, in the canonical form of `documents.digest`, by Ed25519 (RFC 8032):

    {"at": when it was sealed, "digest": of the statement, "key": id of the key, "seal": "mentalspace document seal 1",
     "signer": who signed, as in the statement; not in an addendum's}

The signer is in the seal as well as in the statement, because the statement of a note that was returned is gone.
"""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime

from documents.digest import Statement, canonical, instant, signed_at, signed_by
from documents.models import DocumentAddendum, DocumentSeal, DocumentSignature
from documents.seals import keys

PURPOSE = "mentalspace document seal 1"
Signed = DocumentSignature | DocumentAddendum


def seal(signed: Signed) -> DocumentSeal:
    """Seal a stored signature or addendum as it is signed. Raises NoSealKey, CannotOpen, MasterKeyUnavailable."""
    made = seals_for([signed])[0]
    made.save()
    return made


def seals_for(signed: Iterable[Signed], at: datetime | None = None) -> list[DocumentSeal]:
    """Seals to be stored, all by the key that seals now; `at` is given for what was signed before. Raises as `seal`."""
    public, private = keys.current()
    made = []
    for each in signed:
        moment = at or signed_at(each)
        value = base64.b64encode(private.sign(message(each, public.id, moment))).decode()
        place = {"signature" if isinstance(each, DocumentSignature) else "addendum": each}
        made.append(DocumentSeal(key_id=public.id, sealed_at=moment, value=value, **place))
    return made


def holds(seal: DocumentSeal, signed: Signed) -> bool:
    """Did a key of the practice seal this signature or addendum?"""
    key = keys.find(seal.key_id)
    try:
        value = base64.b64decode(seal.value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return key is not None and key.opens(value, message(signed, seal.key_id, seal.sealed_at), seal.sealed_at)


def message(signed: Signed, key_id: str, at: datetime) -> bytes:
    said: Statement = {"seal": PURPOSE, "digest": signed.digest, "key": key_id, "at": instant(at)}
    if isinstance(signed, DocumentSignature):
        said["signer"] = signed_by(signed)
    return canonical(said).encode()
