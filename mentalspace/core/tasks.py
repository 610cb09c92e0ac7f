"""The queue's own upkeep."""

from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from mentalspace.core import jobs


@app.periodic(cron="* * * * *", periodic_id="take_up_stalled")
@app.task(name="take_up_stalled", queueing_lock="take_up_stalled", pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Let jobs of workers that died begin anew."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=jobs.DEAD_AFTER.total_seconds()):
        await manager.retry_job(job)


@app.periodic(cron="23 8 * * *", periodic_id="forget_failed")
@app.task(name="forget_failed", queueing_lock="forget_failed", pass_context=True)
async def forget_failed(context: JobContext, timestamp: int) -> None:
    """Jobs that gave up are kept for a month, to be looked at; those that went well are gone at once."""
    hours = int(jobs.KEEP_FAILED.total_seconds() // 3600)
    await context.app.job_manager.delete_old_jobs(nb_hours=hours, include_failed=True)
