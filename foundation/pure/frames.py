"""Letting go of what a failed call still holds."""

from __future__ import annotations

import traceback


def forget_frames(error: BaseException) -> None:
    """Empty the frames that an error remembers, and those of its causes.

    Their variables hold database cursors. As long as they do, the next collection of garbage frees
    them in whatever thread it runs, and SQLite makes that thread wait for the connection of the
    other, perhaps while it holds the lock that the other waits for.

    Examples
    --------
    >>> try:
    ...     raise ValueError("late")
    ... except ValueError as error:
    ...     forget_frames(error)
    """
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        traceback.clear_frames(current.__traceback__)
        current = current.__cause__ or current.__context__
