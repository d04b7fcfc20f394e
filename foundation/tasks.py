"""All there is of Celery outside config: do a job, and tick the clock."""

from celery import shared_task

from foundation import clock, jobs


@shared_task(name="foundation.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    """Do the job if it still waits. The message carries a number and nothing to trust."""
    jobs.run_and_ring_on(job_id)


@shared_task(name="foundation.tick", ignore_result=True)
def tick() -> None:
    """Do the duties that are due; for installations that run celery beat."""
    clock.tick()
