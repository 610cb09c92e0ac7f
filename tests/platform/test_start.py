"""A production server refuses to start from an unsafe or half-upgraded installation, and says why in one sentence."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from mentalspace.core.database import roles
from mentalspace.dev.pytest_postgres import CHOSEN_SERVER

# Only for tests that say they need it does pytest-django make a database.
pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.CompletedProcess[str]]

# Everything that would make the process something else than a production server.
STRANGE = {
    "ALLOWED_HOSTS",
    "DATABASE_OWNER_URL",
    "DEBUG",
    "DEVELOPMENT",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_PROVIDER",
    "HTTPS",
    "MEDIA_ROOT",
    "PUBLIC_URL",
    "SECOND_FACTOR_REQUIRED",
    "SECRET_KEY",
    "TEXT_GATEWAY",
}


def database_url(name: str) -> str:
    settings = connection.settings_dict
    user, password, host = (
        quote(str(settings[part] or ""), safe="") for part in ("USER", "PASSWORD", "HOST")
    )
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgres://{user}:{password}@{host}{port}/{name}"


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Load the application as the web server does, in a production environment with the given differences."""
    if CHOSEN_SERVER:
        pytest.skip("production asks for logins of its own, which a server of somebody else's may not have")
    static = tmp_path / "static"
    static.mkdir()
    (static / "staticfiles.json").write_text('{"version": "1.1", "paths": {}, "hash": ""}')

    def run(
        arguments: tuple[str, ...] = ("-c", "import mentalspace.wsgi"), **differences: str | None
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name not in STRANGE}
        environment |= {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "ALLOWED_HOSTS": "practice.example",
            "PUBLIC_URL": "https://practice.example",
            "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
            "STATIC_ROOT": str(static),
        }
        environment |= {
            name: value.format(**environment) for name, value in differences.items() if value is not None
        }
        for name in (name for name, value in differences.items() if value is None):
            del environment[name]
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def test_a_sound_installation_starts(start: Start) -> None:
    started = start()
    assert started.stderr == ""
    assert started.returncode == 0


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"SECRET_KEY": None}, "Set the SECRET_KEY environment variable"),
        ({"SECRET_KEY": ""}, "SECRET_KEY setting must not be empty"),
        ({"SECRET_KEY": "Zk4vT9qLw2"}, "SECRET_KEY is too short or too plain"),
        ({"SECRET_KEY": "x" * 80}, "SECRET_KEY is too short or too plain"),
        ({"SECRET_KEY": "django-insecure-" + "k3Jd9fLq0ZpXw7Vt" * 4}, "looks copied from an example"),
        ({"ALLOWED_HOSTS": None}, "Set the ALLOWED_HOSTS environment variable"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"PUBLIC_URL": None}, "PUBLIC_URL must be https:// and one of ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "http://practice.example"}, "PUBLIC_URL must be https://"),
        ({"PUBLIC_URL": "https://other.example"}, "one of ALLOWED_HOSTS"),
        ({"PUBLIC_URL": "https://practice.example/app"}, "PUBLIC_URL must be"),
        ({"DATABASE_URL": None}, "Set the DATABASE_URL environment variable"),
        ({"DATABASE_URL": "postgres://nobody@%2Fnowhere/none"}, "The database cannot be reached"),
        ({"DATABASE_OWNER_URL": "{DATABASE_URL}"}, "DATABASE_OWNER_URL is set, which is for 'migrate' alone"),
        ({"STATIC_ROOT": "/no/such/place"}, "No static files are collected in /no/such/place"),
        ({"MEDIA_ROOT": "{STATIC_ROOT}/media"}, "uploads would be public"),
        ({"SECOND_FACTOR_REQUIRED": "false"}, "a password alone opens every record"),
        ({"TEXT_GATEWAY": "pigeon:"}, "TEXT_GATEWAY must be console:, file:///path or twilio:"),
        ({"EMAIL_PROVIDER": "postmark"}, "EMAIL_URL or EMAIL_PROVIDER cannot be used: "),
    ],
)
def test_an_unsafe_one_refuses_and_says_why(
    start: Start, differences: dict[str, str | None], sentence: str
) -> None:
    refused = start(**differences)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1, refused.stderr


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (
            roles.OWNER,
            f"role {roles.OWNER} owns tables, may change the audit log, may create tables: serve with",
        ),
        ("mentalspace", "role mentalspace is a superuser, passes row-level security, owns tables"),
        (
            f"mentalspace?assume_role={roles.APPLICATION}",
            "is a superuser, passes row-level security, owns tables:",
        ),
    ],
)
def test_a_role_that_may_more_than_serve_refuses(start: Start, role: str, sentence: str) -> None:
    role, _, query = role.partition("?")
    address = database_url(connection.settings_dict["NAME"]).replace(f"//{roles.APPLICATION}:", f"//{role}:")
    refused = start(DATABASE_URL=f"{address}?{query}")
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1, refused.stderr


def test_an_old_schema_refuses(start: Start) -> None:
    refused = start(DATABASE_URL=database_url("postgres"))
    assert refused.returncode == 1
    assert "The database is older than the code" in refused.stderr


@pytest.mark.parametrize("development", [None, "true"])
def test_what_the_bench_compares_with_serves_nobody(start: Start, development: str | None) -> None:
    """Neither in production, nor in a working copy on a database that somebody uses."""
    bare = {"DJANGO_SETTINGS_MODULE": "mentalspace.dev.bare_settings"}
    refused = start(**bare, **({"DEVELOPMENT": development} if development else {}))
    assert refused.returncode == 1
    assert "mentalspace.dev.bare_settings is for one process of 'make bench' alone." in refused.stderr


def test_settings_without_the_audit_log_refuse(start: Start, tmp_path: Path) -> None:
    (tmp_path / "unrecorded.py").write_text(
        "from mentalspace.settings import *\nMIDDLEWARE = [each for each in MIDDLEWARE if 'Trail' not in each]\n"
    )
    refused = start(DJANGO_SETTINGS_MODULE="unrecorded", PYTHONPATH=str(tmp_path))
    assert refused.returncode == 1
    assert "pages would leave unrecorded" in refused.stderr


def test_every_reason_is_told_at_once(start: Start) -> None:
    refused = start(DEBUG="true", SECRET_KEY="short", ALLOWED_HOSTS="*")
    assert len(refused.stderr.splitlines()) == 3


def test_the_deployment_checks_have_nothing_to_say(start: Start) -> None:
    checked = start(("manage.py", "check", "--deploy", "--fail-level", "WARNING"))
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("DEVELOPMENT", "true", "DEVELOPMENT is on"), ("HTTPS", "false", "HTTPS is off")],
)
def test_the_deployment_checks_refuse_a_working_copy(start: Start, name: str, value: str, words: str) -> None:
    checked = start(("manage.py", "check", "--deploy", "--fail-level", "WARNING"), **{name: value})
    assert checked.returncode == 1
    assert words in checked.stderr


def test_production_cookies_stay_on_this_host_and_off_plain_http(start: Start) -> None:
    wanted = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    told = start(("-c", f"from mentalspace import settings; print([getattr(settings, n) for n in {wanted}])"))
    assert told.stdout.strip() == "['__Host-sessionid', '__Host-csrftoken', True, True]"
