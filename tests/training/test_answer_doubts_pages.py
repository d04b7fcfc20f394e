"""The pages of doubted answers: what they show, to whom, and what they cost."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Task
from datasets.formats.base import Record, SourceFile
from datasets.models import Item, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation import jobs
from foundation.models import Job, Project, User
from tests.conftest import SignIn
from tests.datasets.conftest import box, boxes, image_bytes
from tests.training.suggested import push, ranked
from tests.training.test_answer_doubts import RIGHT, SURE, decide, doubted_texts, span, texts
from training.models import DoubtList

pytestmark = pytest.mark.django_db


def test_a_list_is_started_on_its_page_read_by_viewers_and_sent_by_managers(
    project: Project, mia: User, vic: User, ada: User, sign_in: SignIn
) -> None:
    dataset, revision = texts(project, [[span("Ada", "place"), *RIGHT[1:]], RIGHT])
    push(dataset, revision, {"t0": (RIGHT, SURE), "t1": (RIGHT, SURE)})
    address = reverse("answer-doubts", args=[project.oid])
    page = sign_in(mia).get(address).content.decode()
    what = f"{dataset.oid}|{revision.schema.oid}|names|detector"
    assert f'value="{what}"' in page
    assert "|tone|" not in page, "a kind that is not doubted"
    assert sign_in(vic).post(address, {"what": what}).status_code == 403
    assert sign_in(mia).post(address, {"what": "x"}).status_code == 302
    assert not DoubtList.objects.exists()
    sign_in(mia).post(address, {"what": what})
    doubts = DoubtList.objects.get()
    one = reverse("doubt-list", args=[doubts.oid])
    assert 'hx-trigger="every 2s"' in sign_in(mia).get(one).content.decode()
    jobs.run(Job.objects.latest("pk").pk)
    page = sign_in(vic).get(one).content.decode()
    assert "every 2s" not in page
    assert page.index("t0") < page.index("t1")
    assert "<mark>Ada</mark> met Bo" in page
    assert "Send" not in page
    assert sign_in(ada).get(one).status_code == 403
    assert sign_in(vic).post(one, {"most": "1"}).status_code == 403
    sign_in(mia).post(one, {"most": "1"})
    assert [task.item.key for task in Task.objects.select_related("item")] == ["t0"]
    decide(Item.objects.get(key="t0"), revision, RIGHT)
    page = sign_in(mia).get(one).content.decode()
    assert "1 of 1 that somebody looked at again were wrong" in page
    assert "Precision among the first" in page


def test_a_stranger_gets_the_same_404_as_for_what_is_not_there(
    project: Project, eve: User, sign_in: SignIn
) -> None:
    doubts, _revision = doubted_texts(project)
    for name, oid in (("doubt-list", doubts.oid), ("answer-doubts", project.oid)):
        assert sign_in(eve).get(reverse(name, args=[oid])).status_code == 404


def test_the_page_says_what_to_do_where_nothing_can_be_doubted(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    address = reverse("answer-doubts", args=[project.oid])
    assert "No model has suggested anything yet" in sign_in(mia).get(address).content.decode()
    dataset, revision = texts(project, [RIGHT, RIGHT])
    push(dataset, revision, {"t0": (RIGHT, None)})
    one = reverse("doubt-list", args=[ranked(dataset, revision, "names").oid])
    page = sign_in(mia).get(one).content.decode()
    assert "Nothing could be compared" in page
    assert "Push “confidences” with each suggestion" in page
    assert "Let the model predict them too" in page


def test_a_model_that_repeats_nearly_all_labels_is_called_one_that_has_seen_them(
    project: Project, mia: User, sign_in: SignIn
) -> None:
    dataset, revision = texts(project, [RIGHT] * 21, "Learned")
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(21)})
    one = reverse("doubt-list", args=[ranked(dataset, revision, "names").oid])
    told = "This model has perhaps seen these labels"
    assert told in sign_in(mia).get(one).content.decode()
    dataset, revision = texts(project, [RIGHT] * 3, "Few")
    push(dataset, revision, {f"t{n}": (RIGHT, SURE) for n in range(3)})
    one = reverse("doubt-list", args=[ranked(dataset, revision, "names").oid])
    assert told not in sign_in(mia).get(one).content.decode()
    few, _revision = doubted_texts(project)
    page = sign_in(mia).get(reverse("doubt-list", args=[few.oid])).content.decode()
    assert told not in page


def test_boxes_of_people_and_model_are_drawn_beside_each_other_at_a_fixed_cost(
    project: Project, mia: User, sign_in: SignIn, tmp_path: Path
) -> None:
    revision = _things(project)
    costs = []
    picture = tmp_path / "a.png"
    picture.write_bytes(image_bytes())
    for number in (2, 12):
        dataset = create_dataset(
            project=project, name=f"{number} photos", data_type="image", by=None
        )
        given = boxes(box("cat", 1, 2, 20, 10) | {"question": "things"})
        records = [
            Record(
                f"{n}",
                f"i{n}",
                "image",
                file=SourceFile(f"{number}-{n}.png", picture),
                truths=[{"regions": given}],
            )
            for n in range(number)
        ]
        ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
        said = [box("dog", 2, 2, 20, 10)]
        push(dataset, revision, {f"i{n}": (said, [0.98]) for n in range(number)})
        one = reverse("doubt-list", args=[ranked(dataset, revision, "things").oid])
        client = sign_in(mia)
        client.get(one)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(one).content.decode()
        costs.append(len(asked))
        assert page.count('d="M1 2L21 2L21 12L1 12z"') == 2 * number, "outline and halo"
        assert page.count('d="M2 2L22 2L22 12L2 12z"') == 2 * number
        assert re.search(r"98\s%", page)
    assert costs[0] == costs[1]


def _things(project: Project) -> SchemaRevision:
    labels = [{"key": "cat", "name": "Cat"}, {"key": "dog", "name": "Dog"}]
    asked = {"name": "things", "type": "boxes", "labels": labels}
    definition = {"format": 1, "data_type": "image", "questions": [asked]}
    return publish_schema(project=project, name="Things", definition=definition, by=None)
