"""Groups that moved to another id: sending resolves the new id, reading maps it to the one the core knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


class Moves:
    """Old id -> new id. `named` are the groups of the configuration: the core knows groups by those ids.

    A move that was read applies to reading at once, and to sending when it is stored.
    """

    def __init__(self, named: Collection[int], moved: Mapping[int, int] | None = None) -> None:
        self._named = frozenset(named)
        self._moved: dict[int, int] = {}
        self._known: dict[int, int] = {}
        self._home: dict[int, int] = {}
        self._position: dict[int, int] = {}
        for old, new in (moved or {}).items():
            self.add(old, new)

    def add(self, old: int, new: int) -> bool:
        """Note a stored move; False when it was known or would make a circle."""
        if self._moved.get(old) == new or _reaches(self._moved, new, old):
            return False
        self._moved[old] = new
        self.note_read(old, new)
        return True

    def note_read(self, old: int, new: int) -> None:
        """Note a move that was read and is not stored yet."""
        if _reaches(self._known, new, old):
            return
        self._known[old] = new
        ends = {each: _end(self._known, each) for each in self._known}
        # The reverse for a group that the configuration names by its new id already.
        self._home = {each: end for each, end in ends.items() if end in self._named}
        for each in self._named & self._known.keys():
            self._home |= dict.fromkeys(_way(self._known, each), each)
        former = {each: before for before, each in self._known.items()}
        self._position = {each: sum(1 for _ in _way(former, each)) for each in former}

    def destination(self, chat: int) -> int:
        """The present id of this chat, to which messages are sent."""
        return _end(self._moved, chat)

    def home(self, chat: int) -> int:
        """The id under which the core knows the chat."""
        return chat if chat in self._named else self._home.get(chat, chat)

    def position(self, chat: int) -> int:
        """How many ids the chat had before this one: 0 for a chat that never moved."""
        return self._position.get(chat, 0)

    def is_named(self, chat: int) -> bool:
        """Whether the configuration names this group, by this id or by one it had."""
        return self.home(chat) in self._named

    def renamed(self) -> dict[int, int]:
        """Former ids -> the ids by which the configuration names those groups now."""
        ends = {old: self.destination(old) for old in self._moved if old not in self._named}
        return {old: end for old, end in ends.items() if end in self._named}


def _end(moves: Mapping[int, int], chat: int) -> int:
    while chat in moves:
        chat = moves[chat]
    return chat


def _reaches(moves: Mapping[int, int], chat: int, to: int) -> bool:
    """Whether the chat has been, or is, `to`: a move from there to the chat would make a circle."""
    return chat == to or to in _way(moves, chat)


def _way(moves: Mapping[int, int], chat: int) -> Iterator[int]:
    """Every id that the chat has had since; a group may move more than once."""
    while chat in moves:
        chat = moves[chat]
        yield chat
