"""What every template may use."""

from typing import Any

from django.http import HttpRequest

from mentalspace.core import once


def form_keys(request: HttpRequest) -> dict[str, Any]:
    """`{{ once_field }}`: a fresh hidden field at each use, for forms whose view is guarded by `core.once`."""
    return {"once_field": once.once_field}
