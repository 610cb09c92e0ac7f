"""What every log line carries."""

import logging


class RequestIdFilter(logging.Filter):
    """Put the id of the request at hand on each record, so that a person's error page and the log can be matched."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Logging is set up before the applications are, and the kernel's trail has a model.
        from mentalspace.core.audit import origin

        record.request_id = origin.get().request_id or "-"
        return True
