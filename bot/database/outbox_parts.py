"""What is known of each part of a message whose delivery the messenger reports.

A message is sent in parts: its text in one or more, then its files. Each is delivered or fails by itself.
Part 0 is the one that carries the message's key, the others are numbered in their order. The column `error`
of a row that is not sent completely, or that failed after it was accepted, holds one letter for each part:

| letter | the part |
|---|---|
| `-` | is to be sent |
| `s` | was sent by the present attempt, whose mark is not written; in memory only |
| `a` | was accepted, and its report is awaited |
| `d` | was delivered |
| `f` | failed before the mark of its call was written: that mark does not make it accepted |
| `x` | was given up |

A part that fails and was marked becomes `-` at once, one that was not marked `f`: the mark decides then. A
skipped part keeps in the store what a report has made of it meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

TO_SEND, SENT_NOW, ACCEPTED, DELIVERED, FAILED_EARLY, GIVEN_UP = "-sadfx"
_PREFIX = "parts"
# Of rows of a store with these parts, as a pattern of SQL.
LIKE_PARTS = f"{_PREFIX} %"
# What an earlier version wrote: the message with the key was delivered, failed early, was recalled.
_EARLIER = {"confirmed": DELIVERED, "overtaken": FAILED_EARLY}
_RECALLED_EARLIER = "recalled"
_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Parts:
    """The letters, and what was reported of the whole message.

    `windows` counts the refusals for a closed window in a row, `failures` the other reported ones that pass.
    A `recalled` message is not sent again; `why` says why a part was given up.
    """

    letters: str = ""
    windows: int = 0
    failures: int = 0
    recalled: bool = False
    why: str = ""

    @classmethod
    def read(cls, error: object) -> Parts:
        """What a stored `error` says; nothing is known where it says something else."""
        text = error if isinstance(error, str) else ""
        if text in _EARLIER:
            return cls(_EARLIER[text])
        prefix, *fields = text.split(" ", _FIELDS - 1)
        if prefix != _PREFIX or len(fields) < _FIELDS - 1:
            return cls(recalled=text == _RECALLED_EARLIER)
        letters, windows, failures, recalled, why = fields
        return cls(letters.removeprefix("."), int(windows), int(failures), recalled == "1", why)

    def stored(self) -> str | None:
        """The text of the column; None where nothing is known."""
        if self == Parts():
            return None
        return f"{_PREFIX} .{self.letters} {self.windows} {self.failures} {self.recalled:d} {self.why}"

    def of(self, part: int) -> str:
        """The letter of a part."""
        return self.letters[part] if part < len(self.letters) else TO_SEND

    def is_sent(self, part: int) -> bool:
        """Whether the part is not sent by the next attempt."""
        return self.of(part) not in (TO_SEND, FAILED_EARLY)

    @property
    def waits(self) -> bool:
        """Whether a part is to be sent, or its report is awaited."""
        return not self.letters or any(letter not in (DELIVERED, GIVEN_UP) for letter in self.letters)

    @property
    def is_unmarked(self) -> bool:
        """Whether a part failed before the mark of its call."""
        return FAILED_EARLY in self.letters

    @property
    def begun(self) -> bool:
        """Whether a part was accepted or delivered."""
        return any(letter in self.letters for letter in (SENT_NOW, ACCEPTED, DELIVERED))

    @property
    def lacks(self) -> bool:
        """Whether a part is to be sent."""
        return TO_SEND in self.letters

    @property
    def gave_up(self) -> bool:
        """Whether a part was given up."""
        return GIVEN_UP in self.letters

    def noted(self, part: int, letter: str) -> Parts:
        """With the letter of a part; one that was delivered stays so."""
        if self.of(part) == DELIVERED:
            return self
        padded = self.letters.ljust(part + 1, TO_SEND)
        return replace(self, letters=padded[:part] + letter + padded[part + 1 :])

    def failed(self, part: int) -> Parts:
        """With a part that failed and is sent again."""
        if self.of(part) in (DELIVERED, GIVEN_UP):
            return self
        return self.noted(part, TO_SEND if self.of(part) == ACCEPTED else FAILED_EARLY)

    def refused_window(self) -> Parts:
        """With one more refusal for a closed window."""
        return replace(self, windows=self.windows + 1)

    def silent(self) -> Parts:
        """With all parts to be sent again that no report came of."""
        return replace(self, letters=self.letters.replace(ACCEPTED, TO_SEND))

    def fitted(self, count: int) -> Parts:
        """For an attempt with so many parts; letters of more parts are of another text."""
        letters = "" if len(self.letters) > count else self.letters
        return replace(self, letters=letters.ljust(count, TO_SEND))

    def marked(self) -> Parts:
        """As the next attempt finds them, once the mark of this one is written."""
        return replace(self, letters=self.letters.replace(SENT_NOW, ACCEPTED))

    def unfinished(self, stored: Parts) -> Parts:
        """As the store keeps them after an attempt that did not send all."""
        pairs = zip_longest(self.letters, stored.letters, fillvalue=TO_SEND)
        return replace(stored, letters="".join(_unfinished(*pair) for pair in pairs))

    def finished(self, stored: Parts) -> Parts:
        """As the store keeps them after an attempt that sent all that it had to send."""
        pairs = zip(self.letters, stored.letters.ljust(len(self.letters), TO_SEND), strict=False)
        return replace(
            stored, letters="".join(_finished(*pair) for pair in pairs), why=stored.why or self.why
        )

    def started(self) -> Parts:
        """At the start of a process: no mark is on its way."""
        return replace(self, letters=self.letters.replace(FAILED_EARLY, TO_SEND))


UNKNOWN = Parts()


def _unfinished(here: str, stored: str) -> str:
    if stored != TO_SEND:
        return stored
    return {SENT_NOW: ACCEPTED, DELIVERED: DELIVERED, GIVEN_UP: GIVEN_UP}.get(here, TO_SEND)


def _finished(here: str, stored: str) -> str:
    if stored == FAILED_EARLY:
        return TO_SEND
    return _unfinished(here, stored)
