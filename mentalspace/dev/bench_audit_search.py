"""``make bench``, its fifth part: how long an administrator waits for a search of a long audit log.

On a throw-away server with so many events (``--events``, a million unless told) of two years, written unchained.
Each search is the page itself, as a browser asks for it. The plan of each of its queries must use an index of the log;
one that reads the whole log, or takes a second, ends this with exit code 1.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from typing import Any, LiteralString

from mentalspace.dev.bench_audit import served
from mentalspace.dev.ending import end_with

EVENTS, CLIENTS, PEOPLE = 1_000_000, 2_000, 40
ROUNDS, LONGEST_MS = 5, 1_000.0
INDEX = r"(?:using|Index Scan on) (audit_\w+)"
# Six in ten events are about one client, one in seven a page of twenty names, one in a hundred refused.
FILL: LiteralString = """
    INSERT INTO audit_events (at, actor_id, actor_name, actor_roles, verb, client_id, clients, outcome, basis, page,
        object_type, object_id, changes, request_id, address, session)
    SELECT now() - n * interval '63 seconds', people.ids[1 + n * 7 %% %(people)s], 'Somebody', 'therapist',
        CASE WHEN n %% 5000 = 0 THEN 'emergency_access.began' WHEN n %% 100 = 0 THEN 'page.refused'
            WHEN n %% 7 = 0 THEN 'page.viewed' WHEN n %% 3 = 0 THEN 'document.viewed' ELSE 'client.viewed' END,
        CASE WHEN n %% 5 < 3 THEN clients.ids[1 + (n * 131 %% %(clients)s)] END,
        CASE WHEN n %% 7 = 0 THEN clients.ids[1 + n * 17 %% (%(clients)s - 20) : 20 + n * 17 %% (%(clients)s - 20)] END,
        CASE WHEN n %% 100 = 0 THEN 'refused' ELSE 'done' END, 'care team', 'clients:client_detail', 'client', '',
        '{}', md5(n::text), '10.0.0.1', left(md5((n / 50)::text), 16)
    FROM generate_series(1, %(events)s) n,
        (SELECT array_agg(id ORDER BY id) ids FROM clients) clients,
        (SELECT array_agg(id ORDER BY id) ids FROM users) people
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    events = parser.parse_args().events
    with served() as (cluster, name):
        with cluster.connected(name) as admin:
            people()
            admin.execute("ALTER TABLE audit_events DISABLE TRIGGER audit_events_linked")
            admin.execute(FILL, {"events": events, "clients": CLIENTS, "people": PEOPLE})
            admin.execute("VACUUM ANALYZE")
            row = admin.execute("SELECT pg_total_relation_size('audit_events')").fetchone()
        size = int(row[0]) if row else 0
        print(f"{f'audit log, {events:,} events':<44} {'p50 ms':>7} {'longest ms':>10}  read by")
        with as_a_browser_asks():
            bad = [found for found in map(measured, searches()) if found]
        print(f"the log with its indexes: {size / 2**20:,.0f} MiB, {size / events:,.0f} bytes an event")
        for told in bad:
            print(f"wrong  {told}")
    return 1 if bad else 0


def as_a_browser_asks() -> Any:
    """Pages of the very process, without what stands in front of a real one."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(
        ALLOWED_HOSTS=["testserver"],
        SECOND_FACTOR_REQUIRED=False,
        STORAGES={**settings.STORAGES, "staticfiles": plain},
    )


def people() -> None:
    """Those who read, and whom they read about."""
    from accounts.choices import Role
    from accounts.models import User
    from clients.models import Client

    User.objects.bulk_create(
        User(email=f"person{n}@example.com", role=Role.ADMIN if n == 0 else Role.THERAPIST)
        for n in range(PEOPLE)
    )
    Client.objects.bulk_create(
        Client(first_name=f"Nell{n:04}", last_name=f"Nightshade{n:04}") for n in range(CLIENTS)
    )


def searches() -> list[tuple[str, str]]:
    """What an administrator looks for, as the log's address says it."""
    from django.urls import reverse

    from accounts.models import User
    from clients.models import Client
    from mentalspace.core import clock, formatting
    from mentalspace.core.models import AuditEvent

    log = reverse("workspace:audit_log")
    person = User.objects.order_by("pk")[7].pk
    client = Client.objects.order_by("pk")[100]
    middle = AuditEvent.objects.order_by("pk")[AuditEvent.objects.count() // 2]
    token = f"{int(middle.at.timestamp() * 1_000_000)}_{middle.pk}"
    year = formatting.date(clock.today().replace(year=clock.today().year - 1, day=1))
    month = formatting.date(clock.today().replace(year=clock.today().year - 1, day=28))
    return [
        ("the newest", log),
        ("half way down", f"{log}?older={token}"),
        ("one person", f"{log}?actor={person}"),
        ("one client, and lists with their name", f"{log}?client={client.pk}"),
        ("a client by number", f"{log}?q=C-{client.number}"),
        ("clients by name", f"{log}?q={client.last_name[:12]}"),
        ("one action", f"{log}?action=emergency_access.began"),
        ("a kind of action", f"{log}?action=looked"),
        ("refused", f"{log}?outcome=refused"),
        ("a month, a year ago", f"{log}?after={year}&before={month}"),
        ("a person, an action, a month", f"{log}?actor={person}&action=looked&after={year}&before={month}"),
        ("a person and a client", f"{log}?actor={person}&client={client.pk}"),
        ("a client, refused", f"{log}?client={client.pk}&outcome=refused"),
        ("an action that never happened", f"{log}?action=practice.imported"),
        ("a request id", f"{log}?q={middle.request_id}"),
        ("who opened one chart", reverse("workspace:audit_readers", args=[client.pk])),
        ("the chart's history", reverse("clients:client_tab", args=[client.pk, "history"])),
    ]


def measured(search: tuple[str, str]) -> str:
    """Ask some times and say how long it took; what is wrong with it, nothing if it is well."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User

    name, url = search
    browser = Browser()
    browser.force_login(User.objects.get(email="person0@example.com"))
    with CaptureQueriesContext(connection) as asked:
        status = browser.get(url).status_code
    plans = [
        plan_of(query["sql"])
        for query in asked.captured_queries
        if query["sql"].startswith("SELECT") and 'FROM "audit_events"' in query["sql"]
    ]
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        browser.get(url)
        taken.append((time.perf_counter() - begun) * 1000)
    used = sorted({index for plan in plans for index in re.findall(INDEX, plan)})
    print(f"{name:<44} {statistics.median(taken):>7.0f} {max(taken):>10.0f}  {', '.join(used)}", flush=True)
    if status != 200:
        return f"{name}: answered {status}"
    if any("Seq Scan on audit_events" in plan for plan in plans):
        return f"{name}: reads the whole log"
    return f"{name}: takes {max(taken):.0f} ms" if max(taken) > LONGEST_MS else ""


def plan_of(sql: str) -> str:
    """How the database would answer."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}".replace("%", "%%"))
        rows: list[Any] = cursor.fetchall()
    return "\n".join(str(row[0]) for row in rows)


if __name__ == "__main__":
    end_with(main)
