"""Settings of one process of ``make bench``: the application without its audit log and its encryption, to compare with.

Whoever names them serves nobody: they are not in the production image, and are refused outside of a working copy and on
any database but the readable copy that the bench makes for itself and throws away (`mentalspace.dev.bench_trust`).
"""

from django.core.exceptions import ImproperlyConfigured

from mentalspace.settings import *  # noqa: F403
from mentalspace.settings import DATABASES, DEVELOPMENT, INSTALLED_APPS, MIDDLEWARE

BARE = "mentalspace_bare"
TRAIL = "mentalspace.core.audit.middleware.TrailMiddleware"

if not DEVELOPMENT or DATABASES["default"]["NAME"] != BARE:
    raise ImproperlyConfigured("mentalspace.dev.bare_settings is for one process of 'make bench' alone.")

MIDDLEWARE = [each for each in MIDDLEWARE if each != TRAIL]
INSTALLED_APPS = [*INSTALLED_APPS, "mentalspace.dev.bare.BareConfig"]
