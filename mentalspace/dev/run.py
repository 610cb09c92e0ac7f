"""``make run``: database, schema, demo data and server with one command, and all of it gone again with Ctrl-C.

PORT, HOST and MENTALSPACE_DATA choose where; DATABASE_URL takes another server; DEBUG=true serves pages and files as
they are being edited; MENTALSPACE_DEMO=false leaves the practice empty. Only the data stay behind.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from typing import NoReturn

from mentalspace.dev import databases, environment
from mentalspace.dev.postgres import PostgresError

STOP_SECONDS = 25
# Hosts that mean every address of the machine, and how it reaches itself.
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound


class CannotRun(Exception):
    """One sentence for the person at the terminal."""


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    data = environment.data_directory()
    host, port = address()
    with ExitStack() as stack:
        stack.enter_context(only_one(data, f"http://{host}:{port}"))
        require_free(host, port)
        addresses = stack.enter_context(databases.opened(data))
        os.environ.update(HOST=host, PORT=str(port))
        if host in ANY_ADDRESS:
            # Whoever opens a demonstration to a network cannot know by which names its people will call the machine.
            os.environ.setdefault("ALLOWED_HOSTS", "*")
        environment.prepare(data, addresses)
        logins = prepare_application(data)
        server = stack.enter_context(gunicorn())
        stack.enter_context(child("django", "worker"))
        wait_until_ready(server, host, port)
        place = addresses.place or data
        print(
            f"\nMentalSpace runs on http://{host}:{port}/ (data in {place}; Ctrl-C stops it)\n{logins}",
            flush=True,
        )
        code = server.wait()
        raise CannotRun(f"The server ended by itself with code {code}; its last lines above say why.")


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


# --- Before anything is started ---------------------------------------------------------------------------------


def address() -> tuple[str, int]:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotRun(f"PORT is {port!r}, but must be a number from 1 to 65535.")
    return host, int(port)


@contextmanager
def only_one(data: Path, url: str) -> Iterator[None]:
    """Hold the data directory for this run; the kernel lets go of it even when the run is killed."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "run.lock").open("a+")
    except PermissionError:
        raise CannotRun(
            f"{data} cannot be written: set MENTALSPACE_DATA to a directory of your own."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = lock.read().strip()
            raise CannotRun(
                f"MentalSpace already runs with the data in {data}, on {other}: stop it, or set MENTALSPACE_DATA"
                " and PORT to run another."
            ) from None
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        yield


def require_free(host: str, port: int) -> None:
    # A server whose launcher was killed needs a moment to notice and let go.
    for _ in range(10):
        fault = bind_fault(host, port)
        if fault != errno.EADDRINUSE:
            break
        time.sleep(0.15)
    if fault:
        raise CannotRun(
            {
                errno.EADDRINUSE: f"Port {port} is taken by another program: stop it, or choose one with PORT=.",
                errno.EACCES: f"Port {port} may only be opened by root: choose one above 1023 with PORT=.",
            }.get(fault, f"HOST is {host!r}, which is not an address of this machine.")
        )


def bind_fault(host: str, port: int) -> int:
    """Why the server could not listen there, as an errno; 0 if it could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server itself will ask, so that connections of a run just stopped do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno or errno.EADDRNOTAVAIL
    return 0


# --- Schema, demo data, static files ----------------------------------------------------------------------------


def prepare_application(data: Path) -> str:
    """Bring schema, demo data and static files up to date; the demo's logins as text. Does nothing it need not."""
    # Settings read the environment when they are imported, so Django comes only now.
    import django
    from django.conf import settings
    from django.core.management import call_command, get_commands
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    from mentalspace.core.database import as_owner

    try:
        # Before a database of an earlier version is brought up to date, its owner alone may read what has been done.
        with as_owner():
            executor = MigrationExecutor(connection)
            outdated = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if outdated:
            print("Bringing the database up to date.", flush=True)
            call_command("migrate", interactive=False, verbosity=0)
        logins = demo(get_commands())
    except OperationalError as error:
        raise CannotRun(f"The database does not answer: {str(error).splitlines()[0]}.") from None
    finally:
        connection.close()
    if not settings.DEBUG:
        collect_static(data)
    return logins


def demo(commands: dict[str, str]) -> str:
    """Load the demo practice into an empty database, and say who can sign in."""
    from io import StringIO

    from django.core.management import call_command

    from accounts.models import User

    if "demo" not in commands or os.environ.get("MENTALSPACE_DEMO") == "false":
        return ""
    if not User.objects.exists():
        print("Loading the demo practice; this happens once.", flush=True)
        call_command("demo")
    logins = StringIO()
    call_command("demo", "--logins", stdout=logins)
    return logins.getvalue()


def collect_static(data: Path) -> None:
    """Hash and compress the static files as production does, but only when one of them has changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = data / "static.stamp"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    print("Preparing the static files.", flush=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


# --- The server -------------------------------------------------------------------------------------------------


def gunicorn() -> AbstractContextManager[subprocess.Popen[bytes]]:
    """The web server."""
    return child("gunicorn", "-c", "python:mentalspace.gunicorn", "--log-level", "warning")


@contextmanager
def child(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process beside this one, stopped gracefully at the end.

    In a session of its own, so that Ctrl-C reaches only us.
    """
    server = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        start_new_session=True,
        # Safe before a fork only in a process of one thread, which this is.
        preexec_fn=die_with_parent,  # noqa: PLW1509
        cwd=environment.PROJECT,
    )
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def die_with_parent() -> None:
    """On Linux, a server whose launcher was killed stops too, instead of holding the port."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def wait_until_ready(server: subprocess.Popen[bytes], host: str, port: int) -> None:
    here = ANY_ADDRESS.get(host, host)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CannotRun(
                f"The server did not start (code {server.returncode}); its last lines above say why."
            )
        try:
            connection = HTTPConnection(here, port, timeout=5)
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            return
    raise CannotRun("The server did not answer within 30 seconds.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nMentalSpace has stopped.")
    except (CannotRun, PostgresError) as error:
        sys.exit(str(error))
