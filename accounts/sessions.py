"""Sessions of which the database knows neither the key nor what they hold (`SESSION_ENGINE`).

The row's key is the SHA-256 of the browser's cookie, and what the session holds is encrypted with a key made from
that cookie and the secret key. So who reads the table, or a backup of it, can neither take over a session nor see
what is in it. Beside it stand, in columns of their own, what a person is shown of their sessions.

A session ends when its person was idle too long or when it has lasted too long, whichever comes first; saving it for
any other reason moves neither.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from mentalspace.core import clock
from mentalspace.core.middleware import STARTED, TOUCHED

if TYPE_CHECKING:
    from accounts.models import Session

DEVICE = "_device"
ADDRESS = "_address"
NONCE_BYTES = 12


def digest(cookie: str) -> str:
    """What stands in the database for the cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def ends_at(held: Mapping[str, Any]) -> datetime:
    """When a session that holds this ends if nothing more is asked for."""
    touched = _instant(held.get(TOUCHED)) or clock.now()
    idle = touched + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    started = _instant(held.get(STARTED))
    return min(idle, started + timedelta(seconds=settings.SESSION_LONGEST)) if started else idle


def seconds_to_the_limit(session: Any) -> int:
    """Until the session ends whatever is asked for."""
    started = _instant(session.get(STARTED)) or clock.now()
    limit = started + timedelta(seconds=settings.SESSION_LONGEST)
    return max(0, int((limit - clock.now()).total_seconds()))


def seconds_left(session: Any) -> int:
    """Until the session ends if nothing more is asked for."""
    return max(0, int((ends_at(dict(session.items())) - clock.now()).total_seconds()))


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type["Session"]:
        # Models are not there yet when settings name this module.
        from accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        found = self.model.objects.filter(
            session_key=digest(self.session_key or ""), expire_date__gt=clock.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=digest(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=digest(key)).delete()

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return ends_at(dict(self.items()))

    def get_expiry_age(self, **kwargs: Any) -> int:
        return int((self.get_expiry_date() - clock.now()).total_seconds())

    def create_model_instance(self, data: dict[str, Any]) -> "Session":
        model = self.get_model_class()
        cookie: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return model(
            session_key=digest(cookie),
            session_data=self.encode(data),
            expire_date=ends_at(data),
            user_id=data.get(SESSION_KEY),
            device=data.get(DEVICE, ""),
            address=data.get(ADDRESS),
            started_at=_instant(data.get(STARTED)) or clock.now(),
            last_used_at=_instant(data.get(TOUCHED)) or clock.now(),
        )

    def encode(self, session_dict: dict[str, Any]) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = self.serializer().dumps(session_dict)
        sealed = AESGCM(next(self._keys())).encrypt(nonce, plain, None)
        return b64encode(nonce + sealed).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Nothing for a row that was tampered with, or sealed with a secret key that is no longer known."""
        try:
            raw = b64decode(session_data)
        except ValueError:
            return {}
        for key in self._keys():
            try:
                return self.serializer().loads(
                    AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None)
                )
            except (InvalidTag, ValueError):
                continue
        return {}

    def _keys(self) -> Iterator[bytes]:
        """The key of this session under each secret key, the present one first."""
        cookie: str = self._get_or_create_session_key()  # type: ignore[attr-defined]
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            yield hmac.digest(str(secret).encode(), b"session content " + cookie.encode(), "sha256")


def _instant(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
