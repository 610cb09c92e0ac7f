"""``make run``: one command to a working application, and nothing left running afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "mentalspace.dev.run"]
# The first start makes database and schema, and other tests share the machine.
PATIENCE = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int) -> dict[str, str]:
    kept = ("PATH", "HOME", "PG_BINDIR", "LANG")
    own = {"MENTALSPACE_DATA": str(data), "PORT": str(port), "MENTALSPACE_DEMO": "false"}
    return {name: os.environ[name] for name in kept if name in os.environ} | own


class Run:
    """A running application."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.environment = environment(data, self.port)
        self.log = data.parent / "run.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                COMMAND, cwd=PROJECT, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def wait_until_ready(self) -> float:
        """Seconds it took until the address was printed."""
        begun = time.monotonic()
        while "MentalSpace runs on" not in (said := self.log.read_text()):
            assert self.process.poll() is None, said
            assert time.monotonic() - begun < PATIENCE, said
            time.sleep(0.05)
        return time.monotonic() - begun

    def ask(self, path: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        return connection.getresponse().status

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def database_runs(self) -> bool:
        return any(self.data.glob("postgres-*/postmaster.pid"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Run]:
    run = Run(data)
    try:
        run.wait_until_ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()


def refused(**environment: str) -> str:
    """What a start says that is refused; always one sentence."""
    refusal = subprocess.run(
        COMMAND, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert refusal.returncode == 1
    assert len(refusal.stderr.splitlines()) == 1, refusal.stderr
    return refusal.stderr


def test_it_serves_a_health_check_and_a_sign_in_page_with_its_own_files(running: Run) -> None:
    assert running.ask("/healthz") == 200
    assert running.ask("/") == 302
    assert (running.data / "static" / "staticfiles.json").is_file()


def test_its_secret_key_is_its_owners_alone(running: Run) -> None:
    assert (running.data / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_second_start_on_the_same_data_is_refused(running: Run, data: Path) -> None:
    said = refused(**environment(data, free_port()))
    assert f"already runs with the data in {data}, on http://127.0.0.1:{running.port}" in said


def test_a_taken_port_is_named(running: Run, tmp_path: Path) -> None:
    assert f"Port {running.port} is taken" in refused(**environment(tmp_path, running.port))


def test_commands_work_beside_it(running: Run) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "mentalspace.dev", "migrate", "--check"],
        cwd=PROJECT,
        env=running.environment,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert told.returncode == 0
    assert running.ask("/healthz") == 200


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT is 'eighty'"),
        ("PORT", "70000", "PORT is '70000'"),
        ("HOST", "192.0.2.1", "not an address of this machine"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none", "The database does not answer"),
        ("PG_BINDIR", "/no/such/place", "there is no initdb in it"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    assert words in refused(**environment(tmp_path, free_port()) | {name: value})


def test_stopping_ends_server_and_database_and_starting_again_is_quick(running: Run, data: Path) -> None:
    assert running.stop() == 0
    assert not running.database_runs()
    with pytest.raises(ConnectionRefusedError):
        running.ask("/healthz")

    again = Run(data)
    try:
        # Two to three seconds alone on two cores; here other tests share them.
        assert again.wait_until_ready() < 15
        assert again.ask("/healthz") == 200
    finally:
        again.stop()
    assert not again.database_runs()
