"""Work of the schedule that nobody waits for."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from scheduling.requests.mailing import tell
from scheduling.requests.services import FOLLOW_UP, look_up


@app.task(name=FOLLOW_UP, retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def follow_up_request(request_id: str) -> None:
    """Look up whether the person is new, once, and tell them the state of their request, each state once."""
    key = UUID(request_id)
    look_up(request_id=key)
    tell(request_id=key)
