"""``make bench``, its third part: strangers at the door.

On a throw-away server, through gunicorn with four processes. Ten thousand wrong passwords (``--tries``) for one
clinician's address, from two hundred network addresses, while the clinician signs in again and again from the browser
they know and a colleague reads a page: nobody may be kept out. Then links for forgotten passwords are asked for, 500
for addresses the practice knows and 500 for others (``--links``), in random order: how well do the times tell them
apart? 0.5 is not at all, 1 is always. Ends with 1 when somebody was kept out, or the times tell.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from mentalspace.dev import run
from mentalspace.dev.bench import free_port
from mentalspace.dev.bench_audit import served
from mentalspace.dev.ending import end_with

WORKERS, STRANGERS, ADDRESSES = 4, 8, 200
TRIES, LINKS = 10_000, 500
PASSWORD, CLINICIAN = "purple kettle mountain", "clinician@example.com"
# Chance alone moves the figure of 500 and 500 by 0.02 either way.
TELLS = 0.05


@dataclass
class Door:
    """The server, as a browser at a loopback address of its own sees it."""

    port: int
    session_cookie: str

    def ask(
        self, path: str, data: dict[str, str] | None = None, *, cookies: dict[str, str], place: int
    ) -> int:
        """The status of the answer, which has been read to its end."""
        token = secrets.token_hex(16)
        there = HTTPConnection(
            "127.0.0.1",
            self.port,
            timeout=120,
            source_address=(f"127.1.{place // 250}.{place % 250 + 1}", 0),
        )
        cookie = "; ".join(f"{name}={value}" for name, value in {**cookies, "csrftoken": token}.items())
        headers = {"Host": "localhost", "Cookie": cookie}
        try:
            if data is None:
                there.request("GET", path, headers=headers)
            else:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                there.request("POST", path, urlencode({**data, "csrfmiddlewaretoken": token}), headers)
            answer = there.getresponse()
            answer.read()
        finally:
            there.close()
        return answer.status

    def sign_in(self, password: str, *, cookies: dict[str, str], place: int) -> int:
        return self.ask("/sign-in/", {"email": CLINICIAN, "password": password}, cookies=cookies, place=place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=TRIES)
    parser.add_argument("--links", type=int, default=LINKS)
    wanted = parser.parse_args()
    with served(), opened() as (door, device, session):
        flood = flooded(door, wanted.tries, device, session)
        tells = told_apart(door, wanted.links)
    for told in (bad := [each for each in (flood, tells) if each]):
        print(f"wrong  {told}")
    return 1 if bad else 0


@contextmanager
def opened() -> Iterator[tuple[Door, str, str]]:
    """The server with people in it; with the cookies of the clinician's browser and of a colleague who is signed in."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client as Browser

    from accounts.choices import Role
    from accounts.models import User

    port = free_port()
    # Each refusal would be a line of the log.
    os.environ.update(HOST="127.0.0.1", PORT=str(port), WEB_CONCURRENCY=str(WORKERS), LOG_LEVEL="ERROR")
    clinician = User.objects.create_user(CLINICIAN, PASSWORD, role=Role.THERAPIST)
    User.objects.bulk_create(
        User(email=f"known{number}@example.com", role=Role.BILLER) for number in range(LINKS * 2)
    )
    colleague = Browser(SERVER_NAME="localhost")
    colleague.force_login(clinician)
    session = colleague.cookies[settings.SESSION_COOKIE_NAME].value
    call_command("collectstatic", interactive=False, verbosity=0)
    knows = Browser(SERVER_NAME="localhost", REMOTE_ADDR="127.1.3.1")
    knows.post("/sign-in/", {"email": CLINICIAN, "password": PASSWORD})
    connection.close()
    with run.gunicorn() as server:
        run.wait_until_ready(server, "127.0.0.1", port)
        yield Door(port, settings.SESSION_COOKIE_NAME), knows.cookies["device"].value, session


def flooded(door: Door, tries: int, device: str, session: str) -> str:
    """Let strangers try, and see who is kept out; what is wrong, nothing if it is well."""
    over = threading.Event()
    own: list[tuple[int, float]] = []
    pages: list[tuple[int, float]] = []

    def watch() -> None:
        while not over.is_set():
            begun = time.perf_counter()
            own.append((door.sign_in(PASSWORD, cookies={"device": device}, place=900), since(begun)))
            begun = time.perf_counter()
            status = door.ask("/account/", cookies={door.session_cookie: session}, place=901)
            pages.append((status, since(begun)))
            over.wait(0.2)

    watching = threading.Thread(target=watch)
    watching.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(STRANGERS) as pool:
        answers = list(
            pool.map(
                lambda n: door.sign_in(f"a wrong password {n}", cookies={}, place=n % ADDRESSES), range(tries)
            )
        )
    seconds = time.perf_counter() - begun
    over.set()
    watching.join()
    kept_out = [status for status, _ in own + pages if status not in {200, 302}]
    came_in = answers.count(302)
    print(
        f"{tries:,} wrong passwords in {seconds:.0f} s: {came_in} came in; the clinician signed in {len(own)} times,"
        f" p95 {p95(own):.0f} ms; a colleague's page p95 {p95(pages):.0f} ms; {len(kept_out)} kept out;"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    if came_in or kept_out:
        return f"strangers: {came_in} came in, {len(kept_out)} answers kept somebody out"
    return ""


def told_apart(door: Door, links: int) -> str:
    """Whether the time of an answer tells that somebody has the address; what is wrong, nothing if it is well."""
    asked = [(known, number) for number in range(links) for known in (True, False)]
    random.shuffle(asked)
    taken: dict[bool, list[float]] = {True: [], False: []}
    for place, (known, number) in enumerate(asked):
        email = f"{'known' if known else 'other'}{number}@example.com"
        begun = time.perf_counter()
        door.ask("/reset/", {"email": email}, cookies={}, place=1_000 + place)
        taken[known].append(since(begun))
        # The mail leaves after the answer: its process is to be free again before the next one is timed.
        time.sleep(0.02)
    area = share_of_longer(taken[True], taken[False])
    ratio = statistics.fmean(taken[True]) / statistics.fmean(taken[False])
    print(
        f"{links} links for known and {links} for unknown addresses: p50 {statistics.median(taken[True]):.1f} and"
        f" {statistics.median(taken[False]):.1f} ms, means as {ratio:.2f} to 1, told apart {area:.3f};"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return "" if abs(area - 0.5) <= TELLS else f"the time of an answer tells who is known: {area:.3f}"


def share_of_longer(one: list[float], other: list[float]) -> float:
    """How often a value of the one is the larger of a pair (the area under the ROC curve)."""
    pairs = sum((a > b) + (a == b) / 2 for a in one for b in other)
    return pairs / (len(one) * len(other))


def since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def p95(answers: list[tuple[int, float]]) -> float:
    times = [milliseconds for _, milliseconds in answers]
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


if __name__ == "__main__":
    end_with(main)
