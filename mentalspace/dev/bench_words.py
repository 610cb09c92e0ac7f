"""``make bench``: how long finding words in a chart of five hundred documents takes, whose texts are sealed.

On a throw-away server; the queries, opening every text and looking through it, without the page around them.
"""

from __future__ import annotations

import os
import statistics
import time as stopwatch
from datetime import date, timedelta
from typing import Any

from mentalspace.dev.bench_audit import served
from mentalspace.dev.bench_booking import people
from mentalspace.dev.ending import end_with

DOCUMENTS = 500
TIMES = 20
# Milliseconds that the middle one of all searches may take.
PROMISED = 300.0
FIRST = date(2030, 1, 7)
# A note of about two thousand letters, as long as people write them.
SENTENCE = (
    "The client spoke of the week, of work and of her sister, and said that she’d slept a little better. "
)


def main() -> int:
    with served():
        actor, client = chart()
        from documents.finding.search import find

        title = f"words in {DOCUMENTS} documents, load {os.getloadavg()[0]:.1f}"
        print(f"{title:<40} {'found':>7} {'p50 ms':>7} {'worst ms':>9}")
        slowest = 0.0
        for label, words in (
            ("a rare word", "heron"),
            ("a phrase", '"her sister"'),
            ("nothing", "submarine"),
        ):
            taken = []
            for _ in range(TIMES):
                begun = stopwatch.perf_counter()
                found = find(actor, client, words)
                taken.append((stopwatch.perf_counter() - begun) * 1000)
            middle = statistics.median(taken)
            slowest = max(slowest, middle)
            print(f"{label:<40} {len(found):>7} {middle:>7.0f} {max(taken):>9.0f}", flush=True)
    if slowest >= PROMISED:
        print(
            f"wrong  {slowest:.0f} ms, under {PROMISED:.0f} are promised; other work on the machine counts in"
        )
    return 1 if slowest >= PROMISED else 0


def chart() -> tuple[Any, Any]:
    """An administrator, and a client about whom there are so many documents."""
    from accounts.models import User
    from clients.models import Client
    from documents.models import Document

    _, known, clients = people()
    client = Client.objects.get(pk=clients[0])
    Document.objects.bulk_create(
        Document(
            client=client,
            staff_id=known,
            type="free",
            title="Document",
            form_key="free",
            service_date=FIRST + timedelta(days=number),
            content=SENTENCE * 20 + ("She saw a heron at the lake." if number % 50 == 0 else ""),
        )
        for number in range(DOCUMENTS)
    )
    return User.objects.create(email="reader@example.com", role="admin"), client


if __name__ == "__main__":
    end_with(main)
