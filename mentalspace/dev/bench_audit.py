"""``make bench``, its fourth part: how many events a second the audit log takes, and how fast its chain is walked.

On a throw-away server that waits for the disk as a real one does. Eight processes record one event after the other,
each in a transaction of its own: first without the chain's trigger, for comparison, then with it.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mentalspace.dev import databases, environment
from mentalspace.dev.ending import end_with
from mentalspace.dev.postgres import Cluster, PostgresError

WRITERS = 8
SECONDS = 5.0
# Events a second that a practice's busiest minute stays far below.
PROMISED = 500
TRIGGER = "ALTER TABLE audit_events {} TRIGGER audit_events_linked"


def main() -> int:
    with served() as (cluster, name):
        head = f"audit log, load {os.getloadavg()[0]:.1f}"
        print(f"{head:<34} {'events/s':>9} {'p50 ms':>7} {'p95 ms':>7} {'longest ms':>10}")
        with cluster.connected(name) as admin:
            admin.execute(TRIGGER.format("DISABLE"))
            show(f"{WRITERS} writers, not chained", written())
            admin.execute(TRIGGER.format("ENABLE"))
        a_second = show(f"{WRITERS} writers, chained", written())
        walk()
    if a_second < PROMISED:
        print(
            f"wrong  {a_second:,.0f} events a second, {PROMISED} are promised; other work on the machine counts in"
        )
    return 1 if a_second < PROMISED else 0


@contextmanager
def served() -> Iterator[tuple[Cluster, str]]:
    """A throw-away server with a migrated, empty database of this name, and Django set up for it."""
    with tempfile.TemporaryDirectory(prefix="mentalspace-bench-", dir="/tmp") as place:
        data = Path(place)
        # The server may run under another account, which has to pass through.
        data.chmod(0o711)
        with Cluster(data) as cluster:
            cluster.create_database(databases.NAME)
            environment.prepare(data, databases.of_cluster(cluster, databases.NAME))
            # Settings read the environment when they are imported, so Django comes only now.
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", interactive=False, verbosity=0)
            yield cluster, databases.NAME


def written() -> list[list[float]]:
    """What every event took, in milliseconds, by writer."""
    from django.db import connection

    # Two processes must never share one.
    connection.close()
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        return pool.map(write, range(WRITERS), chunksize=1)


def write(writer: int) -> list[float]:
    from django.db import connection

    from mentalspace.core import audit

    connection.ensure_connection()
    taken: list[float] = []
    until = time.perf_counter() + SECONDS
    while (begun := time.perf_counter()) < until:
        audit.record(actor=None, verb="bench.written", changes={"writer": [writer, len(taken)]})
        taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return taken


def show(what: str, by_writer: list[list[float]]) -> float:
    """Print what was reached; the events a second."""
    taken = [each for writer in by_writer for each in writer]
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(
        f"{what:<34} {len(taken) / SECONDS:>9,.0f} {statistics.median(taken):>7.1f} {p95:>7.1f} {max(taken):>10.1f}",
        flush=True,
    )
    return len(taken) / SECONDS


def walk() -> None:
    """Link what is left, and verify the whole chain; raises PostgresError where it does not hold."""
    from django.db import connection

    from mentalspace.core.audit import chain
    from mentalspace.core.models import AuditUnlinked

    left = AuditUnlinked.objects.count()
    chain.link_waiting()
    end = chain.head()
    begun = time.perf_counter()
    faults = [fault.told for fault in chain.walk(lambda reached: None)]
    seconds = time.perf_counter() - begun
    connection.close()
    if faults or end is None:
        raise PostgresError(f"The chain does not hold: {faults[0] if faults else 'it is empty'}")
    print(
        f"left for the next to link: {left}; verified {end.seq:,} events, {end.seq / seconds:,.0f} a second"
    )


if __name__ == "__main__":
    end_with(main)
