"""PHQ-9 and PHQ-2. Kroenke, Spitzer, Williams 2001 and 2003; no permission is required to reproduce them."""

from documents.measures.instruments.shapes import Band, Instrument, Item, Option, same

OVER_TWO_WEEKS = (
    Option(0, "Not at all"),
    Option(1, "Several days"),
    Option(2, "More than half the days"),
    Option(3, "Nearly every day"),
)
INTRO = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
CREDIT = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant "
    "from Pfizer Inc. No permission required to reproduce, translate, display or distribute."
)
TEXTS = (
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself — or that you are a failure or have let yourself or your family down",
    "Trouble concentrating on things, such as reading the newspaper or watching television",
    "Moving or speaking so slowly that other people could have noticed? Or the opposite — being so fidgety or restless "
    "that you have been moving around a lot more than usual",
    "Thoughts that you would be better off dead or of hurting yourself in some way",
)
ITEMS = tuple(
    Item(f"q{place}", text, OVER_TWO_WEEKS, number=f"{place}.") for place, text in enumerate(TEXTS, start=1)
)
# Not part of the score.
DIFFICULTY = Item(
    "difficulty",
    "If you checked off any problems, how difficult have these problems made it for you to do your work, take care of "
    "things at home, or get along with other people?",
    (
        Option(0, "Not difficult at all"),
        Option(1, "Somewhat difficult"),
        Option(2, "Very difficult"),
        Option(3, "Extremely difficult"),
    ),
    scored=False,
    required=False,
)

PHQ_9 = Instrument(
    key="phq9",
    version=1,
    name="PHQ-9",
    title="Patient Health Questionnaire-9 (depression)",
    intro=INTRO,
    items=(*ITEMS, DIFFICULTY),
    bands=same(
        Band("Minimal", 0, 4, "success"),
        Band("Mild", 5, 9, "info"),
        Band("Moderate", 10, 14, "warning"),
        Band("Moderately severe", 15, 19, "danger"),
        Band("Severe", 20, 27, "danger"),
    ),
    credit=CREDIT,
    findings=lambda answers: ("Question 9 was answered above “Not at all”.",) if answers["q9"] else (),
    risk=lambda answers: answers["q9"] > 0,
    asks_of_suicide=True,
)
PHQ_2 = Instrument(
    key="phq2",
    version=1,
    name="PHQ-2",
    title="Patient Health Questionnaire-2 (depression, short screen)",
    intro=INTRO,
    items=ITEMS[:2],
    bands=same(Band("Negative", 0, 2, "success"), Band("Positive", 3, 6, "warning")),
    credit=CREDIT,
)
