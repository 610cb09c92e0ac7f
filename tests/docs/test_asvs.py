"""The table of the ASVS has every requirement of levels 1 and 2 once, and names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (V[^|]+) \| ([12]) \| ([^|]+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; those of level 3 stand after them.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip


def test_every_requirement_stands_in_it_once() -> None:
    listed = [(one, level) for ids, level, *_ in ROWS for one in ids.split(", ")]
    wanted = [f"V{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
    assert sorted(one for one, _level in listed) == sorted(wanted)
    assert [sum(level == which for _one, level in listed) for which in "12"] == [70, 183]


@pytest.mark.parametrize(("ids", "level", "about", "state", "how"), ROWS, ids=[row[0][:20] for row in ROWS])
def test_each_has_a_state_and_a_reason(ids: str, level: str, about: str, state: str, how: str) -> None:
    assert state in {"met", "partly", "not met", "yours", "n/a"}
    assert len(how) >= 4
    missing, folder = [], ""
    for named in re.findall(r"`((?:tests/\w+/)?test_\w+\.py)`", how):
        folder = named.rpartition("/")[0] or folder
        path = f"{folder}/{named.rpartition('/')[2]}"
        if not (ROOT / path).is_file():
            missing.append(path)
    assert missing == []
