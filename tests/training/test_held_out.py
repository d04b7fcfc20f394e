"""What a model says of items it never saw joins the answers of people in an estimate."""

import uuid
from pathlib import Path

import pytest

from annotate.queries.subjects import Subject
from annotate.services.estimates import start_estimate
from datasets.models import Annotation, Item
from datasets.queries.versions import iter_entries
from datasets.services.annotations import add_annotation
from foundation import jobs
from foundation.models import Project
from tests.annotate.making import make_people
from tests.datasets.labelled import INTENTS, labelled_texts, said
from tests.datasets.test_versions import frozen
from tests.training.modelled import evaluated
from training.queries.held_out import held_out_of

pytestmark = pytest.mark.django_db


def test_crowdlab_stands_beside_the_other_methods_for_unseen_items(
    project: Project, tmp_path: Path
) -> None:
    dataset, revision = labelled_texts(project, 60)
    version = frozen(dataset, revision.schema)
    first, second = make_people(project, 2)
    subject = Subject(dataset, revision.schema)
    for number, item in enumerate(Item.objects.filter(dataset=dataset).order_by("key")):
        for person in (first, second):
            label = list(INTENTS)[(number + (person == second and number % 4 == 0)) % 3]
            add_annotation(
                item=item,
                schema_revision=revision,
                annotator=person,
                regions=said(label),
                submission_id=uuid.uuid4(),
                origin=Annotation.Origin.IMPORTED,
            )
    assert held_out_of(dataset, revision.schema, "intent") == {}
    evaluated(version, tmp_path)
    unseen = held_out_of(dataset, revision.schema, "intent")
    test = [one for one in iter_entries(version) if one.split == "test"]
    assert 0 < len(unseen) == len(test) < 60
    made = start_estimate(subject=subject, question="intent", by=None)
    assert made.job is not None
    done = jobs.run(made.job.pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    made.refresh_from_db()
    by_name = {one["method"]: one for one in made.figures["methods"]}
    assert list(by_name)[-1] == "crowdlab"
    assert by_name["crowdlab"]["undecided"] == 60 - len(unseen)
    assert [one["code"] for one in by_name["crowdlab"]["cautions"]] == ["only-some"]
    assert by_name["crowdlab"]["gold"]["total"] == len(unseen)
    assert by_name["crowdlab"]["gold"]["right"] == len(unseen)
    assert by_name["majority"]["gold"]["total"] == 60
