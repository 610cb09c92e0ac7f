"""Sending, answering, reading and archiving: what people can rely on, whichever page asks."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from messaging import queries, rules, services
from messaging.choices import Category, Urgency
from messaging.errors import (
    ClientOutOfReach,
    NobodyToSendTo,
    NothingToAnswer,
    NothingWritten,
    OnlyToOneself,
    ReceiverGone,
)
from messaging.models import Message, Thread
from tests.cast import Cast
from tests.messaging.factories import saying


def sending_of(thread: Thread) -> Message:
    return Message.objects.filter(thread=thread).order_by("-created_at")[0]


def test_each_receiver_gets_a_copy_of_one_sending(cast: Cast, letter: Thread) -> None:
    copies = Message.objects.filter(thread=letter)
    assert {copy.receiver for copy in copies} == {cast.front_desk, cast.biller}
    assert len({(copy.sending, copy.created_at, copy.content, copy.subject) for copy in copies}) == 1
    assert letter.client == cast.client
    event = AuditEvent.objects.get(verb="message.sent")
    assert event.client_id == cast.client.pk
    assert "Friday" not in str(event.changes)


def test_somebody_named_twice_gets_one_copy_and_oneself_none(cast: Cast) -> None:
    thread = services.send_message(
        actor=cast.admin, receivers=[cast.biller, cast.biller, cast.admin], subject="Hi", content="Hello"
    )
    assert [message.receiver for message in thread.messages.all()] == [cast.biller]


def test_category_and_urgency_are_the_conversations(cast: Cast) -> None:
    thread = services.send_message(
        actor=cast.admin, receivers=[cast.biller], subject="Denial", content="See it",
        category=Category.BILLING, urgency=Urgency.HIGH,
    )  # fmt: skip
    assert (thread.category, thread.urgency) == ("billing", "high")


@pytest.mark.parametrize(
    ("receivers", "subject", "content", "error", "field"),
    [
        ([], "Hi", "Hello", NobodyToSendTo, "receivers"),
        (["admin"], "Hi", "Hello", OnlyToOneself, "receivers"),
        (["biller"], " ", "Hello", NothingWritten, "subject"),
        (["biller"], "Hi", " \n ", NothingWritten, "content"),
    ],
)
def test_what_cannot_be_sent(
    cast: Cast, receivers: list[str], subject: str, content: str, error: type[Exception], field: str
) -> None:
    people = [getattr(cast, name) for name in receivers]
    with pytest.raises(error) as refused:
        services.send_message(actor=cast.admin, receivers=people, subject=subject, content=content)
    assert refused.value.field == field  # type: ignore[attr-defined]
    assert not Thread.objects.exists()


def test_nobody_writes_to_somebody_who_left(cast: Cast) -> None:
    cast.biller.is_active = False
    cast.biller.save()
    with pytest.raises(ReceiverGone, match="Bill Biller can no longer sign in"):
        services.send_message(
            actor=cast.admin, receivers=[cast.biller, cast.front_desk], subject="Hi", content="Hello"
        )


def test_nobody_writes_about_a_client_they_may_not_see(cast: Cast) -> None:
    with pytest.raises(ClientOutOfReach):
        services.send_message(
            actor=cast.stranger, receivers=[cast.admin], subject="Hi", content="Hello", client=cast.client
        )
    assert not Message.objects.exists()


def test_a_reply_goes_to_the_writer_alone(cast: Cast, letter: Thread) -> None:
    services.reply(
        actor=cast.front_desk, thread_id=letter.pk, answering=sending_of(letter).sending, content="Booked."
    )
    answer = saying("Booked.")[0]
    assert (answer.sender, answer.receiver, answer.subject) == (cast.front_desk, cast.therapist, "Next visit")
    # The biller, who received the first message, does not see the answer.
    assert [each.content for each in queries.conversation(cast.biller, letter)] == [
        "Please book Friday.\nThank you."
    ]


def test_a_reply_to_all_goes_to_everybody_else(cast: Cast, letter: Thread) -> None:
    services.reply_to_all(
        actor=cast.front_desk, thread_id=letter.pk, answering=sending_of(letter).sending, content="Booked."
    )
    assert {copy.receiver for copy in saying("Booked.")} == {
        cast.therapist,
        cast.biller,
    }


def test_adding_to_ones_own_message_reaches_the_same_people(cast: Cast, letter: Thread) -> None:
    services.reply(
        actor=cast.therapist, thread_id=letter.pk, answering=sending_of(letter).sending, content="Or Monday."
    )
    assert {copy.receiver for copy in saying("Or Monday.")} == {
        cast.front_desk,
        cast.biller,
    }


def test_an_answer_goes_to_whom_the_form_named_although_another_message_came(
    cast: Cast, letter: Thread
) -> None:
    first = sending_of(letter).sending
    services.reply_to_all(actor=cast.biller, thread_id=letter.pk, answering=first, content="Not covered.")
    services.reply(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="Booked.")
    assert [copy.receiver for copy in saying("Booked.")] == [cast.therapist]


def test_answers_pass_over_who_left_while_somebody_reads_them(cast: Cast, letter: Thread) -> None:
    cast.biller.is_active = False
    cast.biller.save()
    first = sending_of(letter).sending
    services.reply_to_all(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="Booked.")
    assert [copy.receiver for copy in saying("Booked.")] == [cast.therapist]
    cast.therapist.is_active = False
    cast.therapist.save()
    with pytest.raises(ReceiverGone, match="Thea Therapist"):
        services.reply(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="Booked.")


def test_only_who_takes_part_answers(cast: Cast, letter: Thread) -> None:
    first = sending_of(letter).sending
    with pytest.raises(NotPermitted):
        services.reply(actor=cast.admin, thread_id=letter.pk, answering=first, content="Me too.")
    with pytest.raises(NothingToAnswer):
        services.reply(actor=cast.biller, thread_id=letter.pk, answering=uuid4(), content="Me too.")
    services.reply(actor=cast.front_desk, thread_id=letter.pk, answering=first, content="Between us.")
    private = saying("Between us.")[0].sending
    with pytest.raises(NothingToAnswer):
        services.reply(actor=cast.biller, thread_id=letter.pk, answering=private, content="What?")


def test_opening_marks_ones_own_copies_read_once(cast: Cast, letter: Thread) -> None:
    assert queries.unread_messages(cast.front_desk).count() == 1
    assert services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk) == 1
    assert services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk) == 0
    assert (
        queries.unread_messages(cast.front_desk).count(),
        queries.unread_messages(cast.biller).count(),
    ) == (0, 1)
    assert AuditEvent.objects.filter(verb="message.read").count() == 1


def test_the_sender_is_shown_the_first_reading_even_after_marking_unread(cast: Cast, letter: Thread) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        first = clock.now()
        services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk)
    assert services.mark_thread_unread(actor=cast.front_desk, thread_id=letter.pk)
    copy = Message.objects.get(thread=letter, receiver=cast.front_desk)
    assert (copy.is_read, copy.read_at, copy.first_read_at) == (False, None, first)
    services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk)
    copy.refresh_from_db()
    assert copy.seen_at == first


def test_marking_unread_does_nothing_for_what_one_only_sent(cast: Cast, letter: Thread) -> None:
    assert not services.mark_thread_unread(actor=cast.therapist, thread_id=letter.pk)


def test_archiving_is_ones_own_affair_and_an_answer_undoes_it(cast: Cast, letter: Thread) -> None:
    assert services.archive_threads(actor=cast.front_desk, thread_ids=[letter.pk]) == 1
    assert list(queries.inbox_threads(cast.front_desk)) == []
    assert list(queries.archived_threads(cast.front_desk)) == [letter]
    assert list(queries.inbox_threads(cast.biller)) == [letter]
    assert queries.unread_messages(cast.front_desk).count() == 0
    services.reply(
        actor=cast.therapist, thread_id=letter.pk, answering=sending_of(letter).sending, content="Any news?"
    )
    assert list(queries.inbox_threads(cast.front_desk)) == [letter]
    assert list(queries.archived_threads(cast.front_desk)) == []


def test_archiving_takes_what_one_sent_out_of_the_sent_list_and_back(cast: Cast, letter: Thread) -> None:
    services.archive_threads(actor=cast.therapist, thread_ids=[letter.pk])
    assert list(queries.sent_letters(cast.therapist)) == []
    assert list(queries.archived_threads(cast.therapist)) == [letter]
    services.unarchive_threads(actor=cast.therapist, thread_ids=[letter.pk])
    assert len(queries.sent_letters(cast.therapist)) == 1


def test_nobody_archives_what_is_not_theirs(cast: Cast, letter: Thread) -> None:
    assert services.archive_threads(actor=cast.admin, thread_ids=[letter.pk, uuid4()]) == 0
    assert not AuditEvent.objects.filter(verb="thread.archived").exists()


def test_only_sender_and_receivers_see_a_message(cast: Cast, letter: Thread) -> None:
    seeing = {name: rules.visible_threads(user).exists() for name, user in cast.by_role().items()}
    assert seeing == {
        "admin": False, "supervisor": False, "therapist": True, "associate": False, "biller": True, "front_desk": True,
    }  # fmt: skip


def test_somebody_disabled_uses_nothing(cast: Cast, letter: Thread) -> None:
    cast.front_desk.is_active = False
    for verb in (services.archive_threads, services.unarchive_threads):
        with pytest.raises(NotPermitted):
            verb(actor=cast.front_desk, thread_ids=[letter.pk])
    with pytest.raises(NotPermitted):
        services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk)
