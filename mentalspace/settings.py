"""Settings, all from the environment (see .env.example for every name).

The default stance is production: no debug pages, HTTPS assumed, and no start without a secret key, a database and
the host names it answers to. ``DEVELOPMENT=true`` relaxes this for a working copy; only ``mentalspace.dev`` sets it.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# --- Stance -----------------------------------------------------------------------------------------------------

DEVELOPMENT = env.bool("DEVELOPMENT", default=False)
DEBUG = env.bool("DEBUG", default=False)
# Whether people reach the application over HTTPS. Cookies, redirects and HSTS follow from it.
HTTPS = env.bool("HTTPS", default=not DEVELOPMENT)

SECRET_KEY = env.str("SECRET_KEY")
# Old keys still accepted for signed values while a new one is introduced.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEVELOPMENT else environ.Env.NOTSET
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The file of the keys that open what is encrypted in the database (see core.crypto). Outside the database's backups.
MASTER_KEY_FILE = env.str("MASTER_KEY_FILE", default="")

# --- Applications -----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before whatever declares tasks for it.
    "procrastinate.contrib.django",
    "mentalspace.core",
    "accounts",
    "staff",
    "clients",
    "messaging",
    "scheduling",
    "documents",
    "billing",
    "crm",
    "psychotherapy",
    "mentalspace.workspace",
    # The project itself, for its deployment checks.
    "mentalspace",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    # First, so that every line logged below it carries the request's id.
    "mentalspace.core.middleware.RequestIdMiddleware",
    # Before whatever may answer by itself: redirects, static files and refused hosts carry the same headers.
    "mentalspace.core.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before anything reads the body.
    "mentalspace.core.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Without the master key nothing is served but what makes its page readable.
    "mentalspace.core.middleware.MasterKeyMiddleware",
    "accounts.middleware.SessionMiddleware",
    # Each request begins the idle time anew.
    "mentalspace.core.middleware.IdleSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # allauth asks for the password or a second factor again before somebody changes how they sign in.
    "allauth.account.middleware.AccountMiddleware",
    # Every view asks for a signed-in person unless it is marked ``login_not_required``,
    "accounts.middleware.SignInMiddleware",
    # and for their second factor.
    "accounts.middleware.SecondFactorMiddleware",
    # Makes the practice's time zone the active one, so it must know who asks.
    "mentalspace.core.middleware.PracticeMiddleware",
    # Whatever the ones below see is still a redirect.
    "mentalspace.core.middleware.StayMiddleware",
    # No page leaves without its event. After whatever may refuse one, so that refusals are events too.
    "mentalspace.core.audit.middleware.TrailMiddleware",
    # An action opened as a page says so, instead of showing nothing.
    "mentalspace.core.middleware.WrongMethodMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "mentalspace.urls"
WSGI_APPLICATION = "mentalspace.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------------------------


def database(url: str, *, limits: str) -> dict[str, Any]:
    """How to connect to what a URL names. `limits` are settings of the session, for instance time-outs."""
    login: dict[str, Any] = env.db_url_config(url, engine="django.db.backends.postgresql")
    # A socket directory stands percent-encoded in a URL, as PostgreSQL itself writes it.
    login["HOST"] = unquote(login["HOST"] or "")
    login.setdefault("OPTIONS", {}).setdefault("options", limits)
    return login


# One stuck query or forgotten transaction must not hold a worker, or everybody's locks, for ever.
DATABASES = {
    "default": database(
        env.str("DATABASE_URL"),
        limits="-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
    )
}
DATABASES["default"].update(
    # Keeping connections is worth 3.5 times the throughput of one per request; the check replaces dead ones.
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    # A transaction is as long as the service that needs it, never as long as a request.
    ATOMIC_REQUESTS=False,
)
# The role that serves people. It owns nothing; what it may do to each table is said in core.database.grants.
DATABASE_ROLE = DATABASES["default"]["OPTIONS"].get("assume_role") or DATABASES["default"]["USER"]
# The role that owns the tables: how `migrate` connects (core.database.as_owner). The web server never knows it.
# Building an index may take long; waiting for a lock makes everybody else wait.
DATABASE_OWNER = (
    database(env.str("DATABASE_OWNER_URL"), limits="-c lock_timeout=10s")
    if env.str("DATABASE_OWNER_URL", default="")
    else {}
)

# --- People and sessions ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "workspace:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length, and no password that others are known to use; no rules about digits and capitals (NIST SP 800-63B).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "accounts.passwords.KnownPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]

# Whether everybody needs a second factor beside the password. False is for demonstrations: production does not start.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An administrator wrote the address, and the invitation proved it: allauth keeps no addresses of its own.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
# Minutes between the password and the second factor, and during which a change of either is not asked for again.
ACCOUNT_LOGIN_TIMEOUT = 10 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
# Tries of the second factor, by person; passwords have limits of their own (accounts.services.limits).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key", "login": None, "reauthenticate": "20/15m/user"}
# Sign-ins by passkey, which cannot be guessed: a whole practice may begin its day from one address.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
# A code is good in its own 30 seconds only, and once.
MFA_TOTP_TOLERANCE = 0
# Browsers allow passkeys over plain HTTP on localhost, and nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT

# Shared by all processes, or limits and used codes would count in each for itself.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SESSION_ENGINE = "accounts.sessions"
# Idle seconds, not since sign-in: each thing a person asks for begins the fifteen minutes anew.
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=900)
# Seconds after which somebody signs in again however busy they were.
SESSION_LONGEST = env.int("SESSION_LONGEST", default=12 * 60 * 60)
# The server knows when a session ends. The cookie outlives it, so that what was typed can be given back.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
# Browsers accept a __Host- cookie only over HTTPS and only from this very host, so no sibling can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# What was just done may name a client, so it waits in the session and not in a cookie on the device.
MESSAGE_STORAGE = "mentalspace.core.flash.FlashStorage"

# --- Transport and headers --------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
# The container's own health check asks over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only behind a proxy that always sets or strips the header: otherwise anyone may claim to have come over HTTPS.
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Of all that a page could ask the device for, only passkeys, and only by this site.
PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "browsing-topics",
                "camera",
                "display-capture",
                "encrypted-media",
                "fullscreen",
                "geolocation",
                "gyroscope",
                "hid",
                "identity-credentials-get",
                "idle-detection",
                "local-fonts",
                "magnetometer",
                "microphone",
                "midi",
                "otp-credentials",
                "payment",
                "picture-in-picture",
                "screen-wake-lock",
                "serial",
                "storage-access",
                "sync-xhr",
                "usb",
                "window-management",
                "xr-spatial-tracking",
            )
        ),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)

# What a page may use is named; all else (frames, plug-ins, workers, media) is refused. Nothing inline and nothing from
# elsewhere; Django's admin works under it too. ``data:`` is for the small pictures inside Bootstrap's stylesheet.
# Text becomes markup or a script's address in static/js/trusted-types.js alone, where the browser knows trusted types.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}
# On every answer, also where nothing of the application was reached; a view may set a stricter value itself.
RESPONSE_HEADERS = {
    "Cache-Control": "no-store, private",
    "Cross-Origin-Opener-Policy": SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
    "X-Permitted-Cross-Domain-Policies": "none",
}

# --- Templates and forms ----------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mentalspace.core.context.form_keys",
                "mentalspace.workspace.context.frame",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Language, dates and times ----------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = True
FORMAT_MODULE_PATH = ["mentalspace.formats"]
# Instants are kept in UTC; pages show them in the practice's zone, which is one of its settings.
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))()
# While developing, files are served from where they are written; otherwise under hashed names, compressed once.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# Fonts and scripts are for this site's pages alone.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {
        "BACKEND": "mentalspace.core.crypto.storage.SealedFileStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Uploads have no URL of their own: a view serves each one to those who may see it.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))()
# More than the largest photo that a practice may allow, and than any form.
MAX_BODY_BYTES = 25 * 1024 * 1024
# What is uploaded stays in memory until it is sealed: never in clear on a disk, and nothing is left of half an upload.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# A virus scanner for files of charts: clamd://host:3310. Empty: none.
FILE_SCANNER = env.str("FILE_SCANNER", default="")
# Where the end of the audit log's chain is written down, about once a minute; empty: only where a command says.
AUDIT_ANCHOR_DIR = env.str("AUDIT_ANCHOR_DIR", default=str(BASE_DIR / ".local" / "anchors"))

# --- Mail -------------------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# A provider's interface instead of SMTP, by its name in django-anymail: postmark, mailgun, amazon_ses and so on. What
# it needs to know is in the environment under the names of Anymail's own settings, ANYMAIL_POSTMARK_SERVER_TOKEN.
if env.str("EMAIL_PROVIDER", default=""):
    EMAIL_BACKEND = f"anymail.backends.{env.str('EMAIL_PROVIDER')}.EmailBackend"
    ANYMAIL = {
        name.removeprefix("ANYMAIL_"): value
        for name, value in os.environ.items()
        if name.startswith("ANYMAIL_")
    }
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="MentalSpace <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What mailed links begin with: https://practice.example. Without it they name the host that was asked, which is one
# of ALLOWED_HOSTS.
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")

# Where texts to clients go (core.texts); empty: none are sent.
TEXT_GATEWAY = env.str("TEXT_GATEWAY", default="")

# --- Jobs -------------------------------------------------------------------------------------------------------

# Done by `manage.py worker`; see core.jobs.
PROCRASTINATE_ON_APP_READY = "mentalspace.core.jobs.set_up"

# --- Logs -------------------------------------------------------------------------------------------------------

# Plain lines on stderr, for whatever collects them. What people tell their therapist never belongs in one.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "mentalspace.logs.RequestIdFilter"}},
    "formatters": {
        "line": {
            # In a working copy, where everybody is invented, errors speak freely.
            "()": "logging.Formatter" if DEVELOPMENT else "mentalspace.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": "line"}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would print a second copy, and mail tracebacks, which may quote a form.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A line for each job that goes well would bury those that do not.
        "procrastinate": {"level": "WARNING"},
    },
}
