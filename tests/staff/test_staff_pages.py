"""One person: `staff:staff_detail`, `staff_create`, `staff_edit`, `staff_profile`, `staff_status`, `staff_tab`."""

import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.panels import Registry
from staff import panels, services
from staff.choices import LicenseType, StaffStatus, Supervision
from staff.forms.people import npi_checks
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.cast import Cast
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)


def typed(**given: Any) -> dict[str, Any]:
    return {
        "first_name": "Nora",
        "last_name": "Newcomer",
        "email": "nora@example.com",
        "role": "therapist",
        "supervision": "none",
        **given,
    }


def form_of(staff: Staff, **changed: Any) -> dict[str, Any]:
    """What the edit form would post."""
    return {
        "first_name": staff.first_name,
        "last_name": staff.last_name,
        "supervision": staff.supervision,
        "supervisor": staff.supervisor_id or "",
        "version": staff.version,
        **changed,
    }


# --- The page ----------------------------------------------------------------------------------------------------


def test_colleagues_see_the_person_and_only_some_the_license(client: Client, cast: Cast) -> None:
    staff = cast.therapist.staff
    Staff.objects.filter(pk=staff.pk).update(
        license_type=LicenseType.LPC,
        license_number="LPC-4711",
        bio="Works with grief.",
        specialties=["Grief"],
    )
    readers = {
        cast.admin: True,
        cast.biller: True,
        cast.supervisor: True,
        cast.therapist: True,
        cast.associate: False,
        cast.front_desk: False,
        cast.stranger: False,
    }
    for reader, sees in readers.items():
        client.force_login(reader)
        page = client.get(f"/staff/{staff.pk}/").content.decode()
        assert "Works with grief." in page
        assert "thea@example.com" in page
        assert ("LPC-4711" in page) == sees, reader
        assert ("Susan Supervisor" in page) == sees, reader


def test_why_somebody_is_away_is_for_administrators(client: Client, cast: Cast) -> None:
    staff = cast.stranger.staff
    services.change_status(
        actor=cast.admin, staff_id=staff.pk, status=StaffStatus.ON_LEAVE, reason="Parental leave"
    )
    for reader, sees in ((cast.admin, True), (cast.therapist, False), (cast.stranger, False)):
        client.force_login(reader)
        page = client.get(f"/staff/{staff.pk}/").content.decode()
        assert "On leave" in page
        assert ("Parental leave" in page) == sees


@pytest.mark.parametrize(
    ("reader", "labels"),
    [
        ("admin", ["Account", "Change status", "Photo", "Edit"]),
        ("therapist", ["Photo", "Edit my profile"]),
        ("supervisor", []),
        ("biller", []),
    ],
)
def test_everybody_is_offered_what_they_may_do(
    client: Client, cast: Cast, reader: str, labels: list[str]
) -> None:
    client.force_login(getattr(cast, reader))
    actions = client.get(f"/staff/{cast.therapist.staff.pk}/").context["actions"]
    assert [action.label for action in actions] == labels


def test_more_supervisees_ask_no_more_queries(client: Client, cast: Cast) -> None:
    url, counts = f"/staff/{cast.supervisor.staff.pk}/", []
    for number in (1, 2):
        StaffFactory.create_batch(number, supervisor=cast.supervisor.staff)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_somebody_who_does_not_exist_is_a_404(client: Client) -> None:
    for path in (
        "",
        "edit/",
        "profile/",
        "status/",
        "photo/",
        "availability/",
        "availability/edit/",
        "caseload/",
    ):
        assert client.get(f"/staff/{uuid.uuid4()}/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["edit/", "profile/", "status/", "photo/", "photo/remove/", "availability/edit/", "availability/add/"],
)
def test_others_change_nothing_of_a_colleague(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.stranger)
    for method in (client.get, client.post):
        assert method(f"/staff/{cast.therapist.staff.pk}/{path}").status_code == 403


# --- New ---------------------------------------------------------------------------------------------------------


def test_somebody_new_is_added_and_gets_a_link(client: Client, cast: Cast) -> None:
    response = client.post(
        "/staff/new/",
        typed(
            further_roles=["supervisor"],
            credential="LCSW",
            phone="404.555.0134",
            license_type="LCSW",
            license_number="CSW001",
            license_state="GA",
            license_expires_on="1/31/2028",
            npi="1234567893",
            takes_appointments="on",
            specialties="Grief, Trauma; grief\nOCD",
            send_link="on",
        ),
    )
    staff = Staff.objects.get(last_name="Newcomer")
    assert response["Location"] == f"/staff/{staff.pk}/"
    assert (staff.phone, staff.npi) == ("+14045550134", "1234567893")
    assert staff.license_expires_on == date(2028, 1, 31)
    assert staff.specialties == ["Grief", "Trauma", "OCD"]
    assert staff.user.roles == {Role.THERAPIST, Role.SUPERVISOR}
    assert [message.to for message in mail.outbox] == [["nora@example.com"]]
    assert "2 days" in str(mail.outbox[0].body)


def test_without_the_tick_no_mail_leaves(client: Client) -> None:
    client.post("/staff/new/", typed())
    assert mail.outbox == []


def test_the_person_is_kept_even_if_the_mail_cannot_leave(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    page = client.post("/staff/new/", typed(send_link="on"), follow=True).content.decode()
    assert "The mail could not be sent." in page
    assert Staff.objects.filter(last_name="Newcomer").exists()


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"email": "thea@example.com"}, "email", "Somebody already signs in with this e-mail address."),
        ({"role": ""}, "role", "Choose a role."),
        ({"first_name": " "}, "first_name", "Fill this in."),
        ({"phone": "12"}, "phone", "Enter a phone number with its area code, for example (404) 555-0134."),
        (
            {"npi": "1234567890"},
            "npi",
            "This is no NPI: it has ten digits, and the last one checks the others.",
        ),
        ({"license_expires_on": "02/30/2027"}, "license_expires_on", "There is no such day in the calendar."),
        ({"license_number": "77"}, "license_type", "Choose the type of this license."),
        ({"license_type": "LPC"}, "license_number", "Enter the license's number."),
        ({"supervision": "review_all"}, "supervisor", "Choose a supervisor, or set supervision to none."),
        (
            {"role": "associate"},
            "supervision",
            "An associate's notes are never final alone: choose what the supervisor reviews or co-signs.",
        ),
        ({"specialties": "x" * 81}, "specialties", "One specialty is longer than 80 letters."),
        (
            {"specialties": "a\u202eb"},
            "specialties",
            "This text holds an invisible control character. Type it again, or paste it as plain text.",
        ),
    ],
)
def test_a_refusal_stands_at_the_field_and_keeps_what_was_typed(
    client: Client, given: dict[str, str], field: str, message: str
) -> None:
    response = client.post("/staff/new/", typed(title="Clinical <director>", **given))
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    page = response.content.decode()
    assert 'value="Clinical &lt;director&gt;"' in page
    assert f'href="#id_{field}' in page
    assert not User.objects.filter(email="nora@example.com").exists()


def test_the_same_form_sent_twice_makes_one_person(client: Client) -> None:
    key = str(uuid.uuid4())
    answers = [client.post("/staff/new/", typed(_once=key))["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert Staff.objects.filter(last_name="Newcomer").count() == 1


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_nobody_else_adds_people(client: Client, cast: Cast, role: str) -> None:
    client.force_login(cast.by_role()[role])
    assert client.get("/staff/new/").status_code == 403
    assert client.post("/staff/new/", typed()).status_code == 403


@pytest.mark.parametrize(("npi", "good"), [("1234567893", True), ("1234567890", False), ("1245319599", True)])
def test_the_last_digit_of_an_npi_checks_the_others(npi: str, good: bool) -> None:
    assert npi_checks(npi) == good


# --- Changed -----------------------------------------------------------------------------------------------------


def test_details_are_changed(client: Client, cast: Cast) -> None:
    staff = cast.stranger.staff
    response = client.post(
        f"/staff/{staff.pk}/edit/",
        form_of(
            staff, title="Senior therapist", supervision="review_all", supervisor=cast.supervisor.staff.pk
        ),
    )
    assert response["Location"] == f"/staff/{staff.pk}/"
    staff.refresh_from_db()
    assert (staff.title, staff.supervision, staff.supervisor) == (
        "Senior therapist",
        Supervision.REVIEW_ALL,
        cast.supervisor.staff,
    )


def test_the_form_comes_filled_with_what_is_stored(client: Client, cast: Cast) -> None:
    Staff.objects.filter(pk=cast.therapist.staff.pk).update(
        phone="+14045550134", license_expires_on=date(2027, 1, 31), specialties=["Grief", "OCD"]
    )
    page = client.get(f"/staff/{cast.therapist.staff.pk}/edit/").content.decode()
    for text in ('value="(404) 555-0134"', 'value="01/31/2027"', 'value="Grief, OCD"'):
        assert text in page


def test_who_comes_second_sees_both_and_decides(client: Client, cast: Cast) -> None:
    staff = cast.therapist.staff
    services.update_profile(
        actor=cast.therapist, staff_id=staff.pk, version=1, bio="Theirs", phone="", specialties=["Grief"]
    )
    form = form_of(staff, bio="Mine", credential=staff.credential, takes_appointments="on", version=1)
    response = client.post(f"/staff/{staff.pk}/edit/", form)
    assert response.status_code == 409
    assert response.context["stored"] == [("Specialties", "Grief"), ("Bio", "Theirs")]
    page = response.content.decode()
    assert re.search(r"<textarea[^>]*name=\"bio\"[^>]*>\s*Mine</textarea>", page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert version[1] == "2"
    assert client.post(f"/staff/{staff.pk}/edit/", {**form, "version": 2}).status_code == 302
    staff.refresh_from_db()
    assert staff.bio == "Mine"


def test_people_write_about_themselves_and_nothing_else(client: Client, cast: Cast) -> None:
    staff = cast.therapist.staff
    client.force_login(cast.therapist)
    response = client.post(
        f"/staff/{staff.pk}/profile/",
        {
            "bio": "I work with grief.",
            "phone": "4045550134",
            "specialties": "Grief",
            "version": 1,
            "title": "Director",
            "role": "admin",
            "supervision": "none",
        },
    )
    assert response["Location"] == f"/staff/{staff.pk}/"
    staff.refresh_from_db()
    assert (staff.bio, staff.phone, staff.specialties, staff.title) == (
        "I work with grief.",
        "+14045550134",
        ["Grief"],
        "",
    )
    assert client.get(f"/staff/{staff.pk}/edit/").status_code == 403


def test_a_stale_profile_keeps_both_texts(client: Client, cast: Cast) -> None:
    staff = cast.therapist.staff
    Staff.objects.filter(pk=staff.pk).update(bio="Theirs", version=2)
    client.force_login(cast.therapist)
    response = client.post(f"/staff/{staff.pk}/profile/", {"bio": "Mine", "version": 1})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Theirs" in page
    assert "Mine" in page


# --- Status ------------------------------------------------------------------------------------------------------


def test_a_status_is_changed_with_a_reason(client: Client, cast: Cast) -> None:
    url = f"/staff/{cast.stranger.staff.pk}/status/"
    page = client.get(url).content.decode()
    assert 'value="inactive"' in page
    assert 'value="active"' not in page
    response = client.post(url, {"status": "inactive", "reason": ""})
    assert response.status_code == 422
    assert response.context["form"].errors == {"reason": ["Fill this in."]}
    client.post(url, {"status": "inactive", "reason": "Left", "stop_sign_in": "on"})
    cast.stranger.refresh_from_db()
    assert (cast.stranger.staff.pk, cast.stranger.is_active) == (cast.stranger.staff.pk, False)
    assert Staff.objects.get(pk=cast.stranger.staff.pk).status == StaffStatus.INACTIVE


def test_a_refused_status_is_said_at_the_field(client: Client, cast: Cast) -> None:
    response = client.post(
        f"/staff/{cast.supervisor.staff.pk}/status/", {"status": "inactive", "reason": "Retired"}
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["status"]
    assert 'value="Retired"' in response.content.decode()


# --- What apps above add -----------------------------------------------------------------------------------------


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry[Any]:
    registry = Registry[Any]()
    monkeypatch.setattr(panels, "person", registry)
    monkeypatch.setattr("staff.pages.person", registry)
    return registry


def context(request: HttpRequest, staff: Staff) -> dict[str, Any]:
    return {"title": f"Tab of {staff.first_name}"}


def test_a_registered_tab_is_shown_to_those_it_is_for(
    client: Client, cast: Cast, registry: Registry[Any]
) -> None:
    registry.add(
        panels.Tab("later", "Later", "users", 20, lambda actor, staff: True, "staff/person.html", context),
        panels.Tab(
            "secret",
            "Secret",
            "lock",
            10,
            lambda actor, staff: actor == cast.admin,
            "staff/person.html",
            context,
        ),
    )
    url = f"/staff/{cast.therapist.staff.pk}/"
    assert [tab.label for tab in client.get(url).context["tabs"]] == ["Profile", "Hours", "Secret", "Later"]
    response = client.get(f"{url}secret/")
    assert response.context["title"] == "Tab of Thea"
    assert [tab.label for tab in response.context["tabs"] if tab.active] == ["Secret"]
    client.force_login(cast.therapist)
    assert [tab.label for tab in client.get(url).context["tabs"]] == ["Profile", "Hours", "Later"]
    assert client.get(f"{url}secret/").status_code == 404
    assert client.get(f"{url}unknown/").status_code == 404


def test_cards_stand_in_their_column_and_cautions_before_an_absence(
    client: Client, cast: Cast, registry: Registry[Any]
) -> None:
    registry.add(
        panels.Card(
            "a", 1, lambda actor, staff: True, "staff/_portrait.html", lambda request, staff: {}, "main"
        ),
        panels.Card("b", 2, lambda actor, staff: False, "staff/_portrait.html", lambda request, staff: {}),
        panels.CautionSource("c", 1, lambda actor, staff, spans: panels.Caution("12 are booked.", "/there/")),
        panels.CautionSource("d", 2, lambda actor, staff, spans: None),
    )
    url = f"/staff/{cast.stranger.staff.pk}/"
    assert [card[0] for card in client.get(url).context["cards"]] == ["main"]
    assert '<a href="/there/">12 are booked.</a>' in client.get(f"{url}status/").content.decode()
    added = client.post(f"{url}availability/add/", {"kind": "off", "first_day": "12/24/2099"}, follow=True)
    assert "12 are booked." in added.content.decode()


def test_the_account_leads_to_the_profile(client: Client, cast: Cast) -> None:
    there = f"/staff/{cast.therapist.staff.pk}/"
    assert there in client.get(f"/users/{cast.therapist.pk}/").content.decode()
    assert '"/staff/new/"' in client.get("/users/").content.decode()
    bare = UserFactory.create()
    assert client.get(f"/users/{bare.pk}/").context["links"] == []
    client.force_login(cast.therapist)
    assert there in client.get("/account/").content.decode()
