"""Group sessions: one event, whose members each have their attendance, their note and their bill."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.models import FeeProposal
from clients.models import Client
from documents.queries import sessions_without_note
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.homes.sessions import own_day
from scheduling import services
from scheduling.choices import CancelledBy, CancelReason
from scheduling.entries import entries_between
from scheduling.errors import AppointmentError, SlotTaken, TooEarly, WrongStatus
from scheduling.groups import services as groups
from scheduling.groups.errors import GroupChanged, NoGroupSession
from scheduling.groups.sessions import group_of
from scheduling.models import Appointment, Room
from scheduling.services.fitting import InRoom
from tests.cast import Cast
from tests.clients.factories import ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.conftest import NEW_YORK, TODAY, at
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.usefixtures("stopped_clock")
TOMORROW = date(2026, 9, 15)


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def book(cast: Cast, *clients: Client, start: Any = None, **changes: Any) -> list[Appointment]:
    """An hour and a half with the therapist, of these clients in this order."""
    return services.book_group_session(
        actor=cast.front_desk,
        client_ids=[client.pk for client in clients],
        staff_id=cast.therapist.staff.pk,
        start=start or at(14),
        minutes=90,
        **changes,
    )


@pytest.fixture
def third(db: None) -> Client:
    return ClientFactory.create(first_name="Tara", last_name="Third")


@pytest.fixture
def members(cast: Cast, third: Client) -> list[Appointment]:
    """Clara, Otto and Tara, today at two."""
    return book(cast, cast.client, cast.other_client, third)


def address(name: str, appointment: Appointment) -> str:
    return reverse(f"scheduling:{name}", args=[appointment.pk])


def statuses(members: list[Appointment]) -> list[str]:
    for each in members:
        each.refresh_from_db()
    return [each.status for each in members]


def hold(members: list[Appointment]) -> None:
    """It is the group's hour."""
    ids = [each.pk for each in members]
    Appointment.objects.filter(pk__in=ids).update(start_time=at(8), end_time=at(9, 30))


# ---- One thing in the calendar and at Home ------------------------------------------------------------------


def test_it_is_one_block_even_when_its_members_differ(cast: Cast, members: list[Appointment]) -> None:
    hold(members)
    services.mark_no_show(actor=cast.front_desk, appointment_id=members[0].pk)
    services.complete_appointment(actor=cast.therapist, appointment_id=members[1].pk)
    (entry,) = entries_between(cast.front_desk, TODAY, TODAY, [cast.therapist.staff.pk])
    assert (entry.members, entry.client, entry.status) == (
        3,
        "Clara Cole, Otto Other, Tara Third",
        "scheduled",
    )


def test_who_was_called_off_counts_no_more_and_has_no_block(cast: Cast, members: list[Appointment]) -> None:
    cancel(cast, members[0])
    for called_off in (False, True):
        (entry,) = entries_between(
            cast.front_desk, TODAY, TODAY, [cast.therapist.staff.pk], called_off=called_off
        )
        assert (entry.members, entry.client) == (2, "Otto Other, Tara Third")


def test_the_block_names_whom_one_may_see(cast: Cast, members: list[Appointment]) -> None:
    """The stranger treats Otto, and holds no part of this group."""
    (entry,) = entries_between(cast.stranger, TODAY, TODAY, [cast.therapist.staff.pk])
    assert (entry.members, entry.client) == (1, "Otto Other")
    (entry,) = entries_between(cast.associate, TODAY, TODAY, [cast.therapist.staff.pk])
    assert entry.busy


def test_the_block_leads_to_the_page_of_the_group(cast: Cast, members: list[Appointment]) -> None:
    html = (
        browser_of(cast.front_desk).get(f"{reverse('scheduling:schedule')}?date=2026-09-14").content.decode()
    )
    assert html.count('class="appt ') == 1
    assert "3 clients: Clara Cole, Otto Other, Tara Third" in html
    pages = [address("group_session_detail", each) for each in members]
    assert sum(html.count(f'href="{page}"') for page in pages) == 1


def test_home_has_one_line_for_it(cast: Cast, members: list[Appointment]) -> None:
    hold(members)
    panel = own_day(Scene(cast.therapist, clock.now(), TODAY, NEW_YORK))
    (line,) = panel.lines
    assert (line.title, line.sub) == (
        "Clara Cole, Otto Other, Tara Third",
        "Group therapy · Office · 0 of 3 notes signed",
    )
    assert [action.label for action in line.actions] == ["Attendance", "Notes"]


# ---- The page -----------------------------------------------------------------------------------------------


def test_its_page_has_each_members_attendance_note_and_bill(cast: Cast, members: list[Appointment]) -> None:
    hold(members)
    services.complete_appointment(actor=cast.therapist, appointment_id=members[0].pk)
    DocumentFactory.create(appointment=members[0], type="progress_note", staff=cast.therapist.staff)
    html = browser_of(cast.therapist).get(address("group_session_detail", members[2])).content.decode()
    for label in ("Continue note: Clara Cole", "Start note: Otto Other", "Check in: Tara Third"):
        assert html.count(f'aria-label="{label}"') == 1
    assert "Completed 1" in " ".join(html.split())
    html = browser_of(cast.biller).get(address("group_session_detail", members[2])).content.decode()
    assert html.count('aria-label="Why can’t I bill this?: Clara Cole"') == 1
    assert "Otto Other</a>" in html


def test_its_page_shows_no_more_than_one_may_see_and_is_one_event(
    cast: Cast, members: list[Appointment], third: Client
) -> None:
    before = AuditEvent.objects.count()
    html = browser_of(cast.stranger).get(address("group_session_detail", members[1])).content.decode()
    assert "Otto Other" in html
    assert "2 more whom you may not see" in html
    assert "Clara Cole" not in html
    assert "Tara Third" not in html
    event = AuditEvent.objects.order_by("-id")[0]
    assert (AuditEvent.objects.count() - before, event.verb) == (1, "appointment.viewed")
    assert browser_of(cast.stranger).get(address("group_session_detail", members[0])).status_code == 404
    assert browser_of(cast.associate).get(address("group_session_detail", members[1])).status_code == 404


def test_the_side_panel_is_the_same(cast: Cast, members: list[Appointment]) -> None:
    answer = browser_of(cast.front_desk).get(
        address("group_session_detail", members[0]), headers={"HX-Request": "true"}
    )
    html = answer.content.decode()
    assert html.strip().startswith('<div class="appt-panel">')
    assert html.count("Cancel for everybody") == 1


def test_a_session_of_one_has_no_such_page(cast: Cast) -> None:
    alone = AppointmentFactory.create(staff=cast.therapist.staff, client=cast.client, start_time=at(9))
    for name in ("detail", "edit", "attendance", "cancel"):
        answer = browser_of(cast.front_desk).get(address(f"group_session_{name}", alone))
        assert answer.status_code == 404


# ---- For everybody, or for one ------------------------------------------------------------------------------


def cancel(cast: Cast, appointment: Appointment, by: CancelledBy = CancelledBy.CLIENT) -> Appointment:
    return services.cancel_appointment(
        actor=cast.front_desk,
        appointment_id=appointment.pk,
        reason=CancelReason.CLIENT_ILLNESS,
        cancelled_by=by,
    )


def cancel_all(cast: Cast, appointment: Appointment, actor: Any = None) -> list[Appointment]:
    return groups.cancel_group_session(
        actor=actor or cast.front_desk,
        appointment_id=appointment.pk,
        reason=CancelReason.WEATHER,
        cancelled_by=CancelledBy.PRACTICE,
    )


def test_one_member_is_called_off_and_the_others_stay(cast: Cast, members: list[Appointment]) -> None:
    cancel(cast, members[0])
    assert statuses(members) == ["late_cancelled", "scheduled", "scheduled"]
    assert FeeProposal.objects.get().appointment_id == members[0].pk


def test_the_group_is_called_off_for_everybody_who_is_left(cast: Cast, members: list[Appointment]) -> None:
    cancel(cast, members[0])
    assert len(cancel_all(cast, members[1])) == 2
    assert statuses(members) == ["late_cancelled", "cancelled", "cancelled"]
    with pytest.raises(NoGroupSession):
        cancel_all(cast, members[1])


def test_a_group_that_has_begun_is_neither_called_off_nor_moved(
    cast: Cast, members: list[Appointment]
) -> None:
    hold(members)
    services.start_session(actor=cast.therapist, appointment_id=members[0].pk)
    with pytest.raises(AppointmentError, match="begun for some"):
        cancel_all(cast, members[1])
    with pytest.raises(WrongStatus, match="begun for some"):
        services.move_appointment(
            actor=cast.front_desk, appointment_id=members[1].pk, start=at(16), minutes=90
        )
    assert statuses(members) == ["in_session", "scheduled", "scheduled"]


def test_who_was_called_off_does_not_come_back_to_a_time_that_the_group_left(
    cast: Cast, members: list[Appointment]
) -> None:
    cancel(cast, members[0])
    services.move_appointment(actor=cast.front_desk, appointment_id=members[1].pk, start=at(15), minutes=90)
    with pytest.raises(AppointmentError, match="The group has moved since"):
        services.undo_last_step(actor=cast.front_desk, appointment_id=members[0].pk)
    assert statuses(members)[0] == "late_cancelled"


def test_who_was_called_off_comes_back_into_the_group(cast: Cast, members: list[Appointment]) -> None:
    cancel(cast, members[0])
    services.undo_last_step(actor=cast.front_desk, appointment_id=members[0].pk)
    assert statuses(members) == ["scheduled", "scheduled", "scheduled"]
    assert not FeeProposal.objects.exists()


def test_place_room_and_code_change_for_all(cast: Cast, members: list[Appointment]) -> None:
    room = Room.objects.create(name="Group room")
    values: dict[str, Any] = {"location": "office", "is_billable": True, "billing_code": "h0004"}
    groups.update_group_session(
        actor=cast.front_desk, appointment_id=members[0].pk, room=InRoom(room.pk), **values
    )
    rows = Appointment.objects.filter(pk__in=[each.pk for each in members])
    assert set(rows.values_list("room", "billing_code")) == {(room.pk, "H0004")}
    AppointmentFactory.create(
        room=room, location="office", start_time=at(18), end_time=at(19), client=ClientFactory.create()
    )
    other = book(cast, ClientFactory.create(), start=at(18), location="office", anyway=True)
    with pytest.raises(SlotTaken, match="Group room is taken"):
        groups.update_group_session(
            actor=cast.front_desk, appointment_id=other[0].pk, room=InRoom(room.pk), **values
        )


def test_what_concerns_all_is_for_who_may_change_them(cast: Cast, members: list[Appointment]) -> None:
    for actor in (cast.stranger, cast.biller, cast.supervisor):
        with pytest.raises(NotPermitted):
            cancel_all(cast, members[1], actor)
        with pytest.raises(NotPermitted):
            attend(cast, members, came=[0], actor=actor)
    assert statuses(members) == ["scheduled", "scheduled", "scheduled"]


def test_one_member_gets_another_time_and_leaves_the_group(cast: Cast, members: list[Appointment]) -> None:
    new = services.reschedule_appointment(
        actor=cast.front_desk, appointment_id=members[0].pk, start=at(14, day=TOMORROW), minutes=90
    )
    assert (new.group_session, new.rescheduled_from_id) == (None, members[0].pk)
    assert [each.client_id for each in group_of(cast.front_desk, members[1]).taking_part] == [
        members[1].client_id,
        members[2].client_id,
    ]


# ---- Attendance ---------------------------------------------------------------------------------------------


def attend(
    cast: Cast, members: list[Appointment], came: Any = (), missed: Any = (), actor: Any = None
) -> list[Appointment]:
    return groups.record_attendance(
        actor=actor or cast.therapist,
        appointment_id=members[0].pk,
        came=[members[place].pk for place in came],
        missed=[members[place].pk for place in missed],
    )


def test_each_has_their_own_attendance(cast: Cast, members: list[Appointment]) -> None:
    hold(members)
    attend(cast, members, came=[0], missed=[1])
    assert statuses(members) == ["completed", "no_show", "scheduled"]
    assert FeeProposal.objects.get().appointment_id == members[1].pk
    attend(cast, members, came=[2])
    assert statuses(members) == ["completed", "no_show", "completed"]
    due = sessions_without_note(cast.therapist).values_list("pk", flat=True)
    assert set(due) == {members[0].pk, members[2].pk}


def test_attendance_is_said_once_the_session_has_begun_and_once_of_each(
    cast: Cast, members: list[Appointment]
) -> None:
    with pytest.raises(TooEarly):
        attend(cast, members, came=[0])
    hold(members)
    with pytest.raises(AppointmentError, match="at least one client"):
        attend(cast, members)
    attend(cast, members, came=[0])
    for said in ({"came": [0]}, {"missed": [0]}, {"came": [1], "missed": [1]}):
        with pytest.raises(GroupChanged):
            attend(cast, members, **said)
    stranger = AppointmentFactory.create(staff=cast.therapist.staff, start_time=at(7), end_time=at(7, 50))
    with pytest.raises(GroupChanged):
        attend(cast, [members[0], stranger], came=[1])
    assert statuses(members) == ["completed", "scheduled", "scheduled"]


def test_the_session_starts_for_who_is_checked_in(cast: Cast, members: list[Appointment]) -> None:
    with pytest.raises(AppointmentError, match="Nobody is checked in"):
        groups.start_group_session(actor=cast.therapist, appointment_id=members[0].pk)
    services.check_in(actor=cast.front_desk, appointment_id=members[1].pk)
    groups.start_group_session(actor=cast.therapist, appointment_id=members[0].pk)
    assert statuses(members) == ["scheduled", "in_session", "scheduled"]


def test_the_form_takes_who_is_here_to_have_come(cast: Cast, members: list[Appointment]) -> None:
    hold(members)
    services.check_in(actor=cast.front_desk, appointment_id=members[0].pk)
    browser, url = browser_of(cast.therapist), address("group_session_attendance", members[0])
    html = browser.get(url).content.decode()
    assert html.count('value="came"') == 3
    assert len(re.findall(r'value="came"[^>]*checked', html)) == 1
    answer = browser.post(url, {f"of-{members[0].pk}": "came", f"of-{members[1].pk}": "missed"})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        address("group_session_detail", members[0]),
    )
    assert statuses(members) == ["completed", "no_show", "scheduled"]
    again = browser.post(url, {f"of-{members[0].pk}": "came"})
    assert (again.status_code, statuses(members)) == (422, ["completed", "no_show", "scheduled"])
    browser.post(url, {f"of-{members[2].pk}": "came"})
    shown = browser.get(url, follow=True)
    assert shown.redirect_chain == [(address("group_session_detail", members[0]), 302)]
    assert "is recorded already for everybody in this group." in shown.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_its_page_costs_the_same_for_many(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    rows = book(cast, *(ClientFactory.create() for _ in range(count)))
    hold(rows)
    for each in rows:
        services.complete_appointment(actor=cast.therapist, appointment_id=each.pk)
    for user in (cast.therapist, cast.admin, cast.biller, cast.front_desk):
        browser = browser_of(user)
        browser.get(address("group_session_detail", rows[0]))
        with django_assert_max_num_queries(13):
            browser.get(address("group_session_detail", rows[0]))


def test_it_can_be_cancelled_and_edited_by_form(cast: Cast, members: list[Appointment]) -> None:
    desk = browser_of(cast.front_desk)
    url = address("group_session_edit", members[0])
    assert desk.post(url, {"location": "nowhere"}).status_code == 422
    answer = desk.post(url, {"location": "telehealth", "billing_code": "90853", "is_billable": "on"})
    assert answer.status_code == 302
    url = address("group_session_cancel", members[0])
    assert desk.post(url, {"cancelled_by": "practice"}).status_code == 422
    said = {"cancelled_by": "practice", "reason": "weather"}
    assert desk.post(url, said).status_code == 302
    rows = Appointment.objects.filter(pk__in=[each.pk for each in members])
    assert set(rows.values_list("status", "location")) == {("cancelled", "telehealth")}
    assert desk.post(url, said).status_code == 422
    assert not FeeProposal.objects.exists()
