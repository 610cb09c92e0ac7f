"""The chart, and what each role finds in it."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import services
from clients.chart import chart_clients, frame
from clients.models import Client
from clients.panels import Action, Card, Fact, FactSource, Tab, chart
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.conftest import SignIn, mark
from tests.clients.factories import CareTeamFactory

TABS = ("", "profile/", "care-team/", "history/")
OWN_STATEMENTS = {"SELECT", "INSERT"}


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 200), ("supervisor", 200), ("therapist", 200), ("front_desk", 200), ("biller", 200),
     ("associate", 404), ("stranger", 404)],
)  # fmt: skip
def test_who_opens_the_chart(sign_in: SignIn, cast: Cast, name: str, status: int, tab: str) -> None:
    expected = 404 if (name, tab) == ("biller", "history/") else status
    assert sign_in(name).get(f"/clients/{cast.client.pk}/{tab}").status_code == expected


def test_unknown_tabs_and_clients_are_not_there(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("admin")
    assert browser.get(f"/clients/{cast.client.pk}/nonsense/").status_code == 404
    assert browser.get("/clients/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert (
        browser.get(f"/clients/{cast.client.pk}/overview/").headers["Location"]
        == f"/clients/{cast.client.pk}/"
    )


def test_the_head_says_who_this_is(sign_in: SignIn, cast: Cast, full: Client) -> None:
    Client.objects.filter(pk=full.pk).update(preferred_name="Clare", pronouns="she/her")
    page = sign_in("therapist").get(f"/clients/{full.pk}/").content.decode()
    for words in (
        "Clare Cole", "Legal name Clara Cole · she/her", "03/14/1990 (36)", f"C-{full.number}", "Active",
        "Thea Therapist, LCSW", "Peach State Medicaid", "Grant-funded",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    ("name", "risk", "medical", "contacts", "insurance"),
    [
        ("admin", True, True, True, True),
        ("therapist", True, True, True, True),
        ("supervisor", True, True, True, True),
        ("front_desk", False, False, True, True),
        ("biller", False, False, False, True),
    ],
)
def test_each_role_gets_its_view(
    sign_in: SignIn, full: Client, name: str, risk: bool, medical: bool, contacts: bool, insurance: bool
) -> None:
    browser = sign_in(name)
    pages = "".join(browser.get(f"/clients/{full.pk}/{tab}").content.decode() for tab in TABS[:3])
    assert ("CANARY-RISK" in pages) is risk
    assert ("Suicide risk" in pages) is risk
    assert "CANARY-CARD" in pages
    assert ("Sertraline" in pages) is medical
    assert ("CANARY-FAMILY" in pages) is medical
    assert ("Carl Cole" in pages) is contacts
    assert ("PSM-1" in pages) is insurance


def test_history_shows_clinical_events_only_to_those_who_read_the_record(
    sign_in: SignIn, full: Client
) -> None:
    sign_in("admin").get(f"/clients/{full.pk}/")
    url = f"/clients/{full.pk}/history/"
    admin, therapist, desk = (
        sign_in(name).get(url).content.decode() for name in ("admin", "therapist", "front_desk")
    )
    assert "Chart opened" in admin
    assert "Chart opened" not in therapist
    assert "Flag raised" in therapist
    assert "Medical history changed" in therapist
    assert "Insurance changed" in desk
    for words in ("Chart opened", "Flag raised", "Suicide", "Medical history"):
        assert words not in desk
    assert "CANARY-FAMILY" not in admin + therapist + desk


def test_history_tells_changes_in_words_by_page(sign_in: SignIn, cast: Cast) -> None:
    services.update_client(
        actor=cast.front_desk,
        client_id=cast.client.pk,
        version=1,
        phone="+14045550111",
        date_of_birth=date(1990, 3, 15),
    )
    services.change_status(
        actor=cast.front_desk, client_id=cast.client.pk, to_status="waitlist", reason="No hours left"
    )
    browser = sign_in("therapist")
    page = browser.get(f"/clients/{cast.client.pk}/history/").content.decode()
    assert "Phone: (404) 555-0134 → (404) 555-0111" in page
    assert "Date of birth: 03/14/1990 → 03/15/1990" in page
    assert "Active → Waitlist" in page
    assert "No hours left" in page
    assert "version" not in page.lower()
    for _ in range(45):
        AuditEvent.objects.create(verb="document.signed", client_id=cast.client.pk)
    assert 'href="?page=2"' in browser.get(f"/clients/{cast.client.pk}/history/").content.decode()
    assert (
        "Demographics changed" in browser.get(f"/clients/{cast.client.pk}/history/?page=2").content.decode()
    )
    assert browser.get(f"/clients/{cast.client.pk}/history/?page=zzz").status_code == 200


def test_opening_the_chart_is_recorded_once(sign_in: SignIn, cast: Cast) -> None:
    sign_in("biller").get(f"/clients/{cast.client.pk}/profile/")
    event = AuditEvent.objects.get(verb="client.viewed")
    assert (event.actor, event.client_id) == (cast.biller, cast.client.pk)
    assert event.changes == {"page": ["", "profile"]}
    sign_in("stranger").get(f"/clients/{cast.client.pk}/profile/")
    assert AuditEvent.objects.filter(verb="client.viewed").count() == 1


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("name", ["admin", "therapist", "front_desk"])
def test_takes_as_many_statements_with_more_in_it(
    sign_in: SignIn, cast: Cast, full: Client, name: str, tab: str
) -> None:
    browser = sign_in(name)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"/clients/{full.pk}/{tab}").status_code == 200
        return len(queries)

    count()
    few = count()
    for kind in ("allergy", "attendance", "other"):
        services.raise_flag(actor=cast.admin, client_id=full.pk, kind=kind)
        services.tag_client(
            actor=cast.admin, client_id=full.pk, tag_id=services.create_tag(actor=cast.admin, name=kind).pk
        )
        CareTeamFactory.create(client=full, role="secondary")
    assert count() == few


def test_the_frame_itself_asks_two_statements(
    cast: Cast, full: Client, rf, django_assert_max_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = rf.get("/")
    request.user = type(cast.therapist).objects.select_related("staff").get(pk=cast.therapist.pk)
    own = [tab for tab in chart.of(Tab) if tab.template.startswith("clients/client_")]
    monkeypatch.setattr(chart, "panels", [*own, *chart.of(FactSource)])
    with practice.loaded():
        practice.get(practice.PracticeProfile)
        with django_assert_max_num_queries(2):
            frame(request, chart_clients(request.user).get(pk=full.pk), "overview")


def test_other_apps_put_their_part_into_it(
    sign_in: SignIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def yes(actor: object, client: Client) -> bool:
        return True

    monkeypatch.setattr(chart, "panels", [*chart.of(Tab), *chart.of(Card)])
    chart.add(
        Tab("things", "Things", "book", 50, yes, "clients/client_detail.html", lambda r, c: {}),
        Tab(
            "secret",
            "Secret",
            "lock",
            51,
            lambda actor, client: False,
            "clients/client_detail.html",
            lambda r, c: {},
        ),
        Card(
            "x",
            1,
            yes,
            "clients/_card_todo.html",
            lambda r, c: {"todos": [("Water the plants.", "/plants/")]},
        ),
        FactSource("balance", 1, yes, lambda actor, client: Fact("Balance", "$12.50", "/owed/", "danger")),
        FactSource("nothing", 2, yes, lambda actor, client: None),
        Action("Book a visit", "calendar-plus", 1, yes, lambda client: f"/book/{client.number}/"),
    )
    browser = sign_in("therapist")
    page = browser.get(f"/clients/{cast.client.pk}/").content.decode()
    assert re.search(r'<dt>Balance</dt><dd><a href="/owed/" class="ink-danger">\$12\.50</a>', page)
    assert f'href="/book/{cast.client.number}/"' in page
    assert "Water the plants." in page
    assert f'href="/clients/{cast.client.pk}/things/"' in page
    assert "Secret" not in page
    assert browser.get(f"/clients/{cast.client.pk}/things/").status_code == 200
    assert browser.get(f"/clients/{cast.client.pk}/secret/").status_code == 404


def test_hints_say_what_is_missing_to_who_can_mend_it(sign_in: SignIn, cast: Cast, full: Client) -> None:
    page = sign_in("front_desk").get(f"/clients/{cast.other_client.pk}/").content.decode()
    for words in (
        "No emergency contact is recorded.",
        "No insurance is recorded.",
        "has not consented to reminders",
    ):
        assert words in page
    assert "To complete" not in sign_in("supervisor").get(f"/clients/{cast.client.pk}/").content.decode()
    services.update_client(
        actor=cast.admin,
        client_id=full.pk,
        version=full.version,
        email="c@example.com",
        reminder_email_consent=True,
    )
    assert "To complete" not in sign_in("front_desk").get(f"/clients/{full.pk}/").content.decode()
    assert mark(full, "insurance_info")


def test_a_caseload_lists_current_clients_since_when(cast: Cast, rf) -> None:
    from clients.staff_panels import CASELOAD

    CareTeamFactory.create(
        client=cast.other_client, staff=cast.therapist.staff, role="covering", ends_on=date(2021, 1, 1)
    )
    request = rf.get("/")
    request.user = cast.supervisor
    assert CASELOAD.context is not None
    rows = CASELOAD.context(request, cast.therapist.staff)["caseload"]
    assert [(row["name"], row["role"], row["since"]) for row in rows] == [
        ("Clara Cole", "Primary clinician", "01/01/2020")
    ]
    assert CASELOAD.allowed(cast.supervisor, cast.therapist.staff)
    assert not CASELOAD.allowed(cast.stranger, cast.therapist.staff)
