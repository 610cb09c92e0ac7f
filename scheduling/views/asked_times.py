"""The time that an address fills into a form."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from mentalspace.core.forms import DateField, TimeField

READ = {"date": DateField(), "start": TimeField()}


def asked_times(request: HttpRequest) -> dict[str, Any]:
    """Clinician, day, start and length as far as the address names them."""
    given: dict[str, Any] = {
        name: request.GET[name] for name in ("staff", "date", "start", "minutes") if request.GET.get(name)
    }
    for name, field in READ.items():
        if name in given:
            try:
                given[name] = field.to_python(given[name])
            except ValidationError:
                continue  # shown as it came, and refused when sent
    return given
