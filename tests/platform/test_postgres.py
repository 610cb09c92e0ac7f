"""The embedded PostgreSQL of a working copy: made once, shared, stopped by the last, and not easily confused."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from mentalspace.dev.postgres import THROW_AWAY, Cluster, PostgresError, last_line

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("working-copy")
    # As in an ordinary checkout: pytest's own directories are closed to the account that runs the server for root.
    for place in (home, *home.parents[:2]):
        if place.owner() != "root" or os.geteuid() == 0:
            place.chmod(place.stat().st_mode | 0o011)
    return home


def cluster(home: Path) -> Cluster:
    return Cluster(home, settings=THROW_AWAY)


@contextmanager
def connected(running: Cluster) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host=str(running.socket_directory()), user="mentalspace", dbname="practice", autocommit=True
    ) as connection:
        yield connection


def test_data_outlive_the_server_and_nothing_else_does(home: Path) -> None:
    with cluster(home) as first:
        sockets = first.socket_directory()
        assert first.create_database("practice") is True
        with connected(first) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert first.socket_directory() is None
    assert sockets is not None
    assert not sockets.exists()

    with cluster(home) as second:
        assert second.create_database("practice") is False
        with connected(second) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_it_listens_on_no_network_and_keeps_checksums(home: Path) -> None:
    with cluster(home) as running:
        running.create_database("practice")
        with connected(running) as connection:
            shown = [
                connection.execute(f"SHOW {name}").fetchone()
                for name in ("listen_addresses", "data_checksums", "server_encoding")
            ]
        assert shown == [("",), ("on",), ("UTF8",)]
        sockets = running.socket_directory()
        assert sockets is not None
        assert sockets.stat().st_mode & 0o777 == 0o700


def test_the_last_one_out_stops_the_server(home: Path) -> None:
    with cluster(home) as first:
        with cluster(home) as second:
            assert second.socket_directory() == first.socket_directory()
        assert first.socket_directory() is not None
    assert first.socket_directory() is None


def test_a_server_whose_users_were_killed_is_stopped_by_the_next_who_asks(home: Path) -> None:
    running = cluster(home)
    running.start()
    assert cluster(home).stop_if_abandoned() is False
    # As the kernel does for a process that is killed.
    assert running._users is not None
    running._users.close()
    assert cluster(home).stop_if_abandoned() is True
    assert running.socket_directory() is None


def test_it_starts_again_after_the_server_was_killed(home: Path) -> None:
    with cluster(home) as first:
        first.create_database("practice")
        pid = int((first.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        while first.socket_directory() is not None:
            time.sleep(0.02)
        with cluster(home) as second:
            assert second.create_database("practice") is False


def test_a_process_id_in_use_by_another_program_does_not_keep_it_from_starting(home: Path) -> None:
    with cluster(home) as first:
        pass
    # In a container the ids begin anew, so what a killed server left often names a living program: here, this test.
    (first.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{first.data}\n1\n5432\n/tmp/mentalspace-gone\n\n1 1\n"
    )
    with cluster(home) as second:
        assert second.socket_directory() is not None


@pytest.mark.parametrize("present", [{"base": ""}, {"PG_VERSION": "18\n"}])
def test_half_a_database_is_named_and_left_alone(home: Path, present: dict[str, str]) -> None:
    half = cluster(home)
    half.data.mkdir()
    for name, text in present.items():
        (half.data / name).write_text(text)
    with pytest.raises(PostgresError, match=r"holds half a database.*delete that directory"):
        half.start()
    assert {path.name for path in half.data.iterdir()} == set(present)


def test_a_start_cut_off_while_making_the_database_leaves_nothing_behind(home: Path) -> None:
    unfinished = cluster(home)
    leftover = unfinished.data.with_name(f"{unfinished.data.name}.new-cutoff")
    (leftover / "base").mkdir(parents=True)
    with unfinished:
        assert not leftover.exists()


def test_a_wrong_pg_bindir_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", "/no/such/place")
    with pytest.raises(PostgresError, match="PG_BINDIR is /no/such/place"):
        cluster(home)


def test_the_telling_line_of_a_log_is_found() -> None:
    log = "LOG: starting\nFATAL: could not write\nLOG: shut down\n"
    assert last_line(log) == "FATAL: could not write"
    assert last_line("\n") == "no reason was given"
