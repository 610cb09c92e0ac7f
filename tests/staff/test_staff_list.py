"""The directory (`staff:staff_list`) and the licenses (`staff:license_list`)."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.choices import Role
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from staff import queries, rules
from staff.choices import LicenseType, StaffStatus
from staff.defaults import StaffDefaults
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.cast import Cast
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Any:
    with time_machine.travel("2026-03-02T15:00:00Z", tick=False):
        yield


def shown(client: Client, url: str, column: int = 0, **query: Any) -> list[str]:
    response = client.get(url, query)
    assert response.status_code == 200
    page = response.context["list"]
    return [str(page.columns[column].plain(row)) for row in page._cut[0]]


@pytest.mark.parametrize("role", Role.values)
def test_everybody_who_is_signed_in_sees_who_works_here(client: Client, cast: Cast, role: str) -> None:
    client.force_login(cast.by_role()[role])
    assert shown(client, "/staff/") == [
        "Ada Admin",
        "Aldo Associate, LCSW",
        "Bill Biller",
        "Flora Frontdesk",
        "Stella Stranger, LCSW",
        "Susan Supervisor, LCSW",
        "Thea Therapist, LCSW",
    ]


def test_nobody_else_does(client: Client) -> None:
    assert client.get("/staff/")["Location"] == "/sign-in/?next=/staff/"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "thea"}, ["Thea Therapist, LCSW"]),
        ({"q": "LCSW ther"}, ["Thea Therapist, LCSW"]),
        ({"q": "trauma"}, ["Thea Therapist, LCSW"]),
        ({"q": "director"}, ["Susan Supervisor, LCSW"]),
        ({"q": "(404) 555-0134"}, ["Thea Therapist, LCSW"]),
        ({"q": "bill@"}, ["Bill Biller"]),
        ({"role": "associate"}, ["Aldo Associate, LCSW"]),
        ({"status": "inactive"}, ["Gone Gone, LCSW"]),
        ({"status": "", "q": "gone"}, ["Gone Gone, LCSW"]),
        ({"q": "gone"}, []),
        ({"sort": "-name", "role": "therapist"}, ["Thea Therapist, LCSW", "Stella Stranger, LCSW"]),
    ],
)
def test_search_filters_and_order(
    client: Client, cast: Cast, query: dict[str, Any], found: list[str]
) -> None:
    Staff.objects.filter(user=cast.therapist).update(specialties=["Trauma", "Couples"], phone="+14045550134")
    Staff.objects.filter(user=cast.supervisor).update(title="Clinical director")
    StaffFactory.create(first_name="Gone", last_name="Gone", status=StaffStatus.INACTIVE)
    client.force_login(cast.biller)
    assert shown(client, "/staff/", **query) == found


def test_more_rows_ask_no_more_queries(client: Client, cast: Cast) -> None:
    client.force_login(cast.supervisor)
    for url, few, many in (("/staff/", "thea", "example"), ("/staff/licenses/", "thea", "e")):
        Staff.objects.update(license_type=LicenseType.LCSW, license_number="E1")
        counts = []
        for text in (few, many):
            with CaptureQueriesContext(connection) as asked:
                client.get(url, {"q": text})
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 8


def test_the_spreadsheet_is_what_is_shown(client: Client, cast: Cast) -> None:
    client.force_login(cast.front_desk)
    response = client.get("/staff/", {"q": "thea", "format": "csv"})
    text = b"".join(response.streaming_content).decode().removeprefix("\ufeff")  # type: ignore[attr-defined]
    assert text.splitlines() == [
        "Name,Role,Specialties,Phone,E-mail,Status",
        '"Thea Therapist, LCSW",Therapist,,,thea@example.com,Active',
    ]


def test_license_alerts_stand_only_where_the_reader_may_know(client: Client, cast: Cast) -> None:
    Staff.objects.update(license_expires_on=date(2026, 3, 12))
    for actor, known in (
        (cast.admin, 7),
        (cast.biller, 7),
        (cast.supervisor, 3),
        (cast.therapist, None),
        (cast.front_desk, None),
    ):
        client.force_login(actor)
        page = client.get("/staff/").context["list"]
        column = next((column for column in page.columns if column.key == "license"), None)
        assert (column is None) == (known is None)
        if column:
            alerts = [column.plain(row) for row in page._cut[0]]
            assert alerts.count("Expires in 10 days") == known
            assert len(alerts) - alerts.count("") == known


# --- Licenses ----------------------------------------------------------------------------------------------------


def license_of(user: Any, expires_on: date | None, number: str = "A1") -> None:
    Staff.objects.filter(user=user).update(
        license_type=LicenseType.LCSW,
        license_number=number,
        license_state="GA",
        license_expires_on=expires_on,
    )


@pytest.mark.parametrize(
    ("expires_on", "alert"),
    [
        (date(2026, 3, 1), "Expired"),
        (date(2026, 3, 2), "Expires today"),
        (date(2026, 3, 3), "Expires in 1 day"),
        (date(2026, 4, 1), "Expires in 30 days"),
        (date(2026, 5, 31), "Expires in 90 days"),
        (date(2026, 6, 1), "Valid"),
        (None, ""),
    ],
)
def test_alerts_follow_the_practice_s_figures(
    client: Client, cast: Cast, expires_on: date | None, alert: str
) -> None:
    license_of(cast.therapist, expires_on)
    client.force_login(cast.admin)
    assert shown(client, "/staff/licenses/", column=5) == [alert]


def test_other_figures_give_other_alerts(client: Client, cast: Cast) -> None:
    practice.save(StaffDefaults(license_notice_days=10, license_warning_days=5, license_urgent_days=2))
    license_of(cast.therapist, date(2026, 3, 20))
    client.force_login(cast.admin)
    assert shown(client, "/staff/licenses/", column=5) == ["Valid"]
    assert shown(client, "/staff/licenses/", expires="10") == []


def test_the_most_urgent_comes_first_and_filters_count_days(client: Client, cast: Cast) -> None:
    license_of(cast.therapist, date(2026, 3, 20))
    license_of(cast.associate, date(2026, 2, 20))
    license_of(cast.supervisor, date(2026, 5, 20))
    license_of(cast.stranger, None)
    client.force_login(cast.biller)
    url = "/staff/licenses/"
    names = [
        "Aldo Associate, LCSW",
        "Thea Therapist, LCSW",
        "Susan Supervisor, LCSW",
        "Stella Stranger, LCSW",
    ]
    assert shown(client, url) == names
    assert shown(client, url, expires="expired") == names[:1]
    assert shown(client, url, expires="30") == names[:2]
    assert shown(client, url, expires="90") == names[:3]
    assert shown(client, url, expires="unknown") == names[3:]


def test_a_supervisor_sees_the_licenses_they_answer_for(client: Client, cast: Cast) -> None:
    for user in (cast.therapist, cast.associate, cast.supervisor, cast.stranger):
        license_of(user, date(2026, 3, 20))
    client.force_login(cast.supervisor)
    assert shown(client, "/staff/licenses/", sort="name") == [
        "Aldo Associate, LCSW",
        "Susan Supervisor, LCSW",
        "Thea Therapist, LCSW",
    ]


def test_who_is_inactive_has_no_license_to_look_after(client: Client, cast: Cast) -> None:
    license_of(cast.therapist, date(2026, 3, 20))
    Staff.objects.filter(user=cast.therapist).update(status=StaffStatus.INACTIVE)
    client.force_login(cast.admin)
    assert shown(client, "/staff/licenses/") == []


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.ASSOCIATE, Role.FRONT_DESK])
def test_licenses_are_not_for_everybody(client: Client, cast: Cast, role: str) -> None:
    client.force_login(cast.by_role()[role])
    assert client.get("/staff/licenses/").status_code == 403


def test_taking_licenses_away_is_recorded(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    client.get("/staff/licenses/", {"format": "csv"})
    assert AuditEvent.objects.get().verb == "licenses.exported"


# --- Reads and rules ---------------------------------------------------------------------------------------------


def test_the_rule_about_one_and_about_all_agree(cast: Cast) -> None:
    disabled = UserFactory.create(role=Role.ADMIN, is_active=False)
    for actor in (*cast.by_role().values(), cast.stranger, disabled):
        seen = set(rules.can_see_credentials.scope(actor))
        assert seen == {staff for staff in Staff.objects.all() if rules.can_see_credentials(actor, staff)}


def test_the_search_finds_colleagues_and_those_who_left_last(cast: Cast) -> None:
    StaffFactory.create(first_name="Thea", last_name="Abel", status=StaffStatus.INACTIVE, title="Therapist")
    hits = queries.search_hits(cast.front_desk, "thea")
    assert [(hit.label, hit.sub, hit.badge) for hit in hits] == [
        ("Thea Therapist, LCSW", "Therapist", ""),
        ("Thea Abel, LCSW", "Therapist", "Inactive"),
    ]
    assert hits[0].url == f"/staff/{cast.therapist.staff.pk}/"
    assert len(queries.search_hits(cast.front_desk, "example.com", limit=3)) == 3


def test_selects_offer_who_may_supervise(cast: Cast) -> None:
    assert list(queries.supervisors()) == [cast.supervisor.staff]
    assert list(queries.supervisors(but=cast.supervisor.staff)) == []
    # Somebody's own supervisor stays on offer after losing the role.
    cast.supervisor.role = Role.THERAPIST
    cast.supervisor.save()
    assert list(queries.supervisors()) == []
    assert list(queries.supervisors(but=cast.therapist.staff)) == [cast.supervisor.staff]
