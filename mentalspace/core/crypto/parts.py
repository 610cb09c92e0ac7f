"""JSON columns of which the database needs a part in clear, and another part is sealed: `SealedPartsField`."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import models

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.fields import EncryptedField, Opened, Stored
from mentalspace.core.crypto.sealing import Envelope, context, key_id_of
from mentalspace.core.shapes import ShapeField

Entries = list[dict[str, Any]]


class SealedPartsField(EncryptedField, ShapeField):
    """A JSON list of objects of a declared shape, of which `parts` name the texts that are sealed, each by itself.

    The database can ask for the rest as for any JSON. Each sealed text is bound also to its place in the list.
    """

    def __init__(self, *args: Any, parts: Sequence[str] = (), **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(*args, **kwargs)

    def open(self, instance: models.Model, stored: Stored) -> Entries:
        table = self.model._meta.db_table

        def opened(place: int, part: str, text: str) -> str:
            try:
                bound_to = part_place(table, self.column, stored.row, place, part)
                return data_keys.unseal_envelope(Envelope.read(text), bound_to).decode()
            except (CannotOpen, UnicodeDecodeError) as error:
                raise CannotOpen(f"{self.named} of {stored.row}: {error}") from None

        value = change_parts(stored.envelope, self.parts, opened)
        instance.__dict__[self._opened] = Opened(
            stored.envelope, self.place(stored.row), self.to_plain(value)
        )
        return value

    def seal(self, instance: models.Model, value: Any) -> Entries:
        key = data_keys.for_scope(self.scope_of(instance))
        table = self.model._meta.db_table

        def sealed(place: int, part: str, text: str) -> str:
            return str(key.seal(text.encode(), part_place(table, self.column, instance.pk, place, part)))

        return change_parts(value, self.parts, sealed)

    def checked(self, value: Any) -> Any:
        return self.clean_shape(value)

    def to_plain(self, value: Any) -> bytes:
        return json.dumps(value, sort_keys=True).encode()

    def for_column(self, value: Any, connection: Any) -> Any:
        return connection.ops.adapt_json_value(value, None)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = models.JSONField.from_db_value(self, value, expression, connection)
        # A part that the database picked out, or nothing.
        if not isinstance(found, list) or not found:
            return found
        for entry in found:
            for part in self.parts:
                if key_id := key_id_of(str(entry.get(part) or "")):
                    data_keys.expect(key_id)
        return Stored(found)

    def get_lookup(self, lookup_name: str) -> Any:
        return models.JSONField.get_lookup(self, lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return models.JSONField.get_transform(self, lookup_name)


def part_place(table: str, column: str | None, pk: object, place: int, part: str) -> bytes:
    """Where one text of a list belongs."""
    return context(table, column, pk, place, part)


def change_parts(entries: Entries, parts: Sequence[str], change: Callable[[int, str, str], str]) -> Entries:
    """The list with `change(place, part, text)` in the stead of each of the parts that says something."""
    return [
        {**entry, **{part: change(place, part, entry[part]) for part in parts if entry.get(part)}}
        for place, entry in enumerate(entries)
    ]
