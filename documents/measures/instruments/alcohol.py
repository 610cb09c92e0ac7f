"""AUDIT-C. Bush and colleagues 1998, from the World Health Organization's AUDIT; the three questions are public domain.

Positive from 4 points on for men and from 3 for women. Who says "Never" first is not asked the rest.
"""

from documents.measures.instruments.shapes import Answers, Band, Instrument, Item, Option


def findings(answers: Answers) -> tuple[str, ...]:
    """Points that come from the first question alone say how often, not how much."""
    if answers.get("q1") and not answers.get("q2") and not answers.get("q3"):
        return ("All points are from question 1: ask about the last months before this counts as positive.",)
    return ()


AUDIT_C = Instrument(
    key="audit_c",
    version=1,
    name="AUDIT-C",
    title="Alcohol Use Disorders Identification Test, consumption",
    intro="Please choose the answer that is correct for you.",
    items=(
        Item(
            "q1",
            "How often do you have a drink containing alcohol?",
            (
                Option(0, "Never"),
                Option(1, "Monthly or less"),
                Option(2, "2 to 4 times a month"),
                Option(3, "2 to 3 times a week"),
                Option(4, "4 or more times a week"),
            ),
            number="1.",
        ),
        Item(
            "q2",
            "How many standard drinks containing alcohol do you have on a typical day?",
            (
                Option(0, "1 or 2"),
                Option(1, "3 or 4"),
                Option(2, "5 or 6"),
                Option(3, "7 to 9"),
                Option(4, "10 or more"),
            ),
            after="q1",
            says="Leave this open if you answered “Never” to question 1.",
            number="2.",
        ),
        Item(
            "q3",
            "How often do you have six or more drinks on one occasion?",
            (
                Option(0, "Never"),
                Option(1, "Less than monthly"),
                Option(2, "Monthly"),
                Option(3, "Weekly"),
                Option(4, "Daily or almost daily"),
            ),
            after="q1",
            says="Leave this open if you answered “Never” to question 1.",
            number="3.",
        ),
    ),
    bands=lambda cut: (Band("Negative", 0, cut - 1, "success"), Band("Positive", cut, 12, "warning")),
    credit="Bush, K., Kivlahan, D.R., McDonell, M.B., Fihn, S.D., & Bradley, K.A. (1998). Public domain.",
    cut=True,
    findings=findings,
)
