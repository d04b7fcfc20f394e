"""Who may answer in a queue: people, teams, skills and languages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

KEYS = ("people", "teams", "skills", "languages")


@dataclass(frozen=True, slots=True)
class Person:
    """What a rule asks of somebody: numbers of row, and tags."""

    number: int
    teams: Collection[int] = field(default=())
    skills: Collection[str] = field(default=())
    languages: Collection[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a queue is for; what is empty asks nothing.

    Attributes
    ----------
    people, teams : tuple of int
        One is enough: named, or in one of these teams.
    skills : tuple of str
        All are needed.
    languages : tuple of str
        One is enough. ``pt`` is met by ``pt-br``, not the other way round.
    """

    people: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def is_for_all(self) -> bool:
        """Whether everybody who may annotate at all may answer."""
        return not (self.people or self.teams or self.skills or self.languages)

    def lacks(self, person: Person) -> str:
        """What keeps a person out: ``people``, ``skills`` or ``languages``; empty for nothing.

        Examples
        --------
        >>> who = Who(teams=(3,), skills=("radiology",))
        >>> who.lacks(Person(1, teams=[3], skills=["radiology", "birds"]))
        ''
        >>> who.lacks(Person(1, teams=[3])), who.lacks(Person(2, skills=["radiology"]))
        ('skills', 'people')
        >>> Who(languages=("pt",)).lacks(Person(1, languages=["pt-br"]))
        ''
        """
        is_named = person.number in self.people or bool(set(self.teams) & set(person.teams))
        if (self.people or self.teams) and not is_named:
            return "people"
        if not set(self.skills) <= set(person.skills):
            return "skills"
        if self.languages and not any(
            spoken == wanted or spoken.startswith(f"{wanted}-")
            for spoken in person.languages
            for wanted in self.languages
        ):
            return "languages"
        return ""
