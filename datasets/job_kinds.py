"""What this app can do in the background, and what the clock does for it."""

from datasets.services.exports import EXPORT, sweep_exports, write_export
from datasets.services.ingest import LOCAL, ingest_paths, ingest_upload
from datasets.services.migrating import migrate_labels
from datasets.services.premarking import PREMARK, premark
from datasets.services.rule_checks import CHECK_RULES, check_rules
from datasets.services.schema_migrations import MIGRATE
from datasets.services.uploads import INGEST, sweep_uploads
from datasets.services.versions import end_abandoned, freeze
from foundation.clock import Duty, duties
from foundation.jobs import JobKind, job_kinds
from foundation.models import Job

job_kinds.register(
    "datasets.freeze",
    JobKind(work=freeze, lane=Job.Lane.QUICK, unit="entries", abandoned=end_abandoned),
)
job_kinds.register(INGEST, JobKind(work=ingest_upload, lane=Job.Lane.QUICK, unit="records"))
job_kinds.register(LOCAL, JobKind(work=ingest_paths, lane=Job.Lane.QUICK, unit="records"))
job_kinds.register(EXPORT, JobKind(work=write_export, lane=Job.Lane.QUICK, unit="entries"))
job_kinds.register(PREMARK, JobKind(work=premark, unit="items"))
job_kinds.register(MIGRATE, JobKind(work=migrate_labels, unit="answers"))
job_kinds.register(CHECK_RULES, JobKind(work=check_rules, unit="items"))
duties.register("sweep exports", Duty(every_seconds=3600, work=sweep_exports))
duties.register("sweep uploads", Duty(every_seconds=3600, work=sweep_uploads))
