"""Model fields whose values are sealed in the database and plain in Python.

A value is bound to its table, column and row, so it can be read only where it was written. Its key is that of the
client (or lead) whose data it is; the field's `scope` says which attribute of the row names them. What comes from the
database stays sealed until somebody looks at it (`SealedAttribute`), so a list that shows no text opens none.

What is empty (None, an empty text, list or object) is stored as it is: it holds nothing, and conditions of the
database may ask for it. They can ask for nothing else: an encrypted column has no look-ups but `isnull`, and cannot be
written by `update()`. Both say so, instead of working on what nobody can read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.validators import MaxLengthValidator
from django.db import connection, models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.data_keys import PRACTICE, Scope
from mentalspace.core.crypto.errors import CannotOpen, NotSealed
from mentalspace.core.crypto.sealing import Envelope, context, key_id_of
from mentalspace.core.shapes import ShapeField


@dataclass(slots=True)
class Stored:
    """What stands in an encrypted column, not yet opened. It has no text to print or to compare by mistake.

    `row` is the id of the row it was read from, which a copy of the object may leave behind.
    """

    envelope: Any
    row: Any = field(default=None, compare=False)

    def __repr__(self) -> str:
        return "<sealed>"

    def __str__(self) -> str:
        raise NotSealed("A sealed value is read by its model's attribute, not by values() or an annotation.")


@dataclass(frozen=True, slots=True)
class Opened:
    """What an object's value was opened from: while it says the same in the same place, it is written as it stood.

    So saving a row for another reason does not change its sealed columns, which the database may refuse to change.
    """

    envelope: Any
    place: bytes
    plain: bytes

    def __repr__(self) -> str:
        return "<opened>"


class SealedAttribute(DeferredAttribute):
    """Opens a value when it is first looked at, and keeps it open in this one object."""

    field: Any

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            # Deferred: the base class asks the database.
            super().__get__(instance, cls)
        value = instance.__dict__[name]
        if isinstance(value, Stored):
            value = instance.__dict__[name] = self.field.open(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, Stored):
            value.row = instance.pk
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """What the encrypted fields share.

    `scope` names the attribute that holds the id of whose data it is, such as `client_id` or `document.client_id`;
    `kind` says what that id is of. A row about nobody is sealed with the practice's key.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, scope: str = "", kind: str = "client", **kwargs: Any) -> None:
        self.scope, self.kind = scope, kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As the plain field of the same column: migrations work on what is stored, not on what it says."""
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs

    # Sealing and opening

    def place(self, row: Any) -> bytes:
        """Where a value of the row with this id belongs."""
        if row is None:
            raise NotSealed(
                f"{self.named} belongs to a row whose id is not known yet: give it a RowNumberField."
            )
        return place(self.model._meta.db_table, self.column, row)

    def scope_of(self, instance: models.Model) -> Scope:
        """Whose key seals this row's value."""
        found: Any = instance
        for name in self.scope.split(".") if self.scope else ():
            found = getattr(found, name)
        return Scope(self.kind, found) if isinstance(found, UUID) else PRACTICE

    def open(self, instance: models.Model, stored: Stored) -> Any:
        """The plain value; raises CannotOpen, which names the place and not the text."""
        belongs = self.place(stored.row)
        try:
            plain = data_keys.unseal_envelope(Envelope.read(stored.envelope), belongs)
            value = self.from_plain(plain)
        except (CannotOpen, ValueError) as error:
            fault = error if isinstance(error, CannotOpen) else "What was sealed is damaged."
            raise CannotOpen(f"{self.named} of {stored.row}: {fault}") from None
        instance.__dict__[self._opened] = Opened(stored.envelope, belongs, plain)
        return value

    def seal(self, instance: models.Model, value: Any) -> Any:
        """What the column is to hold for a value that is not empty."""
        key = data_keys.for_scope(self.scope_of(instance))
        return str(key.seal(self.to_plain(value), self.place(instance.pk)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """What to store: the envelope it was opened from if nothing changed, else a new one."""
        # Opened even if nobody has looked at it: in the row of a copy, it could never be read as it stands.
        value = getattr(model_instance, self.attname)
        if hasattr(value, "resolve_expression"):
            raise NotSealed(f"{self.named} is encrypted: give it a value, not an expression.")
        value = self.checked(value)
        if value is None or is_empty(value):
            return value
        plain, belongs = self.to_plain(value), self.place(model_instance.pk)
        before = model_instance.__dict__.get(self._opened)
        if before is not None and (before.place, before.plain) == (belongs, plain):
            return Stored(before.envelope)
        return Stored(self.seal(model_instance, value))

    def checked(self, value: Any) -> Any:
        """The value as it may be stored, or ValidationError."""
        return value

    def to_plain(self, value: Any) -> bytes:
        raise NotImplementedError

    def from_plain(self, plain: bytes) -> Any:
        raise NotImplementedError

    @property
    def named(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    @property
    def _opened(self) -> str:
        return f"_{self.attname}_opened"

    # To and from the database

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, Stored):
            return self.for_column(value.envelope, connection)
        if value is None or is_empty(value):
            return value if value is None else self.for_column(value, connection)
        raise NotSealed(f"{self.named} is encrypted: write it by save() or bulk_create(), not by update().")

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        if hasattr(value, "as_sql"):
            raise NotSealed(f"{self.named} is encrypted: it cannot be computed by the database.")
        return "%s"

    def for_column(self, value: Any, connection: Any) -> Any:
        """An envelope, or what is empty, as the driver wants it."""
        return value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or is_empty(value):
            return value
        key_id = key_id_of(value) if isinstance(value, str) else None
        if key_id is not None:
            data_keys.expect(key_id)
        return Stored(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return IsNull if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        raise NotSealed(f"{self.named} is encrypted: dumpdata would write it out readable. Use pg_dump.")


def place(table: str, column: str | None, pk: object) -> bytes:
    """Where a value belongs, as it is sealed."""
    return context(table, column, pk)


def is_empty(value: Any) -> bool:
    """Whether there is nothing to keep secret: an empty text, list or object."""
    return isinstance(value, str | list | dict) and not value


class EncryptedTextField(EncryptedField, models.TextField):
    """A text, sealed in a TEXT column."""

    def to_plain(self, value: Any) -> bytes:
        return str(value).encode()

    def from_plain(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedCharField(EncryptedTextField):
    """A line of at most `max_length` characters: a form shows one line, the TEXT column takes any envelope."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.validators.append(MaxLengthValidator(self.max_length))

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        return super(models.TextField, self).formfield(**{"max_length": self.max_length, **kwargs})


class EncryptedJSONField(EncryptedField, models.JSONField):
    """JSON data, sealed as one JSON string in a JSONB column."""

    def to_plain(self, value: Any) -> bytes:
        return json.dumps(value, cls=self.encoder, ensure_ascii=False, separators=(",", ":")).encode()

    def from_plain(self, plain: bytes) -> Any:
        return json.loads(plain, cls=self.decoder)

    def for_column(self, value: Any, connection: Any) -> Any:
        return connection.ops.adapt_json_value(value, None)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return super().from_db_value(value if value is None else json.loads(value), expression, connection)


class EncryptedShapeField(EncryptedJSONField, ShapeField):
    """JSON data of a declared shape, checked whenever it is written, and sealed."""

    def checked(self, value: Any) -> Any:
        return self.clean_shape(value)


class RowNumberField(models.BigAutoField):
    """The database's running number, drawn before the row is written, because what is sealed in it is bound to it."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigAutoField", args, kwargs

    def get_pk_value_on_save(self, instance: models.Model) -> Any:
        return self.draw(1)[0]

    def draw(self, count: int) -> list[int]:
        """The next numbers, one statement."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [self.model._meta.db_table, self.column, count],
            )
            return [number for (number,) in cursor.fetchall()]


def prepare(rows: Sequence[models.Model]) -> None:
    """Have at hand what `bulk_create` would ask the database for row by row: their keys, and their running numbers."""
    if not rows:
        return
    model = type(rows[0])
    fields = [field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedField)]
    data_keys.for_scopes(
        {field.scope_of(row) for field in fields for row in rows if getattr(row, field.attname)}
    )
    number = model._meta.pk
    if isinstance(number, RowNumberField):
        unnumbered = [row for row in rows if row.pk is None]
        for row, pk in zip(unnumbered, number.draw(len(unnumbered)), strict=True):
            row.pk = pk


def encrypted_fields() -> list[EncryptedField]:
    """Every encrypted field of every model, so that whoever must look at all of them forgets none."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedField)
    ]
