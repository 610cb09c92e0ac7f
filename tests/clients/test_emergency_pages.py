"""Emergency access on the pages: asked for, shown above every page, closed, reviewed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients import services
from clients.defaults import EmergencyDefaults
from clients.models import EmergencyAccess
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD
from tests.cast import Cast
from tests.clients.conftest import SignIn
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory

BEGAN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
REASON = "CANARY-REASON: the team cannot be reached."
NEW = "/emergency-access/new/"
NOBODY = "No chart was opened. Nobody, or more than one person, fits exactly what you entered."


def confirmed(browser: Browser) -> Browser:
    """The same browser after its person has shown again who they are."""
    assert browser.post("/account/confirm/password/", {"password": PASSWORD}).status_code == 302
    return browser


@pytest.fixture
def signed_in(cast: Cast) -> Browser:
    """The stranger, signed in some time ago."""
    cast.stranger.set_password(PASSWORD)
    cast.stranger.save()
    browser = Browser()
    browser.force_login(cast.stranger)
    return browser


@pytest.fixture
def helper(signed_in: Browser) -> Browser:
    """The stranger, who has shown who she is."""
    return confirmed(signed_in)


def begin(cast: Cast) -> EmergencyAccess:
    return services.begin_emergency_access(
        actor=cast.stranger, base_url="", reason=REASON, last_name="Cole", number=cast.client.number
    )


def asked(cast: Cast, **changed: str) -> dict[str, str]:
    return {"last_name": "Cole", "number": f"C-{cast.client.number}", "reason": REASON} | changed


def test_asks_again_who_it_is(signed_in: Browser, cast: Cast) -> None:
    for answer in (signed_in.get(NEW), signed_in.post(NEW, asked(cast))):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/confirm/password/?")
    assert not EmergencyAccess.objects.exists()
    assert signed_in.post("/account/confirm/password/", {"password": "a guess"}).status_code == 422
    assert signed_in.get(NEW).status_code == 302
    assert confirmed(signed_in).get(NEW).status_code == 200


def test_opens_the_chart_and_says_so_on_every_page(helper: Browser, cast: Cast) -> None:
    answer = helper.post(NEW, asked(cast), follow=True)
    chart = f"/clients/{cast.client.pk}/"
    assert answer.redirect_chain == [(chart, 302)]
    for url in (chart, f"{chart}documents/", f"{chart}schedule/", "/home/", "/clients/"):
        page = helper.get(url).content.decode()
        assert ("Emergency access</strong> to one client" in page, "End access now" in page) == (
            True,
            True,
        ), url
        assert ("data-here" in page) is url.startswith(chart)
    assert "Emergency access</strong>" not in Browser().get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"last_name": "Nobody"},
        {"number": "999999"},
        {"number": "", "first_name": "Clara", "born": "01/01/1990"},
        {"number": "", "first_name": "Nobody", "born": "03/14/1990"},
    ],
)
def test_who_is_not_named_exactly_and_who_does_not_exist_get_one_answer(
    helper: Browser, cast: Cast, changed: dict[str, str]
) -> None:
    answer = helper.post(NEW, asked(cast, **changed))
    assert answer.status_code == 422
    assert NOBODY in answer.content.decode()
    assert "Clara" not in answer.content.decode().replace('value="Clara"', "")
    assert AuditEvent.objects.filter(verb="emergency_access.refused", outcome="refused").count() == 1


def test_says_what_is_missing(helper: Browser, cast: Cast) -> None:
    page = helper.post(NEW, {"last_name": "Cole", "reason": "short"}).content.decode()
    for words in (
        "Fill this in, or enter the client number.",
        "Enter the date of birth, or the client number.",
        "Say in a few words why you need this chart now.",
    ):
        assert words in page
    assert not AuditEvent.objects.filter(verb__startswith="emergency_access").exists()


def test_the_same_form_twice_begins_once(helper: Browser, cast: Cast) -> None:
    once = {"_once": "3f0f2e7c-8a43-4a8e-9d4e-2f9f0c7a1b11"}
    first, second = (helper.post(NEW, asked(cast) | once) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == f"/clients/{cast.client.pk}/"
    assert EmergencyAccess.objects.count() == 1
    assert AuditEvent.objects.filter(verb="emergency_access.began").count() == 1


def test_the_chart_is_read_and_nothing_on_it_changes_anything(helper: Browser, cast: Cast) -> None:
    signed = DocumentFactory.create(
        appointment__client=cast.client, appointment__staff=cast.therapist.staff, status="signed",
        signed_by=cast.therapist.staff, signed_at=BEGAN, digest="0" * 64,
    )  # fmt: skip
    coming = AppointmentFactory.create(
        client=cast.client, staff=cast.therapist.staff, start_time=BEGAN + timedelta(days=400)
    )
    begin(cast)
    chart = f"/clients/{cast.client.pk}/"
    read = [chart, f"{chart}documents/", f"{chart}plan/", f"{chart}schedule/", f"{chart}profile/", f"{chart}care-team/",
            f"/documents/{signed.pk}/", f"/documents/{signed.pk}/pdf/", f"/appointments/{coming.pk}/"]  # fmt: skip
    assert {url: helper.get(url).status_code for url in read} == dict.fromkeys(read, 200)
    for url in read:
        page = helper.get(url).content.decode("utf-8", "replace")
        for words in (
            "Edit demographics",
            "Raise a flag",
            "New document",
            "New message",
            "Add an addendum",
            "Cancel",
        ):
            assert f">{words}<" not in page, (url, words)
    refused = [f"{chart}edit/", f"{chart}status/", f"{chart}flags/raise/", f"{chart}medical-history/edit/",
               f"{chart}tags/add/", f"{chart}care-team/assign/", f"{chart}insurance/new/",
               f"/appointments/{coming.pk}/cancel/", f"/documents/{signed.pk}/addendum/"]  # fmt: skip
    for url in refused:
        assert helper.post(url, {"kind": "billing", "content": "Text"}).status_code in {403, 404}, url
    assert helper.get(f"{chart}billing/").status_code == 404
    assert helper.get(f"{chart}history/").status_code == 404
    other = f"/clients/{cast.other_client.pk}/"
    assert helper.get(other).status_code == 200, "her own client stays hers"


def test_everything_opened_under_it_is_recorded_as_such(helper: Browser, cast: Cast) -> None:
    signed = DocumentFactory.create(
        appointment__client=cast.client, appointment__staff=cast.therapist.staff, status="signed",
        signed_by=cast.therapist.staff, signed_at=BEGAN, digest="0" * 64,
    )  # fmt: skip
    begin(cast)
    for url in (
        f"/clients/{cast.client.pk}/",
        f"/clients/{cast.client.pk}/documents/",
        f"/documents/{signed.pk}/",
        f"/documents/{signed.pk}/pdf/",
        f"/appointments/{signed.appointment_id}/",
    ):
        assert helper.get(url).status_code == 200
    events = AuditEvent.objects.filter(client_id=cast.client.pk, actor=cast.stranger).order_by("id")
    assert list(events.values_list("verb", "basis")) == [
        ("emergency_access.began", "emergency"),
        ("client.viewed", "emergency"),
        ("client.viewed", "emergency"),
        ("document.viewed", "emergency"),
        ("document.printed", "emergency"),
        ("appointment.viewed", "emergency"),
    ]


def test_the_page_closes_to_the_second(helper: Browser, cast: Cast) -> None:
    chart = f"/clients/{cast.client.pk}/"
    # Shorter than a session may idle.
    practice.save(EmergencyDefaults(minutes=10))
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        access = begin(cast)
        clock.move_to(access.ends_at - timedelta(seconds=1))
        page = helper.get(chart)
        assert page.status_code == 200
        assert "less than a minute left" in page.content.decode()
        clock.move_to(access.ends_at)
        assert helper.get(chart).status_code == 404
        assert "Emergency access</strong>" not in helper.get("/home/").content.decode()


def test_ends_by_a_press_and_by_a_second_press_all_the_same(helper: Browser, cast: Cast) -> None:
    access = begin(cast)
    end = f"/emergency-access/{access.pk}/end/"
    assert helper.get(end).status_code == 405
    answer = helper.post(end, follow=True)
    assert answer.redirect_chain == [("/clients/", 302)]
    assert "The emergency access has ended." in answer.content.decode()
    assert helper.get(f"/clients/{cast.client.pk}/").status_code == 404
    # What is over is out of sight of who had it, like what never was.
    assert helper.post(end).status_code == 404


def test_a_chart_in_an_emergency_costs_no_statement_more(
    helper: Browser, sign_in: SignIn, cast: Cast
) -> None:
    urls = (
        "/home/",
        "/clients/",
        f"/clients/{cast.other_client.pk}/",
        f"/clients/{cast.other_client.pk}/documents/",
    )

    def statements() -> list[int]:
        counts = []
        for url in urls:
            helper.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert helper.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    before = statements()
    begin(cast)
    assert statements() == before
    theirs = sign_in("therapist")
    counts = []
    for browser in (helper, theirs):
        browser.get(f"/clients/{cast.client.pk}/")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(f"/clients/{cast.client.pk}/").status_code == 200
        counts.append(len(captured))
    assert counts[0] <= counts[1]


def test_an_administrator_finds_it_on_home_until_it_is_reviewed(sign_in: SignIn, cast: Cast) -> None:
    access = begin(cast)
    admin = sign_in("admin")
    page = f"/emergency-access/{access.pk}/"
    home = admin.get("/home/").content.decode()
    assert "Emergency access to review" in home
    assert page in home
    shown = admin.get(page).content.decode()
    assert REASON in shown
    assert "Clara Cole" in shown
    assert "End access now" in shown
    assert "/review/" not in shown
    assert admin.post(f"{page}end/").status_code == 302
    answer = admin.post(f"{page}review/", {"verdict": "appropriate"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "Emergency access to review" not in admin.get("/home/").content.decode()
    again = admin.post(f"{page}review/", {"verdict": "not_appropriate", "note": "No."})
    assert again.status_code == 422
    assert "Somebody has reviewed this emergency access already." in again.content.decode()


def test_the_list_is_filtered_searched_and_taken_away(sign_in: SignIn, cast: Cast) -> None:
    access = begin(cast)
    admin = sign_in("admin")

    def rows(query: str) -> int:
        return (
            admin.get(f"/emergency-access/?{query}").content.decode().count(f"/emergency-access/{access.pk}/")
        )

    assert [rows(query) for query in ("state=open", "state=unreviewed", "state=appropriate")] == [1, 1, 0]
    assert [rows(query) for query in ("q=cole", "q=other", "first=11/01/2030")] == [1, 0, 0]
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    assert [rows(query) for query in ("state=open", "state=unreviewed")] == [0, 1]
    services.review_emergency_access(
        actor=cast.admin, access_id=access.pk, verdict="not_appropriate", note="=Not an emergency."
    )
    assert [rows(query) for query in ("state=unreviewed", "state=not_appropriate")] == [0, 1]
    sheet = b"".join(admin.get("/emergency-access/?format=csv")).decode("utf-8-sig")
    heading, line = sheet.splitlines()
    assert heading == "Began,Ends,Clinician,Client,Reason,Review,Reviewed by,Note"
    assert (
        "Stella Stranger,Clara Cole,CANARY-REASON: the team cannot be reached.,Not appropriate,Ada Admin"
        in line
    )
    assert ",=Not" not in line
    assert AuditEvent.objects.filter(verb="list.exported").count() == 1


@pytest.mark.parametrize("who", ["supervisor", "therapist", "stranger", "biller", "front_desk"])
def test_only_administrators_see_the_list(sign_in: SignIn, cast: Cast, who: str) -> None:
    access = begin(cast)
    browser = sign_in(who)
    assert browser.get("/emergency-access/").status_code == 403
    assert browser.get(f"/emergency-access/{access.pk}/").status_code == 403
    assert (
        browser.post(f"/emergency-access/{access.pk}/review/", {"verdict": "appropriate"}).status_code == 403
    )


def test_the_history_of_the_chart_tells_of_it(sign_in: SignIn, cast: Cast) -> None:
    access = begin(cast)
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    services.review_emergency_access(actor=cast.admin, access_id=access.pk, verdict="appropriate")
    history = f"/clients/{cast.client.pk}/history/"
    told = ("Emergency access began", "Emergency access ended early", "Emergency access reviewed")
    for who in ("admin", "therapist", "supervisor"):
        page = sign_in(who).get(history).content.decode()
        assert [words for words in told if words not in page] == []
        assert "CANARY" not in page
    desk = sign_in("front_desk").get(history).content.decode()
    assert [words for words in told if words in desk] == []


def test_clinicians_find_the_way_and_others_have_none(sign_in: SignIn) -> None:
    for who, finds in (("therapist", True), ("associate", True), ("front_desk", False), ("admin", False)):
        assert (NEW in sign_in(who).get("/clients/").content.decode()) is finds
        assert (sign_in(who).get(NEW).status_code == 403) is not finds


def test_the_reason_and_the_client_are_in_no_address(helper: Browser, cast: Cast) -> None:
    answer: Any = helper.post(NEW, asked(cast))
    assert "?" not in answer["Location"]
