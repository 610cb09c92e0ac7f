"""C-SSRS screener, recent. Posner and colleagues, The Columbia Lighthouse Project; free for care, wording unchanged.

It has levels, not points: high with 4, 5, or behavior within three months; moderate with 3 or older behavior; low with
1 or 2. Questions 3 to 5 are asked of who answered yes to 2; question 6 of everybody.
"""

from documents.measures.instruments.shapes import Answers, Band, Instrument, Item, Option, same

YES_OR_NO = (Option(0, "No"), Option(1, "Yes"))
NONE, LOW, MODERATE, HIGH = range(4)
ONLY_AFTER_2 = "Only if question 2 was answered yes."


def level(answers: Answers) -> int:
    """The level of risk, from 0 to 3."""
    if answers.get("q4") or answers.get("q5") or answers.get("q6_recent"):
        return HIGH
    if answers.get("q3") or answers.get("q6"):
        return MODERATE
    return LOW if answers.get("q1") or answers.get("q2") else NONE


C_SSRS = Instrument(
    key="cssrs",
    version=1,
    name="C-SSRS",
    title="Columbia-Suicide Severity Rating Scale, screener",
    intro="In the past month:",
    items=(
        Item(
            "q1",
            "Have you wished you were dead or wished you could go to sleep and not wake up?",
            YES_OR_NO,
            number="1.",
        ),
        Item("q2", "Have you actually had any thoughts about killing yourself?", YES_OR_NO, number="2."),
        Item(
            "q3",
            "Have you been thinking about how you might do this?",
            YES_OR_NO,
            after="q2",
            says=ONLY_AFTER_2,
            number="3.",
        ),
        Item(
            "q4",
            "Have you had these thoughts and had some intention of acting on them?",
            YES_OR_NO,
            after="q2",
            says=ONLY_AFTER_2,
            number="4.",
        ),
        Item(
            "q5",
            "Have you started to work out or worked out the details of how to kill yourself? Do you intend to carry "
            "out this plan?",
            YES_OR_NO,
            after="q2",
            says=ONLY_AFTER_2,
            number="5.",
        ),
        Item(
            "q6",
            "Have you ever done anything, started to do anything, or prepared to do anything to end your life?",
            YES_OR_NO,
            says="Examples: collected pills, obtained a gun, gave away valuables, wrote a will or suicide note, took "
            "out pills but didn’t swallow any, held a gun but changed your mind or it was grabbed from your hand, went "
            "to the roof but didn’t jump; or actually took pills, tried to shoot yourself, cut yourself, tried to hang "
            "yourself, etc.",
            number="6.",
        ),
        Item(
            "q6_recent",
            "Was this within the past three months?",
            YES_OR_NO,
            after="q6",
            says="Only if question 6 was answered yes.",
        ),
    ),
    bands=same(
        Band("No risk reported", NONE, NONE, "success"),
        Band("Low risk", LOW, LOW, "warning"),
        Band("Moderate risk", MODERATE, MODERATE, "danger"),
        Band("High risk", HIGH, HIGH, "danger"),
    ),
    credit="The Columbia Lighthouse Project, Columbia University. Posner, K., et al. (2011). "
    "Columbia-Suicide Severity Rating Scale, screen version, recent.",
    total=level,
    is_level=True,
    risk=lambda answers: level(answers) > NONE,
    asks_of_suicide=True,
)
