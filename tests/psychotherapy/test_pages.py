"""The author's pages: beginning, writing, two windows, destroying; and what others are answered there."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from clients.models import CareTeamMember
from mentalspace.core.models import AuditEvent
from psychotherapy.models import PsychotherapyNote
from psychotherapy.queries import own_notes
from scheduling.models import Appointment
from tests.accounts.factories import PASSWORD
from tests.cast import Cast
from tests.psychotherapy.conftest import CANARY, NOW
from tests.psychotherapy.factories import make_note
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
NEW = reverse("psychotherapy:psychotherapy_note_create")
LIST = reverse("psychotherapy:psychotherapy_note_list")


def page(name: str, note: PsychotherapyNote) -> str:
    return reverse(f"psychotherapy:psychotherapy_note_{name}", args=[note.pk])


def written(author: User) -> list[PsychotherapyNote]:
    """What there is of this person, as the database shows it to them."""
    with own_notes(author) as notes:
        return list(notes)


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(verb__startswith="psychotherapy_note").order_by("pk"))


@pytest.fixture
def browser(cast: Cast) -> Browser:
    """The therapist's."""
    made = Browser()
    made.force_login(cast.therapist)
    return made


def test_begun_from_the_chart(cast: Cast, browser: Browser) -> None:
    chart = browser.get(reverse("clients:client_detail", args=[cast.client.pk])).content.decode()
    url = f"{NEW}?client={cast.client.pk}"
    assert f'href="{url}"' in chart
    assert f'href="{LIST}?client={cast.client.pk}"' in chart
    form = browser.get(url).content.decode()
    assert "Clara Cole" in form
    assert "45 CFR" not in form
    assert "What belongs in the record instead" in form
    answer = browser.post(url, {"appointment": "", "session_date": "03/02/2026"})
    (note,) = written(cast.therapist)
    assert answer["Location"] == page("edit", note)
    assert (note.author, note.client, note.appointment) == (cast.therapist, cast.client, None)
    assert (note.session_date, note.content) == (date(2026, 3, 2), "")


def test_begun_from_the_session_and_opened_again_from_there(
    cast: Cast, browser: Browser, session: Appointment
) -> None:
    url = f"{NEW}?appointment={session.pk}"
    assert (
        f'href="{url}"'
        in browser.get(reverse("scheduling:appointment_detail", args=[session.pk])).content.decode()
    )
    assert f'value="{session.pk}" selected' in browser.get(url).content.decode()
    browser.post(url, {"appointment": str(session.pk), "session_date": ""})
    (note,) = written(cast.therapist)
    assert (note.client, note.appointment, note.session_date) == (cast.client, session, date(2026, 3, 4))
    assert browser.get(url)["Location"] == page("edit", note)


def test_a_form_sent_twice_begins_one_note(cast: Cast, browser: Browser) -> None:
    key = str(uuid.uuid4())
    sent = {"_once": key, "appointment": "", "session_date": "03/02/2026"}
    first, second = (browser.post(f"{NEW}?client={cast.client.pk}", sent) for _ in range(2))
    assert first["Location"] == second["Location"] == f"{LIST}{key}/"
    assert len(written(cast.therapist)) == 1
    assert [event.verb for event in events()] == ["psychotherapy_note.started"]


def test_an_id_that_is_somebody_elses_is_not_told(
    cast: Cast, note: PsychotherapyNote, colleague: User
) -> None:
    browser = Browser()
    browser.force_login(colleague)
    sent = {"_once": str(note.pk), "appointment": "", "session_date": "03/02/2026"}
    answer = browser.post(f"{NEW}?client={cast.client.pk}", sent)
    (own,) = written(colleague)
    assert own.pk != note.pk
    assert answer["Location"] == page("edit", own)
    assert written(cast.therapist)[0].content == f"She said that {CANARY}."


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"appointment": "", "session_date": "03/05/2026"}, "The conversation has not taken place yet."),
        (
            {"appointment": "", "session_date": ""},
            "Say on which day the conversation was, or choose the session.",
        ),
        (
            {"appointment": str(uuid.uuid4()), "session_date": ""},
            "Choose one of your own sessions with this client.",
        ),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(
    cast: Cast, browser: Browser, sent: dict[str, str], sentence: str
) -> None:
    answer = browser.post(f"{NEW}?client={cast.client.pk}", sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert written(cast.therapist) == []


def test_nobody_begins_one_about_a_client_they_do_not_treat(cast: Cast, session: Appointment) -> None:
    """Supervisors neither: they did not hold the conversation. The session is as good as none to them."""
    for actor in (cast.supervisor, cast.stranger, cast.associate):
        browser = Browser()
        browser.force_login(actor)
        missing = browser.get(f"{NEW}?client={uuid.UUID(int=7)}")
        for query in (f"client={cast.client.pk}", f"appointment={session.pk}"):
            assert "Clara" not in browser.get(f"{NEW}?{query}").content.decode()
        assert (missing.status_code, browser.post(f"{NEW}?client={cast.client.pk}", {}).status_code) == (
            422,
            422,
        )
        assert written(actor) == []
    for actor in (cast.admin, cast.biller, cast.front_desk):
        browser = Browser()
        browser.force_login(actor)
        assert [browser.get(url).status_code for url in (NEW, LIST)] == [403, 403]


def test_writing_saves_and_is_there_again(cast: Cast, browser: Browser, note: PsychotherapyNote) -> None:
    form = browser.get(page("edit", note)).content.decode()
    assert f"She said that {CANARY}.</textarea>" in form
    text = "\nLine <one> & “two”\r\n  indented 🦦\n"
    answer = browser.post(page("edit", note), {"version": 1, "content": text})
    assert answer["Location"] == page("edit", note)
    (kept,) = written(cast.therapist)
    assert (kept.content, kept.version) == ("\nLine <one> & “two”\n  indented 🦦\n", 2)
    shown = browser.get(page("edit", note)).content.decode()
    assert "\n\nLine &lt;one&gt; &amp; “two”\n  indented 🦦\n</textarea>" in shown


def test_it_saves_by_itself_and_says_so(browser: Browser, cast: Cast, note: PsychotherapyNote) -> None:
    answer = browser.post(page("autosave", note), {"version": 1, "content": "Typed."})
    assert json.loads(answer.content) == {"version": 2, "said": "Saved 10:00 AM", "faults": {}}
    assert written(cast.therapist)[0].content == "Typed."
    stale = browser.post(page("autosave", note), {"version": 1, "content": "Other."})
    assert (stale.status_code, json.loads(stale.content)["stale"]) == (409, True)


def test_two_windows_lose_nothing(browser: Browser, cast: Cast, note: PsychotherapyNote) -> None:
    browser.post(page("edit", note), {"version": 1, "content": "From the first window."})
    answer = browser.post(page("edit", note), {"version": 1, "content": "From the second."})
    both = answer.content.decode()
    assert answer.status_code == 409
    assert "From the first window." in both
    assert "From the second.</textarea>" in both
    assert 'name="version" value="2"' in both
    assert written(cast.therapist)[0].content == "From the first window."
    browser.post(page("edit", note), {"version": 2, "content": "Both."})
    assert written(cast.therapist)[0].content == "Both."


def test_what_is_too_long_is_refused_with_the_text_still_there(
    browser: Browser, cast: Cast, note: PsychotherapyNote
) -> None:
    answer = browser.post(page("edit", note), {"version": 1, "content": "x" * 200_001})
    assert answer.status_code == 409
    assert "x" * 200_001 in answer.content.decode()
    assert written(cast.therapist)[0].content == f"She said that {CANARY}."


def test_destroyed_after_asking_and_gone(browser: Browser, cast: Cast, note: PsychotherapyNote) -> None:
    question = browser.get(page("destroy", note)).content.decode()
    assert "Destroy this psychotherapy note?" in question
    assert len(written(cast.therapist)) == 1
    assert browser.post(page("destroy", note))["Location"] == LIST
    assert written(cast.therapist) == []
    assert browser.get(page("edit", note)).status_code == 404
    with own_notes(cast.therapist) as notes:
        assert notes.exists() is False


def test_the_list_is_ones_own_by_client(cast: Cast, browser: Browser, note: PsychotherapyNote) -> None:
    make_note(cast.therapist, cast.other_client, "Of Otto.")
    make_note(cast.stranger, cast.client, "Not hers.")
    everything = browser.get(LIST).content.decode()
    assert everything.count('href="/psychotherapy-notes/') >= 3
    assert "Clara Cole" in everything
    assert "Otto Other" in everything
    assert CANARY not in everything
    assert "Of Otto." not in everything
    one = browser.get(LIST, {"client": str(cast.client.pk)}).content.decode()
    assert page("edit", note) in one
    assert one.count("/destroy/") == 1
    # Never a spreadsheet: the page answers as if it had not been asked for one.
    assert browser.get(LIST, {"format": "csv"})["Content-Type"].startswith("text/html")


def test_the_chart_leads_to_an_empty_list_where_nothing_was_written(cast: Cast, browser: Browser) -> None:
    make_note(cast.therapist, cast.other_client, "Of Otto.")
    shown = browser.get(LIST, {"client": str(cast.client.pk)}).content.decode()
    assert "left out" not in shown
    assert "Otto Other" not in shown.split("<main", 1)[1].split("<table", 1)[-1].split("</select>", 1)[-1]
    assert f'href="{NEW}?client={cast.client.pk}"' in shown
    # Whose client it is not is told nothing by asking.
    assert "Client was left out" in browser.get(LIST, {"client": str(uuid.UUID(int=7))}).content.decode()


def test_it_stays_its_authors_when_the_care_ends(
    cast: Cast, browser: Browser, note: PsychotherapyNote
) -> None:
    CareTeamMember.objects.filter(client=cast.client).update(ends_on=date(2026, 3, 3))
    assert browser.get(reverse("clients:client_detail", args=[cast.client.pk])).status_code == 404
    assert CANARY in browser.get(page("edit", note)).content.decode()
    assert browser.post(f"{NEW}?client={cast.client.pk}", {"session_date": "03/02/2026"}).status_code == 422


@pytest.mark.parametrize("who", ["admin", "supervisor", "stranger", "associate", "biller", "front_desk"])
@pytest.mark.parametrize("name", ["edit", "autosave", "destroy"])
def test_somebody_elses_is_answered_as_one_that_does_not_exist(
    cast: Cast, note: PsychotherapyNote, colleague: User, who: str, name: str
) -> None:
    browser = Browser()
    browser.force_login(getattr(cast, who))
    nothing = PsychotherapyNote(pk=uuid.UUID(int=7))
    said = {"version": "1", "content": "Mine."}
    for method in (browser.get, browser.post):
        theirs, none = (method(page(name, each), said) for each in (note, nothing))
        assert theirs.status_code == none.status_code
        assert theirs.status_code in {403, 404, 405}
    assert written(cast.therapist)[0].content == f"She said that {CANARY}."


def test_events_say_who_and_when_and_not_about_whom(
    cast: Cast, browser: Browser, session: Appointment
) -> None:
    browser.post(f"{NEW}?client={cast.client.pk}", {"appointment": str(session.pk), "session_date": ""})
    (note,) = written(cast.therapist)
    browser.get(page("edit", note))
    browser.post(page("edit", note), {"version": 1, "content": f"She said that {CANARY}."})
    browser.get(LIST)
    browser.post(page("destroy", note))
    found = events()
    verbs = ["started", "opened", "saved", "listed", "destroyed"]
    assert [event.verb for event in found] == [f"psychotherapy_note.{verb}" for verb in verbs]
    assert {
        (event.actor, event.basis, event.client_id, event.object_type, event.object_id) for event in found
    } == {(cast.therapist, "author", None, "", "")}
    of_the_note = [event.changes for event in found if event.changes]
    assert of_the_note == [{"reference": ["", note.reference]}] * 4
    assert len(note.reference) == 32
    assert note.reference != note.pk.hex
    history = reverse("clients:client_tab", args=[cast.client.pk, "history"])
    admin = Browser()
    admin.force_login(cast.admin)
    shown = admin.get(history).content.decode()
    assert "sychotherapy note" not in shown.split("<main", 1)[1]


def test_autosaves_of_one_sitting_are_one_event(
    cast: Cast, browser: Browser, note: PsychotherapyNote, the_day: Any
) -> None:
    for version in (1, 2, 3):
        browser.post(page("autosave", note), {"version": version, "content": f"Typed {version}."})
    assert [event.verb for event in events()] == ["psychotherapy_note.saved"]
    the_day.move_to(NOW + timedelta(minutes=11))
    browser.post(page("autosave", note), {"version": 4, "content": "Later."})
    assert len(events()) == 2


def test_what_was_typed_before_a_sign_out_is_in_the_form_again(
    cast: Cast, browser: Browser, note: PsychotherapyNote, the_day: Any
) -> None:
    """For its author, in their own browser; the stored note is as it was until they save."""
    cast.therapist.set_password(PASSWORD)
    cast.therapist.save()
    browser.force_login(cast.therapist)
    the_day.move_to(NOW + timedelta(hours=1))
    url = page("edit", note)
    browser.post(
        url, {"version": 1, "content": "Typed in vain?"}, headers={"Referer": f"http://testserver{url}"}
    )
    browser.post(
        reverse("accounts:sign_in"), {"email": cast.therapist.email, "password": PASSWORD, "next": url}
    )
    again = browser.get(url).content.decode()
    assert "Typed in vain?</textarea>" in again
    assert 'name="version" value="1"' in again
    assert written(cast.therapist)[0].content == f"She said that {CANARY}."


def test_a_session_ahead_or_moved_away_offers_none(cast: Cast, browser: Browser) -> None:
    ahead = AppointmentFactory.create(
        staff=cast.therapist.staff, client=cast.client, start_time=datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
    )
    shown = browser.get(reverse("scheduling:appointment_detail", args=[ahead.pk])).content.decode()
    assert f"{NEW}?appointment" not in shown
    answer = browser.post(f"{NEW}?appointment={ahead.pk}", {"appointment": str(ahead.pk), "session_date": ""})
    assert answer.status_code == 422
    assert written(cast.therapist) == []
