"""What commands are told by name: datasets, label schemas, versions, people."""

from django.core.management.base import CommandError

from datasets.models import Dataset, LabelSchema, Version
from foundation.errors import DomainError
from foundation.models import Project, User


def project_named(name: str) -> Project:
    """Return the only project of this name. Raises CommandError."""
    found = list(Project.objects.filter(name=name, archived_at=None)[:2])
    if len(found) != 1:
        known = ", ".join(Project.objects.filter(archived_at=None).values_list("name", flat=True))
        raise CommandError(
            f"There are several projects called {name!r}; rename one."
            if found
            else f"There is no project {name!r}. There are: {known or 'none'}."
        )
    return found[0]


def dataset_named(project: Project, name: str) -> Dataset:
    """Return the dataset of this name. Raises CommandError."""
    dataset = Dataset.objects.select_related("project").filter(project=project, name=name).first()
    if dataset is None:
        known = ", ".join(Dataset.objects.filter(project=project).values_list("name", flat=True))
        raise CommandError(f"There is no dataset {name!r}. There are: {known or 'none'}.")
    return dataset


def schema_named(project: Project, name: str | None) -> LabelSchema | None:
    """Return the label schema of this name; None where no name is given. Raises CommandError."""
    if name is None:
        return None
    schema = LabelSchema.objects.filter(project=project, name=name).first()
    if schema is None:
        known = LabelSchema.objects.filter(project=project).values_list("name", flat=True)
        raise CommandError(
            f"There is no label schema {name!r}. There are: {', '.join(known) or 'none'}."
        )
    return schema


def version_numbered(dataset: Dataset, number: int | None) -> Version | None:
    """Return a version by its number; None where no number is given. Raises CommandError."""
    if number is None:
        return None
    version = (
        Version.objects.select_related("dataset__project", "schema", "schema_revision")
        .filter(dataset=dataset, number=number)
        .first()
    )
    if version is None:
        raise CommandError(f"{dataset.name} has no version {number}.")
    return version


def user_named(username: str | None) -> User | None:
    """Return a person; None where no name is given. Raises CommandError."""
    if username is None:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user {username!r}.")
    return user


def told(error: DomainError) -> str:
    """Return a domain error as lines for a terminal."""
    places = [f"  {place.at}: {place.detail}" for place in error.places]
    return "\n".join([str(error), *places])
