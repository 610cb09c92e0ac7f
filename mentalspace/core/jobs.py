"""Work that nobody waits for, done by `manage.py worker`: jobs are rows in PostgreSQL, so each commits with its cause.

A job's arguments are ids and nothing else: they are kept in plain text, and logged. What a job does must bear being
done again, because a worker may be stopped at any moment (see docs/decisions/0022-jobs-in-postgresql.md).
"""

import io
import logging
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.management import call_command
from django.db import connections
from django.db.models import Count, Max
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.job_context import JobContext
from procrastinate.middleware import SyncCallNext
from procrastinate.worker import Worker

from mentalspace.core import audit, clock, practice

logger = logging.getLogger(__name__)

# Without a sign of life for so long a worker counts as dead, and its jobs begin anew.
DEAD_AFTER = timedelta(minutes=1)
KEEP_FAILED = timedelta(days=30)


def set_up(ready: App) -> None:
    """Called once when Django has started."""
    middleware = [*ready.worker_defaults.get("task_middleware", []), in_the_practice]
    ready.worker_defaults = {**ready.worker_defaults, "task_middleware": middleware}


def in_the_practice(call_next: SyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Around each job, as middleware is around a request: settings are read once, and events name the job."""
    token = audit.origin.set(audit.Origin(f"job {context.job.id}"))
    try:
        with practice.loaded():
            return call_next()
    finally:
        audit.origin.reset(token)
        # The thread may never be used again.
        connections.close_all()


def repeated(cron: str, command: str, *arguments: str) -> None:
    """Let the worker run a management command again and again; `cron` is in UTC.

    Never twice at once: while one waits or runs, the next is left out. What the command prints is logged.
    """
    name = "_".join([command, *(argument.strip("-") for argument in arguments)])

    def run(timestamp: int) -> None:
        said = io.StringIO()
        try:
            call_command(command, *arguments, stdout=said, stderr=said)
        finally:
            for line in said.getvalue().splitlines():
                logger.info("%s: %s", name, line)

    task = app.task(name=name, lock=name, queueing_lock=name)(run)
    app.periodic(cron=cron, periodic_id=name)(task)


def worker() -> App:
    """The application as a worker runs it: on a connection of its own, with all tasks.

    Tasks keep the usual connector, so that a job which one of them defers commits with what that task wrote.
    """
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    found = App(connector=connector, worker_defaults=app.worker_defaults)
    found.tasks, found.periodic_registry = app.tasks, app.periodic_registry
    return found


def last_sign_of_life() -> datetime | None:
    """When any worker last said that it is there; None if none does."""
    return ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]


def is_a_worker_alive() -> bool:
    last = last_sign_of_life()
    return last is not None and clock.now() - last < DEAD_AFTER


def failed() -> dict[str, int]:
    """How many jobs gave up, by task."""
    rows = ProcrastinateJob.objects.filter(status="failed").values("task_name").annotate(number=Count("pk"))
    return {row["task_name"]: row["number"] for row in rows.order_by("task_name")}
