"""One class for every extension point: a shelf of named things that plug-ins may fill."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Registry(Generic[Thing]):
    """Named things of one kind, in the order in which they were registered.

    `group` is also the name of the entry-point group through which other packages add theirs.
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self._things: dict[str, Thing] = {}

    def register(self, name: str, thing: Thing) -> Thing:
        """Put `thing` on the shelf. Raises ValueError when the name is taken by another."""
        if self._things.get(name, thing) is not thing:
            raise ValueError(f"{self.group}: {name!r} is registered already")
        self._things[name] = thing
        return thing

    def load_plugins(self) -> None:
        """Register what installed packages offer under this group."""
        for entry_point in entry_points(group=self.group):
            self.register(entry_point.name, entry_point.load())

    def __getitem__(self, name: str) -> Thing:
        try:
            return self._things[name]
        except KeyError:
            known = ", ".join(self._things) or "nothing"
            raise LookupError(f"{self.group}: no {name!r}; known: {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def items(self) -> list[tuple[str, Thing]]:
        """Return name and thing of everything on the shelf, first registered first."""
        return list(self._things.items())
