"""What an installation needs to work, looked at one by one: each finding says what is wrong and how to mend it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from documents.errors import NoSealKey
from documents.icd10 import releases
from documents.models import Icd10Release
from documents.seals import keys as seal_keys
from mentalspace.core import clock, jobs, practice, texts
from mentalspace.core.audit import anchors, chain
from mentalspace.core.crypto import key_file, rotation
from mentalspace.core.crypto.errors import CannotOpen, MasterKeyUnavailable
from mentalspace.core.crypto.starting import data_key_reasons, key_file_reasons
from mentalspace.core.database import roles

OLDEST_POSTGRESQL = 150000
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
# The database's clock and ours may differ by what a busy machine needs to answer.
CLOCK_SECONDS = 5
# The end of the audit log is written down each minute while people work, and by the worker every five minutes.
ANCHOR_HOURS = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says what to do, empty when all is well."""

    what: str
    told: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        return not self.mend


def findings() -> Iterator[Finding]:
    """All findings, in the order in which to mend them; without a database the rest of its checks is left out."""
    database = check_database()
    yield database
    if database.is_well:
        yield check_role()
        yield check_extensions()
        migrations = check_migrations()
        yield migrations
        yield check_clock()
        if migrations.is_well:
            yield check_time_zone()
            yield check_keys()
            yield check_seals()
            yield check_codes()
            yield check_anchors()
            yield check_worker()
    yield check_mail()
    yield check_texts()
    yield check_storage()


def _guarded(what: str, look: Callable[[], Finding], mend: str) -> Finding:
    try:
        return look()
    except (DatabaseError, OSError, ImproperlyConfigured, ImportError) as error:
        return Finding(
            what, str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__, mend
        )


def check_database() -> Finding:
    """A PostgreSQL that is new enough answers."""

    def look() -> Finding:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_setting('server_version_num')::int"
            )
            version, number = cursor.fetchone()
        mend = "" if number >= OLDEST_POSTGRESQL else "Use PostgreSQL 15 or newer."
        return Finding("Database", f"PostgreSQL {version}", mend)

    return _guarded(
        "Database", look, "Start the server, and check DATABASE_URL: host, port, name, user and password."
    )


def check_role() -> Finding:
    """The application may change rows, and nothing that protects them."""
    with connection.cursor() as cursor:
        excess = roles.excess(cursor)
    if not excess:
        return Finding("Role", f"{settings.DATABASE_ROLE} serves, and owns nothing")
    return Finding("Role", f"{settings.DATABASE_ROLE} {', '.join(excess)}", f"Let it {roles.REMEDY}.")


def check_extensions() -> Finding:
    """The extensions that constraints and searches use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {row[0] for row in cursor.fetchall()}
    missing = [name for name in EXTENSIONS if name not in present]
    if not missing:
        return Finding("Extensions", ", ".join(EXTENSIONS))
    mend = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
    return Finding(
        "Extensions",
        f"missing: {', '.join(missing)}",
        f"As the database's owner run: {mend}; or run manage.py migrate.",
    )


def check_migrations() -> Finding:
    """The database is the one this code expects."""

    def look() -> Finding:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not waiting:
            return Finding("Migrations", "all applied")
        first = waiting[0][0]
        return Finding(
            "Migrations",
            f"{len(waiting)} to apply, first {first.app_label}.{first.name}",
            "Run manage.py migrate.",
        )

    return _guarded("Migrations", look, "Run manage.py migrate.")


def check_clock() -> Finding:
    """The database and the application agree on the time; sessions, reminders and due dates rest on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        difference = abs((cursor.fetchone()[0] - clock.now()).total_seconds())
    mend = "" if difference <= CLOCK_SECONDS else "Set both machines' clocks by NTP."
    return Finding("Clock", f"database and application differ by {difference:.1f} s", mend)


def check_time_zone() -> Finding:
    """The practice's zone is known to this machine."""
    name = practice.get(practice.PracticeProfile).time_zone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return Finding(
            "Time zone",
            f"{name} is unknown",
            "Install tzdata, or choose another zone in the practice's settings.",
        )
    return Finding("Time zone", f"{name}, where it is {clock.local(clock.now()):%m/%d/%Y %I:%M %p}")


def check_anchors() -> Finding:
    """The end of the audit log is written down outside the database, and not long ago."""
    place = anchors.directory()
    if place is None:
        return Finding("Audit log", "its end is written down nowhere", "Set AUDIT_ANCHOR_DIR to a directory.")

    def look() -> Finding:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
        end = chain.head()
        if end is None:
            return Finding("Audit log", f"empty; its end will be written down in {place}")
        looked = anchors.last_looked(place)
        hours = (clock.now().timestamp() - looked) / 3600
        since = f"{max(hours, 0):.0f} hours ago" if looked else "never"
        mend = "" if hours < ANCHOR_HOURS else "Run manage.py worker beside the web server, which does it."
        return Finding("Audit log", f"{end.seq} events; end written down in {place}: {since}", mend)

    return _guarded(
        "Audit log", look, f"Let the application's user write to {place}, or set AUDIT_ANCHOR_DIR."
    )


def check_keys() -> Finding:
    """The key file can be used and opens this database; its old keys are still needed or may go."""
    reasons = [*key_file_reasons()] or [*data_key_reasons()]
    if reasons:
        return Finding("Keys", reasons[0], "Put the right key file back: without it no record can be read.")
    masters = key_file.master_keys()
    waiting = rotation.waiting()
    told = f"{masters.current} is current, {len(masters.names) - 1} older"
    if waiting:
        return Finding("Keys", f"{told}, {waiting} data keys under older ones", "Run manage.py keys rotate.")
    return Finding("Keys", told)


def check_seals() -> Finding:
    """There is a key with which signatures are sealed, it opens, and nobody slipped one in."""
    mend = "Put the right key file back, or run manage.py documents new-key."
    try:
        sealing = seal_keys.current()[0]
        older = len(seal_keys.every()) - 1
    except NoSealKey:
        return Finding("Seals", "no key seals what is signed", "Run manage.py documents new-key.")
    except (CannotOpen, MasterKeyUnavailable) as error:
        return Finding("Seals", str(error), mend)
    return Finding("Seals", f"{sealing.id} seals, {older} older")


def check_codes() -> Finding:
    """Which release of ICD-10-CM diagnoses are searched in today. An old one works, and is told."""
    try:
        release = releases.on(clock.today())
    except Icd10Release.DoesNotExist as error:
        return Finding("ICD-10-CM", str(error), "Run manage.py migrate.")
    told = f"the release of {release.valid_from:%m/%d/%Y} to {release.valid_until:%m/%d/%Y}"
    if release.valid_until < clock.today():
        told += ", used until manage.py icd10 load brings a later one"
    return Finding("ICD-10-CM", told)


def check_worker() -> Finding:
    """Somebody does the jobs, and none of them gave up."""
    last = jobs.last_sign_of_life()
    if last is None or clock.now() - last > jobs.DEAD_AFTER:
        seen = f"last seen {clock.local(last):%m/%d/%Y %I:%M %p}" if last else "never seen"
        return Finding("Worker", f"none is at work, {seen}", "Run manage.py worker beside the web server.")
    if failed := jobs.failed():
        told = ", ".join(f"{name} ({number})" for name, number in failed.items())
        return Finding("Worker", f"at work; gave up: {told}", "See the worker's log for the reason.")
    return Finding("Worker", "at work")


def check_mail() -> Finding:
    """Mail can be handed over; nothing is sent."""
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]

    def look() -> Finding:
        mailer = get_connection()
        mailer.open()
        mailer.close()
        if backend in ("console", "dummy", "locmem") and not settings.DEVELOPMENT:
            return Finding(
                "Mail",
                f"the {backend} backend sends nothing",
                "Set EMAIL_URL, for instance smtp+tls://user:password@host:587.",
            )
        return Finding("Mail", f"{backend} backend, from {settings.DEFAULT_FROM_EMAIL}")

    mend = "Check EMAIL_URL: host, port, user and password; or EMAIL_PROVIDER and its ANYMAIL_ settings."
    return _guarded("Mail", look, mend)


def check_texts() -> Finding:
    """Texts to clients can be handed over; nothing is sent."""
    try:
        gateway = texts.gateway()
    except ImproperlyConfigured as error:
        return Finding("Texts", "the gateway is unknown", str(error))
    if gateway is None:
        return Finding("Texts", "none are sent, as TEXT_GATEWAY is empty; the e-mail has their time too")
    if isinstance(gateway, texts.ConsoleGateway) and not settings.DEVELOPMENT:
        return Finding("Texts", "shown in the log, and reach nobody", "Set TEXT_GATEWAY, or leave it empty.")
    if isinstance(gateway, texts.FileGateway) and not os.access(gateway.path.parent, os.W_OK):
        return Finding(
            "Texts", f"{gateway.path} cannot be written", "Let the application's user write to its directory."
        )
    return Finding("Texts", gateway.told)


def check_storage() -> Finding:
    """Uploads can be written."""
    root = Path(settings.MEDIA_ROOT)

    def look() -> Finding:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root):
            pass
        free = os.statvfs(root)
        gigabytes = free.f_bavail * free.f_frsize / 2**30
        mend = "" if gigabytes >= 1 else "Make room: less than 1 GB is free."
        return Finding("Storage", f"{root} can be written, {gigabytes:.0f} GB free", mend)

    return _guarded("Storage", look, f"Let the application's user write to {root}, or set MEDIA_ROOT.")
