"""Honest citizens among mutated updates: what they write, and how many turns each act waits for its answer.

An act has its answer when the next question, card, preview or message is seen; it ends when the bot made the
last call to that chat before. Its turns are counted from outside: the bot stores with every update the moment
of the turn that took it, so the turns of an act are the different moments between its beginning and its end.
The turn that takes the act itself is the first.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any

from bot.simulator.api.dispatch import Call
from tests.players import PHOTO, Answers, Citizen
from tests.questions import ANSWERS

MOST_TURNS = 5
Counted = list[tuple[int, "Act"]]


def mark_of(number: int) -> str:
    """Return a word that only this honest person uses."""
    return f"Kenanga{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}"


def honest_answers(number: int) -> Answers:
    """Return what this honest person answers."""
    mark = mark_of(number)
    return replace(
        ANSWERS,
        story=(f"Bantuan {mark} tidak cair.", PHOTO + mark.encode(), f"Mohon penjelasan {mark}."),
        occurred_place=f"loket {mark}",
        loss=f"ongkos {mark} Rp150.000",
        resolution=f"Penjelasan {mark}",
        name=f"Siti {mark}",
        address=f"Dusun {mark} RT 02/RW 01, Desa Raci, Kecamatan Bangil",
    )


@dataclass(frozen=True)
class Act:
    """An honest act and when its answer came, in wall seconds."""

    name: str
    began: float
    ended: float


@dataclass
class Acts:
    """The honest acts; `send_mutations` is called before and after each, `calls` are the bot's."""

    send_mutations: Callable[[], None]
    calls: Sequence[Call]
    done: list[Act] = field(default_factory=list)
    _open: dict[int, tuple[str, int, float]] = field(default_factory=dict)

    def begin(self, who: int, name: str, chat: int = 0) -> None:
        """Start to count, in this chat or the person's own; the act is sent before anything else."""
        self._open[who] = name, chat or who, time.monotonic()
        asyncio.get_running_loop().call_soon(self.send_mutations)

    def end(self, who: int) -> None:
        """Note the answer to this person's act, if one is open."""
        if not (opened := self._open.pop(who, None)):
            return
        name, chat, began = opened
        # Both clocks of this machine run at the same rate during a run.
        wall = time.time() - time.monotonic()
        self.done.append(Act(name, began + wall, self._answered(chat, began) + wall))
        self.send_mutations()

    def _answered(self, chat: int, began: float) -> float:
        """Return the monotonic time of the newest call to the chat since then, of now if there is none."""
        since = takewhile(lambda call: call.at >= began, reversed(self.calls))
        shown = (call.at for call in since if str(call.params.get("chat_id")) == str(chat))
        return next(shown, time.monotonic())


class HonestCitizen(Citizen):
    """A citizen each of whose acts is measured."""

    acts: Acts

    async def _wait(self, condition: Callable[[], Any], name: str) -> None:
        self.acts.begin(self.person.id, f"citizen: {name}")
        await super()._wait(condition, name)
        self.acts.end(self.person.id)


def turns_of(acts: Acts, folder: Path) -> Counted:
    """Return the turns of each honest act, the most first."""
    with closing(sqlite3.connect(f"file:{folder / 'aduan.db'}?mode=ro", uri=True)) as store:
        moments = [row[0] for row in store.execute("SELECT DISTINCT at FROM updates ORDER BY at")]
    counted = [
        (bisect_right(moments, act.ended) - bisect_right(moments, act.began), act) for act in acts.done
    ]
    return sorted(counted, key=lambda each: -each[0])


def slow(turns: Counted) -> list[str]:
    """Return a sentence for each honest act that was answered too late, or in no turn."""
    return [
        f"{act.name} was answered after {count} turns" for count, act in turns if not 0 < count <= MOST_TURNS
    ]
