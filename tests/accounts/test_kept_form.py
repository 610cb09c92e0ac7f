"""`accounts:kept_form`: what was typed into a form that came too late is there again, for its writer alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser

from accounts.kept_forms import KEPT, LARGEST
from accounts.models import Session
from accounts.sessions import digest
from clients.models import Client
from documents.models import Document
from messaging.models import Message
from scheduling.choices import AppointmentStatus
from tests.accounts.factories import PASSWORD
from tests.cast import Cast
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 18, 15, tzinfo=UTC)
FORM = "/clients/new/"
TYPED = {"first_name": "Zelda", "last_name": "Okoro", "referral_source": "A friend", "email": "no address"}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def passwords(cast: Cast) -> None:
    for user in (cast.front_desk, cast.therapist):
        user.set_password(PASSWORD)
        user.save()


def late(clock: Any, browser: Browser, user: Any, url: str, data: dict[str, str], page: str = "") -> Any:
    """Somebody sends a form after their session has ended."""
    browser.force_login(user)
    clock.shift(timedelta(minutes=20))
    return browser.post(url, data, headers={"Referer": f"http://testserver{page or url}"})


def come_back(browser: Browser, user: Any, answer: Any) -> Any:
    target = answer["Location"].partition("next=")[2].replace("%3F", "?")
    return browser.post("/sign-in/", {"email": user.email, "password": PASSWORD, "next": target})


def test_the_form_is_filled_in_again_and_nothing_was_sent(clock: Any, cast: Cast) -> None:
    browser, before = Browser(), Client.objects.count()
    answer = late(clock, browser, cast.front_desk, FORM, TYPED)
    assert answer["Location"] == f"/sign-in/?next={FORM}"
    assert come_back(browser, cast.front_desk, answer)["Location"] == FORM
    page = browser.get(FORM)
    text = page.content.decode()
    assert 'value="Zelda"' in text
    assert 'value="Okoro"' in text
    assert "What you had typed is here again. Nothing was sent yet." in text
    assert Client.objects.count() == before


def test_asking_first_whether_the_session_has_ended_loses_nothing(clock: Any, cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    clock.shift(timedelta(minutes=20))
    assert browser.get("/account/session/").json() == {"seconds": 0}
    browser.post(FORM, TYPED, headers={"Referer": f"http://testserver{FORM}"})
    assert browser.session[KEPT]["user"] == str(cast.front_desk.pk)


def test_sending_it_is_the_person_s_own_step_and_ends_it(clock: Any, cast: Cast) -> None:
    browser = Browser()
    come_back(browser, cast.front_desk, late(clock, browser, cast.front_desk, FORM, TYPED))
    browser.post(FORM, TYPED)
    assert "Zelda" not in browser.get(FORM).content.decode()


def test_somebody_else_at_the_same_browser_does_not_get_it(clock: Any, cast: Cast) -> None:
    browser = Browser()
    answer = late(clock, browser, cast.front_desk, FORM, TYPED)
    come_back(browser, cast.therapist, answer)
    assert KEPT not in browser.session
    assert browser.get("/account/typed/")["Location"] == "/home/"
    browser.post("/sign-out/")
    come_back(browser, cast.front_desk, answer)
    assert "Zelda" not in browser.get(FORM).content.decode()


def test_it_cannot_be_read_in_the_database(clock: Any, cast: Cast) -> None:
    browser = Browser()
    late(clock, browser, cast.front_desk, FORM, TYPED)
    row = Session.objects.get(session_key=digest(browser.cookies[settings.SESSION_COOKIE_NAME].value))
    assert "Zelda" not in row.session_data
    assert browser.session[KEPT]["fields"][0] == ["first_name", "Zelda"]


def test_it_waits_a_quarter_of_an_hour(clock: Any, cast: Cast) -> None:
    browser = Browser()
    come_back(browser, cast.front_desk, late(clock, browser, cast.front_desk, FORM, TYPED))
    clock.shift(timedelta(minutes=14))
    assert "Zelda" in browser.get(FORM).content.decode()
    clock.shift(timedelta(minutes=2))
    assert "Zelda" not in browser.get(FORM).content.decode()


@pytest.mark.parametrize("much", [LARGEST + 1, 0])
def test_neither_too_much_nor_nothing_is_kept(clock: Any, cast: Cast, much: int) -> None:
    browser = Browser()
    late(clock, browser, cast.front_desk, FORM, {"first_name": "x" * much})
    assert KEPT not in browser.session


def test_passwords_are_not_kept(clock: Any, cast: Cast) -> None:
    browser = Browser()
    sent = {
        "current_password": PASSWORD,
        "new_password": "secret words",
        "new_password_again": "secret words",
    }
    late(clock, browser, cast.front_desk, "/account/password/", sent)
    assert KEPT not in browser.session


def test_a_stranger_keeps_nothing_here(clock: Any) -> None:
    browser = Browser()
    browser.post(FORM, TYPED)
    assert Session.objects.count() == 0


def test_after_signing_out_on_purpose_nothing_is_kept(clock: Any, cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    browser.post("/sign-out/")
    browser.post(FORM, TYPED)
    assert KEPT not in browser.session


def test_a_note_is_in_its_editor_again_with_the_version_it_was_based_on(clock: Any, cast: Cast) -> None:
    note: Document = DocumentFactory.create(
        appointment__client=cast.client, appointment__staff=cast.therapist.staff
    )
    url = f"/documents/{note.pk}/edit/"
    browser = Browser()
    typed = {"version": str(note.version), "document_title": "Session of Wednesday"}
    answer = late(clock, browser, cast.therapist, url, typed)
    come_back(browser, cast.therapist, answer)
    context = browser.get(url).context
    assert (context["typed_title"], context["version"]) == ("Session of Wednesday", note.version)
    note.refresh_from_db()
    assert note.title != "Session of Wednesday"


def test_a_form_in_a_dialog_is_filled_in_again_on_its_own_page(clock: Any, cast: Cast) -> None:
    """It stood on the page of the appointment, and was sent to an address that shows it by itself."""
    appointment = AppointmentFactory.create(client=cast.client, staff=cast.therapist.staff)
    page, url = f"/appointments/{appointment.pk}/", f"/appointments/{appointment.pk}/cancel/"
    browser = Browser()
    answer = late(clock, browser, cast.therapist, url, {"note": "Her car broke down"}, page)
    assert answer["Location"] == f"/sign-in/?next={url}"
    come_back(browser, cast.therapist, answer)
    text = browser.get(url).content.decode()
    assert "Her car broke down" in text
    assert "What you had typed is here again. Nothing was sent yet." in text
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.SCHEDULED


def test_a_form_without_a_page_of_its_own_is_shown_to_be_copied(clock: Any, cast: Cast) -> None:
    """An action on somebody's page, such as an answer under a message."""
    browser = Browser()
    answer = late(
        clock,
        browser,
        cast.therapist,
        "/sign-out/",
        {"text": "See you on Tuesday", "id": str(cast.client.pk)},
        "/messages/",
    )
    assert answer["Location"] == "/sign-in/?next=/account/typed/"
    come_back(browser, cast.therapist, answer)
    page = browser.get("/account/typed/")
    assert page.context["rows"] == [("Text", "See you on Tuesday")]
    assert page.context["page"] == "/messages/"
    assert browser.post("/account/typed/")["Location"] == "/messages/"
    assert KEPT not in browser.session
    assert Message.objects.count() == 0


def test_what_a_page_sends_by_itself_is_not_kept(clock: Any, cast: Cast) -> None:
    note = DocumentFactory.create(appointment__client=cast.client, appointment__staff=cast.therapist.staff)
    browser = Browser()
    late(clock, browser, cast.therapist, f"/documents/{note.pk}/autosave/", {"document_title": "Draft"})
    assert KEPT not in browser.session


def test_what_is_asked_while_typing_does_not_send_the_page_away(clock: Any, cast: Cast) -> None:
    browser = Browser()
    browser.force_login(cast.front_desk)
    clock.shift(timedelta(minutes=20))
    answer = browser.post("/clients/new/duplicates/", TYPED, headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (204, False)
    assert KEPT not in browser.session
