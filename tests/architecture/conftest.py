"""The practice of which the modules here ask everything as everybody."""

import logging
import pickle
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from accounts.backends import EmailBackend
from tests.architecture.practice import Practice, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Practice]:
    """One practice for the whole module, in a transaction that is never committed."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(EmailBackend, "get_user", remembering(EmailBackend.get_user))
        # Every refusal is logged with where it was raised: thousands, of which nobody here reads a word.
        logging.disable(logging.CRITICAL)
        yield build()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


def remembering(get_user: Callable[[EmailBackend, UUID], Any]) -> Callable[[EmailBackend, UUID], Any]:
    """Who asks is read once: nothing here outlives its request, and it is the dearest statement of thousands.

    Each request gets a copy of its own. That disabling bites at the next request is tried in tests/accounts.
    """
    kept: dict[UUID, bytes] = {}

    def again(backend: EmailBackend, user_id: UUID) -> Any:
        if user_id not in kept:
            kept[user_id] = pickle.dumps(get_user(backend, user_id))
        return pickle.loads(kept[user_id])

    return again
