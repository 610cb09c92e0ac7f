"""PCL-5. Weathers and colleagues 2013, National Center for PTSD; a work of the US Government.

It has no official bands. A provisional diagnosis is suggested by a score at the cut-off (31 to 33, the practice's
choice), or by the pattern of symptoms that were at least "Moderately": one of B, one of C, two of D, two of E.
"""

from documents.measures.instruments.shapes import Answers, Band, Instrument, Item, Option

BOTHERED = (
    Option(0, "Not at all"),
    Option(1, "A little bit"),
    Option(2, "Moderately"),
    Option(3, "Quite a bit"),
    Option(4, "Extremely"),
)
TEXTS = (
    "Repeated, disturbing, and unwanted memories of the stressful experience?",
    "Repeated, disturbing dreams of the stressful experience?",
    "Suddenly feeling or acting as if the stressful experience were actually happening again (as if you were actually "
    "back there reliving it)?",
    "Feeling very upset when something reminded you of the stressful experience?",
    "Having strong physical reactions when something reminded you of the stressful experience (for example, heart "
    "pounding, trouble breathing, sweating)?",
    "Avoiding memories, thoughts, or feelings related to the stressful experience?",
    "Avoiding external reminders of the stressful experience (for example, people, places, conversations, activities, "
    "objects, or situations)?",
    "Trouble remembering important parts of the stressful experience?",
    "Having strong negative beliefs about yourself, other people, or the world (for example, having thoughts such as: "
    "I am bad, there is something seriously wrong with me, no one can be trusted, the world is completely dangerous)?",
    "Blaming yourself or someone else for the stressful experience or what happened after it?",
    "Having strong negative feelings such as fear, horror, anger, guilt, or shame?",
    "Loss of interest in activities that you used to enjoy?",
    "Feeling distant or cut off from other people?",
    "Trouble experiencing positive feelings (for example, being unable to feel happiness or have loving feelings for "
    "people close to you)?",
    "Irritable behavior, angry outbursts, or acting aggressively?",
    "Taking too many risks or doing things that could cause you harm?",
    "Being “superalert” or watchful or on guard?",
    "Feeling jumpy or easily startled?",
    "Having difficulty concentrating?",
    "Trouble falling or staying asleep?",
)
# First and last item of each cluster of DSM-5, and how many of its symptoms it takes.
CLUSTERS = ((1, 5, 1), (6, 7, 1), (8, 14, 2), (15, 20, 2))
PRESENT = 2


def has_the_pattern(answers: Answers) -> bool:
    """Are there enough symptoms of each cluster?"""
    return all(
        sum(answers[f"q{place}"] >= PRESENT for place in range(first, last + 1)) >= needed
        for first, last, needed in CLUSTERS
    )


def findings(answers: Answers) -> tuple[str, ...]:
    """Whether the symptoms make the pattern, whatever the score."""
    met = "are" if has_the_pattern(answers) else "are not"
    return (f"Symptoms of clusters B, C, D and E {met} in the pattern of a provisional PTSD diagnosis.",)


PCL_5 = Instrument(
    key="pcl5",
    version=1,
    name="PCL-5",
    title="PTSD Checklist for DSM-5",
    intro="Below is a list of problems that people sometimes have in response to a very stressful experience. Keeping "
    "your worst event in mind, please indicate how much you have been bothered by each problem in the past month.",
    items=tuple(
        Item(f"q{place}", text, BOTHERED, number=f"{place}.") for place, text in enumerate(TEXTS, start=1)
    ),
    bands=lambda cut: (
        Band("Below the cut-off", 0, cut - 1, "info"),
        Band("At or above the cut-off", cut, 80, "danger"),
    ),
    credit="Weathers, F.W., Litz, B.T., Keane, T.M., Palmieri, P.A., Marx, B.P., & Schnurr, P.P. (2013). The PTSD "
    "Checklist for DSM-5 (PCL-5). National Center for PTSD. Work of the US Government.",
    cut=True,
    findings=findings,
    change=10,
)
