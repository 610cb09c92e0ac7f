"""The doctor names what is wrong and how to mend it."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from documents.models import SealKey
from documents.seals import keys as seal_keys
from mentalspace.core import audit, practice
from mentalspace.core.audit import anchors
from mentalspace.core.database import roles
from mentalspace.workspace import doctor

pytestmark = pytest.mark.django_db


def run() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "anchors")


@pytest.fixture(autouse=True)
def worker() -> None:
    """One is at work."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_a_healthy_installation_is_well() -> None:
    code, told = run()
    assert code == 0
    assert told.endswith("All is well.\n")
    assert [line.split(":")[0] for line in told.splitlines()[:-1]] == [
        f"ok     {what}"
        for what in (
            "Database",
            "Role",
            "Extensions",
            "Migrations",
            "Clock",
            "Time zone",
            "Keys",
            "Seals",
            "ICD-10-CM",
            "Audit log",
            "Worker",
            "Mail",
            "Texts",
            "Storage",
        )
    ]


def test_without_a_worker_nobody_does_the_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    code, told = run()
    assert code == 1
    assert "none is at work, last seen" in told
    assert "Run manage.py worker beside the web server." in told


def test_jobs_that_gave_up_are_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', 'tried', 'failed')"
        )
    code, told = run()
    assert code == 1
    assert "at work; gave up: tried (1)" in told


def test_a_missing_extension_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTENSIONS", ("btree_gist", "pg_trgm", "unaccent", "pg_missing"))
    finding = doctor.check_extensions()
    assert (finding.told, finding.is_well) == ("missing: pg_missing", False)
    assert "CREATE EXTENSION pg_missing" in finding.mend


def test_storage_that_cannot_be_written_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    code, told = run()
    assert code == 1
    assert "wrong  Storage" in told
    assert "1 of the checks found something to mend." in told


def test_a_mail_backend_that_sends_nothing_is_named_in_production(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert doctor.check_mail().mend.startswith("Set EMAIL_URL")


@pytest.mark.parametrize("provider", ["pigeon", "postmark"])
def test_a_mail_provider_that_is_unknown_or_lacks_its_key_is_named(settings: Settings, provider: str) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    finding = doctor.check_mail()
    assert "EMAIL_PROVIDER and its ANYMAIL_ settings" in finding.mend
    assert provider in finding.told.lower()


@pytest.mark.parametrize(
    ("address", "told", "is_well"),
    [
        ("", "none are sent, as TEXT_GATEWAY is empty; the e-mail has their time too", True),
        ("twilio://AC12:secret@+14045550100", "handed to Twilio, from +14045550100", True),
        ("twilio://AC12:secret@4045550100", "the gateway is unknown", False),
        ("file:///nowhere/texts.jsonl", "/nowhere/texts.jsonl cannot be written", False),
        ("console:", "shown in the log, and reach nobody", False),
    ],
)
def test_where_texts_go_is_said_without_secrets(
    settings: Settings, address: str, told: str, is_well: bool
) -> None:
    settings.DEVELOPMENT, settings.TEXT_GATEWAY = False, address
    finding = doctor.check_texts()
    assert (finding.told, finding.is_well) == (told, is_well)
    assert "secret" not in finding.mend.replace("account:token", "")


def test_a_migration_that_was_not_applied_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = MigrationRecorder.applied_migrations
    monkeypatch.setattr(
        MigrationRecorder,
        "applied_migrations",
        lambda self: {key: row for key, row in applied(self).items() if key[0] != "crm"},
    )
    assert doctor.check_migrations().told.endswith("first crm.0001_initial")


def test_the_zone_is_the_practices() -> None:
    practice.save(practice.PracticeProfile(time_zone="America/Denver"))
    assert doctor.check_time_zone().told.startswith("America/Denver, where it is ")


def test_a_log_whose_end_was_not_written_down_is_named(settings: Settings, tmp_path: Path) -> None:
    assert doctor.check_anchors().told.startswith("empty; ")
    audit.record(actor=None, verb="thing.seen")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    never = doctor.check_anchors()
    assert (never.told, never.is_well) == (
        f"1 events; end written down in {tmp_path / 'anchors'}: never",
        False,
    )
    anchors.write(tmp_path / "anchors")
    assert doctor.check_anchors().is_well
    settings.AUDIT_ANCHOR_DIR = ""
    assert doctor.check_anchors().mend == "Set AUDIT_ANCHOR_DIR to a directory."
    (tmp_path / "file").write_text("")
    settings.AUDIT_ANCHOR_DIR = str(tmp_path / "file" / "anchors")
    assert doctor.check_anchors().mend.startswith("Let the application's user write to ")


def test_a_role_that_may_more_than_serve_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "excess", lambda cursor: ["is a superuser", "owns tables"])
    finding = doctor.check_role()
    assert finding.told.endswith(" is a superuser, owns tables")
    assert "manage.py database_roles" in finding.mend


def test_a_practice_without_a_key_for_seals_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_seals().told == f"{seal_keys.current()[0].id} seals, 0 older"
    monkeypatch.setattr(SealKey, "objects", SealKey.objects.none())
    assert doctor.check_seals().mend == "Run manage.py documents new-key."


def test_a_key_for_seals_of_somebody_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal_keys, "_proof", lambda row: b"other")
    finding = doctor.check_seals()
    assert "was put into the database by somebody else, or was changed" in finding.told
    assert not finding.is_well


@pytest.mark.parametrize(
    ("day", "further"),
    [("2026-05-04", ""), ("2026-10-01", ", used until manage.py icd10 load brings a later one")],
)
def test_an_old_release_of_codes_is_told(day: str, further: str) -> None:
    with time_machine.travel(f"{day}T16:00:00Z", tick=False):
        finding = doctor.check_codes()
    assert (finding.told, finding.is_well) == (f"the release of 04/01/2026 to 09/30/2026{further}", True)
