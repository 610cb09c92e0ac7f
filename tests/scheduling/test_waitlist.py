"""The waitlist: who fits a time that opened, booked by one click, once; and its pages."""

from collections import Counter
from datetime import date, time, timedelta
from functools import partial
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from accounts.choices import Role
from clients.choices import ClientStatus
from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from mentalspace.dev.children import all_at_once
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.defaults import ScheduleDefaults
from scheduling.errors import NeedsConfirmation, NoLongerWaits, SlotTaken, StillBooked
from scheduling.models import Appointment, Opening, WaitlistEntry
from scheduling.waitlist import queries
from scheduling.waitlist.choices import ClosedBecause, EntryState
from scheduling.waitlist.services import (
    add_to_waitlist,
    book_waiting,
    change_entry,
    close_entry,
    dismiss_opening,
    reopen_entry,
)
from staff.services import add_exception, remove_exception
from tests.cast import Cast
from tests.scheduling.conftest import TODAY, at
from tests.scheduling.factories import AppointmentFactory, WaitlistFactory

pytestmark = [pytest.mark.usefixtures("stopped_clock"), pytest.mark.django_db]
TUESDAY = TODAY + timedelta(days=1)
MORNINGS = {"weekdays": [0, 1, 2, 3, 4], "from": "08:00:00", "to": "12:00:00"}
WANTED: dict[str, Any] = {
    "types": ["individual"], "locations": [], "minutes": 50, "windows": [MORNINGS], "urgency": "soon",
    "note": "Her sister drives her.", "expires_on": TODAY + timedelta(days=30),
}  # fmt: skip


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def session_of(cast: Cast, hour: int = 10, day: date = TUESDAY, **more: Any) -> Appointment:
    """An hour of the therapist's, taken by somebody who does not wait."""
    made: Appointment = AppointmentFactory.create(
        staff=cast.therapist.staff, start_time=at(hour, day=day), end_time=at(hour, 50, day=day), **more
    )
    return made


def cancel(cast: Cast, session: Appointment, by: CancelledBy = CancelledBy.CLIENT) -> None:
    services.cancel_appointment(
        actor=cast.front_desk, appointment_id=session.pk, reason=CancelReason.OTHER, cancelled_by=by
    )


def opened(cast: Cast) -> list[tuple[str, list[str]]]:
    """Each time that opened, with who fits it."""
    from mentalspace.core import clock

    return [
        (
            f"{clock.local(each.opening.start_time):%m/%d %H:%M}",
            [found.entry.client.last_name for found in each.fitting],
        )
        for each in queries.openings(cast.front_desk)
    ]


def waits(last_name: str = "Waits", **more: Any) -> WaitlistEntry:
    entry: WaitlistEntry = WaitlistFactory.create(client__last_name=last_name, **more)
    return entry


# Times that opened


def test_a_cancelled_session_opens_its_time_for_those_who_fit_best_first(cast: Cast) -> None:
    waits("Routine"), waits("Urgent", urgency="urgent"), waits("Evening", windows=[
        {"weekdays": [1], "from": "18:00:00", "to": "21:00:00"}])  # fmt: skip
    session = session_of(cast)
    assert opened(cast) == []
    cancel(cast, session)
    assert opened(cast) == [("09/15 10:00", ["Urgent", "Routine"])]


def test_what_the_practice_calls_off_opens_nothing(cast: Cast) -> None:
    waits()
    cancel(cast, session_of(cast), CancelledBy.CLINICIAN)
    cancel(cast, session_of(cast, 11), CancelledBy.PRACTICE)
    assert opened(cast) == []


def test_a_moved_or_rescheduled_session_opens_the_time_it_had(cast: Cast) -> None:
    waits()
    moved, rescheduled = session_of(cast), session_of(cast, 14)
    services.move_appointment(
        actor=cast.front_desk, appointment_id=moved.pk, start=at(11, day=TUESDAY), minutes=50
    )
    services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=rescheduled.pk, start=at(15, day=TUESDAY), minutes=50
    )
    assert opened(cast) == [("09/15 10:00", ["Waits"]), ("09/15 14:00", ["Waits"])]


def test_time_off_taken_back_opens_what_is_free_in_it(cast: Cast) -> None:
    """Nine to noon, of which ten is booked: nine and eleven."""
    waits()
    staff, actor = cast.therapist.staff, cast.therapist
    times: dict[str, Any] = {"start": time(9), "end": time(12), "available": False}
    add_exception(actor=actor, staff_id=staff.pk, first_day=TUESDAY, last_day=TUESDAY, **times)
    session_of(cast)
    assert opened(cast) == []
    remove_exception(actor=actor, staff_id=staff.pk, first_day=TUESDAY, last_day=TUESDAY, **times)
    assert opened(cast) == [("09/15 09:00", ["Waits"]), ("09/15 11:00", ["Waits"])]


def test_a_time_that_is_taken_again_is_gone_and_opens_anew(cast: Cast) -> None:
    waits()
    cancel(cast, session_of(cast))
    second = session_of(cast)
    assert opened(cast) == []
    Opening.objects.update(dismissed_at=at(9))
    cancel(cast, second)
    assert opened(cast) == [("09/15 10:00", ["Waits"])]
    assert Opening.objects.count() == 1


def test_a_time_in_an_absence_a_holiday_or_the_past_is_not_offered(cast: Cast, stopped_clock: Any) -> None:
    waits()
    cancel(cast, session_of(cast))
    staff = cast.therapist.staff
    add_exception(actor=cast.therapist, staff_id=staff.pk, first_day=TUESDAY, last_day=TUESDAY)
    assert opened(cast) == []
    remove_exception(
        actor=cast.therapist, staff_id=staff.pk, first_day=TUESDAY, last_day=TUESDAY, start=None, end=None,
        available=False,
    )  # fmt: skip
    assert "09/15 10:00" in [when for when, _ in opened(cast)]
    stopped_clock.move_to(at(10, 1, day=TUESDAY))
    assert "09/15 10:00" not in [when for when, _ in opened(cast)]


def test_whoever_left_has_expired_or_is_busy_then_is_not_offered_it(cast: Cast) -> None:
    waits("Gone", client__status=ClientStatus.DISCHARGED)
    waits("Expired", expires_on=TODAY - timedelta(days=1))
    busy = waits("Busy")
    AppointmentFactory.create(
        client=busy.client, start_time=at(10, day=TUESDAY), end_time=at(11, day=TUESDAY)
    )
    cancel(cast, session_of(cast))
    assert opened(cast) == []


def test_a_time_left_free_is_no_longer_listed(cast: Cast) -> None:
    waits()
    cancel(cast, session_of(cast))
    opening = Opening.objects.get()
    with pytest.raises(NotPermitted):
        dismiss_opening(actor=cast.biller, opening_id=opening.pk)
    dismiss_opening(actor=cast.front_desk, opening_id=opening.pk)
    dismiss_opening(actor=cast.front_desk, opening_id=opening.pk)
    assert opened(cast) == []
    assert AuditEvent.objects.filter(verb="opening.dismissed").count() == 1


# Booking


def book(cast: Cast, entry: WaitlistEntry, hour: int = 10, **more: Any) -> Appointment:
    return book_waiting(
        actor=cast.front_desk, entry_id=entry.pk, staff_id=cast.therapist.staff.pk,
        start=at(hour, day=TUESDAY), minutes=50, type="individual", location="telehealth", **more,
    )  # fmt: skip


def test_booking_closes_the_entry_and_names_it(cast: Cast) -> None:
    entry = waits()
    booked = book(cast, entry)
    entry.refresh_from_db()
    assert (entry.state, entry.appointment, entry.closed_because) == (EntryState.BOOKED, booked, "")
    assert (booked.client, booked.start_time) == (entry.client, at(10, day=TUESDAY))
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["appointment.booked", "waitlist.booked"]


def test_whoever_was_booked_meanwhile_is_not_booked_twice(cast: Cast) -> None:
    entry = waits()
    book(cast, entry)
    with pytest.raises(NoLongerWaits):
        book(cast, entry, 14)
    assert Appointment.objects.filter(client=entry.client).count() == 1


def test_a_time_that_was_taken_leaves_the_loser_waiting_with_free_times_nearby(cast: Cast) -> None:
    first, second = waits("First"), waits("Second")
    book(cast, first)
    with pytest.raises(SlotTaken) as caught:
        book(cast, second)
    assert at(11, day=TUESDAY) in caught.value.openings
    second.refresh_from_db()
    assert second.state == EntryState.WAITING


def test_the_checks_are_those_of_any_booking(cast: Cast) -> None:
    entry = waits()
    with pytest.raises(NeedsConfirmation):
        book(cast, entry, 22)
    entry.refresh_from_db()
    assert entry.state == EntryState.WAITING
    with pytest.raises(NotPermitted):
        book_waiting(
            actor=cast.stranger, entry_id=entry.pk, staff_id=cast.therapist.staff.pk,
            start=at(10, day=TUESDAY), minutes=50, type="individual", location="office",
        )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_time_that_opened_goes_to_one_of_many_who_are_booked_into_it_at_once(cast: Cast) -> None:
    entries = [waits(f"Number {place}") for place in range(10)]
    ended = all_at_once([partial(book, cast, entry) for entry in entries])
    assert ended == {"done": 1, "SlotTaken": 9}
    states = WaitlistEntry.objects.values_list("state", flat=True)
    assert Counter(states) == {"booked": 1, "waiting": 9}
    assert Appointment.objects.get() == WaitlistEntry.objects.get(state=EntryState.BOOKED).appointment


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_booked_once_however_many_colleagues_press(cast: Cast) -> None:
    """Into different times, so that only the entry itself stands against it."""
    entry = waits()
    ended = all_at_once([partial(book, cast, entry, hour) for hour in range(9, 15)])
    assert ended == {"done": 1, "NoLongerWaits": 5}
    assert Appointment.objects.count() == 1


def test_what_opened_and_is_over_is_removed_at_night(cast: Cast, stopped_clock: Any) -> None:
    for hour in (10, 14):
        cancel(cast, session_of(cast, hour))
    stopped_clock.move_to(at(12, day=TUESDAY))
    out = StringIO()
    call_command("clear_openings", stdout=out)
    call_command("clear_openings", stdout=out)
    assert out.getvalue() == "1 time removed.\n0 times removed.\n"
    assert Opening.objects.get().start_time == at(14, day=TUESDAY)
    assert AuditEvent.objects.get(verb="openings.cleared").changes == {"openings": ["", 1]}


# Keeping the list


def test_only_those_who_serve_the_client_put_them_on_the_list(cast: Cast) -> None:
    for actor in (cast.stranger, cast.biller):
        with pytest.raises(NotPermitted):
            add_to_waitlist(actor=actor, client_id=cast.client.pk, **WANTED)
    entry = add_to_waitlist(
        actor=cast.therapist, client_id=cast.client.pk, clinicians=[cast.therapist.staff], **WANTED
    )
    assert entry.created_by == cast.therapist.staff
    assert list(entry.clinicians.all()) == [cast.therapist.staff]
    event = AuditEvent.objects.get(verb="waitlist.added")
    assert (event.client_id, event.changes) == (cast.client.pk, {"urgency": ["", "soon"]})


def test_the_note_is_sealed_and_stays_out_of_the_trail(cast: Cast) -> None:
    entry = add_to_waitlist(actor=cast.front_desk, client_id=cast.client.pk, **WANTED)
    change_entry(
        actor=cast.front_desk, entry_id=entry.pk, version=1, clinicians=[],
        **{**WANTED, "note": "Her brother drives her.", "urgency": "urgent"},
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM waitlist_entries")
        assert "drives" not in cursor.fetchone()[0]
    assert WaitlistEntry.objects.get().note == "Her brother drives her."
    changes = AuditEvent.objects.get(verb="waitlist.changed").changes
    assert changes["urgency"] == ["soon", "urgent"]
    assert "drives" not in str(changes)


def test_what_a_colleague_saved_is_not_written_over(cast: Cast) -> None:
    entry = add_to_waitlist(actor=cast.front_desk, client_id=cast.client.pk, **WANTED)
    more = {**WANTED, "urgency": "urgent"}
    change_entry(actor=cast.front_desk, entry_id=entry.pk, version=1, clinicians=[], **more)
    with pytest.raises(StaleVersion):
        change_entry(actor=cast.front_desk, entry_id=entry.pk, version=1, clinicians=[], **WANTED)


def test_taken_off_and_put_back(cast: Cast) -> None:
    entry = waits(expires_on=TODAY)
    close_entry(actor=cast.front_desk, entry_id=entry.pk, because=ClosedBecause.NOT_REACHED)
    with pytest.raises(NoLongerWaits):
        close_entry(actor=cast.front_desk, entry_id=entry.pk, because=ClosedBecause.NOT_REACHED)
    reopen_entry(actor=cast.front_desk, entry_id=entry.pk)
    entry.refresh_from_db()
    assert (entry.state, entry.closed_because) == (EntryState.WAITING, "")
    assert entry.expires_on == TODAY + timedelta(days=90)


def test_nobody_waits_while_their_appointment_stands(cast: Cast) -> None:
    entry = waits()
    booked = book(cast, entry)
    with pytest.raises(StillBooked):
        reopen_entry(actor=cast.front_desk, entry_id=entry.pk)
    cancel(cast, booked)
    reopen_entry(actor=cast.front_desk, entry_id=entry.pk)
    entry.refresh_from_db()
    assert (entry.state, entry.appointment) == (EntryState.WAITING, None)


# Pages


def form_of(**more: Any) -> dict[str, Any]:
    return {
        "urgency": "soon", "types": ["individual", "intake"], "minutes": "50", "expires_on": "12/24/2026",
        "windows-TOTAL_FORMS": "2", "windows-INITIAL_FORMS": "0",
        "windows-0-weekdays": ["1", "3"], "windows-0-start": "3p", "windows-0-end": "6p",
        "windows-1-start": "", "windows-1-end": "", **more,
    }  # fmt: skip


def test_waitlist_create(cast: Cast) -> None:
    browser = browser_of(cast.front_desk)
    answer = browser.post("/waitlist/new/", form_of(client=cast.client.pk))
    entry = WaitlistEntry.objects.get()
    assert answer.headers["Location"] == reverse("scheduling:waitlist_detail", args=[entry.pk])
    assert entry.windows == [{"weekdays": [1, 3], "from": "15:00:00", "to": "18:00:00"}]
    assert (entry.types, entry.expires_on) == (["individual", "intake"], date(2026, 12, 24))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"windows-0-end": "2p"}, "Enter a time after 3:00 PM."),
        ({"types": []}, "Choose at least one."),
        ({"expires_on": "01/01/2026"}, "The last day cannot be in the past."),
        ({"client": str(uuid4())}, "not among those you may choose"),
        ({"windows-TOTAL_FORMS": "900"}, "Please submit at most 6 forms."),
    ],
)
def test_what_makes_no_sense_is_said_and_kept(cast: Cast, fault: dict[str, Any], said: str) -> None:
    answer = browser_of(cast.front_desk).post(
        "/waitlist/new/", form_of(**{"client": cast.client.pk, **fault})
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert WaitlistEntry.objects.count() == 0


def test_waitlist_edit_keeps_its_hours_and_says_when_somebody_was_quicker(cast: Cast) -> None:
    entry = waits(windows=[MORNINGS, {"weekdays": list(range(7)), "from": "00:00:00", "to": "23:59:00"}])
    browser, url = browser_of(cast.front_desk), reverse("scheduling:waitlist_edit", args=[entry.pk])
    page = browser.get(url).content.decode()
    assert 'value="8:00 AM"' in page
    assert browser.post(url, form_of(version="1")).status_code == 302
    refused = browser.post(url, form_of(version="1", urgency="urgent"))
    assert refused.status_code == 422
    assert "Somebody changed this since you opened it" in refused.content.decode()
    entry.refresh_from_db()
    assert entry.urgency == "soon"


def test_waitlist_detail_offers_the_next_times_that_suit(cast: Cast) -> None:
    """Of a Tuesday morning the three first; booked by one click, twice pressed once."""
    entry = waits(windows=[{"weekdays": [1], "from": "09:00:00", "to": "12:00:00"}])
    session_of(cast, 9)
    entry.clinicians.add(cast.therapist.staff)
    browser = browser_of(cast.front_desk)
    page = browser.get(reverse("scheduling:waitlist_detail", args=[entry.pk])).content.decode()
    assert 'value="2026-09-15T10:00"' in page
    assert 'value="2026-09-15T09:00"' not in page
    assert 'value="2026-09-16T10:00"' not in page
    click = {
        "_once": "8d5ee7ea-2a0f-4d57-9fd7-7d8be0e2a7a1", "staff": cast.therapist.staff.pk, "minutes": "50",
        "type": "individual", "location": "telehealth", "is_billable": "on", "assign": "on",
        "opening": "2026-09-15T10:00",
    }  # fmt: skip
    url = reverse("scheduling:waitlist_book", args=[entry.pk])
    first, second = browser.post(url, click), browser.post(url, click)
    booked = Appointment.objects.get(client=entry.client)
    assert first.headers["Location"] == second.headers["Location"] == f"/appointments/{booked.pk}/"
    assert booked.billing_code == "90834"


def test_the_loser_gets_the_kind_page(cast: Cast) -> None:
    entry = waits()
    session_of(cast)
    answer = browser_of(cast.front_desk).post(
        reverse("scheduling:waitlist_book", args=[entry.pk]),
        {"staff": cast.therapist.staff.pk, "minutes": "50", "type": "individual", "location": "office",
         "opening": "2026-09-15T10:00"},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "already has an appointment, 10:00 – 10:50 AM" in page
    assert "Nearest free times" in page


def test_waitlist_fits_says_why_they_stand_where_they_stand(cast: Cast) -> None:
    waits("Second", note="Calls back.")
    waits("First", urgency="urgent", client__phone="+14045550177")
    url = f"/waitlist/fits/?staff={cast.therapist.staff.pk}&date=2026-09-15&start=10:00&minutes=50"
    page = browser_of(cast.front_desk).get(url).content.decode()
    assert page.index("First") < page.index("Second")
    assert "Since today · Can come at any time · Any clinician" in page
    assert "(404) 555-0177" in page
    assert "Calls back." in page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "date=2026-09-15&start=10:00",
        "date=x&start=10:00&minutes=50",
        "date=2026-09-15&start=10:00&minutes=9999",
    ],
)
def test_a_time_that_makes_no_sense_does_not_exist(cast: Cast, query: str) -> None:
    url = f"/waitlist/fits/?staff={cast.therapist.staff.pk}&{query}"
    assert browser_of(cast.front_desk).get(url).status_code == 404


def test_a_clinician_sees_their_own_clients_and_books_for_themselves(cast: Cast) -> None:
    """A stranger's client does not exist for them, and a colleague's time is not theirs to give."""
    mine, others = WaitlistFactory.create(client=cast.client), waits("Stranger")
    browser = browser_of(cast.therapist)
    assert others.client.last_name not in browser.get("/waitlist/").content.decode()
    assert browser.get(reverse("scheduling:waitlist_detail", args=[others.pk])).status_code == 404
    assert browser.get(reverse("scheduling:waitlist_detail", args=[mine.pk])).status_code == 200
    url = f"/waitlist/fits/?staff={cast.stranger.staff.pk}&date=2026-09-15&start=10:00&minutes=50"
    assert browser.get(url).status_code == 404
    assert browser_of(cast.biller).get("/waitlist/").status_code == 403


def test_cancelling_says_how_many_fit(cast: Cast) -> None:
    waits(), waits()
    session = session_of(cast, day=TODAY + timedelta(days=3))
    browser, url = browser_of(cast.front_desk), f"/appointments/{session.pk}/cancel/"
    assert "2 clients on the waitlist fit this time." in browser.get(url).content.decode()
    after = browser.post(url, {"reason": "other", "cancelled_by": "client"}, follow=True).content.decode()
    assert "2 clients on the waitlist fit this time." in after
    assert "Who fits this time" in after


def test_home_and_the_list_of_openings_show_what_opened(cast: Cast) -> None:
    entry = waits("Quillfeather", urgency="urgent")
    cancel(cast, session_of(cast))
    browser = browser_of(cast.front_desk)
    home, listed = (browser.get(url).content.decode() for url in ("/home/", "/openings/"))
    for page in (home, listed):
        assert entry.client.display_name in page
        assert "10:00 – 10:50 AM" in page
    opening = Opening.objects.get()
    browser.post(reverse("scheduling:opening_dismiss", args=[opening.pk]))
    assert "No time has opened" in browser.get("/openings/").content.decode()


def test_an_empty_time_of_the_calendar_leads_to_who_waits_for_it(cast: Cast) -> None:
    url = f"/appointments/new/?staff={cast.therapist.staff.pk}&date=2026-09-15&start=10:00"
    page = browser_of(cast.front_desk).get(url).content.decode()
    assert "Who waits for this time?" in page
    assert "minutes=50" in page


def test_the_list_filters_by_what_became_of_them(cast: Cast) -> None:
    waits("Stillwaits"), waits("Overdue", expires_on=TODAY - timedelta(days=1))
    close_entry(actor=cast.front_desk, entry_id=waits("Takenoff").pk, because=ClosedBecause.OTHER)
    book(cast, waits("Gotatime"))
    browser = browser_of(cast.front_desk)
    names = ("Stillwaits", "Overdue", "Takenoff", "Gotatime")
    for state, shown in (("", 0), ("expired", 1), ("closed", 2), ("booked", 3)):
        page = browser.get(f"/waitlist/?state={state}").content.decode()
        assert [name for name in names if name in page] == [names[shown]]
    everybody = browser.get("/waitlist/?state=all").content.decode()
    assert [name for name in names if name in everybody] == list(names)


def test_lead_time_of_the_practice_holds_for_the_next_times(cast: Cast) -> None:
    practice.save(ScheduleDefaults(lead_hours=48))
    entry = waits()
    entry.clinicians.add(cast.therapist.staff)
    page = browser_of(cast.front_desk).get(reverse("scheduling:waitlist_detail", args=[entry.pk]))
    assert 'value="2026-09-15T' not in page.content.decode()
    assert 'value="2026-09-16T09:00"' in page.content.decode()


def test_roles_of_the_waitlist(cast: Cast) -> None:
    allowed = {
        role for role, user in cast.by_role().items() if browser_of(user).get("/waitlist/").status_code == 200
    }
    assert allowed == {Role.ADMIN, Role.FRONT_DESK, Role.SUPERVISOR, Role.THERAPIST, Role.ASSOCIATE}
