"""Jobs: they commit with their cause, are done by a worker, and begin anew when one dies."""

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from mentalspace.core import audit, clock, jobs, practice
from mentalspace.core.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What a task of this test was called with; it fails on 0."""
    calls: list[Any] = []

    @app.task(name="tried")
    def tried(number: int) -> None:
        if number == 0:
            raise ValueError("Zero.")
        calls.append((number, audit.origin.get().request_id.partition(" ")[0]))
        practice.get(practice.PracticeProfile)

    yield calls
    del app.tasks["tried"]


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    """The queue's tables are no models that a flush between tests would know."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


def work() -> None:
    """As a worker does, in a thread of its own: where a browser was driven before, ours has a running event loop."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            call_command("worker", "--once")
        except BaseException as fault:  # noqa: BLE001 - raised again below, in the thread of the test
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if faults:
        raise faults[0]


def test_a_job_commits_with_its_cause(done: list[Any]) -> None:
    with transaction.atomic():
        app.configure_task("tried").defer(number=1)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.filter(task_name="tried").exists()
    with transaction.atomic():
        app.configure_task("tried").defer(number=2)
    work()
    assert done == [(2, "job")]
    # What went well leaves nothing behind, the timetable's own jobs among it.
    assert not ProcrastinateJob.objects.exists()


def test_what_gives_up_is_counted(done: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    app.configure_task("tried").defer(number=0)
    with caplog.at_level(logging.ERROR, "procrastinate"):
        work()
    assert jobs.failed() == {"tried": 1}
    assert done == []


def test_jobs_of_a_dead_worker_begin_anew(done: list[Any]) -> None:
    app.configure_task("tried").defer(number=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead])
    work()
    assert done == []
    app.configure_task("take_up_stalled").defer(timestamp=0)
    work()
    work()
    assert done == [(3, "job")]


def test_a_worker_gives_signs_of_life() -> None:
    with pytest.raises(CommandError, match="No worker has been seen"):
        call_command("worker", "--alive")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now()])
    said = StringIO()
    call_command("worker", "--alive", stdout=said)
    assert said.getvalue() == "A worker is at work.\n"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = %s", [clock.now() - dt.timedelta(minutes=2)]
        )
    assert not jobs.is_a_worker_alive()


def test_the_timetable_runs_commands_and_logs_what_they_say(caplog: pytest.LogCaptureFixture) -> None:
    app.configure_task("clear_form_submissions").defer(timestamp=0)
    with caplog.at_level(logging.INFO, "mentalspace.core.jobs"):
        work()
    assert "clear_form_submissions: 0 form keys cleared." in caplog.messages


def test_all_of_the_timetable_can_run() -> None:
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {"documents_verify", "lock_overdue_notes_weekly", "take_up_stalled"} <= names
    for name in sorted(names):
        app.configure_task(name).defer(timestamp=0)
    work()
    assert jobs.failed() == {}
    assert not AuditEvent.objects.exists()
