"""Many processes that book at the same instant, each with a connection of its own: for the tests and ``make bench``."""

from __future__ import annotations

import gc
import multiprocessing
import queue
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

PATIENCE = 60
SESSION = 50
DONE, TAKEN = "done", "taken"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one process books in one transaction, in this order: all of it or nothing."""

    client_id: UUID
    staff_id: UUID
    starts: tuple[datetime, ...]


@dataclass(slots=True)
class Ended:
    """How a round ended: who was told what, after how many seconds, and how many free times they were offered."""

    ways: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    offered: list[int] = field(default_factory=list)


def one_slot(clients: Sequence[UUID], staff_id: UUID, start: datetime) -> list[Wish]:
    """Everybody wants the same time."""
    return [Wish(client, staff_id, (start,)) for client in clients]


def staggered(clients: Sequence[UUID], staff_id: UUID, start: datetime) -> list[Wish]:
    """Everybody wants a time that overlaps with everybody else's."""
    return [
        Wish(client, staff_id, (start + timedelta(minutes=place % SESSION),))
        for place, client in enumerate(clients)
    ]


def shuffled(clients: Sequence[UUID], staff_id: UUID, start: datetime, *, seed: int) -> list[Wish]:
    """Everybody wants the same five days, each in an order of their own."""
    order = random.Random(seed)  # noqa: S311 - no secret
    days = [start + timedelta(days=number) for number in range(5)]
    return [Wish(client, staff_id, tuple(order.sample(days, len(days)))) for client in clients]


def race(actor_id: UUID, rounds: Sequence[Sequence[Wish]]) -> list[Ended]:
    """Let as many processes as a round has wishes book it at once, round after round; the same processes for all.

    Raises RuntimeError when one of them says nothing for a minute longer than the others wait for it.
    """
    from django.db import connections

    # Two processes must never share one.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    many = len(rounds[0])
    gate, told = context.Barrier(many), context.Queue()
    # A child that collected what it was born with would copy all of the parent's memory, fifty times over.
    gc.freeze()
    processes = [
        context.Process(
            target=_run, args=(actor_id, [wishes[place] for wishes in rounds], gate, told), daemon=True
        )
        for place in range(many)
    ]
    try:
        for process in processes:
            process.start()
        ended = _collect(told, many, len(rounds))
        for process in processes:
            process.join(PATIENCE)
    finally:
        gc.unfreeze()
        for process in processes:
            process.kill()
    return ended


def _collect(told: Any, many: int, rounds: int) -> list[Ended]:
    """What all of them tell of all rounds."""
    ended = [Ended() for _ in range(rounds)]
    for heard in range(many * rounds):
        try:
            number, way, seconds, offered = told.get(timeout=2 * PATIENCE)
        except queue.Empty:
            raise RuntimeError(
                f"{heard} of {many * rounds} bookings ended; the others fell silent."
            ) from None
        ended[number].ways[way] += 1
        ended[number].seconds.append(seconds)
        if way == TAKEN:
            ended[number].offered.append(offered)
    return ended


def _run(actor_id: UUID, wishes: Sequence[Wish], gate: Any, told: Any) -> None:
    """One process: books its wish of every round the moment that all others do."""
    from django.db import connection

    from accounts.models import User

    # Closed in the parent or not: while an event loop runs there, as Playwright's does, a child finds another one.
    connection.connect()
    actor = User.objects.select_related("staff").get(pk=actor_id)
    for number, wish in enumerate(wishes):
        gate.wait(PATIENCE)
        begun = time.perf_counter()
        way, offered = _book(actor, wish)
        told.put((number, way, time.perf_counter() - begun, offered))
    connection.close()


def _book(actor: Any, wish: Wish) -> tuple[str, int]:
    from django.db import transaction

    from mentalspace.core import practice
    from scheduling import services
    from scheduling.errors import SlotTaken

    # As in a request, the settings are read once, and other times are looked for when the transaction is over.
    with practice.loaded():
        try:
            with transaction.atomic():
                for start in wish.starts:
                    services.book_appointment(
                        actor=actor,
                        client_id=wish.client_id,
                        staff_id=wish.staff_id,
                        start=start,
                        minutes=SESSION,
                        anyway=True,
                    )
        except SlotTaken as error:
            return TAKEN, len(error.openings)
        except Exception as error:  # noqa: BLE001 - a deadlock, or whatever else must not happen, is counted by name
            return type(error).__name__, 0
        return DONE, 0
