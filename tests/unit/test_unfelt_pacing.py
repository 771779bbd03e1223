"""The limits are kept, and no one notices: not who files a complaint, not the officer in a surge of cards."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import pytest

from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.outbox.chat_queue import Item
from bot.outbox.effect_rows import rows
from bot.outbox.pacing import ASKED, COSMETIC, UNASKED
from conversations.effects import Effect
from conversations.events import Event
from conversations.messages import OutgoingMessage
from tests.unit.paced import CALL_SECONDS, PacedOutbox, Sent, most_within
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import SITI, citizen, walk

GROUP = -5
# A card or reply; its words do not matter.
SAID = OutgoingMessage("system.own_id", {"person": 7})


@dataclass
class PlayedChat(Chat):
    """A transcript whose messages are sent within the limits; `think` gives the seconds before each act."""

    think: Callable[[], float] = lambda: 1.0
    outbox: PacedOutbox = field(default_factory=PacedOutbox)
    rows: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def feed(self, event: Event) -> list[Effect]:
        """Wait, then act: the messages that this causes are posted."""
        self.outbox.run(self.outbox.now + self.think())
        effects = super().feed(event)
        made = rows(effects, lambda _: "id", 0.0)
        self.outbox.post(replace(row, id=next(self.rows)) for row in made if row.chat == SITI)
        # The answer is read before the person begins to think.
        self.outbox.run(self.outbox.now + CALL_SECONDS / 2)
        return effects


def told(siti: Actor) -> None:
    siti.says("Bantuan saya belum cair sejak Januari.")
    siti.sends("photo")
    siti.sends("photo")
    siti.says("Lanjut")


def played(think: Callable[[], float]) -> PacedOutbox:
    """The messages to a citizen who files, with a text and two photos, and then waits two minutes."""
    chat = PlayedChat(think=think)
    walk(citizen(chat), until="filed", answers={"story": told, "loss_kind": "both"})
    chat.outbox.run(chat.outbox.now + 120)
    return chat.outbox


def cosmetic(outbox: PacedOutbox) -> list[Item]:
    return [each.item for each in in_lane(outbox, COSMETIC)]


def in_lane(outbox: PacedOutbox, lane: int) -> list[Sent]:
    return [each for each in outbox.sent if each.item.lane == lane]


@cache
def steady(think: float) -> PacedOutbox:
    """A complaint with the same time before each act."""
    return played(lambda: think)


@pytest.mark.parametrize("seed", range(3))
def test_no_question_waits_for_the_limits_when_one_thinks_about_a_second(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - varies a test
    outbox = played(lambda: random.uniform(0.5, 1.5))
    assert len(in_lane(outbox, ASKED)) > 15
    # Two messages belong to one act where the keys of the story are removed.
    assert max(each.waited for each in in_lane(outbox, ASKED)) <= CALL_SECONDS + 1e-9


@pytest.mark.parametrize("think", [0.1, 1.0, 2.5])
def test_a_person_never_gets_more_than_the_burst_and_one_a_second(think: float) -> None:
    sent = steady(think).sent
    for seconds in range(1, 40):
        assert most_within(sent, seconds) <= 5 + seconds


def test_while_somebody_answers_within_two_seconds_nothing_cosmetic_is_sent() -> None:
    for think in (1.0, 1.5):
        last = max(each.began for each in in_lane(steady(think), ASKED))
        assert min(each.began for each in in_lane(steady(think), COSMETIC)) > last


def test_each_pressed_question_shows_its_answer_in_the_end() -> None:
    for think in (1.0, 2.5):
        shown = [each.row.at for each in cosmetic(steady(think)) if each.row.kind is Kind.EDIT]
        assert len(shown) == len(set(shown)) == 5


def test_who_takes_time_sees_every_old_button_go_and_a_hasty_one_the_newest() -> None:
    for think, dropped in ((2.5, 0), (1.0, 5)):
        removed = [each for each in cosmetic(steady(think)) if each.row.kind is Kind.STRIP]
        assert (len(removed), len(steady(think).dropped)) == (8 - dropped, dropped)


def card(number: int) -> OutboxRow:
    return OutboxRow(number, GROUP, LaneNumber.UNASKED, Kind.SEND, "id", 0.0, SAID)


def reply(number: int) -> OutboxRow:
    return replace(card(number), lane=LaneNumber.ASKED, asker=7)


def surge(cards: int, seconds: float, requests: int) -> PacedOutbox:
    """Cards in a steady stream, and from the first minute on a request of an officer each ten seconds."""
    outbox = PacedOutbox()
    wanted = [(number * seconds / cards, card(number + 1)) for number in range(cards)]
    wanted += [(5.0 + 10 * number, reply(cards + number + 1)) for number in range(requests)]
    for at, row in sorted(wanted, key=lambda each: each[0]):
        outbox.run(at)
        outbox.post([row])
    outbox.run(outbox.now + 6 * cards)
    assert len(outbox.sent) == cards + requests
    return outbox


@pytest.mark.parametrize(("cards", "seconds", "requests"), [(300, 600.0, 60), (100, 1.0, 15)])
def test_in_a_surge_an_officer_is_answered_within_five_seconds(
    cards: int, seconds: float, requests: int
) -> None:
    outbox = surge(cards, seconds, requests)
    assert max(each.waited for each in in_lane(outbox, ASKED)) < 5
    # All that is sent counts: 20 a minute.
    assert max(each.began for each in in_lane(outbox, UNASKED)) < (cards + requests) * 3 * 1.05
    assert most_within(outbox.sent, 60.0) <= 20


def test_the_cards_of_a_quiet_day_do_not_wait() -> None:
    outbox = PacedOutbox()
    outbox.post(card(number) for number in range(1, 6))
    outbox.run(60)
    assert max(each.waited for each in outbox.sent) <= 5 * CALL_SECONDS
