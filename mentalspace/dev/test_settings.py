"""Settings for the tests: the application's own, less what only costs time."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from mentalspace.dev import databases
from mentalspace.dev.environment import master_key_file

# The cluster is started when the first test needs it (see pytest_postgres.py), which fills in where it listens.
for name, value in {
    "DEVELOPMENT": "true",
    "SECRET_KEY": "only-for-tests",
    "LOG_LEVEL": "WARNING",
    "AUDIT_ANCHOR_DIR": "",
    # Most tests are about something else; those of the door turn it on.
    "SECOND_FACTOR_REQUIRED": "false",
}.items():
    os.environ.setdefault(name, value)
# On a server of somebody's own the application's role is made now, as settings name it.
addresses = databases.chosen() or databases.THROW_AWAY
os.environ.update(DATABASE_URL=addresses.serving, DATABASE_OWNER_URL=addresses.owner)
if "MASTER_KEY_FILE" not in os.environ:
    # Each process has its own, as it has its own database.
    keys = tempfile.mkdtemp(prefix="mentalspace-keys-")
    atexit.register(shutil.rmtree, keys, ignore_errors=True)
    os.environ["MASTER_KEY_FILE"] = str(master_key_file(Path(keys) / "master-keys"))

from mentalspace.settings import *  # noqa: E402, F403
from mentalspace.settings import INSTALLED_APPS, MIDDLEWARE  # noqa: E402

# Argon2 takes 50 ms by design, and every test signs somebody in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Hashed names need a collectstatic first.
STORAGES = {
    "default": {"BACKEND": "mentalspace.dev.test_storage.SealedMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True

# One query per row of a list is an error, wherever a test happens to meet it.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# allauth asks for each kind of second factor by itself, and a try counts against two limits; there are a handful.
ZEAL_ALLOWLIST = [{"model": "mfa.Authenticator", "field": "*"}, {"model": "accounts.Budget", "field": "*"}]
