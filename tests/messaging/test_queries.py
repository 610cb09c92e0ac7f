"""What is counted, found and shown of one's own messages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import queries, services
from messaging.models import Message, Thread
from tests.cast import Cast


def test_the_badge_costs_one_statement(cast: Cast, letter: Thread) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert queries.unread_messages(cast.biller).count() == 1
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("next", True),
        ("FRIDAY visit", True),
        ("thea", True),
        ("frontdesk", True),
        ("monday", False),
        ("50%", False),
    ],
)
def test_search_looks_through_subject_text_and_people(
    cast: Cast, letter: Thread, text: str, found: bool
) -> None:
    assert bool(queries.search_hits(cast.front_desk, text)) is found


def test_search_finds_nothing_of_others(cast: Cast, letter: Thread) -> None:
    assert queries.search_hits(cast.admin, "next") == []
    first = Message.objects.filter(thread=letter)[0].sending
    services.reply(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="zebra")
    assert queries.search_hits(cast.biller, "zebra") == []
    assert [hit.label for hit in queries.search_hits(cast.therapist, "zebra")] == ["Next visit"]


def test_figures_of_the_inbox_are_of_own_copies(cast: Cast, letter: Thread) -> None:
    first = Message.objects.filter(thread=letter)[0].sending
    services.reply(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="Booked.")
    services.reply_to_all(actor=cast.therapist, thread_id=letter.pk, answering=first, content="Thanks.")
    rows = {
        name: [(row.letters, row.unread) for row in queries.inbox_threads(getattr(cast, name))]
        for name in ("therapist", "front_desk", "biller", "admin")
    }
    assert rows == {"therapist": [(1, 1)], "front_desk": [(2, 2)], "biller": [(2, 2)], "admin": []}
    sent = [
        (row["receivers"], row["seen"]) for row in queries.sent_letters(cast.therapist).order_by("sent_at")
    ]
    assert sent == [(2, 0), (2, 0)]
    about = [(row.letters, row.unread) for row in queries.client_threads(cast.therapist, cast.client)]
    assert about == [(3, 1)]


def test_unread_conversations_for_a_home_page(cast: Cast, letter: Thread) -> None:
    assert [thread.latest.content[:6] for thread in queries.unread_threads(cast.biller)] == ["Please"]  # type: ignore[attr-defined]
    services.mark_thread_read(actor=cast.biller, thread_id=letter.pk)
    assert queries.unread_threads(cast.biller) == []


def test_a_conversation_names_receivers_and_when_they_read(cast: Cast, letter: Thread) -> None:
    services.mark_thread_read(actor=cast.biller, thread_id=letter.pk)
    (mine,) = queries.conversation(cast.therapist, letter)
    assert mine.mine
    assert [(receipt.name, receipt.seen_at is not None) for receipt in mine.receipts] == [
        ("Bill Biller", True),
        ("Flora Frontdesk", False),
    ]
    (theirs,) = queries.conversation(cast.front_desk, letter)
    assert (theirs.sender, theirs.receiver_names, theirs.is_new) == (
        "Thea Therapist",
        ["Bill Biller", "you"],
        True,
    )
    assert (theirs.answer, theirs.answer_all) == ("Thea Therapist", "Thea Therapist and Bill Biller")


def test_of_a_crowd_only_the_first_are_named_on_the_button(cast: Cast) -> None:
    everybody = [user for user in cast.by_role().values() if user != cast.admin]
    thread = services.send_message(actor=cast.admin, receivers=everybody, subject="Party", content="Friday")
    (mine,) = queries.conversation(cast.admin, thread)
    assert mine.answer.endswith(" and 2 more")
    assert len(mine.receiver_names) == 5
