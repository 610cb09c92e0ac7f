"""What ``make bench`` compares with: nothing is recorded, and encrypted columns are read as they stand."""

from typing import Any

from django.apps import AppConfig


class BareConfig(AppConfig):
    name = "mentalspace.dev.bare"

    def ready(self) -> None:
        from django.db import models

        from mentalspace.core import audit
        from mentalspace.core.audit import recording, trail
        from mentalspace.core.crypto.fields import EncryptedField
        from mentalspace.core.crypto.parts import SealedPartsField

        for module in (audit, recording, trail):
            module.record = nothing  # type: ignore[attr-defined]
        EncryptedField.from_db_value = as_it_stands  # type: ignore[method-assign, assignment]
        SealedPartsField.from_db_value = models.JSONField.from_db_value  # type: ignore[method-assign]


def nothing(**event: Any) -> None:
    """In place of recording an event."""


def as_it_stands(field: Any, value: Any, expression: Any, connection: Any) -> Any:
    """In place of noting that a value is sealed."""
    return value
