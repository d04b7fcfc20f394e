"""What this app does in the background."""

from foundation.jobs import JobKind, job_kinds
from foundation.models import Job
from training.services.evaluations import evaluate
from training.services.runs import end_abandoned, train

job_kinds.register(
    "training.train",
    JobKind(work=train, lane=Job.Lane.HEAVY, unit="steps", abandoned=end_abandoned),
)
job_kinds.register("training.evaluate", JobKind(work=evaluate, lane=Job.Lane.HEAVY, unit="entries"))
