"""JSON columns whose shape is declared by a pydantic type and checked on every way into the database."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from pydantic import TypeAdapter
from pydantic import ValidationError as ShapeError


class ShapeField(models.JSONField):
    """A JSON column with a declared shape.

    `shape` is anything pydantic can adapt: a model, or `list[Model]`. Values are plain lists and dictionaries in
    Python, as with a JSONField; they are validated whenever they are written, by `save()`, `update()` or
    `bulk_create()` alike, so a malformed value raises ValidationError before it reaches the database.
    """

    def __init__(self, *args: Any, shape: Any = None, **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        # Migrations record a plain JSONField: shapes change in code without touching the table.
        return name, "django.db.models.JSONField", args, kwargs

    def clean_shape(self, value: Any) -> Any:
        """The value as plain JSON data in the declared shape; raises ValidationError with one sentence per fault."""
        if value is None or self.shape is None:
            return value
        adapter = TypeAdapter(self.shape)
        try:
            return adapter.dump_python(adapter.validate_python(value), mode="json", by_alias=True)
        except ShapeError as error:
            raise ValidationError(
                [
                    f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
                    for fault in error.errors()
                ]
            ) from error

    def get_prep_value(self, value: Any) -> Any:
        if hasattr(value, "resolve_expression"):
            return super().get_prep_value(value)
        return super().get_prep_value(self.clean_shape(value))

    def clean(self, value: Any, model_instance: Any) -> Any:
        return super().clean(self.clean_shape(value), model_instance)
