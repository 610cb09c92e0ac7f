"""The calendar feed: what other programs read from it, who may have one, and what it never tells."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from dateutil.tz import tzical
from django.test import Client as Visitor
from icalendar import Calendar

from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.choices import CancelledBy, CancelReason
from scheduling.feed.calendar import _zone
from scheduling.feed.choices import FeedShows
from scheduling.feed.models import CalendarFeed
from scheduling.feed.services import renew_feed
from scheduling.models import Appointment
from scheduling.services import (
    cancel_appointment,
    join_group_session,
    move_appointment,
    reschedule_appointment,
)
from tests.cast import Cast
from tests.scheduling.conftest import at
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
NEW_YORK = ZoneInfo("America/New_York")


def booked(cast: Cast, start: datetime, **fields: Any) -> Appointment:
    facts = {"staff": cast.therapist.staff, "client": cast.client, **fields}
    return AppointmentFactory.create(start_time=start, end_time=start + timedelta(minutes=50), **facts)


def address(cast: Cast, shows: FeedShows = FeedShows.BUSY) -> str:
    return f"/calendar/{renew_feed(actor=cast.therapist, staff=cast.therapist.staff, shows=shows)}.ics"


def read(visitor: Visitor, feed: str) -> bytes:
    answer = visitor.get(feed)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    return answer.content


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def instants_by_another(content: bytes) -> list[tuple[datetime, datetime]]:
    """What a second parser reads, by its own understanding of the file's VTIMEZONE."""
    calendar = vobject.readOne(content.decode())
    return [
        (each.dtstart.value.astimezone(UTC), each.dtend.value.astimezone(UTC))
        for each in calendar.vevent_list
    ]


def test_two_readers_come_to_the_same_instants_over_both_clock_changes(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 10, 20, 13, tzinfo=UTC), tick=False):
        starts = [
            datetime(2026, 10, 30, 9, tzinfo=NEW_YORK),
            datetime(2026, 11, 1, 0, 5, tzinfo=NEW_YORK),
            # In the hour that the clocks show twice: out of the first of the two, and within the second.
            datetime(2026, 11, 1, 1, 20, tzinfo=NEW_YORK),
            datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=NEW_YORK),
            datetime(2026, 11, 2, 9, tzinfo=NEW_YORK),
            datetime(2027, 3, 12, 9, tzinfo=NEW_YORK),
            datetime(2027, 3, 15, 9, tzinfo=NEW_YORK),
        ]
        rows = [booked(cast, start.astimezone(UTC)) for start in starts]
        content = read(Visitor(), address(cast))
    stored = [(row.start_time, row.end_time) for row in rows]
    found = [
        (each["dtstart"].dt.astimezone(UTC), each["dtend"].dt.astimezone(UTC)) for each in events(content)
    ]
    assert found == stored
    assert instants_by_another(content) == stored


@pytest.mark.parametrize(
    "name", ["America/New_York", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu"]
)
def test_its_zone_changes_when_the_clocks_do(name: str) -> None:
    """Read back by python-dateutil: every six hours of three years."""
    text = Calendar()
    text.add_component(_zone(ZoneInfo(name)))
    zone = tzical(StringIO(text.to_ical().decode())).get(name)
    assert zone is not None
    for hours in range(0, 3 * 365 * 24, 6):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert moment.astimezone(zone).utcoffset() == moment.astimezone(ZoneInfo(name)).utcoffset(), moment


def test_it_is_a_file_as_the_standard_wants_it(cast: Cast) -> None:
    for hour in (9, 11):
        booked(cast, at(hour))
    content = read(Visitor(), address(cast))
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in content
    assert b"X-PUBLISHED-TTL:PT1H" in content
    for event in events(content):
        assert {"UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "CLASS"} <= set(event)
        assert event["class"] == "PRIVATE"


def test_it_tells_busy_and_nothing_else(cast: Cast) -> None:
    booked(cast, at(9), type="crisis", notes="Bring the safety plan", billing_code="90839")
    text = read(Visitor(), address(cast)).decode()
    for told in ("Clara", "Cole", "risis", "safety", "90839", "Thea", "elehealth", "DESCRIPTION", "LOCATION"):
        assert told not in text, told
    assert re.findall("SUMMARY:(.*)\r", text) == ["Busy"]
    assert re.findall("SUMMARY:(.*)\r", read(Visitor(), address(cast, FeedShows.INITIALS)).decode()) == ["CC"]


def test_names_stay_and_sequences_grow(cast: Cast) -> None:
    made = booked(cast, at(9) + timedelta(days=1))
    feed, visitor = address(cast), Visitor()
    (first,) = events(read(visitor, feed))
    later = at(11) + timedelta(days=1)
    move_appointment(actor=cast.front_desk, appointment_id=made.pk, start=later, minutes=50, anyway=True)
    (moved,) = events(read(visitor, feed))
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] > first["sequence"]
    assert moved["dtstart"].dt == later
    cancel_appointment(
        actor=cast.front_desk,
        appointment_id=made.pk,
        reason=CancelReason.WEATHER,
        cancelled_by=CancelledBy.PRACTICE,
    )
    (gone,) = events(read(visitor, feed))
    assert (gone["uid"], gone["status"], gone["transp"]) == (first["uid"], "CANCELLED", "TRANSPARENT")
    assert gone["sequence"] > moved["sequence"]


def test_rescheduling_calls_off_the_old_time(cast: Cast) -> None:
    made = booked(cast, at(9) + timedelta(days=1))
    reschedule_appointment(
        actor=cast.front_desk,
        appointment_id=made.pk,
        start=at(9) + timedelta(days=3),
        minutes=50,
        anyway=True,
    )
    old, new = events(read(Visitor(), address(cast)))
    assert (old["status"], old["dtstart"].dt.date()) == ("CANCELLED", date(2026, 9, 15))
    assert (new["status"], new["dtstart"].dt.date()) == ("TENTATIVE", date(2026, 9, 17))
    assert old["uid"] != new["uid"]


def test_a_group_session_is_one_event(cast: Cast) -> None:
    group = "11111111-1111-4111-8111-111111111111"
    for client in (cast.client, cast.other_client):
        booked(cast, at(9), client=client, type="group", group_session=group)
    (event,) = events(read(Visitor(), address(cast, FeedShows.INITIALS)))
    assert event["uid"].startswith(group)
    assert set(str(event["summary"]).split()) == {"CC", "OO"}


def test_a_single_session_that_others_join_stays_the_event_that_it_was(cast: Cast) -> None:
    alone = booked(cast, at(9) + timedelta(days=1), type="group")
    feed = address(cast)
    (before,) = events(read(Visitor(), feed))
    join_group_session(
        actor=cast.front_desk, appointment_id=alone.pk, client_id=cast.other_client.pk, anyway=True
    )
    (after,) = events(read(Visitor(), feed))
    assert after["uid"] == before["uid"]
    assert after["sequence"] >= before["sequence"]


def test_only_ones_own_and_within_the_window(cast: Cast) -> None:
    booked(cast, at(9))
    booked(cast, at(9), staff=cast.supervisor.staff, client=cast.other_client)
    booked(cast, at(9) - timedelta(days=31))
    booked(cast, at(9) + timedelta(days=366))
    assert [each["dtstart"].dt for each in events(read(Visitor(), address(cast)))] == [at(9)]


@pytest.mark.parametrize("way", ["renewed", "ended", "disabled", "left", "wrong"])
def test_an_address_that_is_no_longer_good_is_not_there(cast: Cast, way: str) -> None:
    feed = address(cast)
    assert Visitor().get(feed).status_code == 200
    if way == "renewed":
        address(cast)
    elif way == "ended":
        visitor = Visitor()
        visitor.force_login(cast.therapist)
        visitor.post("/schedule/feed/end/")
    elif way == "disabled":
        cast.therapist.is_active = False
        cast.therapist.save()
    elif way == "left":
        cast.therapist.staff.status = "inactive"
        cast.therapist.staff.save()
    else:
        feed = feed.replace(feed[15], "-" if feed[15] != "-" else "_")
    assert Visitor().get(feed).status_code == 404


def test_the_address_is_kept_as_a_hash(cast: Cast) -> None:
    token = address(cast).split("/")[2].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values().get())


def test_reading_is_an_event_once_an_hour(cast: Cast, stopped_clock: Any) -> None:
    feed, visitor = address(cast), Visitor()
    for _ in range(3):
        read(visitor, feed)
    assert AuditEvent.objects.filter(verb="feed.read").count() == 1
    stopped_clock.shift(timedelta(hours=1, seconds=1))
    read(visitor, feed)
    assert AuditEvent.objects.filter(verb="feed.read").count() == 2


def test_nobody_makes_anothers(cast: Cast) -> None:
    for actor in (cast.supervisor, cast.admin, cast.front_desk, cast.stranger):
        with pytest.raises(NotPermitted):
            renew_feed(actor=actor, staff=cast.therapist.staff, shows=FeedShows.BUSY)


def test_the_page_makes_changes_and_ends_it(cast: Cast) -> None:
    visitor = Visitor()
    visitor.force_login(cast.therapist)
    assert "Make an address" in visitor.get("/schedule/feed/").content.decode()
    made = visitor.post("/schedule/feed/renew/", {"shows": "busy"}).content.decode()
    (shown,) = re.findall(r"http://testserver(/calendar/[\w-]{32}\.ics)", made)
    assert shown not in visitor.get("/schedule/feed/").content.decode()
    visitor.post("/schedule/feed/change/", {"shows": "initials"})
    assert CalendarFeed.objects.get().shows == "initials"
    assert read(Visitor(), shown)
    refused = visitor.post("/schedule/feed/change/", {"shows": "everything"})
    assert refused.status_code == 422
    assert CalendarFeed.objects.get().shows == "initials"
    visitor.post("/schedule/feed/end/")
    assert not CalendarFeed.objects.exists()
    again = visitor.post("/schedule/feed/change/", {"shows": "busy"}, follow=True)
    assert "There is no address any more: make a new one." in again.content.decode()
