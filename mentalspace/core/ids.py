"""Ids as addresses and forms bring them: anybody may have typed them."""

from collections.abc import Iterable
from uuid import UUID


def read_id(text: str | None) -> UUID | None:
    """The id; None for what is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def read_ids(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    return [found for text in texts if (found := read_id(text))]
