"""Many processes that book at the same instant, each with a connection of its own: for the tests and ``make bench``."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from mentalspace.dev.children import FORK, PATIENCE, Tell, collect

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

    Raises RuntimeError when none of them says anything for two minutes.
    """
    many = len(rounds[0])
    gate = FORK.Barrier(many)
    works = [partial(_run, actor_id, [wishes[place] for wishes in rounds], gate) for place in range(many)]
    ended = [Ended() for _ in rounds]
    for number, way, seconds, offered in collect(works, many * len(rounds)):
        ended[number].ways[way] += 1
        ended[number].seconds.append(seconds)
        if way == TAKEN:
            ended[number].offered.append(offered)
    return ended


def _run(actor_id: UUID, wishes: Sequence[Wish], gate: Any, tell: Tell) -> None:
    """One process: books its wish of every round the moment that all others do."""
    from accounts.models import User

    actor = User.objects.select_related("staff").get(pk=actor_id)
    for number, wish in enumerate(wishes):
        gate.wait(PATIENCE)
        begun = time.perf_counter()
        way, offered = _book(actor, wish)
        tell((number, way, time.perf_counter() - begun, offered))


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
