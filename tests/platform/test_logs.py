"""The log says where and what went wrong, and for which request, but repeats nothing that was typed or stored."""

import logging
import sys

import pytest
from django.db import DatabaseError, connection
from django.test import RequestFactory

from mentalspace.core import audit
from mentalspace.logs import DiscreetFormatter, RequestIdFilter

SECRET = "she fears her brother"


def logged(error: BaseException) -> str:
    try:
        raise error
    except type(error):
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())
    return DiscreetFormatter().format(record)


@pytest.mark.parametrize("kind", [ValueError, KeyError, RuntimeError, AssertionError, Exception])
def test_what_an_error_quotes_is_left_out(kind: type[Exception]) -> None:
    line = logged(kind(SECRET))
    assert SECRET not in line
    assert kind.__name__ in line
    assert "in logged" in line


def test_what_another_handler_made_of_it_is_not_repeated() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "It failed", None, sys.exc_info())
    assert SECRET in logging.Formatter().format(record)
    assert SECRET not in DiscreetFormatter().format(record)


def test_faults_of_the_program_are_told_in_full() -> None:
    assert "no attribute 'clint'" in logged(AttributeError("no attribute 'clint'"))


def test_the_cause_is_shown_as_discreetly() -> None:
    error = RuntimeError(SECRET)
    error.__cause__ = ValueError(SECRET)
    line = logged(error)
    assert SECRET not in line
    assert line.index("ValueError") < line.index("which led to") < line.index("RuntimeError")


@pytest.mark.django_db
def test_a_broken_constraint_is_named_without_the_row() -> None:
    with connection.cursor() as cursor:
        told = "INSERT INTO practice_settings (section, values, changed_at) VALUES (%s, '{}', now())"
        cursor.execute(told, [SECRET])
        with pytest.raises(DatabaseError) as broken:
            cursor.execute(told, [SECRET])
    # What PostgreSQL itself says is exactly what must not be kept.
    assert SECRET in str(broken.value)
    line = logged(broken.value)
    assert SECRET not in line
    assert "23505 practice_settings practice_settings_pkey" in line


def test_each_line_carries_the_id_of_its_request() -> None:
    record = logging.LogRecord("test", logging.INFO, __file__, 1, "Hello", None, None)
    token = audit.origin.set(audit.Origin(request_id="abc12345"))
    try:
        RequestIdFilter().filter(record)
    finally:
        audit.origin.reset(token)
    assert record.__dict__["request_id"] == "abc12345"


def test_a_line_about_a_request_that_is_over_carries_it_too() -> None:
    record = logging.LogRecord("test", logging.WARNING, __file__, 1, "Not Found", None, None)
    request = RequestFactory().get("/")
    request.__dict__["request_id"] = "abc12345"
    record.__dict__["request"] = request
    RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "abc12345"


def test_a_line_outside_any_request_says_so() -> None:
    record = logging.LogRecord("test", logging.INFO, __file__, 1, "Hello", None, None)
    RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "-"
