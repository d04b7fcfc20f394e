"""What training puts on the shelves of the house: jobs, and what models say of items."""

from annotate.queries.held_out import held_out
from annotate.queries.scoring import features, models
from foundation.jobs import JobKind, job_kinds
from foundation.models import Job
from training.queries.held_out import held_out_of
from training.services.answer_doubts import RANK, doubt_answers
from training.services.evaluations import evaluate
from training.services.out_of_fold import KIND, predict_out_of_fold
from training.services.runs import end_abandoned, train
from training.services.scoring import features_of_items, newest_model

job_kinds.register(
    "training.train",
    JobKind(work=train, lane=Job.Lane.HEAVY, unit="steps", abandoned=end_abandoned),
)
job_kinds.register("training.evaluate", JobKind(work=evaluate, lane=Job.Lane.HEAVY, unit="entries"))
job_kinds.register(RANK, JobKind(work=doubt_answers, lane=Job.Lane.HEAVY, unit="items"))
job_kinds.register(KIND, JobKind(work=predict_out_of_fold, lane=Job.Lane.HEAVY, unit="folds"))
held_out.register("training", held_out_of)
models.register("training", newest_model)
features.register("training", features_of_items)
