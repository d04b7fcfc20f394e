"""Runs: a trainer in a child process, on a frozen version, with a report at the end."""

import subprocess
import threading
import time
from typing import Any

import pytest
from django.urls import reverse

from datasets.models import Item, SchemaRevision, Truth, Version
from datasets.services.truths import accept_truth
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.errors import Invalid
from foundation.models import Job, Project, User
from tests.conftest import MakeApi, SignIn
from tests.datasets.labelled import labelled_texts, said
from tests.datasets.test_versions import frozen
from training.errors import NotComparable, TrainerUnfit
from training.models import Evaluation, MetricPoint, Run
from training.queries.comparison import change_between, compare
from training.queries.predictions import find_predictions, iter_predictions, with_items
from training.queries.runs import leaderboard, own_evaluation
from training.services import launching
from training.services.evaluations import start_evaluation
from training.services.runs import cancel_run, start_run

pytestmark = pytest.mark.django_db(transaction=True)
QUICK: dict[str, Any] = {"folds": 0}


@pytest.fixture
def version(project: Project) -> Version:
    dataset, revision = labelled_texts(project, 90)
    return frozen(dataset, revision.schema)


def job_of(run: Run) -> int:
    """The number of a run's job."""
    assert run.job_id is not None
    return run.job_id


def trained(version: Version, trainer: str = "text_logreg", **options: Any) -> Run:
    """A run that has ended."""
    run = start_run(version=version, trainer=trainer, by=None, **({"params": QUICK} | options))
    jobs.run(job_of(run))
    run.refresh_from_db()
    return run


def test_a_run_ends_with_a_model_metrics_and_a_report_on_unseen_items(version: Version) -> None:
    run = trained(version)
    assert run.state == "succeeded", run.error
    assert {artifact.name for artifact in run.artifacts.all()} == {"model", "progress.jsonl"}
    evaluation = own_evaluation(run)
    assert evaluation is not None
    test = evaluation.report["splits"]["test"]
    assert test["n"] == version.counts["splits"]["test"]
    assert test["accuracy"]["value"] == 1.0
    assert run.metrics.exists()
    assert run.cpu_seconds
    assert run.environment["versions"]["scikit-learn"]


@pytest.mark.extras
def test_the_same_version_trainer_parameters_and_seed_give_the_same_predictions(
    version: Version,
) -> None:
    said_by = [
        list(iter_predictions(Evaluation.objects.get(run=trained(version, seed=3))))
        for _time in range(2)
    ]
    assert said_by[0] == said_by[1]


@pytest.mark.extras
def test_predictions_stand_in_the_order_of_the_entries(version: Version) -> None:
    evaluation = Evaluation.objects.get(run=trained(version))
    assert [one.position for one in iter_predictions(evaluation)] == list(range(90))


def test_a_trainer_for_other_data_is_refused(version: Version) -> None:
    with pytest.raises(TrainerUnfit):
        start_run(version=version, trainer="image_tree", by=None)


@pytest.mark.parametrize("params", [{"folds": -1}, {"folds": "many"}, {"colour": "red"}])
def test_a_parameter_that_does_not_fit_is_named(version: Version, params: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        start_run(version=version, trainer="text_logreg", by=None, params=params)
    assert caught.value.places[0].at == f"parameters/{next(iter(params))}"


def test_one_label_only_ends_the_run_with_the_trainers_own_words(project: Project) -> None:
    dataset, revision = labelled_texts(project, 12)
    Truth.objects.filter(item__dataset=dataset).exclude(label="refund").update(is_current=False)
    run = trained(frozen(dataset, revision.schema))
    assert run.state == "failed"
    job = Job.objects.get(pk=job_of(run))
    assert run.error is not None
    assert job.error is not None
    assert job.state == "failed"
    assert job.error["detail"] == run.error["detail"] != ""


def test_a_waiting_run_is_cancelled_at_once(version: Version, mia: User) -> None:
    run = start_run(version=version, trainer="text_logreg", by=None)
    assert cancel_run(run=run, by=mia).state == "cancelled"
    assert jobs.run(job_of(run)) is None


def test_a_run_whose_waiting_job_is_cancelled_among_the_jobs_is_cancelled_too(
    version: Version, mia: User, sign_in: SignIn
) -> None:
    run = start_run(version=version, trainer="text_logreg", by=None)
    assert run.job is not None
    sign_in(mia).post(reverse("job-change", args=[run.job.oid]), {"cancel": "1"})
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_run_and_a_version_whose_workers_died_three_times_have_failed(version: Version) -> None:
    run = start_run(version=version, trainer="text_logreg", by=None)
    freezing, job = start_freeze(dataset=version.dataset, schema=version.schema, by=None)
    Run.objects.update(state=Run.State.RUNNING)
    Job.objects.filter(pk__in=[run.job_id, job.pk]).update(
        state=Job.State.RUNNING, attempt=3, lease_ends_at="2000-01-01T00:00Z"
    )
    jobs.sweep()
    run.refresh_from_db()
    freezing.refresh_from_db()
    assert (run.state, freezing.state) == ("failed", "failed")
    assert run.error is not None
    assert run.error["detail"] == "The worker died three times while doing this"


def test_a_running_trainer_stops_when_the_run_is_cancelled(project: Project, mia: User) -> None:
    dataset, revision = labelled_texts(project, 300)
    version = frozen(dataset, revision.schema)
    run = start_run(version=version, trainer="text_logreg", by=None, params={"folds": 10})
    attempt = jobs.take(job_of(run))
    assert attempt is not None

    def ask_to_stop() -> None:
        time.sleep(1.0)
        attempt._asked_to_stop.set()

    thread = threading.Thread(target=ask_to_stop)
    thread.start()
    started = time.monotonic()
    with pytest.raises(jobs.Cancelled):
        jobs.job_kinds["training.train"].work(attempt)
    thread.join()
    assert time.monotonic() - started < 8
    run.refresh_from_db()
    assert run.state == "cancelled"


def test_a_trainer_ends_when_nobody_can_watch_it_any_more(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset, revision = labelled_texts(project, 300)
    run = start_run(version=frozen(dataset, revision.schema), trainer="text_logreg", by=None)
    begun: list[subprocess.Popen[bytes]] = []

    def watch(child: subprocess.Popen[bytes], *_: Any) -> None:
        begun.append(child)
        raise jobs.LeaseLost

    monkeypatch.setattr(launching, "_watch", watch)
    jobs.run(job_of(run))
    assert begun[0].returncode is not None


def test_cancel_stands_outside_the_part_of_the_page_that_renews_itself(
    version: Version, mia: User, sign_in: SignIn
) -> None:
    run = start_run(version=version, trainer="text_logreg", by=None, params=QUICK)
    assert run.job is not None
    client, job = sign_in(mia), run.job.oid
    for address, cancels in (
        (reverse("run", args=[run.oid]), reverse("run-cancel", args=[run.oid])),
        (reverse("job", args=[job]), reverse("job-change", args=[job])),
    ):
        assert cancels in client.get(address).content.decode()
        assert cancels not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    cancel_run(run=run, by=mia)
    for address in (reverse("run", args=[run.oid]), reverse("job", args=[job])):
        assert client.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_run_that_was_killed_half_way_tells_each_metric_once(version: Version) -> None:
    run = start_run(version=version, trainer="text_logreg", by=None, params=QUICK)
    MetricPoint.objects.create(run=run, split="train", name="accuracy", step=1, value=0.1)
    jobs.run(job_of(run))
    points = MetricPoint.objects.filter(run=run, split="train", name="accuracy", step=1)
    assert [point.value for point in points] != [0.1]
    assert points.count() == 1


def relabel(version: Version, key: str, label: str) -> None:
    """Correct the accepted label of one item."""
    revision: SchemaRevision = version.schema_revision
    item = Item.objects.get(dataset=version.dataset, key=key)
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=said(label),
        method=Truth.Method.CORRECTED,
        lineage={},
        by=None,
    )


@pytest.mark.extras
def test_a_change_of_score_is_divided_between_truths_and_model(version: Version) -> None:
    old = Evaluation.objects.get(run=trained(version))
    tested = find_predictions(old, split="test")
    wrong = with_items(old, tested[:2])
    for one in wrong:
        assert one.entry is not None
        other = "refund" if one.truth != "refund" else "password"
        relabel(version, one.entry.key, other)
    new = Evaluation.objects.get(run=trained(frozen(version.dataset, version.schema)))
    change = change_between(old, new)
    assert (change.n, change.relabelled) == (len(tested), 2)
    accuracy = change.scores["accuracy"]
    assert accuracy.from_truths.value == pytest.approx(-2 / len(tested))
    assert accuracy.total.value == pytest.approx(
        accuracy.from_truths.value + accuracy.from_model.value
    )


@pytest.mark.extras
def test_results_of_two_versions_are_not_compared_until_the_older_model_is_evaluated_again(
    version: Version,
) -> None:
    old = trained(version)
    relabel(version, "k00000", "password")
    second = frozen(version.dataset, version.schema)
    new = Evaluation.objects.get(run=trained(second))
    with pytest.raises(NotComparable):
        compare(Evaluation.objects.get(run=old), new)
    done = jobs.run(start_evaluation(run=old, version=second, by=None).pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    again = Evaluation.objects.get(run=old, version=second)
    assert compare(again, new).accuracy.value is not None
    assert {one.run_id for one in leaderboard(second)} == {old.pk, new.run_id}


def test_a_run_goes_through_rest(api: MakeApi, version: Version, mia: User, vic: User) -> None:
    client = api(mia)
    project = version.dataset.project
    asked = {"version": version.oid, "trainer": "text_logreg", "params": QUICK, "seed": 1}
    address = f"/api/v1/projects/{project.oid}/runs"
    assert api(vic).post(address, asked).status_code == 403
    answer = client.post(address, asked)
    assert answer.status_code == 202, answer.json()
    jobs.run(job_of(Run.objects.get()))
    run = client.get(f"/api/v1/runs/{answer.json()['run']}").json()
    assert run["state"] == "succeeded"
    report = client.get(f"/api/v1/runs/{run['id']}/report").json()["report"]
    assert report["splits"]["test"]["confusion"]["labels"] == ["refund", "delivery", "password"]
    metrics = client.get(f"/api/v1/runs/{run['id']}/metrics").json()["results"]
    assert {"split", "name", "step", "value", "at"} == set(metrics[0])


def test_trainers_say_what_they_can_be_told(api: MakeApi, mia: User) -> None:
    shown = {one["name"]: one for one in api(mia).get("/api/v1/trainers").json()["results"]}
    assert "folds" in shown["text_logreg"]["parameters"]["properties"]


@pytest.mark.extras
def test_a_report_names_its_trainer_in_words_and_a_score_without_interval_alone(
    version: Version, mia: User, sign_in: SignIn
) -> None:
    run = trained(version)
    page = sign_in(mia).get(reverse("report", args=[run.oid])).content.decode()
    assert "Logistic regression on words" in page
    assert "text_logreg" not in page
    assert "–––" not in page
    assert "Nowhere much" in page
    assert "Each label is found in at least 80 % of its items." in page
