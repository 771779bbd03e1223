"""One witness of the time: how far its time is from this machine's steady clock."""

from __future__ import annotations

# Times of one witness that lie this close together, in seconds, are the same time: a `Date` has whole
# seconds, and an answer is on its way for a while.
SAME = 30.0
# A witness that names another time than before is believed after this many equal answers.
EQUAL_ANSWERS = 3


class Witness:
    """What one witness said; `offset` + steady time is its time, None until it is believed.

    `seen` is the steady time at which it last confirmed its offset.
    """

    def __init__(self) -> None:
        self.offset: float | None = None
        self.seen = 0.0
        self._doubts: list[float] = []

    def says(self, offset: float, now: float, *, agrees: bool) -> bool:
        """Note what it says at steady time `now`; return whether it is believed with another offset now.

        `agrees`: an independent clock says the same, so that a first answer is believed at once.
        """
        if self.offset is not None and abs(offset - self.offset) <= SAME:
            self._believe(offset, now)
            return False
        doubts = [one for one in self._doubts if abs(one - offset) <= SAME]
        self._doubts = [*doubts, offset]
        if len(self._doubts) < EQUAL_ANSWERS and not (self.offset is None and agrees):
            return False
        self._believe(offset, now)
        return True

    def time(self, now: float) -> float | None:
        """Its time at steady time `now`, in seconds since 1970."""
        return None if self.offset is None else self.offset + now

    def forget(self) -> None:
        """Believe nothing that it said before."""
        self.offset, self._doubts = None, []

    def _believe(self, offset: float, now: float) -> None:
        self.offset, self.seen, self._doubts = offset, now, []
