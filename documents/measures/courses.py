"""The course of one instrument: first, previous and latest score, and the chart with bands and treatment events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, zip_longest

from django.urls import reverse

from documents.measures.events import TreatmentEvent
from documents.measures.instruments import Cuts, Instrument
from documents.models import Measure
from mentalspace.core import charts, formatting
from mentalspace.core.cells import Badge


@dataclass(frozen=True, slots=True)
class Point:
    """One measure of the course, as it is told."""

    measure: Measure
    asked: Instrument

    @property
    def badge(self) -> Badge:
        """Its band."""
        outcome = self.measure.outcome
        return Badge(outcome.band, outcome.tone)

    @property
    def score(self) -> str:
        """The number, where it means something."""
        return "" if self.asked.is_level else f"{self.measure.outcome.score:g} of {self.asked.maximum():g}"

    @property
    def day(self) -> str:
        """When it was answered."""
        return formatting.date(self.measure.taken_on)

    @property
    def url(self) -> str:
        """Its answers."""
        return reverse("documents:measure_detail", args=[self.measure.pk])


@dataclass(frozen=True, slots=True)
class Course:
    """All that counts of one instrument, oldest first; never empty."""

    asked: Instrument
    points: tuple[Point, ...]
    chart: charts.Chart

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def previous(self) -> Point | None:
        return self.points[-2] if len(self.points) > 1 else None

    @property
    def latest(self) -> Point:
        return self.points[-1]

    @property
    def change(self) -> str:
        """From the first to the latest: `−6`, with a word where the publisher says how much matters."""
        if len(self.points) < 2:
            return ""
        by = self.latest.measure.outcome.score - self.first.measure.outcome.score
        if self.asked.is_level:
            return "No change" if not by else "Higher" if by > 0 else "Lower"
        written = f"{'+' if by > 0 else formatting.MINUS if by < 0 else ''}{abs(by):g}"
        words = [written]
        if self.asked.own and by:
            words.append("better" if (by > 0) == self.asked.higher_is_better else "worse")
        if self.asked.change and abs(by) >= self.asked.change:
            words.append("a change that matters")
        return ", ".join(words)


def courses(found: Sequence[Measure], events: Sequence[TreatmentEvent], cuts: Cuts) -> list[Course]:
    """One for each instrument that was answered and counts; the latest answered first."""
    counted = [measure for measure in found if measure.voided_at is None]
    counted.sort(key=lambda each: each.instrument)
    made = []
    for _key, rows in groupby(counted, key=lambda each: each.instrument):
        points = tuple(
            Point(each, each.asked)
            for each in sorted(rows, key=lambda each: (each.taken_on, each.created_at))
        )
        asked = points[-1].asked
        made.append(Course(asked, points, chart_of(asked, points, events, cuts)))
    return sorted(made, key=lambda course: (course.latest.measure.taken_on, course.asked.name), reverse=True)


def chart_of(
    asked: Instrument, points: Sequence[Point], events: Sequence[TreatmentEvent], cuts: Cuts
) -> charts.Chart:
    """The scores against the bands; what happened from the first one on stands between them, on its day."""
    begun = points[0].measure.taken_on
    marks: dict[date, list[str]] = {}
    for event in events:
        if event.day >= begun:
            marks.setdefault(event.day, []).append(event.what)
    places: list[tuple[date, Point | None]] = [(point.measure.taken_on, point) for point in points]
    places += [(day, None) for day in marks if day not in {taken for taken, _ in places}]
    places.sort(key=lambda place: place[0])
    told: set[date] = set()
    said = []
    bands = asked.bands_at(cuts)
    for day, _point in places:
        said.append("" if day in told else formatting.listed(marks.get(day, [])))
        told.add(day)
    return charts.Chart(
        "line",
        f"{asked.name} over time",
        [formatting.date(day) for day, _ in places],
        [
            charts.Series(
                "Level" if asked.is_level else "Score",
                [point.measure.outcome.score if point else None for _, point in places],
            )
        ],
        bands=[
            charts.Band(band.name, band.low, following.low if following else band.high + 1)
            for band, following in zip_longest(bands, bands[1:])
        ],
        maximum=asked.maximum() + 1 if asked.is_level else asked.maximum(),
        urls=[point.url if point else "" for _, point in places],
        label_heading="Day",
        days=[day for day, _ in places],
        marks=said,
        marks_heading="Treatment",
    )
