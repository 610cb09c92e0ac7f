"""What the web server loads. It refuses to serve real people from an unsafe or half-upgraded installation."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application


def load() -> WSGIHandler:
    try:
        handler = get_wsgi_application()
    except ImproperlyConfigured as error:
        sys.exit(f"MentalSpace does not start: {error}")
    # Checks import settings, which exist only now.
    from mentalspace.checks import reasons_not_to_start

    if reasons := reasons_not_to_start():
        sys.exit("\n".join(f"MentalSpace does not start: {reason}" for reason in reasons))
    return handler


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentalspace.settings")
application = load()
