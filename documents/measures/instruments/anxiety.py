"""GAD-7. Spitzer, Kroenke, Williams, Löwe 2006; no permission is required to reproduce it."""

from documents.measures.instruments.depression import CREDIT, INTRO, OVER_TWO_WEEKS
from documents.measures.instruments.shapes import Band, Instrument, Item, same

TEXTS = (
    "Feeling nervous, anxious, or on edge",
    "Not being able to stop or control worrying",
    "Worrying too much about different things",
    "Trouble relaxing",
    "Being so restless that it is hard to sit still",
    "Becoming easily annoyed or irritable",
    "Feeling afraid, as if something awful might happen",
)

GAD_7 = Instrument(
    key="gad7",
    version=1,
    name="GAD-7",
    title="Generalized Anxiety Disorder 7-item scale",
    intro=INTRO,
    items=tuple(
        Item(f"q{place}", text, OVER_TWO_WEEKS, number=f"{place}.")
        for place, text in enumerate(TEXTS, start=1)
    ),
    bands=same(
        Band("Minimal", 0, 4, "success"),
        Band("Mild", 5, 9, "info"),
        Band("Moderate", 10, 14, "warning"),
        Band("Severe", 15, 21, "danger"),
    ),
    credit=CREDIT,
)
