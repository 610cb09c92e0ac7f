"""Data keys: one for each client, lead, person or part of the practice, kept in the database wrapped by the master key.

Unwrapped keys stay in the memory of the process for some minutes. A key is learned by two ways, with different dangers:

- to open a value, by the id in its envelope. Rows read from the database name their keys here (`expect`), and the first
  one that is needed brings all of them in one statement, however many rows and tables a page has read.
- to seal a value, by its scope. A key that was made in a transaction which is then rolled back never existed, and what
  another transaction sealed with it would be lost for ever; so it is trusted only until the transaction or savepoint
  ends, and by everyone after the commit.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection, transaction

from mentalspace.core.crypto import key_file
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.sealing import Envelope, context, seal, unseal
from mentalspace.core.models import DataKey

CACHED_KEYS = 4000
CACHED_SECONDS = 300
# What one page may have read without opening it: more ids than this are asked for when they are needed.
EXPECTED_KEYS = 1000
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data a key protects: a kind, and within it an id."""

    kind: str
    id: UUID = NOBODY


PRACTICE = Scope("practice")


@dataclass(frozen=True, slots=True)
class OpenKey:
    """An unwrapped data key."""

    id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"OpenKey({self.id})"

    def seal(self, plain: bytes, bound_to: bytes) -> Envelope:
        return Envelope(self.id, seal(self.secret, plain, bound_to))


K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory(Generic[K, V]):
    """The newest entries, each for a few minutes; for the threads of one process."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._held: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, name: K) -> V | None:
        with self._lock:
            entry = self._held.get(name)
            if entry is None:
                return None
            if entry[0] < time.monotonic():
                del self._held[name]
                return None
            return entry[1]

    def put(self, name: K, value: V) -> None:
        with self._lock:
            self._held[name] = (time.monotonic() + self._seconds, value)
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


_by_id: ShortMemory[UUID, OpenKey] = ShortMemory(CACHED_KEYS, CACHED_SECONDS)
_by_scope: ShortMemory[Scope, OpenKey] = ShortMemory(CACHED_KEYS, CACHED_SECONDS)


class _Thread(threading.local):
    def __init__(self) -> None:
        self.expected: OrderedDict[UUID, None] = OrderedDict()
        self.promised: dict[Scope, _Promise] = {}


_thread = _Thread()


def forget() -> None:
    """Empty the memory of this process: for tests, and for commands that have changed the keys."""
    _by_id.clear()
    _by_scope.clear()
    _thread.expected.clear()
    _thread.promised.clear()


# --- To open ----------------------------------------------------------------------------------------------------


def expect(key_id: UUID) -> None:
    """Name a key that a row just read will need if anybody looks at it."""
    if _by_id.get(key_id) is None:
        expected = _thread.expected
        expected[key_id] = None
        expected.move_to_end(key_id)
        if len(expected) > EXPECTED_KEYS:
            expected.popitem(last=False)


def by_id(key_id: UUID) -> OpenKey:
    """The key of an envelope, with all expected ones in the same statement; raises CannotOpen if it is gone."""
    held = _by_id.get(key_id)
    if held is not None:
        return held
    wanted = {key_id, *_thread.expected}
    _thread.expected.clear()
    found = {row.pk: row for row in DataKey.objects.filter(pk__in=wanted)}
    if key_id not in found:
        raise CannotOpen(f"The data key {key_id} of a sealed value does not exist.")
    key = _unwrapped(found.pop(key_id))
    for row in found.values():
        try:
            _unwrapped(row)
        except CannotOpen:
            # Nobody has asked for this one; whoever does is told.
            continue
    return key


def unseal_envelope(envelope: Envelope, bound_to: bytes) -> bytes:
    """What an envelope holds; raises CannotOpen."""
    return unseal(by_id(envelope.key_id).secret, envelope.sealed, bound_to)


# --- To seal ----------------------------------------------------------------------------------------------------


def for_scope(scope: Scope) -> OpenKey:
    """The key with which to seal values of this scope; makes it when there is none."""
    held = _by_scope.get(scope) or _promised(scope)
    if held is not None:
        return held
    row = DataKey.objects.filter(kind=scope.kind, scope=scope.id).first()
    if row is None:
        # Another worker may make it at this moment: then ours is dropped, and theirs is read once they commit.
        DataKey.objects.bulk_create([_fresh(scope)], ignore_conflicts=True)
        row = DataKey.objects.get(kind=scope.kind, scope=scope.id)
    key = _unwrapped(row)
    _trust(scope, key)
    return key


def for_scopes(scopes: Iterable[Scope]) -> None:
    """Have the keys of many scopes at hand with two statements, before many rows are written."""
    wanted = {scope for scope in scopes if _by_scope.get(scope) is None and _promised(scope) is None}
    if not wanted:
        return
    ids = {scope.id for scope in wanted}
    present = {Scope(row.kind, row.scope): row for row in DataKey.objects.filter(scope__in=ids)}
    missing = sorted(wanted - set(present), key=lambda scope: (scope.kind, scope.id))
    if missing:
        DataKey.objects.bulk_create([_fresh(scope) for scope in missing], ignore_conflicts=True)
        present = {Scope(row.kind, row.scope): row for row in DataKey.objects.filter(scope__in=ids)}
    for scope in wanted:
        _trust(scope, _unwrapped(present[scope]))


class _Promise:
    """A key as a transaction sees it. Run at the commit; Django drops it when its savepoint is rolled back."""

    def __init__(self, scope: Scope, key: OpenKey) -> None:
        self.scope, self.key = scope, key

    def __call__(self) -> None:
        _by_scope.put(self.scope, self.key)


def _trust(scope: Scope, key: OpenKey) -> None:
    if not connection.in_atomic_block:
        _by_scope.put(scope, key)
        return
    promise = _Promise(scope, key)
    transaction.on_commit(promise, robust=True)
    _thread.promised[scope] = promise


def _promised(scope: Scope) -> OpenKey | None:
    promise = _thread.promised.get(scope)
    if promise is None:
        return None
    if any(waiting[1] is promise for waiting in connection.run_on_commit):
        return promise.key
    # Committed, and then held by everybody, or rolled back, and then it may never have existed.
    del _thread.promised[scope]
    return None


# --- Wrapping ---------------------------------------------------------------------------------------------------


def _wrapping(row: DataKey, master: str) -> bytes:
    return context("data key", row.pk, row.kind, row.scope, master)


def _fresh(scope: Scope) -> DataKey:
    row = DataKey(pk=uuid4(), kind=scope.kind, scope=scope.id)
    wrap(row, AESGCM.generate_key(256))
    return row


def wrap(row: DataKey, secret: bytes) -> None:
    """Put a key into its row, under the current master key."""
    masters = key_file.master_keys()
    row.master_key = masters.current
    row.wrapped = seal(masters.key(masters.current), secret, _wrapping(row, masters.current))


def unwrap(row: DataKey) -> bytes:
    """The key of a row; raises MasterKeyUnavailable or CannotOpen."""
    master = key_file.master_keys().key(row.master_key)
    return unseal(master, bytes(row.wrapped), _wrapping(row, row.master_key))


def _unwrapped(row: DataKey) -> OpenKey:
    held = _by_id.get(row.pk)
    if held is None:
        held = OpenKey(row.pk, unwrap(row))
        _by_id.put(row.pk, held)
    return held


# --- Keys of the practice itself ---------------------------------------------------------------------------------


def derive(purpose: str) -> bytes:
    """32 bytes for one purpose, the same for ever, also after the master key was changed.

    Drawn by HKDF-SHA256 from a key of the practice that only the key file opens. That key is made by `migrate`, so that
    nothing can be signed with a key that a rolled-back transaction takes away again.
    """
    root = for_scope(PRACTICE).secret
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"mentalspace {purpose}".encode()).derive(root)
