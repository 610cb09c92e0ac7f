"""An id that somebody typed is an id or nothing, never an error page."""

from uuid import UUID

import pytest

from mentalspace.core.ids import read_id, read_ids

ID = "6f1f3f5a-5d0e-4b57-9a43-0d6b8a3f6c11"


@pytest.mark.parametrize("text", [None, "", "7", "' OR 1=1", f"{ID}0", "\x00", "é" * 32])
def test_what_is_no_id_is_none(text: str | None) -> None:
    assert read_id(text) is None


def test_an_id_is_read() -> None:
    assert read_id(ID) == UUID(ID)


def test_of_many_the_ids_are_kept_in_order() -> None:
    assert read_ids(["x", ID, "", ID]) == [UUID(ID), UUID(ID)]
