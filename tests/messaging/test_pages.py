"""The pages of messages, as each person meets them."""

import csv
import io
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentalspace.core.models import AuditEvent
from messaging import queries, services
from messaging.forms import MessageForm
from messaging.models import Message, Thread
from tests.cast import Cast
from tests.messaging.factories import saying
from tests.messaging.signing_in import signed_in

INBOX, SENT, ARCHIVED = (reverse(f"messaging:{name}") for name in ("inbox", "sent", "archived"))
NEW = reverse("messaging:message_create")
HTMX = {"HX-Request": "true", "HX-Target": "list"}


def page(browser: Browser, url: str, **headers: str) -> str:
    answer = browser.get(url, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(answer: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.lstrip("\ufeff"))))


# The mailbox


def test_the_inbox_shows_what_came_with_its_beginning(cast: Cast, letter: Thread) -> None:
    shown = page(signed_in(cast.front_desk), INBOX)
    for words in ("Next visit", "1 new", "Thea Therapist", "Please book Friday. Thank you.", "Clara Cole"):
        assert words in shown
    assert "Next visit" not in page(signed_in(cast.therapist), INBOX)
    assert "Next visit" not in page(signed_in(cast.admin), INBOX)


def test_whoever_may_not_see_the_client_reads_only_that_there_is_one(cast: Cast) -> None:
    thread = services.send_message(
        actor=cast.therapist, receivers=[cast.stranger], subject="Advice", content="?", client=cast.client
    )
    browser = signed_in(cast.stranger)
    for url in (INBOX, reverse("messaging:thread_detail", args=[thread.pk])):
        shown = page(browser, url)
        assert "Clara" not in shown
        assert str(cast.client.pk) not in shown
    assert "About a client whose chart you may not open" in shown
    assert "Clara" not in browser.get(f"{INBOX}?format=csv").getvalue().decode()


def test_the_sent_list_says_who_has_read(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.therapist)
    assert "0 of 2" in page(browser, SENT)
    services.mark_thread_read(actor=cast.biller, thread_id=letter.pk)
    shown = page(browser, SENT)
    assert "1 of 2" in shown
    assert "Bill Biller and Flora Frontdesk" in shown
    assert "Next visit" not in page(signed_in(cast.biller), SENT)


def test_filters_and_search_by_address(cast: Cast, letter: Thread) -> None:
    services.send_message(
        actor=cast.admin,
        receivers=[cast.front_desk],
        subject="Printer",
        content="Broken",
        category="technical",
        urgency="high",
    )
    browser = signed_in(cast.front_desk)
    for query, found in (
        ("", {"Printer", "Next visit"}),
        ("q=broken", {"Printer"}),
        ("category=technical", {"Printer"}),
        ("urgency=normal", {"Next visit"}),
        ("unread=unread", {"Printer", "Next visit"}),
        ("q=zebra", set()),
        ("since=01/01/2199", set()),
        ("until=01/01/2020", set()),
    ):
        shown = page(browser, f"{INBOX}?{query}")
        assert {subject for subject in ("Printer", "Next visit") if f">{subject}</a>" in shown} == found, (
            query
        )
    services.mark_thread_read(actor=cast.front_desk, thread_id=letter.pk)
    assert "Next visit" not in page(browser, f"{INBOX}?unread=unread")
    assert ">Printer</a>" in page(signed_in(cast.admin), f"{SENT}?q=flora")
    assert ">Printer</a>" not in page(signed_in(cast.admin), f"{SENT}?category=billing")


def test_wrong_addresses_are_said_and_never_fail(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.front_desk)
    for query in ("page=9", "sort=nonsense", "since=tomorrow", "urgency=low", f"q={quote(chr(0) + '%_')}"):
        for url in (INBOX, SENT, ARCHIVED):
            assert browser.get(f"{url}?{query}").status_code == 200


def test_a_fragment_for_htmx_is_the_list_alone(cast: Cast, letter: Thread) -> None:
    shown = page(signed_in(cast.front_desk), INBOX, **HTMX)
    assert "Next visit" in shown
    assert "<html" not in shown


def test_the_spreadsheet_holds_no_text_of_messages(cast: Cast, letter: Thread) -> None:
    answer = signed_in(cast.front_desk).get(f"{INBOX}?format=csv").getvalue().decode()
    head, line = rows(answer)
    assert head == ["Subject", "Latest from", "About", "Category", "Latest", "Messages"]
    assert line[:4] == ["Next visit", "Thea Therapist", "Clara Cole", "Administrative"]
    assert "Friday" not in answer
    sent = signed_in(cast.therapist).get(f"{SENT}?format=csv").getvalue().decode()
    assert rows(sent)[1][:2] == ["Next visit", "Bill Biller and Flora Frontdesk"]
    assert "Friday" not in sent
    assert AuditEvent.objects.filter(verb="message.list_exported").count() == 2


@pytest.mark.parametrize("url", [INBOX, SENT, ARCHIVED])
def test_more_rows_ask_no_more_of_the_database(cast: Cast, url: str) -> None:
    def write(number: int) -> None:
        thread = services.send_message(
            actor=cast.therapist,
            receivers=[cast.biller, cast.admin],
            subject=f"No. {number}",
            content="…",
            client=cast.client,
        )
        services.send_message(
            actor=cast.biller,
            receivers=[cast.therapist],
            subject=f"Re {number}",
            content="…",
            client=cast.client,
        )
        if url == ARCHIVED:
            services.archive_threads(actor=cast.therapist, thread_ids=[thread.pk])

    browser = signed_in(cast.therapist)
    counts = []
    for numbers in (range(1), range(1, 3)):
        for number in numbers:
            write(number)
        with CaptureQueriesContext(connection) as asked:
            page(browser, url)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


# A conversation


def test_opening_marks_read_and_shows_lines_and_links(cast: Cast) -> None:
    thread = services.send_message(
        actor=cast.admin,
        receivers=[cast.biller],
        subject="Form",
        content="See https://example.com/form?a=1&b=2\n<script>alert(1)</script>",
    )
    shown = page(signed_in(cast.biller), reverse("messaging:thread_detail", args=[thread.pk]))
    assert '<a href="https://example.com/form?a=1&amp;b=2" rel="nofollow">' in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert queries.unread_messages(cast.biller).count() == 0
    assert "Read by Bill Biller on" in page(
        signed_in(cast.admin), reverse("messaging:thread_detail", args=[thread.pk])
    )


def test_looking_ahead_with_head_reads_nothing(cast: Cast, letter: Thread) -> None:
    signed_in(cast.biller).head(reverse("messaging:thread_detail", args=[letter.pk]))
    assert queries.unread_messages(cast.biller).count() == 1


def test_a_conversation_of_others_is_not_there(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.admin)
    for name in ("detail", "reply", "reply_all", "archive", "unarchive", "mark_unread"):
        url = reverse(f"messaging:thread_{name}", args=[letter.pk])
        assert browser.post(url, {"content": "x"}).status_code == (405 if name == "detail" else 404)
    assert browser.get(reverse("messaging:thread_detail", args=[letter.pk])).status_code == 404
    assert browser.get(reverse("messaging:thread_detail", args=[uuid4()])).status_code == 404


def test_a_conversation_costs_the_same_however_long(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.biller)
    url = reverse("messaging:thread_detail", args=[letter.pk])
    page(browser, url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            page(browser, url)
        counts.append(len(asked))
        for text in ("one", "two"):
            first = Message.objects.filter(thread=letter).order_by("created_at")[0].sending
            services.reply_to_all(actor=cast.biller, thread_id=letter.pk, answering=first, content=text)
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_answering_by_page(cast: Cast, letter: Thread) -> None:
    first = Message.objects.filter(thread=letter)[0].sending
    browser = signed_in(cast.front_desk)
    url = reverse("messaging:thread_detail", args=[letter.pk])
    assert "Reply to all: Thea Therapist and Bill Biller" in page(browser, url)
    answer = browser.post(
        reverse("messaging:thread_reply_all", args=[letter.pk]), {"answering": first, "content": "Booked."}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert len(saying("Booked.")) == 2
    assert "Booked." in page(signed_in(cast.biller), url)


def test_an_answer_that_cannot_be_sent_is_kept(cast: Cast, letter: Thread) -> None:
    cast.therapist.is_active = False
    cast.therapist.save()
    first = Message.objects.filter(thread=letter)[0].sending
    answer = signed_in(cast.front_desk).post(
        reverse("messaging:thread_reply", args=[letter.pk]), {"answering": first, "content": "A long answer."}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Thea Therapist can no longer sign in" in shown
    assert "A long answer.</textarea>" in shown
    assert str(first) in shown


def test_an_empty_answer_is_refused_in_words(cast: Cast, letter: Thread) -> None:
    first = Message.objects.filter(thread=letter)[0].sending
    answer = signed_in(cast.front_desk).post(
        reverse("messaging:thread_reply", args=[letter.pk]), {"answering": first, "content": "  "}
    )
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_reloading_after_a_refused_answer_leads_back(cast: Cast, letter: Thread) -> None:
    answer = signed_in(cast.front_desk).get(reverse("messaging:thread_reply", args=[letter.pk]))
    assert answer.headers["Location"] == f"{reverse('messaging:thread_detail', args=[letter.pk])}#answer"


def test_archive_and_back_by_button(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.front_desk)
    answer = browser.post(reverse("messaging:thread_archive", args=[letter.pk]), {"next": f"{INBOX}?q=visit"})
    assert answer.headers["Location"] == f"{INBOX}?q=visit"
    assert "Next visit" in page(browser, ARCHIVED)
    answer = browser.post(
        reverse("messaging:thread_unarchive", args=[letter.pk]), {"next": "https://elsewhere.example.com/"}
    )
    assert answer.headers["Location"] == INBOX
    assert "Next visit" in page(browser, INBOX)


def test_marking_unread_leads_to_the_inbox(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.front_desk)
    page(browser, reverse("messaging:thread_detail", args=[letter.pk]))
    assert (
        browser.post(reverse("messaging:thread_mark_unread", args=[letter.pk])).headers["Location"] == INBOX
    )
    assert queries.unread_messages(cast.front_desk).count() == 1


def test_several_at_once(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.front_desk)
    browser.post(reverse("messaging:threads_mark_read"), {"selected": [letter.pk, uuid4(), "nonsense"]})
    assert queries.unread_messages(cast.front_desk).count() == 0
    browser.post(reverse("messaging:threads_archive"), {"selected": [letter.pk]})
    assert "Next visit" not in page(browser, INBOX)
    answer = browser.post(reverse("messaging:threads_archive"), follow=True)
    assert "Choose conversations by their check boxes first." in answer.content.decode()


# Writing


def test_writing_to_several_people(cast: Cast) -> None:
    answer = signed_in(cast.therapist).post(
        NEW,
        {
            "receivers": [cast.front_desk.pk, cast.biller.pk],
            "client": cast.client.pk,
            "subject": "Next visit",
            "content": "Friday\r\nor Monday",
            "category": "clinical",
            "urgency": "high",
        },
    )
    thread = Thread.objects.get()
    assert answer.headers["Location"] == reverse("messaging:thread_detail", args=[thread.pk])
    assert (thread.client, thread.category, thread.urgency) == (cast.client, "clinical", "high")
    assert {message.content for message in thread.messages.all()} == {"Friday\nor Monday"}


def test_the_form_sent_twice_sends_once(cast: Cast) -> None:
    data = {
        "receivers": [cast.biller.pk], "subject": "Hi", "content": "Hello", "category": "other", "urgency": "normal",
        "_once": str(uuid4()),
    }  # fmt: skip
    browser = signed_in(cast.admin)
    first, second = browser.post(NEW, data), browser.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Message.objects.count() == 1


def test_what_was_typed_stays_when_it_cannot_be_sent(cast: Cast) -> None:
    answer = signed_in(cast.therapist).post(
        NEW,
        {
            "receivers": [cast.biller.pk],
            "client": cast.other_client.pk,
            "subject": "",
            "content": "A long text.",
            "category": "other",
            "urgency": "normal",
        },
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "A long text.</textarea>" in shown
    assert "Say in a few words what this is about." in shown
    assert "This client is not among those you may choose." in shown
    assert f'<option value="{cast.biller.pk}" selected>Bill Biller (biller)' in shown
    assert "Otto" not in shown


def test_the_form_offers_colleagues_but_not_oneself_nor_who_left(cast: Cast) -> None:
    cast.supervisor.is_active = False
    cast.supervisor.save()
    for actor in (cast.admin, cast.therapist):
        shown = page(signed_in(actor), NEW)
        assert "Bill Biller (biller)" in shown
        assert f'value="{actor.pk}"' not in shown
        assert "Susan" not in shown


def test_the_address_fills_the_form_in(cast: Cast) -> None:
    shown = page(signed_in(cast.therapist), f"{NEW}?client={cast.client.pk}&to={cast.biller.pk}&to=nonsense")
    assert f'<option value="{cast.biller.pk}" selected>' in shown
    assert "Clara Cole" in shown
    assert "Otto" not in page(signed_in(cast.therapist), f"{NEW}?client={cast.other_client.pk}")


# Elsewhere


def test_the_charts_tab_shows_own_conversations_alone(cast: Cast, letter: Thread) -> None:
    url = reverse("clients:client_tab", args=[cast.client.pk, "messages"])
    assert "Please book Friday" in page(signed_in(cast.therapist), url)
    assert "Please book Friday" in page(signed_in(cast.biller), url)
    shown = page(signed_in(cast.admin), url)
    assert "Please book Friday" not in shown
    assert f"{NEW}?client={cast.client.pk}" in shown
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_administrators_see_who_wrote_to_whom_but_not_what(cast: Cast, letter: Thread) -> None:
    browser = signed_in(cast.admin)
    message = Message.objects.filter(thread=letter)[0]
    for url in (
        reverse("admin:messaging_thread_changelist"),
        reverse("admin:messaging_thread_change", args=[letter.pk]),
        reverse("admin:messaging_message_changelist"),
        reverse("admin:messaging_message_changelist") + "?q=thea",
        reverse("admin:messaging_message_change", args=[message.pk]),
    ):
        shown = page(browser, url)
        assert "Next visit" not in shown
        assert "Friday" not in shown
    assert "thea@example.com" in shown
    assert browser.get(reverse("admin:messaging_message_add")).status_code == 403
    assert (
        browser.post(
            reverse("admin:messaging_message_delete", args=[message.pk]), {"post": "yes"}
        ).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Choose at least one person to send this to."), ("nobody", "Choose people from the list.")],
)
def test_a_receiver_who_is_none_is_said_at_the_field(cast: Cast, typed: str, said: str) -> None:
    form = MessageForm(cast.therapist, {"receivers": [typed], "subject": "Visit", "content": "When?"})
    assert form.errors["receivers"] == [said]
