"""A pytest plugin: one throw-away PostgreSQL per run, started by the first test that needs it, shared by all workers.

The owner's role makes and empties the test database; tests run as the application's role, so that a missing grant
shows. Set DATABASE_URL to run the tests on another server; Django makes its ``test_`` databases there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.operations import DatabaseOperations

from mentalspace.core.database import LOGIN, as_owner
from mentalspace.dev import databases
from mentalspace.dev.postgres import THROW_AWAY, Cluster, PostgresError

# Settings fill DATABASE_URL in for themselves later; what counts is whether a person had.
CHOSEN_SERVER = os.environ.get("DATABASE_URL") not in {None, "", databases.THROW_AWAY.serving}
PREFIX = "mentalspace-tests-"
# On a server of somebody's own where the application's role cannot be had, one role does for both.
needs_application_role = pytest.mark.skipif(
    not settings.DATABASE_OWNER, reason="this server's login may not make the application's role"
)


def remove_abandoned() -> None:
    """Stop and remove what runs of this user left that were killed; a server would otherwise stay for ever."""
    for directory in Path("/tmp").glob(f"{PREFIX}*"):
        # A run that is only just starting has no such file yet, and holds it locked once it has.
        if (directory / "postgres.users").is_file() and directory.stat().st_uid == os.geteuid():
            try:
                abandoned = Cluster(directory).stop_if_abandoned()
            except (OSError, PostgresError):
                # Another run is removing it at this moment.
                continue
            if abandoned:
                shutil.rmtree(directory, ignore_errors=True)


class ThrowAwayCluster:
    """The cluster of one pytest invocation, in a directory of its own that goes with it."""

    def __init__(self) -> None:
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._cluster: Cluster | None = None

    def socket_directory(self) -> str:
        """Where the server listens; starts it at the first call, about a second."""
        if self._cluster is None:
            remove_abandoned()
            self._directory = tempfile.TemporaryDirectory(
                prefix=PREFIX, dir="/tmp", ignore_cleanup_errors=True
            )
            # The server may run under another account, which has to pass through.
            Path(self._directory.name).chmod(0o711)
            cluster = Cluster(Path(self._directory.name), settings=THROW_AWAY)
            try:
                cluster.start()
                databases.make_roles(cluster)
            except PostgresError as error:
                self.close()
                raise pytest.UsageError(str(error)) from error
            self._cluster = cluster
        return str(self._cluster.socket_directory())

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()
            self._cluster = None
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None


cluster_key = pytest.StashKey[ThrowAwayCluster]()


@pytest.hookimpl
def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[cluster_key] = ThrowAwayCluster()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist starts its workers: they get the one cluster of the process that commands them."""
    if not CHOSEN_SERVER:
        node.workerinput["postgres_sockets"] = node.config.stash[cluster_key].socket_directory()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (cluster := config.stash.get(cluster_key, None)) is not None:
        cluster.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, pytestconfig: pytest.Config
) -> Iterator[ExitStack]:
    """Point Django at the cluster, as the owner, just before pytest-django makes the test database."""
    if not CHOSEN_SERVER:
        worker = getattr(pytestconfig, "workerinput", None)
        sockets = worker["postgres_sockets"] if worker else pytestconfig.stash[cluster_key].socket_directory()
        connections["default"].settings_dict["HOST"] = settings.DATABASE_OWNER["HOST"] = sockets
    with ExitStack() as owner:
        owner.enter_context(as_owner())
        yield owner


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_modify_db_settings: ExitStack) -> Iterator[None]:
    """The test database is made: from here on everything is the application, until the owner removes it again."""
    django_db_modify_db_settings.close()
    yield
    django_db_modify_db_settings.enter_context(as_owner())


@contextmanager
def owner_connection() -> Iterator[BaseDatabaseWrapper]:
    """A second connection to the test database, as the owner: what it does is committed at once."""
    connection = connections["default"].copy()
    connection.settings_dict.update(
        {name: settings.DATABASE_OWNER[name] for name in LOGIN if settings.DATABASE_OWNER}
    )
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """Leave the database where it is when all of its server is thrown away.

    A browser's last request may still hold a connection then, and dropping the database would fail for it.
    """
    return django_db_keepdb or not CHOSEN_SERVER


@pytest.fixture(autouse=True)
def _forget_data_keys() -> Iterator[None]:
    """Each test has keys of its own: the process must not remember one that was rolled back with its test."""
    yield
    from mentalspace.core.crypto import data_keys

    data_keys.forget()


@pytest.fixture(scope="session", autouse=True)
def _flush_protected_tables() -> Iterator[None]:
    """Let the flush after a transactional test empty tables that refuse TRUNCATE, and that the application may not.

    Signed rows, the ledger and the trail are guarded by triggers that no test should have to know about.
    """
    flush = DatabaseOperations.execute_sql_flush

    def flush_past_guards(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        with owner_connection() as owner:
            with owner.cursor() as cursor:
                cursor.execute(
                    "SELECT format('ALTER TABLE %s %%s TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger"
                    " WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgenabled <> 'D'"
                )
                guards = [row[0] for row in cursor.fetchall()]
            # One transaction with the TRUNCATE itself, so that no failure leaves a table unguarded.
            flush(
                owner.ops,
                [
                    *(guard.replace("%s", "DISABLE", 1) for guard in guards),
                    *sql_list,
                    *(guard.replace("%s", "ENABLE", 1) for guard in guards),
                ],
            )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_past_guards)
        yield
