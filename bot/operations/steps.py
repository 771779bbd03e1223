"""One progress bar over several steps of long work; each step counts the same."""

from __future__ import annotations

from collections.abc import Callable

PARTS = 1000


class Steps:
    """Tells `progress` how much of all steps is done, and of how much."""

    def __init__(self, progress: Callable[[int, int], None], number: int) -> None:
        self._progress, self._number, self._begun = progress, number, 0

    def begin(self) -> Callable[[int, int], None]:
        """Begin the next step; it calls the result with how much of it is done, and of how much."""
        before = self._begun * PARTS
        self._begun += 1

        def advance(done: int, total: int) -> None:
            share = min(done, total) * PARTS // total if total else PARTS
            self._progress(before + share, self._number * PARTS)

        advance(0, 1)
        return advance


def counted(advance: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    """What is called with how much more is done."""
    done = 0

    def add(more: int) -> None:
        nonlocal done
        done += more
        advance(done, total)

    return add
