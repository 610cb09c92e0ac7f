"""``make bench``: how long the main pages take on the working copy's data, and what they ask of the database.

Times are of one client after another, through gunicorn and back, with a connection each; they move by a third with the
machine's mood, so compare them only within one sitting. Statements and bytes do not move: those are what to hold.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection

from mentalspace.dev import databases, environment, run
from mentalspace.dev.ending import end_with

WARM_UP = 5
REQUESTS = 60


@dataclass(frozen=True)
class Figures:
    """What one page costs: milliseconds, statements, bytes uncompressed."""

    p50: float
    p95: float
    statements: int
    size: int


def main() -> int:
    data = environment.data_directory()
    with ExitStack() as stack:
        addresses = stack.enter_context(databases.opened(data))
        port = free_port()
        os.environ.update(HOST="127.0.0.1", PORT=str(port))
        environment.prepare(data, addresses)
        run.prepare_application(data)
        run.wait_until_ready(stack.enter_context(run.gunicorn()), "127.0.0.1", port)
        print(f"{'role':<12} {'page':<44} {'p50 ms':>7} {'p95 ms':>7} {'statements':>10} {'kB':>6}")
        for role, path, cookie in pages():
            figures = measure(port, path, cookie)
            print(
                f"{role:<12} {path[:44]:<44} {figures.p50:>7.1f} {figures.p95:>7.1f}"
                f" {figures.statements:>10} {figures.size / 1000:>6.1f}",
                flush=True,
            )
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pages() -> Iterator[tuple[str, str, str]]:
    """Each role's main pages with a signed-in cookie: what its navigation offers, a chart and a search."""
    from django.conf import settings
    from django.test import Client as Browser

    from accounts.choices import Role
    from accounts.models import User
    from clients.rules import visible_clients

    for role in (Role.ADMIN, Role.THERAPIST):
        user = User.objects.filter(role=role, is_active=True).order_by("created_at", "pk").first()
        if user is None:
            raise run.CannotRun(f"Nobody here is of the role {role}: the demo practice has not been loaded.")
        browser = Browser(SERVER_NAME="localhost", raise_request_exception=False)
        browser.force_login(user)
        cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        home = browser.get("/home/").content.decode()
        offered = re.findall(
            r'href="(/[^"#?]*)"', " ".join(re.findall(r"<nav.*?</nav>", home, flags=re.DOTALL))
        )
        paths = ["/home/", *(path for path in offered if path != "/home/")]
        chart = visible_clients(user).order_by("pk").first()
        if chart is not None:
            paths += [f"/clients/{chart.pk}/", f"/search/?q={chart.last_name[:3]}"]
        for path in dict.fromkeys(paths):
            status = browser.get(path).status_code
            if status == 200:
                yield str(role), path, cookie
            elif status >= 400:
                raise run.CannotRun(f"{path} answers {status}, so its time would say nothing.")


def measure(port: int, path: str, cookie: str) -> Figures:
    taken = []
    body = b""
    for number in range(WARM_UP + REQUESTS):
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise run.CannotRun(f"{path} answered {answer.status} while it was measured.")
        if number >= WARM_UP:
            taken.append((time.perf_counter() - begun) * 1000)
    return Figures(
        statistics.median(taken), statistics.quantiles(taken, n=20)[-1], statements(path, cookie), len(body)
    )


def statements(path: str, cookie: str) -> int:
    """How many statements the page asks, counted in this process, whose connection is already open."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    browser = Browser(SERVER_NAME="localhost", HTTP_COOKIE=cookie)
    browser.get(path)
    with CaptureQueriesContext(connection) as captured:
        browser.get(path)
    return len(captured)


if __name__ == "__main__":
    end_with(main)
