"""`winnow import` and `winnow export`."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from datasets.management.commands import export_data, import_data
from datasets.models import Dataset, Item, SchemaRevision, Truth
from datasets.services import imports
from foundation import jobs
from foundation.jobs import JobRun, LeaseLost
from foundation.models import Job, Project, User
from tests.datasets.conftest import image_bytes


def run(*words: str) -> tuple[str, str]:
    """Run a command and return what it wrote to standard output and error."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A CSV of three labelled messages, one of them broken."""
    path = tmp_path / "messages.csv"
    path.write_text(
        "text,intent\nWhere is my card?,card_lost\nHow much is left?,balance\nWhat?,nonsense\n"
    )
    return path


def test_a_file_comes_in_and_what_was_refused_is_told(
    texts: Dataset, intent: SchemaRevision, messages: Path
) -> None:
    out, _err = run(
        *("import_data", "Birds of the yard", "Messages", str(messages)),
        *("--text", "text", "--label", "intent", "--schema", "Intents"),
    )
    assert "created: 2" in out
    assert "refused: 1" in out
    assert "messages.csv:4" in out
    assert sorted(Truth.objects.values_list("label", flat=True)) == ["balance", "card_lost"]


def test_a_folder_of_classes_makes_dataset_and_schema(project: Project, tmp_path: Path) -> None:
    for name, color in (("cat/1.png", "red"), ("dog/2.png", "blue")):
        path = tmp_path / "pets" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(image_bytes(color=color))
    (tmp_path / "pets" / ".DS_Store").write_bytes(b"litter")
    out, _err = run(
        *("import_data", project.name, "Pets", str(tmp_path / "pets"), "--create", "image"),
        "--folders-are-labels",
    )
    assert "created: 2" in out
    assert "label schema: Labels of Pets, revision 1" in out
    assert sorted(Truth.objects.values_list("label", flat=True)) == ["cat", "dog"]


def test_what_was_killed_is_taken_up_by_a_worker(
    texts: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"key": f"{n:03d}", "data": f"T{n}"}) for n in range(100)))
    monkeypatch.setattr(imports, "MAX_RECORDS", 10)
    monkeypatch.setattr(imports, "MAX_SECONDS", 600)
    left = [5]
    keep = JobRun.refuse

    def refuse(self: JobRun, refused: list[object]) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise LeaseLost
        keep(self, refused)  # type: ignore[arg-type]

    monkeypatch.setattr(JobRun, "refuse", refuse)
    with pytest.raises(CommandError):
        run("import_data", "Birds of the yard", "Messages", str(path))
    assert Item.objects.count() == 40
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(lease_ends_at="2000-01-01T00:00Z")
    jobs.sweep()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.report["created"]) == (Job.State.SUCCEEDED, 100)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Nowhere", "Messages", "{file}"), "no project 'Nowhere'"),
        (("Birds of the yard", "Nothing", "{file}"), "no dataset 'Nothing'"),
        (("Birds of the yard", "Messages", "missing.csv"), "missing.csv"),
        (("Birds of the yard", "Messages", "{file}", "--schema", "No"), "no label schema 'No'"),
        (("Birds of the yard", "Messages", "{file}", "--encoding", "x"), "encoding"),
        (("Birds of the yard", "Messages", "{file}", "--as-user", "nobody"), "no user 'nobody'"),
    ],
)
def test_a_mistake_is_told_in_words(
    texts: Dataset, messages: Path, words: tuple[str, ...], told: str
) -> None:
    with pytest.raises(CommandError) as caught:
        run("import_data", *(word.format(file=messages) for word in words))
    assert told in str(caught.value)


def test_export_writes_a_file_that_import_reads(
    texts: Dataset, intent: SchemaRevision, messages: Path, project: Project, tmp_path: Path
) -> None:
    run(
        *("import_data", project.name, "Messages", str(messages)),
        *("--text", "text", "--label", "intent", "--schema", "Intents"),
    )
    target = tmp_path / "out.jsonl"
    _out, err = run("export_data", project.name, "Messages", "-o", str(target))
    assert "2 entries" in err
    assert len(target.read_text().splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    out, _err = run("import_data", project.name, "Copy", str(target), "--create", "text")
    assert "created: 2" in out
    assert "truths: 2" in out


def test_export_says_what_a_format_cannot_carry(
    texts: Dataset, intent: SchemaRevision, messages: Path, project: Project, tmp_path: Path
) -> None:
    run(
        *("import_data", project.name, "Messages", str(messages), "--labels-as", "suggestions"),
        *("--text", "text", "--label", "intent", "--schema", "Intents"),
    )
    target = tmp_path / "out.csv"
    _out, err = run("export_data", project.name, "Messages", "--format", "csv", "-o", str(target))
    assert "left out (2 times)" in err
    with pytest.raises(CommandError, match="lable"):
        run("export_data", project.name, "Messages", "--filter", "lable:x", "-o", str(target))


def test_the_help_shows_examples(mia: User) -> None:
    for command in (import_data.Command(), export_data.Command()):
        text = command.create_parser("winnow", "x").format_help()
        assert "examples:" in text
