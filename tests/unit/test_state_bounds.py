"""The stored state of one person stays small, whatever they send, and the limits of texts stay usable."""

from __future__ import annotations

import random

import pytest

from conversations import engine
from conversations.complaints.bounds import MOST_BYTES, MOST_PARTS, NEWEST_VERSIONS, with_version
from conversations.conversation import Conversation
from conversations.effects import Edit, Send
from conversations.events import (
    Attachment,
    ButtonPressed,
    CommandReceived,
    Event,
    FileReceived,
    LocationReceived,
    MessageEdited,
    Origin,
    Person,
    TextReceived,
)
from conversations.world import World
from tests.unit.filed import wording
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import SITI, asked, citizen, draft_of, walk

EVENTS = 700
# What the messenger passes on at most in one message, in letters of one to four bytes.
LONGEST = 4_096
LETTERS = ("a", "é", "😀", "a b\n")


def kept(count: int) -> tuple[str, ...]:
    """The versions after `count` changes of a text."""
    versions: tuple[str, ...] = ()
    for number in range(count):
        versions, _ = with_version(versions, str(number))
    return versions


def test_the_first_and_the_newest_versions_are_kept() -> None:
    assert kept(2) == ("0", "1")
    assert kept(1_000) == ("0", "998", "999")
    assert len(kept(1_000)) == 1 + NEWEST_VERSIONS


def test_edits_of_a_message_are_counted_and_not_all_kept() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("versi 0", message=90_000)
    for number in range(1, 100):
        siti.edits(90_000, f"versi {number}")
    (part,) = draft_of(siti).story
    assert (part.text, part.replaced) == ("versi 99", ("versi 0", "versi 97", "versi 98"))
    assert len(part.replaced) + part.left_out == 99


def test_replaced_answers_are_counted_and_not_all_kept() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"resolution": "Keinginan nomor 0"})
    for number in range(1, 12):
        siti.presses("change")
        siti.presses("change_field", "resolution")
        siti.says(f"Keinginan nomor {number}")
    draft = draft_of(siti)
    earlier = [one.value for one in draft.superseded if one.field == "resolution"]
    assert earlier == ["Keinginan nomor 0", "Keinginan nomor 9", "Keinginan nomor 10"]
    assert draft.left_out == 8


def test_a_story_has_a_bounded_number_of_messages() -> None:
    siti = citizen()
    walk(siti, until="story")
    for _ in range(MOST_PARTS):
        siti.says("a")
    assert siti.says("satu lagi") == ["intake.problem"]
    assert str(MOST_PARTS) in wording(siti.chat_log.sent(SITI)[0])
    assert len(draft_of(siti).story) == MOST_PARTS


def test_a_story_of_the_full_length_can_be_written_and_corrected() -> None:
    siti = citizen()
    walk(siti, until="story")
    for number in range(5):
        siti.says("é" * 4_000, message=90_000 + number)
    assert siti.edits(90_000, "è" * 4_000) == ["intake.edited"]
    assert sum(len(part.text) for part in draft_of(siti).story) == 20_000
    siti.says("Lanjut")
    assert asked(siti) != "story"


@pytest.mark.parametrize("step", ["held", "collected"])
def test_an_edit_cannot_pass_the_limit_of_a_text(step: str) -> None:
    siti = citizen()
    if step == "collected":
        walk(siti, until="filed")
        siti.presses("add_information")
    for number in range(6):
        siti.says("a" * 3_000, message=90_000 + number)
    assert siti.edits(90_000, "a" * 5_001) == ["followup.problem"]
    assert siti.edits(90_000, "a" * 5_000) == ["followup.edited"]


class Flood:
    """Random messages, edits and presses of one person, in memory."""

    def __init__(self, seed: int) -> None:
        siti: Actor = citizen(Chat())
        walk(siti, until="story")
        self.world: World = siti.chat_log.world()
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.message, self.largest, self.refused = 100_000, 0, 0

    def talk(self) -> Conversation:
        """The conversation now."""
        return self.world.conversation(SITI, SITI)

    def run(self, events: int) -> None:
        """Feed as many events, and note the largest state after any of them."""
        for _ in range(events):
            outcome = engine.advance(self.event(), self.world)
            self.world.apply(outcome)
            shown = [one.message.template for one in outcome.effects if isinstance(one, Send | Edit)]
            self.refused += "limits.state_full" in shown
            self.largest = max(self.largest, len(self.talk().model_dump_json().encode()))

    def event(self) -> Event:
        """A long message, an edit of one, a place, a file, a command, or a press of a shown button."""
        self.message += 1
        edited = self.message - self.random.randint(1, 30)
        number = self.random.randrange(10)
        origin = Origin(SITI, True, Person(SITI, "Siti"), self.message, self.world.now, quoted="q" * 1_024)
        if number < 4:
            return TextReceived(origin, self.text())
        if number < 7:
            changed = Origin(SITI, True, Person(SITI, "Siti"), edited, self.world.now)
            return MessageEdited(changed, self.text())
        if number == 7:
            return LocationReceived(origin, -7.6, 112.8, self.text()[:200])
        if number == 8:
            file = Attachment("photo", f"f{self.message}", f"u{self.message}", "n" * 200, size=1_000)
            return FileReceived(origin, file, f"k{self.message}", self.text()[:1_024])
        shown = self.talk().shown
        if not shown or self.random.random() < 0.3:
            command = self.random.choice(("lapor", "status", "bantuan", "start"))
            return CommandReceived(origin, command, "")
        button = self.random.choice([one for one in shown if one.action != "cancel_yes"] or shown)
        return ButtonPressed(origin, "p", button.action, button.subject, self.talk().turn, button.value)

    def text(self) -> str:
        """A text of any length, of letters of one to four bytes."""
        letter = self.random.choice(LETTERS)
        return (letter * LONGEST)[: self.random.choice((1, 40, 400, LONGEST, LONGEST))]


def test_a_flood_of_one_person_leaves_a_small_state() -> None:
    flood = Flood(seed=3)
    limits = flood.world.rules.limits.model_copy(update={"edits_per_day": 10_000, "files_per_day": 10_000})
    flood.world.rules = flood.world.rules.model_copy(update={"limits": limits})
    flood.run(EVENTS)
    assert flood.refused
    # A press is never refused: it can add a little to a state that takes no more messages.
    assert flood.largest < MOST_BYTES + 20_000
