"""Who the database sees: the application's role that serves people, and the owner's that changes the schema.

The application's role reads and writes rows and nothing else; what it may do to each table is in `grants`. The owner's
address is known to `migrate` and to nobody who serves requests (see docs/decisions/0015-two-database-roles.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.pq import TransactionStatus

# What of a connection's settings says who connects, and where.
LOGIN = ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS")


def role_of(login: dict[str, Any]) -> str:
    """The role under which statements of such a connection run."""
    return (login.get("OPTIONS") or {}).get("assume_role") or login.get("USER") or ""


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Connect as the owner meanwhile, and as before afterwards; where one address serves for both, nothing changes.

    Never inside a transaction: the connection is another one, to the same database.
    """
    login = connections[alias].settings_dict
    owner = settings.DATABASE_OWNER
    if not owner or role_of(login) == role_of(owner):
        yield
        return
    if connections[alias].in_atomic_block:
        raise RuntimeError("The owner's connection is another one: it cannot be had inside a transaction.")
    kept = {name: login[name] for name in LOGIN}
    connections[alias].close()
    login.update({name: owner[name] for name in LOGIN})
    try:
        yield
    finally:
        connections[alias].close()
        login.update(kept)


@contextmanager
def acting_as(user_id: object) -> Iterator[None]:
    """Tell the database on whose behalf the statements of this transaction run.

    Policies of row-level security compare `current_setting('app.user_id', true)` with a row's author. It ends with the
    block, at the latest with the transaction; outside one it would be forgotten after its own statement, so that is
    refused.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("acting_as holds within a transaction: open one first.")
    before = _act_as(str(user_id))
    try:
        yield
    finally:
        # In a transaction that failed nothing can be said any more, nor need it be: it is rolled back with the rest.
        if not (connection.needs_rollback or _has_failed()):
            _act_as(before)


def _has_failed() -> bool:
    """Did the last statement fail? Django itself learns of it only where the failure leaves a block of its own."""
    return bool(connection.connection.info.transaction_status == TransactionStatus.INERROR)


def _act_as(user_id: str) -> str:
    """Set it for the rest of the transaction; what it was before, empty when nobody was named."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(current_setting('app.user_id', true), '')")
        before: str = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('app.user_id', %s, true)", [user_id])
    return before
