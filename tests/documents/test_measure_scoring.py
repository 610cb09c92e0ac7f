"""Scores and bands are those that were published, at every cut-off; what is missing or contradicts is never scored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.measures.instruments import (
    AUDIT_C,
    C_SSRS,
    GAD_7,
    INSTRUMENTS,
    PCL_5,
    PHQ_2,
    PHQ_9,
    Instrument,
)
from documents.measures.scoring import CONTRADICTS, MISSING, UNKNOWN, Incomplete, cleaned, faults, result_of

CUTS = {"pcl5": 31, "audit_c": 4}


def points(asked: Instrument, total: int) -> dict[str, int]:
    """Answers whose scored items come to this total, the first items taking most; the risk item of PHQ-9 last."""
    answers = {}
    for item in asked.items:
        if item.scored:
            answers[item.key] = min(item.options[-1].points, total)
            total -= answers[item.key]
    assert total == 0
    return answers


@pytest.mark.parametrize(
    ("asked", "edges"),
    [
        (
            PHQ_9,
            {0: "Minimal", 4: "Minimal", 5: "Mild", 9: "Mild", 10: "Moderate", 14: "Moderate",
             15: "Moderately severe", 19: "Moderately severe", 20: "Severe", 27: "Severe"},
        ),
        (PHQ_2, {0: "Negative", 2: "Negative", 3: "Positive", 6: "Positive"}),
        (
            GAD_7,
            {0: "Minimal", 4: "Minimal", 5: "Mild", 9: "Mild", 10: "Moderate", 14: "Moderate", 15: "Severe",
             21: "Severe"},
        ),
        (
            PCL_5,
            {0: "Below the cut-off", 30: "Below the cut-off", 31: "At or above the cut-off",
             80: "At or above the cut-off"},
        ),
        (AUDIT_C, {3: "Negative", 4: "Positive", 12: "Positive"}),
    ],
    ids=lambda value: value.name if isinstance(value, Instrument) else "",
)  # fmt: skip
def test_bands_change_where_they_were_published_to(asked: Instrument, edges: dict[int, str]) -> None:
    found = {total: result_of(asked, points(asked, total), CUTS) for total in edges}
    assert {total: result.band for total, result in found.items()} == edges
    assert {total: result.score for total, result in found.items()} == {total: total for total in edges}


@pytest.mark.parametrize(("cut", "band"), [(3, "Positive"), (4, "Negative")])
def test_alcohol_is_positive_a_point_earlier_for_women(cut: int, band: str) -> None:
    assert result_of(AUDIT_C, {"q1": 2, "q2": 1, "q3": 0}, {**CUTS, "audit_c": cut}).band == band


def test_the_practice_moves_the_cut_off_of_trauma() -> None:
    answers = points(PCL_5, 32)
    assert result_of(PCL_5, answers, {**CUTS, "pcl5": 33}).band == "Below the cut-off"
    assert result_of(PCL_5, answers, {**CUTS, "pcl5": 32}).band == "At or above the cut-off"


@pytest.mark.parametrize("left_out", [None, "q1", "q6", "q8", "q15"])
def test_the_pattern_of_trauma_takes_symptoms_of_every_cluster(left_out: str | None) -> None:
    present = {"q1", "q6", "q8", "q9", "q15", "q16"} - {left_out}
    answers = {item.key: 2 if item.key in present else 1 for item in PCL_5.items}
    (finding,) = result_of(PCL_5, answers, CUTS).findings
    assert ("are not" in finding) == (left_out is not None)


def test_difficulty_is_asked_for_and_not_scored() -> None:
    answers = points(PHQ_9, 4)
    assert result_of(PHQ_9, answers, CUTS) == result_of(PHQ_9, answers | {"difficulty": 3}, CUTS)
    assert cleaned(PHQ_9, answers | {"difficulty": 3})["difficulty"] == 3


@pytest.mark.parametrize("ninth", [0, 1, 2, 3])
def test_the_ninth_question_above_zero_is_a_risk_whatever_the_score(ninth: int) -> None:
    result = result_of(PHQ_9, points(PHQ_9, 0) | {"q9": ninth}, CUTS)
    assert (result.risk, bool(result.findings)) == (ninth > 0, ninth > 0)
    assert result.band == "Minimal"


@pytest.mark.parametrize(
    ("yes", "band"),
    [
        ((), "No risk reported"),
        (("q1",), "Low risk"),
        (("q2",), "Low risk"),
        (("q1", "q2"), "Low risk"),
        (("q2", "q3"), "Moderate risk"),
        (("q6",), "Moderate risk"),
        (("q2", "q4"), "High risk"),
        (("q2", "q5"), "High risk"),
        (("q6", "q6_recent"), "High risk"),
    ],
)
def test_levels_of_the_suicide_screener(yes: tuple[str, ...], band: str) -> None:
    answers = {"q1": 0, "q2": 0, "q6": 0} | dict.fromkeys(yes, 1)
    if "q2" in yes:
        answers = {"q3": 0, "q4": 0, "q5": 0} | answers
    if "q6" in yes:
        answers = {"q6_recent": 0} | answers
    result = result_of(C_SSRS, answers, CUTS)
    assert (result.band, result.risk) == (band, bool(yes))


def test_a_yes_is_never_lost_to_a_no_above_it() -> None:
    answers = {"q1": 0, "q2": 0, "q4": 1, "q6": 0}
    assert faults(C_SSRS, answers) == {"q4": CONTRADICTS}
    with pytest.raises(Incomplete):
        result_of(C_SSRS, answers, CUTS)


def test_a_no_to_what_was_not_to_be_asked_is_dropped() -> None:
    answers = {"q1": 0, "q2": 0, "q3": 0, "q6": 0, "q6_recent": 0}
    assert cleaned(C_SSRS, answers) == {"q1": 0, "q2": 0, "q6": 0}


def test_who_never_drinks_is_not_asked_how_much() -> None:
    assert result_of(AUDIT_C, {"q1": 0}, CUTS).score == 0
    assert faults(AUDIT_C, {"q1": 1}) == {"q2": MISSING, "q3": MISSING}


def test_points_of_the_first_question_alone_are_pointed_out() -> None:
    assert result_of(AUDIT_C, {"q1": 4, "q2": 0, "q3": 0}, CUTS).findings
    assert not result_of(AUDIT_C, {"q1": 3, "q2": 1, "q3": 0}, CUTS).findings


@pytest.mark.parametrize("asked", INSTRUMENTS.values(), ids=lambda asked: asked.key)
def test_what_is_not_complete_is_not_scored(asked: Instrument) -> None:
    whole = {item.key: item.options[-1].points for item in asked.items}
    assert faults(asked, whole) == {}
    for item in asked.items:
        partial = {key: value for key, value in whole.items() if key != item.key}
        expected = {item.key: MISSING} if item.required else {}
        expected |= {each.key: CONTRADICTS for each in asked.items if each.after == item.key}
        assert faults(asked, partial) == expected
        assert faults(asked, whole | {item.key: 9})[item.key] == UNKNOWN


@pytest.mark.parametrize("asked", INSTRUMENTS.values(), ids=lambda asked: asked.key)
def test_every_score_has_one_band(asked: Instrument) -> None:
    for cut in (1, 4, 12):
        bands = asked.bands(cut)
        reached = [score for band in bands for score in range(int(band.low), int(band.high) + 1)]
        assert reached == list(range(int(asked.maximum()) + 1))


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_the_sum_is_the_sum_for_any_answers(given_points: list[int]) -> None:
    answers = {f"q{place}": value for place, value in enumerate(given_points, start=1)}
    result = result_of(PHQ_9, answers, CUTS)
    assert result.score == sum(given_points)
    assert result.risk == (given_points[8] > 0)
