"""Fetching is the permission check, for what this app owns."""

from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.opaque import decode_id
from foundation.queries.access import require
from training.models import DoubtList, Evaluation, Run


def get_run_for(actor: Actor, run_id: str, may: Permission) -> Run:
    """Return the run with this public id, if the actor may do this in its project."""
    runs = Run.visible_to(actor).select_related(
        "project", "version__dataset", "version__schema_revision", "job", "created_by"
    )
    run = runs.filter(pk=decode_id("run", run_id)).first()
    if run is None:
        raise NotFound
    require(actor, run.project_id, may)
    return run


def get_evaluation_for(actor: Actor, evaluation_id: str, may: Permission) -> Evaluation:
    """Return a finished evaluation, if the actor may do this in its project."""
    evaluations = Evaluation.visible_to(actor).select_related(
        "run__project",
        "run__version__dataset",
        "version__dataset",
        "version__schema_revision",
        "version__schema",
        "out_of_fold_job",
    )
    evaluation = evaluations.filter(
        pk=decode_id("evaluation", evaluation_id), finished_at__isnull=False
    ).first()
    if evaluation is None:
        raise NotFound
    require(actor, evaluation.run.project_id, may)
    return evaluation


def get_doubts_for(actor: Actor, doubts_id: str, may: Permission) -> DoubtList:
    """Return the list of doubts with this public id, if the actor may do this in its project."""
    lists = DoubtList.visible_to(actor).select_related("dataset__project", "schema", "job")
    doubts = lists.filter(pk=decode_id("doubts", doubts_id)).first()
    if doubts is None:
        raise NotFound
    require(actor, doubts.dataset.project_id, may)
    return doubts
