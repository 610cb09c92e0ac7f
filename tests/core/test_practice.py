"""The practice's settings, as every page reads them."""

from typing import Any

import pytest

from mentalspace.core import clock, practice
from mentalspace.core.models import PracticeSetting
from mentalspace.core.practice import PracticeProfile

pytestmark = pytest.mark.django_db


def test_the_zones_are_gathered_from_the_disk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """`clock.today()` is asked some dozen times for a page, and gathering them takes milliseconds."""
    gathered: list[int] = []

    def gather() -> set[str]:
        gathered.append(1)
        return {"America/Chicago"}

    monkeypatch.setattr(practice, "available_timezones", gather)
    practice.time_zones.cache_clear()
    try:
        practice.save(PracticeProfile(time_zone="America/Chicago"))
        days, zone = {clock.today() for _ in range(3)}, str(clock.zone())
    finally:
        practice.time_zones.cache_clear()
    assert (len(days), gathered, zone) == (1, [1], "America/Chicago")


@pytest.mark.parametrize("stored", ["Mars/Olympus_Mons", "", 7])
def test_a_zone_that_is_none_falls_back_to_the_default(stored: Any) -> None:
    PracticeSetting.objects.create(section="practice", values={"time_zone": stored, "name": "Willow Creek"})
    profile = practice.get(PracticeProfile)
    assert (profile.time_zone, profile.name) == ("America/New_York", "Willow Creek")
