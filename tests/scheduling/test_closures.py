"""The practice's holidays: on the right days, respected by booking, shown in the calendar."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling import services
from scheduling.choices import FederalHoliday
from scheduling.closures import closed_days, next_day
from scheduling.errors import ClosureKnown, NeedsConfirmation
from scheduling.models import Closure
from scheduling.openings import nearest_openings
from tests.cast import Cast
from tests.scheduling.conftest import TODAY, at

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
# As the Office of Personnel Management publishes them for federal employees; the date itself too where it is a weekend.
YEARS = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31",
    2028: "01-01 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-11 11-23 12-25",
}


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("year", YEARS)
def test_federal_holidays_are_those_of_the_law(cast: Cast, year: int) -> None:
    services.keep_federal_holidays(actor=cast.admin)
    found = closed_days(date(year, 1, 1), date(year, 12, 31))
    assert " ".join(f"{day:%m-%d}" for day in found) == YEARS[year]


def test_what_is_kept_on_another_day_says_so(cast: Cast) -> None:
    services.keep_federal_holidays(actor=cast.admin)
    assert closed_days(date(2026, 7, 3), date(2026, 7, 4)) == {
        date(2026, 7, 3): "Independence Day (observed)",
        date(2026, 7, 4): "Independence Day",
    }


def test_own_days_once_and_every_year(cast: Cast) -> None:
    once = services.create_closure(actor=cast.admin, name=" Staff  retreat ", day=date(2026, 10, 2))
    services.create_closure(actor=cast.admin, name="Founding day", day=date(2024, 2, 29), yearly=True)
    assert once.name == "Staff retreat"
    assert closed_days(date(2023, 1, 1), date(2028, 12, 31)) == {
        date(2024, 2, 29): "Founding day",
        date(2025, 2, 28): "Founding day",
        date(2026, 2, 28): "Founding day",
        date(2026, 10, 2): "Staff retreat",
        date(2027, 2, 28): "Founding day",
        date(2028, 2, 29): "Founding day",
    }
    assert next_day(once, date(2026, 10, 2)) == date(2026, 10, 2)
    assert next_day(once, date(2026, 10, 3)) is None
    assert next_day(Closure(name="Later", day=date(2031, 5, 1)), TODAY) == date(2031, 5, 1)


def test_two_on_one_day_are_both_named(cast: Cast) -> None:
    services.create_closure(actor=cast.admin, name="Moving", day=date(2026, 9, 21))
    services.create_closure(actor=cast.admin, name="Painting", day=date(2026, 9, 21))
    assert set(closed_days(TODAY, date(2026, 9, 30))[date(2026, 9, 21)].split(", ")) == {"Moving", "Painting"}
    with pytest.raises(ClosureKnown):
        services.create_closure(actor=cast.admin, name="Moving", day=date(2026, 9, 21))


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_administrators_keep_them(cast: Cast, role: str) -> None:
    actor = cast.by_role()[role]
    with pytest.raises(NotPermitted):
        services.create_closure(actor=actor, name="Free day", day=TODAY)
    with pytest.raises(NotPermitted):
        services.keep_federal_holidays(actor=actor)
    assert browser_of(actor).get(reverse("scheduling:closure_list")).status_code == 403
    assert Closure.objects.count() == 0


def test_the_pages_add_change_and_remove(cast: Cast) -> None:
    browser = browser_of(cast.admin)
    new = {"name": "Staff retreat", "day": "10/02/2026", "yearly": ""}
    browser.post(reverse("scheduling:closure_create"), new)
    made = Closure.objects.get()
    assert (made.name, made.day, made.yearly) == ("Staff retreat", date(2026, 10, 2), False)
    again = browser.post(reverse("scheduling:closure_create"), new)
    assert again.status_code == 422
    assert "This holiday is in the list already." in again.content.decode()
    browser.post(reverse("scheduling:closure_edit", args=[made.pk]), {**new, "yearly": "on"})
    assert Closure.objects.get().yearly is True
    browser.post(reverse("scheduling:closure_delete", args=[made.pk]))
    assert Closure.objects.count() == 0
    verbs = list(AuditEvent.objects.filter(verb__startswith="closure.").values_list("verb", flat=True))
    assert sorted(verbs) == ["closure.created", "closure.deleted", "closure.updated"]


def test_one_click_adds_all_federal_holidays_once(cast: Cast) -> None:
    browser = browser_of(cast.admin)
    assert "Add federal holidays" in browser.get(reverse("scheduling:closure_list")).content.decode()
    browser.post(reverse("scheduling:closure_federal"))
    browser.post(reverse("scheduling:closure_federal"))
    assert set(Closure.objects.values_list("holiday", flat=True)) == set(FederalHoliday.values)
    html = browser.get(reverse("scheduling:closure_list")).content.decode()
    assert "Add federal holidays" not in html
    assert html.index("Columbus Day") < html.index("Thanksgiving Day") < html.index("Labor Day")
    federal = Closure.objects.get(holiday="thanksgiving")
    assert browser.get(reverse("scheduling:closure_edit", args=[federal.pk])).status_code == 404


def test_booking_on_one_asks_first(cast: Cast) -> None:
    services.create_closure(actor=cast.admin, name="Staff retreat", day=TODAY)
    facts: dict[str, Any] = {
        "actor": cast.front_desk, "client_id": cast.client.pk, "staff_id": cast.therapist.staff.pk,
        "start": at(14), "minutes": 50,
    }  # fmt: skip
    with pytest.raises(NeedsConfirmation) as asked:
        services.book_appointment(**facts)
    assert asked.value.reasons == ("The practice is closed then: Staff retreat.",)
    assert services.book_appointment(**facts, anyway=asked.value.token).start_time == at(14)


def test_no_time_is_offered_on_one(cast: Cast) -> None:
    staff = cast.therapist.staff
    before = nearest_openings(staff, at(14), 50)
    services.create_closure(actor=cast.admin, name="Staff retreat", day=TODAY)
    assert {opening.date() for opening in before} == {TODAY}
    assert {opening.date() for opening in nearest_openings(staff, at(14), 50)} == {date(2026, 9, 15)}


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_every_view_names_it(cast: Cast, view: str) -> None:
    services.create_closure(actor=cast.admin, name="Paint & plaster", day=TODAY)
    html = browser_of(cast.therapist).get(f"/schedule/?view={view}&date=2026-09-14").content.decode()
    assert "Closed: Paint &amp; plaster" in html
