"""Who fits a time, best first: examples of every reason, and properties of the order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.waitlist.choices import Urgency
from scheduling.waitlist.matching import Slot, Wish, best_first, fitting, window_words
from scheduling.waitlist.shapes import Window

NEW_YORK = ZoneInfo("America/New_York")
QUILL, QUINCE = uuid4(), uuid4()
NOW = datetime(2026, 9, 14, 13, tzinfo=UTC)
# A Wednesday, three in the afternoon in New York.
THREE = datetime(2026, 9, 16, 19, tzinfo=UTC)
SLOT = Slot(QUILL, THREE, THREE + timedelta(minutes=60))


def wish(days: float = 1, urgency: str = "routine", **more: object) -> Wish:
    facts = {"key": uuid4(), "minutes": 50, "types": ("individual",), **more}
    return Wish(urgency=urgency, since=NOW - timedelta(days=days), **facts)  # type: ignore[arg-type]


def hours(weekdays: list[int], start: str, end: str) -> Window:
    return Window.model_validate({"weekdays": weekdays, "from": start, "to": end})


def order(*wishes: Wish, slot: Slot = SLOT) -> list[UUID]:
    return [fit.wish.key for fit in best_first(slot, wishes, now=NOW, zone=NEW_YORK)]


def test_the_most_urgent_first_however_short_they_wait() -> None:
    routine, soon, urgent = wish(90), wish(30, "soon"), wish(0, "urgent")
    assert order(routine, soon, urgent) == [urgent.key, soon.key, routine.key]


def test_then_whoever_waits_more_weeks() -> None:
    three, five = wish(21), wish(35)
    assert order(three, five) == [five.key, three.key]


def test_within_a_week_whoever_asked_for_just_these_hours() -> None:
    """Who can come at any time is served by another time too."""
    anytime, afternoons = wish(6), wish(1, windows=(hours([2], "14:00", "18:00"),))
    assert order(anytime, afternoons) == [afternoons.key, anytime.key]


def test_then_those_whom_the_clinician_cares_for() -> None:
    stranger, known, asked = wish(6), wish(2, team=frozenset({QUILL})), wish(1, clinicians=frozenset({QUILL}))
    assert order(stranger, asked, known) == [known.key, asked.key, stranger.key]


def test_and_at_last_whoever_came_first() -> None:
    later, earlier = wish(1), wish(2)
    assert order(later, earlier) == [earlier.key, later.key]


@pytest.mark.parametrize(
    ("why", "facts"),
    [
        ("waits for another clinician", {"clinicians": frozenset({QUINCE})}),
        ("needs a longer time", {"minutes": 90}),
        ("asked for another day", {"windows": (hours([3], "08:00", "20:00"),)}),
        ("asked for the morning", {"windows": (hours([2], "08:00", "12:00"),)}),
        ("has to leave before the end", {"windows": (hours([2], "14:00", "15:45"),)}),
        ("comes to the office, which is elsewhere", {"locations": ("office",)}),
        ("waits for a prescriber", {"types": ("medication",)}),
        ("has another appointment", {"busy": ((int(THREE.timestamp()), int(THREE.timestamp()) + 60),)}),
    ],
)
def test_nobody_is_offered_what_does_not_suit(why: str, facts: dict[str, Any]) -> None:
    slot = Slot(QUILL, THREE, THREE + timedelta(minutes=60), frozenset({"telehealth"}))
    assert order(wish(**facts), slot=slot) == [], why
    suited = wish()
    assert order(suited, slot=slot) == [suited.key]


def test_a_session_begins_where_the_hours_begin() -> None:
    late = wish(minutes=30, windows=(hours([2], "15:25", "18:00"),))
    fit = fitting(SLOT, late, now=NOW, zone=NEW_YORK)
    assert fit is not None
    assert (fit.start, fit.end) == (THREE + timedelta(minutes=25), THREE + timedelta(minutes=55))


def test_what_is_booked_and_why_is_said() -> None:
    someone = wish(
        40, "soon", types=("psychiatric", "intake"), locations=("office", "phone"), team=frozenset({QUILL}),
        windows=(hours([0, 2], "14:00", "18:00"),),
    )  # fmt: skip
    slot = Slot(QUILL, THREE, THREE + timedelta(minutes=60), frozenset({"phone"}))
    fit = fitting(slot, someone, now=NOW, zone=NEW_YORK)
    assert fit is not None
    assert (fit.type, fit.location) == ("intake", "phone")
    assert fit.reasons == (
        "Soon",
        "Waiting 5 weeks",
        "Asked for Mon, Wed 2:00 PM – 6:00 PM",
        "On the care team",
    )


def test_hours_are_those_of_the_practices_clock_on_both_sides_of_a_change() -> None:
    """3:00 PM in New York is 19:00 UTC in summer and 20:00 UTC from November 1."""
    afternoon = wish(windows=(hours([2], "15:00", "16:00"),))
    for start in (THREE, datetime(2026, 11, 4, 20, tzinfo=UTC)):
        fit = fitting(Slot(QUILL, start, start + timedelta(minutes=50)), afternoon, now=NOW, zone=NEW_YORK)
        assert fit is not None
        assert fit.start == start


def test_until_midnight_is_until_midnight() -> None:
    late = datetime(2026, 9, 17, 3, 10, tzinfo=UTC)
    night = wish(windows=(hours([2], "20:00", "23:59"),))
    slot = Slot(QUILL, late, late + timedelta(minutes=50))
    assert fitting(slot, night, now=NOW, zone=NEW_YORK) is not None
    later = Slot(QUILL, late + timedelta(minutes=30), late + timedelta(minutes=80))
    assert fitting(later, night, now=NOW, zone=NEW_YORK) is None


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (hours([0, 1, 2, 3, 4], "08:00", "12:00"), "Mon–Fri 8:00 AM – 12:00 PM"),
        (hours([5], "00:00", "23:59"), "Sat"),
        (hours([6, 5], "16:00", "23:59"), "Sat, Sun from 4:00 PM"),
        (hours(list(range(7)), "00:00", "10:00"), "any day until 10:00 AM"),
    ],
)
def test_hours_in_words(window: Window, words: str) -> None:
    assert window_words(window) == words


wishes = st.builds(
    wish,
    days=st.floats(0, 100),
    urgency=st.sampled_from(Urgency.values),
    minutes=st.sampled_from([30, 50, 60, 90]),
    clinicians=st.sampled_from([frozenset(), frozenset({QUILL}), frozenset({QUINCE})]),
    team=st.sampled_from([frozenset(), frozenset({QUILL})]),
    windows=st.lists(
        st.builds(
            hours,
            st.lists(st.integers(0, 6), min_size=1, max_size=7),
            st.sampled_from(["00:00", "09:00", "15:00"]),
            st.sampled_from(["15:50", "18:00", "23:59"]),
        ),
        max_size=3,
    ).map(tuple),
)


@given(st.lists(wishes, max_size=8), st.randoms(use_true_random=False))
def test_the_order_does_not_hang_on_how_they_were_read(all_of_them: list[Wish], chance: object) -> None:
    shuffled = list(all_of_them)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order(*shuffled) == order(*all_of_them)


@given(st.lists(wishes, max_size=8))
def test_nobody_stands_before_somebody_more_urgent_or_who_waits_weeks_longer(found: list[Wish]) -> None:
    fits = best_first(SLOT, found, now=NOW, zone=NEW_YORK)
    places = [Urgency.values.index(fit.wish.urgency) for fit in fits]
    assert places == sorted(places)
    for first, second in pairwise(fits):
        if first.wish.urgency == second.wish.urgency:
            assert (NOW - first.wish.since).days // 7 >= (NOW - second.wish.since).days // 7


@given(wishes)
def test_what_is_offered_lies_in_the_slot_and_in_hours_they_asked_for(someone: Wish) -> None:
    fit = fitting(SLOT, someone, now=NOW, zone=NEW_YORK)
    if fit is None:
        return
    assert SLOT.start <= fit.start
    assert fit.end <= SLOT.end
    begins, ends = fit.start.astimezone(NEW_YORK), fit.end.astimezone(NEW_YORK)
    assert not someone.windows or any(
        begins.weekday() in each.weekdays and each.start <= begins.time() and ends.time() <= each.end
        for each in someone.windows
    )


@given(wishes, st.lists(wishes, max_size=6))
def test_whoever_waits_longer_never_falls_behind_for_it(someone: Wish, others: list[Wish]) -> None:
    """A property that no reshuffling of weights may break: to have come earlier never harms."""
    earlier = replace(someone, since=someone.since - timedelta(days=30))
    before, after = order(someone, *others), order(earlier, *others)
    assert (someone.key in before) == (someone.key in after)
    if someone.key in before:
        assert after.index(someone.key) <= before.index(someone.key)
