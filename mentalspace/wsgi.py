"""What the web server loads. It refuses to serve real people from an unsafe or half-upgraded installation."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def load() -> WSGIHandler:
    try:
        django.setup(set_prefix=False)
        # Checks need the settings, which exist only now.
        from mentalspace.checks import reasons_not_to_start

        reasons = reasons_not_to_start()
    except ImproperlyConfigured as error:
        reasons = [str(error)]
    if reasons:
        sys.exit("\n".join(f"MentalSpace does not start: {reason}" for reason in reasons))
    return get_wsgi_application()


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentalspace.settings")
application = load()
