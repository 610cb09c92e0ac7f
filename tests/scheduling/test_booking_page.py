"""The public booking page: off by default, the same for everybody, bearing no abuse; and what the desk answers."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from clients.models import CareTeamMember, Client
from crm.choices import LeadStatus
from crm.models import Lead
from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.errors import AlreadyTold, RequestAnswered, SlotTaken
from scheduling.models import Appointment, BookingRequest
from scheduling.requests.choices import DeclinedBecause
from scheduling.requests.defaults import BookingPageDefaults
from scheduling.requests.offered import Sought
from scheduling.requests.queries import to_answer
from scheduling.requests.services import (
    approve_request,
    ask_for_time,
    clear_requests,
    decline_request,
    told_by_phone,
)
from scheduling.tasks import follow_up_request
from staff.choices import StaffStatus
from staff.models import Staff
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.crm.factories import LeadFactory
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory, RequestFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
WEDNESDAY = TODAY + timedelta(days=2)
TEN = "2026-09-16T10:00"
PERSON = {
    "first_name": "Wren", "last_name": "Honeydew", "email": "Wren@Example.com", "phone": "404 555 0188",
    "date_of_birth": "", "website": "", "agreed": "on",
}  # fmt: skip


@pytest.fixture
def opened(cast: Cast) -> BookingPageDefaults:
    """The page is open, for intakes and consultations with the therapist."""
    page = BookingPageDefaults(is_open=True, clinicians=[str(cast.therapist.staff.pk)])
    practice.save(page)
    return page


def details(**more: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in {
        "type": "consultation", "location": "telehealth", "start": TEN, **more}.items())  # fmt: skip
    return f"/book/details/?{query}"


def ask(browser: Browser | None = None, **more: Any) -> Any:
    return (browser or Browser()).post(details(), {**PERSON, **more})


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def approve(cast: Cast, asked: BookingRequest, **more: Any) -> Appointment:
    facts: dict[str, Any] = {
        "client_id": None, "staff_id": asked.staff_id, "start": asked.start_time, "minutes": 50,
        "type": asked.type, "location": asked.location, **more,
    }  # fmt: skip
    return approve_request(actor=cast.front_desk, request_id=asked.pk, **facts)


def asked_at_ten(cast: Cast, **more: Any) -> BookingRequest:
    made: BookingRequest = RequestFactory.create(
        staff=cast.therapist.staff, start_time=at(10, day=WEDNESDAY), **more
    )
    return made


# What anybody sees


def test_the_page_does_not_exist_until_it_is_opened(cast: Cast) -> None:
    for url in ("/book/", details(), "/book/sent/"):
        assert Browser().get(url).status_code == 404
    assert Browser().post(details(), PERSON).status_code == 404
    assert BookingRequest.objects.count() == 0


@pytest.mark.parametrize("missing", ["types", "locations", "clinicians"])
def test_it_cannot_be_opened_with_nothing_to_offer(cast: Cast, missing: str) -> None:
    facts = {"types": ["intake"], "locations": ["office"], "clinicians": [str(uuid4())], missing: []}
    with pytest.raises(ValueError, match="at least one type"):
        BookingPageDefaults(is_open=True, **facts)


def test_booking_times(cast: Cast, opened: BookingPageDefaults) -> None:
    """From tomorrow nine o'clock by the lead time; what is booked is left out, and nobody is named."""
    AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=at(9, day=WEDNESDAY), end_time=at(16, day=WEDNESDAY)
    )  # fmt: skip
    page = Browser().get("/book/").content.decode()
    assert "start=2026-09-15T09%3A00" in page
    assert "start=2026-09-14T" not in page
    assert "start=2026-09-16T10%3A00" not in page
    assert "start=2026-09-16T16%3A00" in page
    assert cast.client.last_name not in page
    assert 'href="tel:988"' in page


@pytest.mark.parametrize(
    "query",
    ["type=crisis", "type=x", "location=home", "staff=7", "staff={stranger}", "type=intake&type=x", "from=x"],
)
def test_only_what_is_offered_can_be_looked_for(cast: Cast, opened: BookingPageDefaults, query: str) -> None:
    """Neither another type nor a clinician who does not accept requests; a bad day is left out."""
    answer = Browser().get("/book/?" + query.format(stranger=cast.stranger.staff.pk))
    page = answer.content.decode()
    assert answer.status_code == (200 if query == "from=x" else 422)
    assert cast.stranger.staff.last_name not in page
    assert ("start=2026" in page) == (query == "from=x")


def test_whoever_left_or_may_not_sign_in_is_offered_no_more(cast: Cast, opened: BookingPageDefaults) -> None:
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(status=StaffStatus.ON_LEAVE)
    assert "No time is free" in Browser().get("/book/").content.decode()


def test_booking_details_asks_nothing_about_health(cast: Cast, opened: BookingPageDefaults) -> None:
    page = Browser().get(details()).content.decode()
    assert "Wednesday, September 16, 2026, 10:00 AM" in page
    assert "<textarea" not in page
    assert 'href="tel:988"' in page
    assert opened.consent in page
    names = {"first_name", "last_name", "email", "phone", "date_of_birth", "website", "agreed"}
    assert all(f'name="{name}"' in page for name in names)


@pytest.mark.parametrize(
    "start", ["", "x", "2026-09-16T10:07", "2026-09-13T10:00", "2026-09-16T23:00", "9999-01-01T10:00"]
)
def test_a_time_that_is_not_offered_leads_back_to_those_that_are(
    cast: Cast, opened: BookingPageDefaults, start: str
) -> None:
    answer = Browser().post(details(start=start), PERSON)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/book/")
    assert answer.headers["Location"] != "/book/sent/"
    assert BookingRequest.objects.count() == 0


# Asking


def test_a_request_books_nothing_and_holds_no_time(cast: Cast, opened: BookingPageDefaults) -> None:
    answer = ask()
    assert answer.headers["Location"] == "/book/sent/"
    asked = BookingRequest.objects.get()
    assert (asked.email, asked.phone) == ("wren@example.com", "+14045550188")
    assert (asked.staff, asked.any_clinician, asked.minutes) == (cast.therapist.staff, True, 50)
    assert asked.consented_to == opened.consent
    assert Appointment.objects.count() == 0
    assert "10:00 AM" in Browser().get("/book/").content.decode()
    assert ask(email="second@example.com").headers["Location"] == "/book/sent/"


def test_the_answer_is_the_same_for_known_and_unknown_people(cast: Cast, opened: BookingPageDefaults) -> None:
    """To the statement: whether somebody is known is looked up by the worker, later."""
    known = {"first_name": "Clara", "last_name": "Cole", "email": "clara@example.com"}
    Client.objects.filter(pk=cast.client.pk).update(email="clara@example.com")
    seen = []
    # The first one also begins what is counted for everybody together.
    ask(email="first@example.com")
    people: list[dict[str, Any]] = [{}, known]
    for place, person in enumerate(people):
        browser = Browser(REMOTE_ADDR=f"203.0.113.{place}")
        with CaptureQueriesContext(connection) as asked:
            answer = ask(browser, **person)
        kinds = [
            query["sql"].split('"', 1)[0] if "SAVEPOINT" in query["sql"] else query["sql"].split()[:3]
            for query in asked.captured_queries
        ]
        seen.append((answer.status_code, answer.headers["Location"], kinds))
    assert seen[0] == seen[1]
    assert Lead.objects.count() == 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"email": "wren"}, "Enter an e-mail address"),
        ({"email": ""}, "Fill this in."),
        ({"agreed": ""}, "Tick this to go on."),
        ({"phone": "12"}, "phone"),
        ({"date_of_birth": "01/01/2030"}, "must be 09/14/2026 or earlier"),
        ({"date_of_birth": "01/01/1830"}, "must be 01/01/1900 or later"),
        ({"first_name": "x" * 101}, "at most 100 characters"),
    ],
)
def test_what_is_typed_wrong_is_said_and_kept(
    cast: Cast, opened: BookingPageDefaults, fault: dict[str, Any], said: str
) -> None:
    answer = ask(**fault)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'value="Honeydew"' in page or "last_name" in fault
    assert BookingRequest.objects.count() == 0


def test_pressed_twice_it_is_asked_once(cast: Cast, opened: BookingPageDefaults) -> None:
    browser, key = Browser(), "8d5ee7ea-2a0f-4d57-9fd7-7d8be0e2a7a9"
    first, second = ask(browser, _once=key), ask(browser, _once=key)
    assert first.headers["Location"] == second.headers["Location"] == "/book/sent/"
    assert BookingRequest.objects.count() == 1


# Abuse


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    assert ask(website="https://spam.example").headers["Location"] == "/book/sent/"
    assert BookingRequest.objects.count() == 0


def test_one_place_asks_five_times_an_hour(
    cast: Cast, opened: BookingPageDefaults, stopped_clock: Any
) -> None:
    answers = [ask(email=f"person{place}@example.com").status_code for place in range(7)]
    assert answers == [302] * 5 + [422] * 2
    assert BookingRequest.objects.count() == 5
    stopped_clock.shift(timedelta(minutes=61))
    assert ask(email="later@example.com").status_code == 302


def test_nobody_is_sent_many_mails_because_others_type_their_address(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    def from_elsewhere(place: int) -> int:
        browser = Browser(REMOTE_ADDR=f"203.0.113.{place}")
        return int(ask(browser, email="victim@example.com").status_code)

    assert [from_elsewhere(place) for place in range(5)] == [302, 302, 302, 422, 422]


def test_whoever_looks_too_often_waits(cast: Cast, opened: BookingPageDefaults, monkeypatch: Any) -> None:
    from accounts.services.limits import Limit

    monkeypatch.setattr("scheduling.requests.views.public.LOOKS_BY_ADDRESS", Limit("few looks", 2, 15))
    assert [Browser().get("/book/").status_code for _ in range(4)] == [200, 200, 429, 429]
    assert Browser(REMOTE_ADDR="203.0.113.9").get("/book/").status_code == 200


# What the worker does


def follow_up(asked: BookingRequest) -> None:
    follow_up_request(str(asked.pk))


def test_a_newcomer_becomes_a_lead_and_is_told_once(cast: Cast, opened: BookingPageDefaults) -> None:
    ask()
    asked = BookingRequest.objects.get()
    assert ProcrastinateJob.objects.filter(task_name="follow_up_request").count() == 1
    follow_up(asked)
    follow_up(asked)
    lead = Lead.objects.get()
    assert (lead.full_name, lead.source, lead.booking_request) == ("Wren Honeydew", "website", asked)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["wren@example.com"], "We received your request")
    ]
    said = mail.outbox[0].body
    assert "Wednesday, September 16, 2026 at 10:00 AM EDT" in said
    assert "988" in said
    for word in ("therap", "counsel", "consultation", "health", cast.therapist.staff.last_name.lower()):
        assert word not in said.lower()


def test_somebody_known_becomes_no_lead(cast: Cast, opened: BookingPageDefaults) -> None:
    ClientFactory.create(email="wren@example.com", first_name="Wren", last_name="Honeydew")
    ask()
    follow_up(BookingRequest.objects.get())
    assert Lead.objects.count() == 0
    assert len(mail.outbox) == 1


def test_an_inquiry_that_is_open_already_is_the_one(cast: Cast, opened: BookingPageDefaults) -> None:
    lead = LeadFactory.create(email="wren@example.com", status=LeadStatus.CONTACTED)
    ask()
    asked = BookingRequest.objects.get()
    follow_up(asked)
    lead.refresh_from_db()
    assert (Lead.objects.count(), lead.booking_request) == (1, asked)


def test_a_mail_server_that_is_down_loses_no_mail(
    cast: Cast, opened: BookingPageDefaults, monkeypatch: Any
) -> None:
    ask()
    asked = BookingRequest.objects.get()

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError("down")

    with monkeypatch.context() as down:
        down.setattr("scheduling.requests.mailing.send_mail", refuse)
        with pytest.raises(OSError, match="down"):
            follow_up(asked)
    follow_up(asked)
    assert len(mail.outbox) == 1
    assert Lead.objects.count() == 1


def test_who_could_not_be_mailed_stands_on_the_desks_list(
    cast: Cast, opened: BookingPageDefaults, stopped_clock: Any
) -> None:
    """Declined, the mail refused to the last: until the time asked for is over, or somebody has called them."""
    told, asked, again = asked_at_ten(cast, told="declined"), asked_at_ten(cast), asked_at_ten(cast)
    for each in (told, asked, again):
        decline_request(actor=cast.front_desk, request_id=each.pk, because=DeclinedBecause.NO_TIME)

    def listed() -> list[BookingRequest]:
        return list(to_answer(cast.front_desk))

    assert listed() == []
    stopped_clock.shift(timedelta(hours=2))
    assert listed() == [asked, again]
    called = reverse("scheduling:request_told", args=[asked.pk])
    desk = Browser()
    desk.force_login(cast.front_desk)
    assert "Mail not sent" in desk.get("/home/").content.decode()
    for url in (
        reverse("scheduling:request_list"),
        reverse("scheduling:request_detail", args=[asked.pk]),
    ):
        assert f'formaction="{called}"' in desk.get(url).content.decode()
    assert desk.post(called).headers["Location"] == reverse("scheduling:request_detail", args=[asked.pk])
    follow_up(asked)
    assert (listed(), mail.outbox) == ([again], [])
    with pytest.raises(AlreadyTold):
        told_by_phone(actor=cast.front_desk, request_id=asked.pk)
    stopped_clock.move_to(at(11, day=WEDNESDAY))
    assert listed() == []


# The desk


def test_approving_a_newcomer_takes_them_on_and_closes_the_lead(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    ask()
    asked = BookingRequest.objects.get()
    follow_up(asked)
    booked = approve(cast, asked)
    asked.refresh_from_db()
    assert (asked.state, asked.appointment, asked.handled_by) == ("approved", booked, cast.front_desk.staff)
    assert (booked.client.display_name, booked.client.email) == ("Wren Honeydew", "wren@example.com")
    lead = Lead.objects.get()
    assert (lead.status, lead.converted_client) == (LeadStatus.CONVERTED, booked.client)
    assert CareTeamMember.objects.filter(client=booked.client, staff=cast.therapist.staff).exists()
    follow_up(asked)
    assert [sent.subject for sent in mail.outbox] == [
        "We received your request",
        "Your appointment is booked",
    ]


def test_approving_for_somebody_known_makes_nobody_new(cast: Cast, opened: BookingPageDefaults) -> None:
    asked, before = asked_at_ten(cast), Client.objects.count()
    booked = approve(cast, asked, client_id=cast.client.pk)
    assert (booked.client, Client.objects.count()) == (cast.client, before)
    event = AuditEvent.objects.get(verb="request.approved")
    assert event.client_id == cast.client.pk


def test_another_time_is_told_as_such(cast: Cast, opened: BookingPageDefaults) -> None:
    asked = asked_at_ten(cast, told="waiting")
    approve(cast, asked, client_id=cast.client.pk, start=at(14, day=WEDNESDAY))
    asked.refresh_from_db()
    assert asked.state == "moved"
    follow_up(asked)
    assert "Wednesday, September 16, 2026 at 2:00 PM EDT instead" in mail.outbox[0].body


def test_a_time_that_is_gone_leaves_the_request_waiting_and_nobody_taken_on(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    asked, before = asked_at_ten(cast), Client.objects.count()
    AppointmentFactory.create(
        staff=cast.therapist.staff, start_time=asked.start_time, end_time=asked.end_time
    )
    with pytest.raises(SlotTaken) as caught:
        approve(cast, asked)
    assert at(11, day=WEDNESDAY) in caught.value.openings
    asked.refresh_from_db()
    assert (asked.state, Client.objects.count()) == ("waiting", before + 1)


def test_a_request_is_answered_once(cast: Cast, opened: BookingPageDefaults) -> None:
    asked = asked_at_ten(cast)
    approve(cast, asked, client_id=cast.client.pk)
    with pytest.raises(RequestAnswered):
        approve(cast, asked, client_id=cast.client.pk, start=at(14, day=WEDNESDAY))
    with pytest.raises(RequestAnswered):
        decline_request(actor=cast.front_desk, request_id=asked.pk, because=DeclinedBecause.NO_TIME)
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("role", ["therapist", "supervisor", "associate", "biller"])
def test_nobody_but_the_desk_answers(cast: Cast, opened: BookingPageDefaults, role: str) -> None:
    asked, actor = asked_at_ten(cast), cast.by_role()[role]
    with pytest.raises(NotPermitted):
        decline_request(actor=actor, request_id=asked.pk, because=DeclinedBecause.NO_TIME)
    with pytest.raises(NotPermitted):
        approve_request(
            actor=actor, request_id=asked.pk, client_id=None, staff_id=asked.staff_id,
            start=asked.start_time, minutes=50, type=asked.type, location=asked.location,
        )  # fmt: skip
    assert browser_of(actor).get("/requests/").status_code == 403


@pytest.mark.parametrize(
    ("because", "mails", "words"),
    [
        (DeclinedBecause.NO_TIME, 1, "no time free at present"),
        (DeclinedBecause.NOT_OFFERED, 1, "not something that we offer"),
        (DeclinedBecause.MISUSE, 0, ""),
    ],
)
def test_declining_is_kind_and_silent_where_the_page_was_misused(
    cast: Cast, opened: BookingPageDefaults, because: DeclinedBecause, mails: int, words: str
) -> None:
    asked = asked_at_ten(cast, told="waiting")
    decline_request(actor=cast.front_desk, request_id=asked.pk, because=because)
    follow_up(asked)
    assert len(mail.outbox) == mails
    assert all(words in sent.body for sent in mail.outbox)


def test_request_detail_names_who_may_be_the_same_person(cast: Cast, opened: BookingPageDefaults) -> None:
    client = ClientFactory.create(first_name="Wren", last_name="Honeydew", phone="+14045550188")
    asked = asked_at_ten(cast, last_name="Honeydew", phone="+14045550188")
    page = browser_of(cast.front_desk).get(f"/requests/{asked.pk}/").content.decode()
    assert f"C-{client.number}" in page
    assert "Same phone and same name" in page
    assert "no longer free" not in page
    AppointmentFactory.create(
        staff=cast.therapist.staff, start_time=asked.start_time, end_time=asked.end_time
    )
    page = browser_of(cast.front_desk).get(f"/requests/{asked.pk}/").content.decode()
    assert "This time is no longer free" in page


def form_of(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "who": "new", "staff": cast.therapist.staff.pk, "date": "09/16/2026", "start": "10:00 AM",
        "minutes": "50", "type": "consultation", "location": "telehealth", "is_billable": "on",
        "assign": "on", **more,
    }  # fmt: skip


def test_request_approve_and_request_move(cast: Cast, opened: BookingPageDefaults) -> None:
    browser, asked = browser_of(cast.front_desk), asked_at_ten(cast)
    url = reverse("scheduling:request_approve", args=[asked.pk])
    assert 'value="10:00 AM"' in browser.get(url).content.decode()
    assert browser.post(url, form_of(cast)).headers["Location"] == f"/requests/{asked.pk}/"
    assert BookingRequest.objects.get().state == "approved"
    again = browser.post(url, form_of(cast), follow=True)
    assert "Somebody has just answered this request." in again.content.decode()
    second = asked_at_ten(cast, email="other@example.com")
    url = reverse("scheduling:request_move", args=[second.pk])
    refused = browser.post(url, form_of(cast))
    assert refused.status_code == 422
    assert "Nearest free times" in refused.content.decode()
    assert browser.post(url, form_of(cast, opening="2026-09-16T11:00")).status_code == 302
    assert BookingRequest.objects.get(pk=second.pk).state == "moved"


def test_only_one_of_those_named_or_a_new_client_can_be_chosen(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    """A forged answer cannot give the time to any other client."""
    asked = asked_at_ten(cast)
    url = reverse("scheduling:request_approve", args=[asked.pk])
    answer = browser_of(cast.front_desk).post(url, form_of(cast, who=str(cast.client.pk)))
    assert answer.status_code == 422
    assert Appointment.objects.count() == 0


def test_request_decline(cast: Cast, opened: BookingPageDefaults) -> None:
    browser, asked = browser_of(cast.front_desk), asked_at_ten(cast)
    url = reverse("scheduling:request_decline", args=[asked.pk])
    assert browser.post(url, {"because": "x"}).status_code == 422
    assert browser.post(url, {"because": "no_time"}).headers["Location"] == "/requests/"
    assert BookingRequest.objects.get().declined_because == "no_time"


def test_requests_wait_at_home_in_the_top_bar_and_in_the_list(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    asked_at_ten(cast, last_name="Honeydew")
    browser = browser_of(cast.front_desk)
    home = browser.get("/home/").content.decode()
    assert "Requests to answer" in home
    assert "Wren Honeydew" in home
    assert "Wren Honeydew" in browser.get("/requests/?q=honey").content.decode()
    assert "Wren Honeydew" not in browser.get("/requests/?state=answered").content.decode()


# Forgetting


def test_names_are_cleared_some_time_after_and_what_became_of_it_stays(
    cast: Cast, opened: BookingPageDefaults
) -> None:
    old = asked_at_ten(cast, date_of_birth=date(1990, 1, 1), phone="+14045550188")
    approve(cast, old, client_id=cast.client.pk)
    practice.save(opened.model_copy(update={"keep_days": 30}))
    BookingRequest.objects.update(
        start_time=at(10) - timedelta(days=31), end_time=at(11) - timedelta(days=31)
    )
    recent = asked_at_ten(cast)
    assert clear_requests() == 1
    assert clear_requests() == 0
    old.refresh_from_db()
    assert (old.full_name, old.email, old.phone, old.date_of_birth) == ("", "", "", None)
    assert (old.state, old.appointment is not None) == ("approved", True)
    recent.refresh_from_db()
    assert recent.full_name.startswith("Wren")
    call_command("clear_booking_requests")
    follow_up(old)
    assert mail.outbox == []


def test_the_verb_itself_refuses_what_is_not_offered(cast: Cast, opened: BookingPageDefaults) -> None:
    facts: dict[str, Any] = {"first_name": "W", "last_name": "H", "email": "w@example.com", "phone": ""}
    for sought, start in (
        (Sought("consultation", "telehealth"), at(22, day=WEDNESDAY)),
        (Sought("consultation", "telehealth", cast.stranger.staff), at(10, day=WEDNESDAY)),
        (Sought("consultation", "telehealth"), at(10, day=TODAY)),
    ):
        with pytest.raises(SlotTaken):
            ask_for_time(sought=sought, start=start, **facts)
