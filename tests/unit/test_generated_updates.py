"""Updates drawn from the Bot API's types: no crash, no stuck chat, no text of a person as markup.

`make fuzz` draws 50,000 of them: `python -m tests.unit.test_generated_updates --updates 50000`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conversations.effects import AnswerPress, Send
from conversations.messages import OutgoingMessage
from tests.unit.filed import RENDERER
from tests.unit.generated_run import BrokenPromiseError, Town, check
from tests.unit.generated_updates import TAGGED, updates
from tests.unit.raw_updates import press, said

# The updates of one example, and the examples of `make test`.
EACH, EXAMPLES = 20, 20
Drawn = Sequence[Mapping[str, Any]]


def drawn_by(examples: int) -> Callable[[Callable[[Drawn], None]], Callable[[], None]]:
    """Call a function with so many drawn lists of updates. Shrinking a long list takes minutes: it is off."""

    def decorate(function: Callable[[Drawn], None]) -> Callable[[], None]:
        quick = settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        return quick(given(st.lists(updates, min_size=EACH, max_size=EACH))(function))

    return decorate


def played(drawn: Drawn) -> Counter[str]:
    """Play the updates in a new town; return which events they were."""
    town = Town()
    for number, update in enumerate(drawn):
        try:
            town.play(update)
        except BaseException as error:
            error.add_note(f"update {number}: {update!r}")
            raise
    town.finish()
    return town.seen


@drawn_by(EXAMPLES)
def test_generated_updates_keep_the_promises(drawn: Drawn) -> None:
    played(drawn)


def test_the_checks_see_markup_silence_and_a_press_without_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = Send(1, OutgoingMessage("system.unknown_group", {"chat": -1, "title": TAGGED}))
    check([unknown], None)
    with pytest.raises(BrokenPromiseError, match="no effect"):
        check([], said(text="halo"))
    for answers in ([], [AnswerPress("q", "", {})] * 2):
        with pytest.raises(BrokenPromiseError, match=f"{len(answers)} answers"):
            check(answers, press("x"))
    monkeypatch.setattr(RENDERER, "text", lambda *_: TAGGED)
    with pytest.raises(BrokenPromiseError, match="strikethrough"):
        check([unknown], None)


def test_most_drawn_updates_reach_the_dialogues() -> None:
    seen: Counter[str] = Counter()

    @drawn_by(3)
    def count(drawn: Drawn) -> None:
        seen.update(played(drawn))

    count()
    reached = seen["TextReceived"] + seen["CommandReceived"] + seen["ButtonPressed"] + seen["MessageEdited"]
    assert reached > seen.total() / 4


def main() -> None:
    """Draw as many updates as asked for; print which events they were."""
    parser = argparse.ArgumentParser(prog="generated", description=__doc__)
    parser.add_argument("--updates", type=int, default=50_000)
    seen: Counter[str] = Counter()

    @drawn_by(parser.parse_args().updates // EACH)
    def draw(drawn: Drawn) -> None:
        seen.update(played(drawn))

    draw()
    print(f"{seen.total()} updates kept the promises: {dict(seen.most_common())}")  # noqa: T201 - a program


if __name__ == "__main__":
    main()
