"""Log lines that help to find a fault and never repeat what people told their therapist."""

import logging
import traceback
from types import TracebackType

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.urls import NoReverseMatch

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# Faults of the program, whose messages name its own parts. All others may quote what was typed or stored.
SPEAKS_OF_CODE = (
    AttributeError,
    FieldError,
    ImportError,
    ImproperlyConfigured,
    NameError,
    NoReverseMatch,
    NotImplementedError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    TypeError,
)


class RequestIdFilter(logging.Filter):
    """Put the id of the request at hand on each record, so that a person's error page and the log can be matched."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Logging is set up before the applications are, and the kernel's trail has a model.
        from mentalspace.core.audit import origin

        # Django reports an answer of 400 and above when the request is already over, and passes it along.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", "") or origin.get().request_id or "-"
        return True


class DiscreetFormatter(logging.Formatter):
    """Shows where an error arose and of which kind, but its message only where that cannot quote a record.

    PostgreSQL, for one, repeats the whole row that breaks a constraint; its code and the constraint's name say enough.
    """

    def format(self, record: logging.LogRecord) -> str:
        # Logging keeps the traceback on the record for its next handler: neither theirs for us nor ours for them.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging calls it so
        error = ei[1]
        parts: list[str] = []
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.insert(0, f"{frames}{type(error).__module__}.{type(error).__qualname__}{self._told(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nwhich led to\n\n".join(parts)

    def _told(self, error: BaseException) -> str:
        if isinstance(error, SPEAKS_OF_CODE):
            return f": {error}"
        diagnosis = getattr(error, "diag", None)
        if diagnosis is None or diagnosis.sqlstate is None:
            return ""
        names = (diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name)
        return f": {' '.join(filter(None, (diagnosis.sqlstate, *names)))}"
