"""Processes that are born from this one, each with its own connection: for races, and for what is killed midway."""

from __future__ import annotations

import gc
import multiprocessing
import queue
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.context import ForkProcess
from typing import Any

PATIENCE = 60
FORK = multiprocessing.get_context("fork")
Tell = Callable[[Any], None]


@contextmanager
def children(works: Sequence[Callable[[], None]]) -> Iterator[list[ForkProcess]]:
    """A running process for each piece of work; in the end they are waited for a minute, then killed."""
    from django.db import connections

    # Two processes must never share one.
    connections.close_all()
    # A child that collected what it was born with would copy all of the parent's memory.
    gc.freeze()
    processes = [FORK.Process(target=_live, args=[work], daemon=True) for work in works]
    try:
        for process in processes:
            process.start()
        yield processes
        for process in processes:
            process.join(PATIENCE)
    finally:
        gc.unfreeze()
        for process in processes:
            process.kill()


def _live(work: Callable[[], None]) -> None:
    from django.db import connection

    # Closed in the parent or not: while an event loop runs there, as Playwright's does, a child finds another one.
    connection.connect()
    try:
        work()
    finally:
        connection.close()


def collect(works: Sequence[Callable[[Tell], None]], answers: int) -> list[Any]:
    """Let children do this work at once; the first so many things that they tell.

    Raises RuntimeError when none of them says anything for two minutes.
    """
    told: Any = FORK.Queue()
    heard: list[Any] = []
    with children([partial(work, told.put) for work in works]):
        while len(heard) < answers:
            try:
                heard.append(told.get(timeout=2 * PATIENCE))
            except queue.Empty:
                raise RuntimeError(
                    f"{len(heard)} of {answers} answers came; the others fell silent."
                ) from None
    return heard


def all_at_once(deeds: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Do each in a process of its own, let go together; how many ended in which way: `done`, or an error's name."""
    gate = FORK.Barrier(len(deeds))

    def work(deed: Callable[[], Any], tell: Tell) -> None:
        gate.wait(PATIENCE)
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - what it was is what is counted
            tell(type(error).__name__)
        else:
            tell("done")

    return Counter(collect([partial(work, deed) for deed in deeds], len(deeds)))
