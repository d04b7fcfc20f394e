"""What this app does in the background."""

from datasets.services.versions import freeze
from foundation.jobs import JobKind, job_kinds
from foundation.models import Job

job_kinds.register("datasets.freeze", JobKind(work=freeze, lane=Job.Lane.QUICK, unit="entries"))
