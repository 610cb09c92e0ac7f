"""What must hold before real people's records are served.

``manage.py check --deploy`` reports these beside Django's own checks; the web server asks ``reasons_not_to_start``
and refuses, because a warning that nobody reads protects nobody.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.db import DEFAULT_DB_ALIAS, DatabaseError, ProgrammingError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host

from mentalspace.core import texts
from mentalspace.core.crypto.starting import data_key_reasons, key_file_reasons
from mentalspace.core.database import roles

SECRET_KEY_LENGTH = 50
SECRET_KEY_VARIETY = 5
# Without it, pages would be served and not recorded.
TRAIL = "mentalspace.core.audit.middleware.TrailMiddleware"
# Words that betray a key copied from an example.
SAMPLE_WORDS = ("insecure", "change", "secret", "example", "default", "password")


def reasons_not_to_start() -> list[str]:
    """Why this process must not serve requests; one sentence each. Empty in a working copy or when all is well.

    Asks the database about migrations, about 20 ms.
    """
    if settings.DEVELOPMENT:
        return []
    return [*_stance_reasons(), *key_file_reasons(), *_static_reasons(), *_database_reasons()]


def _stance_reasons() -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG is on, which shows records and settings to whoever causes an error: unset DEBUG."
    yield from _secret_key_reasons(settings.SECRET_KEY)
    if "*" in settings.ALLOWED_HOSTS or not settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS must name the host names people use, and never be '*'."
    elif not _is_public(settings.PUBLIC_URL):
        yield "PUBLIC_URL must be https:// and one of ALLOWED_HOSTS: mailed links begin with it, passkeys belong to it."
    if TRAIL not in settings.MIDDLEWARE:
        yield f"{TRAIL} is not in MIDDLEWARE, so pages would leave unrecorded: serve with mentalspace.settings."
    yield from _sending_reasons()
    if not settings.SECOND_FACTOR_REQUIRED:
        yield "SECOND_FACTOR_REQUIRED is off, so a password alone opens every record: unset it."
    if _is_within(Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT)):
        yield "MEDIA_ROOT lies within STATIC_ROOT, so uploads would be public: move it elsewhere."


def _sending_reasons() -> Iterator[str]:
    """What sends is first used by the worker, at night: by then nobody is there who could mend its settings."""
    try:
        if isinstance(texts.gateway(), texts.ConsoleGateway):
            yield "TEXT_GATEWAY is console:, which writes clients' phone numbers into the log: leave it empty."
    except ImproperlyConfigured as error:
        yield str(error)
    try:
        get_connection()
    except (ImproperlyConfigured, ImportError) as error:
        yield f"EMAIL_URL or EMAIL_PROVIDER cannot be used: {_first_line(error)}."


def _first_line(error: Exception) -> str:
    """What an error says, without the advice that follows."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _is_public(url: str) -> bool:
    """Does it name this site as people reach it, and nothing below it?"""
    parts = urlsplit(url)
    scheme = "https" if settings.HTTPS else "http"
    return (parts.scheme, parts.path) == (scheme, "") and validate_host(
        parts.hostname or "", settings.ALLOWED_HOSTS
    )


def _secret_key_reasons(key: str) -> Iterator[str]:
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < SECRET_KEY_VARIETY:
        yield f"SECRET_KEY is too short or too plain: use at least {SECRET_KEY_LENGTH} random characters."
    elif any(word in key.lower() for word in SAMPLE_WORDS):
        yield "SECRET_KEY looks copied from an example: use random characters of your own."


def _static_reasons() -> Iterator[str]:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield f"No static files are collected in {settings.STATIC_ROOT}: run 'manage.py collectstatic'."


def _database_reasons() -> Iterator[str]:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except ProgrammingError as error:
        # The server's role may not even read what has been applied: `migrate` gives it that right at its end.
        yield f"The database is not ready for this code ({str(error).splitlines()[0]}): run 'manage.py migrate'."
    except DatabaseError as error:
        yield f"The database cannot be reached: {str(error).splitlines()[0]}."
    else:
        yield from _role_reasons()
        if pending:
            yield f"The database is older than the code, by {pending[0][0]} and later: run 'manage.py migrate'."
        else:
            yield from data_key_reasons()
    finally:
        # The server forks its workers after this, and two processes must never share one connection.
        connection.close()


def _role_reasons() -> Iterator[str]:
    if settings.DATABASE_OWNER:
        yield "DATABASE_OWNER_URL is set, which is for 'migrate' alone: unset it where requests are served."
    with connection.cursor() as cursor:
        excess = roles.excess(cursor)
    if excess:
        yield f"The database's role {settings.DATABASE_ROLE} {', '.join(excess)}: {roles.REMEDY}."


def _is_within(inner: Path, outer: Path) -> bool:
    return inner.resolve().is_relative_to(outer.resolve())


@register(Tags.security, deploy=True)
def deployment(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The same reasons for ``check --deploy``, less what only the installation itself can tell: files and schema."""
    reasons = list(_stance_reasons())
    if settings.DEVELOPMENT:
        reasons.append("DEVELOPMENT is on, which gives up HTTPS and every refusal to start: unset it.")
    if not settings.HTTPS:
        reasons.append("HTTPS is off, so passwords and records would travel in clear: unset HTTPS.")
    return [Error(reason, id=f"mentalspace.E{number:03}") for number, reason in enumerate(reasons, start=1)]
