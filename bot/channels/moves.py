"""Groups that moved to another id. Destinations are resolved at sending, arrivals led home."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Moves:
    """Old id -> new id. `named` are the groups that the configuration names: those are the core's names."""

    def __init__(self, named: Collection[int], moved: Mapping[int, int] | None = None) -> None:
        self._named = frozenset(named)
        self._moved: dict[int, int] = {}
        self._home: dict[int, int] = {}
        for old, new in (moved or {}).items():
            self.add(old, new)

    def add(self, old: int, new: int) -> bool:
        """Note a move; False when it was known or would lead in a circle."""
        if self._moved.get(old) == new or self.destination(new) == old:
            return False
        self._moved[old] = new
        self._home = {self.destination(each): each for each in self._moved if each in self._named}
        return True

    def destination(self, chat: int) -> int:
        """Where a message for this chat goes today."""
        while chat in self._moved:
            chat = self._moved[chat]
        return chat

    def home(self, chat: int) -> int:
        """The id under which the core knows the chat that this one has become."""
        return chat if chat in self._named else self._home.get(chat, chat)
