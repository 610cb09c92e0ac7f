"""Walking the chain of events again, from its beginning to its end.

What is hashed is written out here once more, beside migration 0005, and the hash is made in this process: whoever owns
the database could make its functions say anything.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import LiteralString

from django.db import connection

GENESIS = bytes(32)
# Rows a statement reads: well under a second each, and memory holds one batch.
BATCH = 5_000
LINKS: LiteralString = """
    SELECT c.seq, c.event_id, c.previous, c.hash, e.id IS NOT NULL, (
        SELECT jsonb_object_agg(key, value)::text FROM jsonb_each(to_jsonb(e))
        WHERE value <> 'null' AND value <> '""'
    )
    FROM audit_chain c LEFT JOIN audit_events e ON e.id = c.event_id
    WHERE c.seq > %s ORDER BY c.seq LIMIT %s
"""
# Events that no transaction linked nor left to be linked: somebody wrote them while the trigger was off.
STRAY: LiteralString = """
    SELECT e.id FROM audit_events e
    WHERE e.id > %s AND e.id <= %s
      AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.event_id = e.id)
      AND NOT EXISTS (SELECT FROM audit_unlinked u WHERE u.event_id = e.id)
    ORDER BY e.id
"""
LOST: LiteralString = """
    SELECT u.event_id FROM audit_unlinked u
    WHERE NOT EXISTS (SELECT FROM audit_events e WHERE e.id = u.event_id) ORDER BY u.event_id
"""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: how many events it holds, and the hash that covers them all."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was recorded; `told` names the row."""

    told: str


def link_waiting() -> int:
    """Link the events whose transactions found another one linking; how many still wait, 0 as a rule."""
    with connection.cursor() as cursor:
        for _ in range(50):
            cursor.execute("SELECT audit_link_waiting()")
            linked = cursor.fetchone()[0]
            if linked == 0:
                break
            if linked is None:
                # Whoever is at it is about to end.
                time.sleep(0.02)
        cursor.execute("SELECT count(*) FROM audit_unlinked")
        waiting: int = cursor.fetchone()[0]
    return waiting


def head() -> Head | None:
    """Where the chain ends now; none before the first event."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1])) if row else None


def hashes(numbers: list[int]) -> dict[int, bytes]:
    """What the chain holds now at these numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM audit_chain WHERE seq = ANY (%s)", [numbers])
        return {seq: bytes(value) for seq, value in cursor.fetchall()}


def hash_of(seq: int, previous: bytes, text: str) -> bytes:
    """What stands in the chain for an event whose columns read `text`."""
    return hashlib.sha256(f"{previous.hex()}|{seq}|{text}".encode()).digest()


def walk(progress: Progress) -> Iterator[Fault]:
    """Every link from first to last: numbers without a gap, each hash over its event and the one before.

    `progress` is told the number reached, batch by batch.
    """
    reached, last = 0, GENESIS
    while rows := _links(reached):
        for seq, event, previous, stored, is_there, text in rows:
            if seq != reached + 1:
                yield Fault(f"{_numbers(reached + 1, seq - 1)}: gone, with their events.")
            elif previous != last:
                yield Fault(f"Number {seq}, event {event}: does not follow number {reached}.")
            if not is_there:
                yield Fault(f"Number {seq}, event {event}: the event is gone.")
            elif hash_of(seq, previous, text) != stored:
                yield Fault(f"Number {seq}, event {event}: not as it was recorded.")
            reached, last = seq, stored
        progress(reached)


def outside() -> Iterator[Fault]:
    """Events that are in no chain, and events that wait for theirs and are gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(min(id), 0), COALESCE(max(id), 0) FROM audit_events")
        first, last = cursor.fetchone()
        for begin in range(first - 1, last, BATCH * 4):
            cursor.execute(STRAY, [begin, begin + BATCH * 4])
            for (event,) in cursor.fetchall():
                yield Fault(f"Event {event}: in no chain, written past it.")
        cursor.execute(LOST)
        for (event,) in cursor.fetchall():
            yield Fault(f"Event {event}: gone before it had a number.")


def _links(after: int) -> list[tuple[int, int, bytes, bytes, bool, str]]:
    with connection.cursor() as cursor:
        cursor.execute(LINKS, [after, BATCH])
        return [
            (seq, event, bytes(previous), bytes(stored), is_there, text)
            for seq, event, previous, stored, is_there, text in cursor.fetchall()
        ]


def _numbers(first: int, last: int) -> str:
    return f"Number {first}" if first == last else f"Numbers {first} to {last}"
