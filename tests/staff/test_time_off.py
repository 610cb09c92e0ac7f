"""Time off that repeats, and time off that an administrator approves where the practice wants that."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from mentalspace.core import clock, practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from staff import services
from staff.availability import open_blocks, time_off
from staff.defaults import StaffDefaults
from staff.errors import NoSuchDay, NoSuchException
from staff.models import Staff
from staff.pages import absences
from tests.cast import Cast
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
# Fridays of October 2040, far ahead of any clock that the tests run by.
FIRST, LAST = date(2040, 10, 1), date(2040, 10, 31)
FRIDAYS = [date(2040, 10, day) for day in (5, 12, 19, 26)]


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def add(cast: Cast, **changes: Any) -> Staff:
    facts: dict[str, Any] = {
        "actor": cast.therapist, "staff_id": cast.therapist.staff.pk, "first_day": FIRST, "last_day": LAST,
        "start": time(13), "end": time(17), "weekdays": [4],
    }  # fmt: skip
    return services.add_exception(**{**facts, **changes})


def test_every_friday_afternoon(cast: Cast) -> None:
    staff = add(cast)
    assert [day.day for day in FRIDAYS if open_blocks(staff, day)[0].label == "9:00 AM – 1:00 PM"] == [
        5,
        12,
        19,
        26,
    ]
    assert open_blocks(staff, date(2040, 10, 4))[0].label == "9:00 AM – 5:00 PM"


def test_it_is_one_line_on_the_page_and_goes_as_one(cast: Cast) -> None:
    add(cast, reason="School run")
    browser, url = browser_of(cast.therapist), reverse("staff:availability", args=[cast.therapist.staff.pk])
    html = browser.get(url).content.decode()
    assert html.count("Every Friday, 10/05/2040 – 10/26/2040") == 2  # shown, and spoken with its button
    key = html.split("/availability/remove/")[1].split("/")[0]
    browser.post(reverse("staff:exception_remove", args=[cast.therapist.staff.pk, key]))
    assert Staff.objects.get(pk=cast.therapist.staff.pk).availability["exceptions"] == []


def test_a_weekday_that_does_not_come_is_refused(cast: Cast) -> None:
    with pytest.raises(NoSuchDay):
        add(cast, first_day=date(2040, 10, 1), last_day=date(2040, 10, 3))


def test_the_form_takes_weekdays(cast: Cast) -> None:
    staff = cast.therapist.staff
    typed = {
        "kind": "off", "first_day": "10/01/2040", "last_day": "10/31/2040", "start": "1pm", "end": "5pm",
        "reason": "", "weekdays": ["0", "4"],
    }  # fmt: skip
    browser_of(cast.therapist).post(reverse("staff:exception_add", args=[staff.pk]), typed)
    days = [each["date"] for each in Staff.objects.get(pk=staff.pk).availability["exceptions"]]
    assert len(days) == 9
    assert {date.fromisoformat(day).weekday() for day in days} == {0, 4}


def test_where_it_is_approved_it_counts_only_then(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    staff = add(cast)
    assert open_blocks(staff, FRIDAYS[0])[0].label == "9:00 AM – 5:00 PM"
    assert [each.pending for each in time_off(staff, FRIDAYS[0])] == [True]
    entry = staff.availability["exceptions"][0]["entry"]
    staff = services.answer_time_off(actor=cast.admin, staff_id=staff.pk, entry=entry, approved=True)
    assert open_blocks(staff, FRIDAYS[3])[0].label == "9:00 AM – 1:00 PM"
    with pytest.raises(NoSuchException):
        services.answer_time_off(actor=cast.admin, staff_id=staff.pk, entry=entry, approved=True)
    verbs = AuditEvent.objects.filter(verb__startswith="staff.time_off").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == ["staff.time_off_requested", "staff.time_off_approved"]


def test_declined_it_is_gone(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    staff = add(cast)
    entry = staff.availability["exceptions"][0]["entry"]
    staff = services.answer_time_off(actor=cast.admin, staff_id=staff.pk, entry=entry, approved=False)
    assert staff.availability["exceptions"] == []


def test_what_an_administrator_enters_needs_nobodys_approval(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    assert not add(cast, actor=cast.admin).availability["exceptions"][0]["pending"]


def test_extra_hours_are_never_asked_for(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    staff = add(cast, available=True, start=time(18), end=time(20))
    assert open_blocks(staff, FRIDAYS[0])[-1].label == "6:00 PM – 8:00 PM"


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_administrators_approve(cast: Cast, role: str) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    staff = add(cast)
    actor = cast.by_role()[role]
    entry = staff.availability["exceptions"][0]["entry"]
    with pytest.raises(NotPermitted):
        services.answer_time_off(actor=actor, staff_id=staff.pk, entry=entry, approved=True)
    assert browser_of(actor).get(reverse("staff:time_off_list")).status_code == 403


def test_the_pages_list_and_answer_requests(cast: Cast) -> None:
    practice.save(StaffDefaults(approve_time_off=True))
    staff = add(cast, reason="School run")
    browser = browser_of(cast.admin)
    html = browser.get(reverse("staff:time_off_list")).content.decode()
    assert "Every Friday, 10/05/2040 – 10/26/2040" in html
    assert "School run" in html
    answer = html.split('href="')
    url = next(each.split('"')[0] for each in answer if "/availability/answer/" in each)
    assert "Approve" in browser.get(url).content.decode()
    browser.post(url, {"answer": "approve"})
    stored = Staff.objects.get(pk=staff.pk).availability["exceptions"]
    assert {each["pending"] for each in stored} == {False}
    assert browser.get(url).status_code == 404
    assert "Nothing is asked for" in browser.get(reverse("staff:time_off_list")).content.decode()


def test_whoever_answers_is_told_of_the_sessions_within_it_and_led_to_them(cast: Cast) -> None:
    """Friday afternoons: not what is booked on other days between them, nor on their mornings."""
    practice.save(StaffDefaults(approve_time_off=True))
    for day, hour in ((5, 14), (5, 9), (9, 14), (19, 15)):
        start = clock.at(date(2040, 10, day), time(hour))
        AppointmentFactory.create(
            staff=cast.therapist.staff,
            client=cast.client,
            start_time=start,
            end_time=start + timedelta(hours=1),
        )
    staff = add(cast)
    browser, key = browser_of(cast.admin), absences(staff, FIRST)[0].key
    url = reverse("staff:time_off_answer", args=[staff.pk, key])
    page = browser.get(url).content.decode()
    assert (
        "2 appointments are booked with Thea Therapist then: 10/05/2040 2:00 PM and 10/19/2040 3:00 PM."
        in page
    )
    answer = browser.post(url, {"answer": "approve"})
    assert answer.headers["Location"] == f"{reverse('scheduling:displaced_list')}?staff={staff.pk}"
