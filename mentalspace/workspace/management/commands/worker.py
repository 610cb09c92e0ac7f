"""`manage.py worker`: does the jobs that pages and the timetable leave behind."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from procrastinate.jobs import DeleteJobCondition

from mentalspace.checks import reasons_not_to_start
from mentalspace.core import jobs

# Jobs at the same time in one worker; each has a connection to the database.
AT_ONCE = 2


class Command(BaseCommand):
    """Any number of workers may run, on any machine; each job is done by one of them."""

    help = (
        "Send reminders and run what the timetable says, until it is stopped; a job that is running is finished first."
        " Exit codes: 0 stopped, or nothing left to do with --once; 1 the installation is not fit to serve, or with"
        " --alive that no worker is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what waits, then end")
        parser.add_argument(
            "--alive", action="store_true", help="only say whether a worker has been seen in the last minute"
        )
        parser.add_argument(
            "--at-once", type=int, default=AT_ONCE, metavar="N", help=f"jobs at the same time ({AT_ONCE})"
        )

    def handle(self, *, once: bool, alive: bool, at_once: int, **options: Any) -> None:
        if alive:
            if not jobs.is_a_worker_alive():
                raise CommandError("No worker has been seen in the last minute.")
            self.stdout.write("A worker is at work.")
            return
        if reasons := reasons_not_to_start():
            raise CommandError("\n".join(f"The worker does not start: {reason}" for reason in reasons))
        with jobs.worker().open() as worker:
            worker.run_worker(
                wait=not once,
                concurrency=max(at_once, 1),
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                stalled_worker_timeout=jobs.DEAD_AFTER.total_seconds(),
                shutdown_graceful_timeout=20,
            )
