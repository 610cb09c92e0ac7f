"""``make bench``, its second part: what audit log and encryption cost the main pages.

On a throw-away server that waits for the disk as a real one does, with the demo practice, and a copy of its database
in which every encrypted column stands readable. Two processes answer the same pages in turns: one as it is served, and
one without the page's event, without its rights and names, and without opening anything (`mentalspace.dev.bare`). Since
they take turns, what else the machine does meets both. Ends with 1 if a page pays more than was promised.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from mentalspace.dev import databases
from mentalspace.dev.bench_audit import served
from mentalspace.dev.bench_audit_search import as_a_browser_asks
from mentalspace.dev.ending import end_with
from mentalspace.dev.postgres import Cluster, PostgresError

BARE = "mentalspace_bare"
SETTINGS = {"with": "mentalspace.settings", "without": "mentalspace.dev.bare_settings"}
WARM_UP, ROUNDS = 3, 40
MOST_STATEMENTS, MOST_TIME = 3, 1.30


@dataclass(frozen=True)
class Page:
    """One of the main pages, and with which cookie somebody asks for it."""

    name: str
    path: str
    cookie: str


@dataclass(frozen=True)
class Cost:
    """What one process says of a page: milliseconds of each try, statements."""

    taken: list[float]
    statements: int

    @property
    def quick(self) -> float:
        """What one in four tries stays below: what else the machine does falls on the slow ones."""
        return statistics.quantiles(self.taken, n=4)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="append", help="only this page, by its name in the list")
    only = parser.parse_args().page
    with served() as (cluster, name):
        from django.core.management import call_command
        from django.db import connection

        print("Making the demo practice.", flush=True)
        call_command("demo", stdout=io.StringIO())
        asked = [page for page in pages() if not only or page.name in only]
        connection.close()
        copy_readable(cluster, name)
        print(f"{'':<16} {'statements':^15} {'p25 ms':^17}   load {os.getloadavg()[0]:.1f}")
        print(f"{'page':<16} {'with':>7} {'without':>7} {'with':>8} {'without':>8} {'time':>6}")
        with answering(cluster, name, "with") as whole, answering(cluster, BARE, "without") as bare:
            bad = [told for page in asked if (told := compared(page, whole, bare))]
    for told in bad:
        print(f"wrong  {told}")
    return 1 if bad else 0


def pages() -> Iterator[Page]:
    """What people have open all day: a therapist's, and a biller's bills."""
    from django.urls import reverse

    from accounts.choices import Role
    from clients.rules import visible_clients
    from documents.choices import DocumentStatus
    from documents.rules import visible_documents
    from mentalspace.core import clock

    therapist, cookie = signed_in(Role.THERAPIST)
    chart = visible_clients(therapist).order_by("pk")[0]
    note = visible_documents(therapist).filter(status=DocumentStatus.SIGNED).order_by("pk")[0]
    yield Page("home", reverse("workspace:home"), cookie)
    yield Page("clients", reverse("clients:client_list"), cookie)
    yield Page("chart", reverse("clients:client_detail", args=[chart.pk]), cookie)
    yield Page(
        "calendar day", f"{reverse('scheduling:schedule')}?view=day&on={clock.today():%Y-%m-%d}", cookie
    )
    yield Page("notes", reverse("documents:note_list"), cookie)
    yield Page("signed note", reverse("documents:document_detail", args=[note.pk]), cookie)
    yield Page("inbox", reverse("messaging:inbox"), cookie)
    _, cookie = signed_in(Role.BILLER)
    yield Page("bills", reverse("billing:bill_list"), cookie)


def signed_in(role: str) -> tuple[Any, str]:
    """Somebody of the demo practice, and the cookie of their session, which both databases will know."""
    from django.conf import settings
    from django.test import Client as Browser

    from accounts.models import User

    user = User.objects.filter(role=role, is_active=True).order_by("created_at", "pk")[0]
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(user)
    return user, f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


# --- The copy without encryption --------------------------------------------------------------------------------


def copy_readable(cluster: Cluster, name: str) -> None:
    """The same database again, with what is sealed in clear."""
    with cluster.connected() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (BARE, name))))
    with cluster.connected(BARE) as admin:
        # Frozen rows are written too: no trigger, and row-level security does not hold for this role.
        admin.execute("SET session_replication_role = replica")
        for table, column, pk, rows in readable():
            statement = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
                *map(sql.Identifier, (table, column, pk))
            )
            admin.cursor().executemany(statement, rows)
        admin.execute("VACUUM ANALYZE")
    with cluster.connected(name) as admin:
        admin.execute("VACUUM ANALYZE")


def readable() -> Iterator[tuple[str, str, str, list[tuple[str, Any]]]]:
    """Table, column, key, and what each row says in it, of every encrypted field. Psychotherapy notes stay closed."""
    from mentalspace.core.crypto.fields import encrypted_fields

    for field in encrypted_fields():
        model = field.model
        assert model._meta.pk is not None  # noqa: S101 - every model has one
        rows = [
            (field.to_plain(value).decode(), row.pk)
            for row in model._base_manager.all().iterator()
            if (value := getattr(row, field.attname))
        ]
        yield model._meta.db_table, str(field.column), str(model._meta.pk.column), rows


# --- The two that answer ----------------------------------------------------------------------------------------


@contextmanager
def answering(cluster: Cluster, name: str, kind: str) -> Iterator[Any]:
    """A process of its own with these settings on this database; it answers `(page, how)` through the pipe."""
    addresses = databases.of_cluster(cluster, name)
    os.environ.update(
        DJANGO_SETTINGS_MODULE=SETTINGS[kind],
        DATABASE_URL=addresses.serving,
        DATABASE_OWNER_URL="",
    )
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=answer, args=[theirs], daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(10)


def answer(pipe: Any) -> None:
    """Answer until nobody asks any more: `milliseconds` of one try, or how many `statements` it takes."""
    import django
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    django.setup()
    with as_a_browser_asks():
        while (asked := next_of(pipe)) is not None:
            page, counted = asked
            browser = Browser(HTTP_COOKIE=page.cookie)
            if counted:
                with CaptureQueriesContext(connection) as captured:
                    status = browser.get(page.path).status_code
                figure: float = len(captured)
            else:
                begun = time.perf_counter()
                status = browser.get(page.path).status_code
                figure = (time.perf_counter() - begun) * 1000
            pipe.send((status, figure))


def next_of(pipe: Any) -> tuple[Page, bool] | None:
    try:
        asked: tuple[Page, bool] = pipe.recv()
    except EOFError:
        return None
    return asked


def compared(page: Page, whole: Any, bare: Any) -> str:
    """Ask both in turns and print it; what is wrong with it, nothing if it is well."""
    taken: dict[int, list[float]] = {0: [], 1: []}
    for number in range(WARM_UP + ROUNDS):
        # Who comes second finds the machine's caches warm: each is second as often.
        for which in (number % 2, 1 - number % 2):
            milliseconds = figure((whole, bare)[which], page, counted=False)
            if number >= WARM_UP:
                taken[which].append(milliseconds)
    costs = [
        Cost(taken[which], int(figure(pipe, page, counted=True))) for which, pipe in enumerate((whole, bare))
    ]
    more, ratio = costs[0].statements - costs[1].statements, costs[0].quick / costs[1].quick
    print(
        f"{page.name:<16} {costs[0].statements:>7} {costs[1].statements:>7}"
        f" {costs[0].quick:>8.1f} {costs[1].quick:>8.1f} {ratio - 1:>+6.0%}",
        flush=True,
    )
    if more > MOST_STATEMENTS:
        return f"{page.name}: {more} statements more, {MOST_STATEMENTS} are allowed"
    if ratio > MOST_TIME:
        return f"{page.name}: {ratio - 1:.0%} more time, {MOST_TIME - 1:.0%} are allowed"
    return ""


def figure(pipe: Any, page: Page, *, counted: bool) -> float:
    pipe.send((page, counted))
    status, found = pipe.recv()
    if status != 200:
        raise PostgresError(f"{page.path} answered {status}, so its time would say nothing.")
    return float(found)


if __name__ == "__main__":
    end_with(main)
