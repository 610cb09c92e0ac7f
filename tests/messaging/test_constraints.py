"""What the database itself refuses, whoever asks."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from messaging.models import Message, Thread
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        "content = 'other'",
        "subject = 'other'",
        "sender_id = receiver_id",
        "created_at = now()",
        "sending = gen_random_uuid()",
    ],
)
def test_what_was_said_stays(cast: Cast, letter: Thread, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE messages SET {change}")


@pytest.mark.parametrize("statement", ["DELETE FROM messages", "TRUNCATE messages"])
def test_no_message_goes_away(cast: Cast, letter: Thread, statement: str) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Message.objects.count() == 2


def test_reading_has_a_time_and_a_time_means_read(cast: Cast, letter: Thread) -> None:
    for change in ("is_read = true", "read_at = now()"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE messages SET {change}")


def test_one_copy_a_person(cast: Cast, letter: Thread) -> None:
    copy = Message.objects.filter(thread=letter)[0]
    copy.pk = uuid.uuid4()
    copy._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_known_categories_and_urgencies(cast: Cast, letter: Thread) -> None:
    for change in ("category = 'gossip'", "urgency = 'low'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE message_threads SET {change}")
