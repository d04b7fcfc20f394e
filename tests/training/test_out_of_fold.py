"""Labels that a model learned from are doubted by models that each did without a part of them."""

from collections import Counter
from typing import Any

import pytest
from django.urls import reverse

from datasets.models import Version
from foundation import jobs
from foundation.errors import Conflict, Invalid
from foundation.models import Job, Project, User
from tests.conftest import MakeApi, SignIn
from tests.datasets.labelled import INTENTS, labelled_texts
from tests.datasets.test_versions import frozen
from tests.training.test_doubts import decide, true_of
from training.models import Evaluation, Run
from training.pure.folds import folds_of
from training.queries.doubts import doubt_report
from training.queries.runs import own_evaluation
from training.services import out_of_fold
from training.services.feedback import send_doubted
from training.services.out_of_fold import predict_out_of_fold, start_out_of_fold
from training.services.runs import start_run

pytestmark = pytest.mark.django_db(transaction=True)
TRUE = list(INTENTS)


def trained(version: Version) -> Evaluation:
    """The evaluation of a run that has ended."""
    run = start_run(version=version, trainer="text_logreg", by=None, params={"folds": 0})
    assert run.job_id is not None
    jobs.run(run.job_id)
    evaluation = own_evaluation(Run.objects.get(pk=run.pk))
    assert evaluation is not None
    return evaluation


@pytest.fixture
def planted(project: Project) -> tuple[Evaluation, set[str]]:
    """A trained run, and the keys of the training items whose labels were made wrong before."""
    dataset, revision = labelled_texts(project, 120)
    plan = frozen(dataset, revision.schema).split_plan
    assert plan is not None
    wrong = set()
    for one in plan.assigned.filter(split="train").order_by("item__key")[:8]:
        decide(one.item, revision, TRUE[(TRUE.index(true_of(one.item.key)) + 1) % 3])
        wrong.add(one.item.key)
    return trained(frozen(dataset, revision.schema)), wrong


def test_wrong_labels_of_the_training_split_are_found_out_of_fold_and_sent(
    planted: tuple[Evaluation, set[str]],
    mia: User,
    vic: User,
    sign_in: SignIn,
    api: MakeApi,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluation, wrong = planted
    assert doubt_report(evaluation).learned > 0
    with pytest.raises(Invalid):
        send_doubted(evaluation=evaluation, split="train", most=5, by=None)
    page = reverse("doubts", args=[evaluation.oid])
    monkeypatch.setattr(out_of_fold, "FOLDS", 3)  # each fold starts a trainer
    assert sign_in(vic).post(page, {"do": "folds"}).status_code == 403
    assert "Predict out of fold" in sign_in(mia).get(page).content.decode()
    sign_in(mia).post(page, {"do": "folds"})
    job = Job.objects.get(kind="training.out-of-fold")
    again = api(mia).post(f"/api/v1/evaluations/{evaluation.oid}/out-of-fold")
    assert (again.status_code, again.json()["id"]) == (202, job.oid), "asked twice, one job"
    _die_in_third_fold(job, monkeypatch)
    jobs.run(job.pk)
    evaluation.refresh_from_db()
    told = doubt_report(evaluation)
    assert (told.learned, told.unseen) == (0, 120)
    doubted = {one.prediction.entry.key for one in told.doubts if one.prediction.entry}
    assert len(doubted & wrong) >= 7, "recall"
    assert len(doubted & wrong) / len(doubted) >= 0.7, "precision"
    batch = send_doubted(evaluation=evaluation, split="train", most=5, by=None)
    assert not batch.is_blind
    assert {one.item.key for one in batch.items.select_related("item")} <= wrong
    assert "Doubted, too" in sign_in(mia).get(page).content.decode()
    with pytest.raises(Conflict):
        start_out_of_fold(evaluation=evaluation, by=None)


def _die_in_third_fold(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die where the third model is trained; the first two are not trained anew."""
    real, trained_folds = out_of_fold._predict_fold, []

    def dies(evaluation: Evaluation, plan: Any, fold: int, run: jobs.JobRun) -> Any:
        trained_folds.append(fold)
        if trained_folds.count(2) == 1 and fold == 2:
            raise SystemExit
        return real(evaluation, plan, fold, run)

    monkeypatch.setattr(out_of_fold, "_predict_fold", dies)
    held = jobs.take(job.pk)
    assert held is not None
    with pytest.raises(SystemExit):
        predict_out_of_fold(held)
    job.refresh_from_db()
    assert set(job.checkpoint["folds"]) == {"0", "1"}
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    jobs.run(job.pk)
    assert trained_folds == [0, 1, 2, 2]


def test_too_little_to_fold_is_refused_with_what_it_takes(
    project: Project,
) -> None:
    dataset, revision = labelled_texts(project, 9)
    version = frozen(dataset, revision.schema)
    run = Run.objects.create(
        project=project,
        number=1,
        version=version,
        question="intent",
        trainer="text_logreg",
        state=Run.State.SUCCEEDED,
        labels=TRUE,
    )
    evaluation = Evaluation.objects.create(run=run, version=version)
    job = jobs.run(start_out_of_fold(evaluation=evaluation, by=None).pk)
    assert job is not None
    assert job.state == Job.State.FAILED
    assert "two labels that stand on three or more" in str(job.error)
    evaluation.refresh_from_db()
    assert evaluation.out_of_fold_key == ""


def test_folds_keep_groups_together_and_spread_every_label() -> None:
    groups = [f"g{n // 3}" for n in range(90)] + [f"k{n}" for n in range(60)]
    labels = ["rare" if n % 15 == 0 else "often" for n in range(150)]
    folds = folds_of(groups, labels, seed=4)
    for group in set(groups):
        assert len({fold for fold, one in zip(folds, groups, strict=True) if one == group}) == 1
    sizes = Counter(folds)
    assert max(sizes.values()) - min(sizes.values()) <= 3
    rare = Counter(fold for fold, one in zip(folds, labels, strict=True) if one == "rare")
    assert len(rare) == 5
    assert folds == folds_of(groups, labels, seed=4)
    assert folds != folds_of(groups, labels, seed=5)


def test_a_label_too_rare_outside_a_fold_is_neither_taught_nor_asked_there() -> None:
    labels = {0: "a", 1: "a", 2: "a", 3: "rare", 4: "rare", 5: "lonely", 6: "b", 7: "b", 8: "b"}
    plan = out_of_fold._Plan({at: at % 2 for at in labels}, labels)
    assert (plan.known(0), plan.held_out(0)) == (set(), set()), "each stands once in the rest"
    assert plan.known(1) == {"a", "b"}
    assert plan.held_out(1) == {1, 7}
