"""Treatment plans: signed by their clients, reviewed, one with its review in writing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from clients.models import Client
from documents.choices import DocumentType
from documents.forms_data.builders import value_of
from documents.models import Document
from documents.plans.signature import ClientSignature, text_digest
from mentalspace.workspace.demo.maker import Maker
from mentalspace.workspace.demo.writing import DUE, Chart, begin, diagnosis, finish, say
from scheduling.models import Appointment

# A flourish, as somebody draws it.
DRAWN = (
    "M60 130L72 92L90 60L104 52L100 78L86 118L96 132L118 112L132 96L140 108L134 128L150 130L172 104L180 100L176 122"
    "L186 132L208 112L228 92L236 104L226 126L246 128L280 108L330 112L420 104"
)


def plans(
    make: Maker, chart: Chart, client: Client, first: Appointment, trouble: tuple[Any, ...], place: int
) -> None:
    """A plan a week after the intake; of every third client it was reviewed since, of one the review is in writing."""
    written = min(first.end_time + timedelta(days=7), make.now - timedelta(hours=1))
    review = make.today + timedelta(days=make.random.randint(-12, 88))
    share = make.random.random()
    reviewed = make.next_working(written + timedelta(days=35))
    number = len(chart.goals)
    chart.moves[client.pk] = round(share * 33)
    chart.planned[client.pk] = written
    if number % 3 or reviewed > make.now - timedelta(days=2):
        finish_plan(
            make,
            chart,
            plan(make, chart, client, first, trouble, (place, share / 3), written, review),
            written,
        )
        return
    # What is in writing was begun yesterday, when the review was due: an older draft would be locked.
    later_at = reviewed if number % 2 else make.days_ago(1)
    earlier = plan(make, chart, client, first, trouble, (place, share / 3), written, make.day(later_at))
    finish_plan(make, chart, earlier, written)
    later = plan(make, chart, client, first, trouble, (place, share), later_at, review)
    later.answers["plan_kind"] = "n90_day_review"
    if number % 2:
        finish_plan(make, chart, later, later_at)
    else:
        later.answers["took_part"] = value_of("Agreed and signed")
        say(make, later)
        chart.documents.append(later)


def plan(
    make: Maker, chart: Chart, client: Client, first: Appointment, trouble: tuple[Any, ...],
    place: tuple[int, float], written: datetime, review: date,
) -> Document:  # fmt: skip
    """A draft; `place` is a number of its own and how far the goal has come."""
    code, _complaint, problem, goal, measure, baseline, target = trouble
    goal_id = f"g{place[0]}"
    chart.goals[client.pk] = (goal_id, goal)
    answers = {
        "plan_kind": "initial",
        "plan_date": make.day(written).isoformat(),
        "review_on": review.isoformat(),
        "diagnoses": [diagnosis(code)],
        "problems": [value_of(problem)],
        "goals": [
            {
                "goal_id": goal_id,
                "goal": goal,
                "goal_problems": [value_of(problem)],
                "goal_start": make.day(first.end_time).isoformat(),
                "goal_target_date": (make.day(first.end_time) + timedelta(days=187)).isoformat(),
                "state": "active",
                "objectives": [
                    {
                        "objective": measure, "measured_by": "self_report", "baseline": baseline,
                        "current": baseline + round((target - baseline) * place[1]), "target": target,
                        "objective_state": "active",
                    }
                ],
                "interventions": [{"method": value_of("CBT"), "intervention_frequency": "Weekly, 50 minutes"}],
            }
        ],
        "discharge_criteria": "Goals met for eight weeks.",
    }  # fmt: skip
    document = begin(make, client, first.staff, DocumentType.TREATMENT_PLAN, answers, written)
    document.review_on = review
    document.due_on = document.service_date + DUE
    return document


def finish_plan(make: Maker, chart: Chart, document: Document, written: datetime) -> None:
    """The client signed it, drew or typed; one in five could not, and the plan says why."""
    number = len(chart.documents)
    if number % 5 == 2:
        document.answers |= {
            "took_part": value_of("Agreed verbally"),
            "took_part_reason": "Made together in a video session; agreed aloud.",
        }
    else:
        document.answers["took_part"] = value_of("Agreed and signed")
    say(make, document)
    if number % 5 != 2:
        document.client_signature = ClientSignature(
            name=document.client.display_name,
            relation="",
            drawn=DRAWN if number % 2 else "",
            at=(written - timedelta(minutes=8)).astimezone(UTC).isoformat(),
            address="192.0.2.17",
            text=text_digest(document.title, document.content),
        ).stored()
    finish(make, chart, document, written, age_days=max(12, (make.now - written).days))
    chart.documents.append(document)
