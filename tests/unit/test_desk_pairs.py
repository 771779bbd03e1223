"""Two officers see the same card and press two of its buttons at the same moment: one wins, or both count.

The pairs come from the table of the card. Each button is followed to its last press (Kirim, Ya, …); then both
last presses come one after the other, in both orders. Where the second one is refused, its officer reads who
was first. Notes and what only shows something are left out: they are compatible with everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from conversations import casefile
from conversations.complaints.case import DECISIONS, Case, Officer
from conversations.desk.actions import CARD
from conversations.desk.purposes import WRITTEN
from conversations.effects import AnswerPress, Send
from conversations.events import Event
from conversations.messages import OutgoingMessage
from tests.unit.any_sequence import LOOKS, rules_of
from tests.unit.desk_ways import MOST_STEPS, ORIGINAL, drive, first_press, next_event, text_for
from tests.unit.filed import CITIZEN, RENDERER, Desk, LeanChat
from tests.unit.transcript import LEADER, Actor

SECOND_LEADER, AUTHOR = 901, 650
# A block concerns the account and not the case (test_desk_blocking.py).
SKIPPED = LOOKS | {"note", "untold", "data_request", "block", "unblock"}
# The buttons that lead to a decision. All go the same way, so that one of them stands for all in most scenes.
EXITS = frozenset(row.link for purpose, row in WRITTEN.items() if purpose in DECISIONS) - {"reinstate"}
ALIKE = EXITS - {"reject"}
# What only the officer who handles the case may do, and leaders.
OF_HOLDER = frozenset(row.link for row in WRITTEN.values() if row.of_holder)
# What makes the presser the officer of a case that has none.
TAKES = frozenset({"take", "answer", "ask", "request", "to_division"})
# What changes neither the officer's text nor what the citizen reads of it.
_AT_ANY_TIME = EXITS | {"reclassify", "completion", "withdraw_request", "to_division", "report", "take_back"}
# Each button -> the presses right after it that count too, where the card has both. A question is a message
# of its own, also the second one; who handles a case says nothing about what others began before; class and
# level are corrected as often as officers like, and the group sees each choice.
BOTH: Mapping[str, frozenset[str]] = {
    "take": frozenset({"verify", "answer", "ask", "request", "reclassify", "to_division", *EXITS}),
    "verify": frozenset(
        {"take", "release", "take_over", "answer", "ask", "request", "to_division", "recall", *EXITS}
    ),
    "release": frozenset({"verify", "answer", "ask", "request", "recall", *_AT_ANY_TIME}),
    "take_over": frozenset(
        {"verify", "answer", "ask", "request", "recall", "review", "withdraw_draft", "correct"}
        | {"explained", "archive", "objection", *_AT_ANY_TIME}
    ),
    "answer": frozenset({"ask", "take_over"}),
    "ask": frozenset(
        {"verify", "release", "take_over", "answer", "ask", "request", "review", "withdraw_draft"}
        | {"correct", "explained", "objection", *_AT_ANY_TIME}
    ),
    "request": frozenset({"ask", "release", "take_over", "recall", "reclassify"}),
    "completion": frozenset({"ask", "release", "take_over"}),
    "withdraw_request": frozenset({"ask", "release", "take_over", *EXITS}),
    "reclassify": frozenset({"take", "release", "take_over", "answer", "ask", "request", *_AT_ANY_TIME}),
    "to_division": frozenset(
        {"ask", "release", "take_over", "reclassify", "report", "take_back", "recall", *EXITS}
    ),
    "report": frozenset({"answer", "ask", "release", "take_over", "reclassify", "to_division", *EXITS}),
    "take_back": frozenset({"answer", "ask", "release", "take_over", "reclassify", "to_division", *EXITS}),
    "review": frozenset({"ask", "take_over"}),
    "withdraw_draft": frozenset({"ask", "take_over", "recall", *EXITS}),
    "explained": frozenset({"ask", "take_over", "correct", "recall"}),
    "correct": frozenset({"ask", "take_over"}),
    "objection": frozenset({"ask", "take_over"}),
    # A further answer to what the citizen has added is one to the complaint after the response was recalled.
    "recall": frozenset(
        {"verify", "release", "take_over", "answer", "ask", "request", "to_division", *EXITS}
    ),
    "not_complaint": frozenset({"take_over"}),
    "track": frozenset({"reinstate"}),
    "plan_postpone": frozenset({"plan_done"}),
    **dict.fromkeys(
        ("redirect", "reject", "duplicate", "archive", "plan_done", "reinstate"), frozenset[str]()
    ),
}
# The messages that may reach the citizen from both presses: a redirection gives the receipt of a second case.
OF_BOTH = frozenset({("followup.question", ""), ("captions.receipt", "")})


@dataclass
class Scene:
    """A case that two persons look at; the first one handles it, where it has an officer."""

    approval: bool = False
    classes: bool = False
    officers: bool = False
    # The only agency: a redirection leads out of the bot.
    alone: bool = False
    filed: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """File the complaint, and the one that it may be a duplicate of."""
        rules = rules_of((LEADER, SECOND_LEADER), approval=self.approval, classes=self.classes)
        if self.alone:
            rules = rules.model_copy(update={"agencies": rules.agencies[:1]})
        self.world = Desk(chat=LeanChat(rules=rules))
        self.world.file(id="case00000099", reference=ORIGINAL)
        self.case = self.world.file(**self.filed)
        second = self.world.officer(SECOND_LEADER, "Pak Wakil")
        self.cast = (self.world.budi, self.world.rina) if self.officers else (self.world.leader, second)
        self.author = self.world.officer(AUTHOR, "Cakra Wijaya")

    def did(self, *labels: str, actor: Actor | None = None) -> Scene:
        """The first one presses these buttons and goes on to their end."""
        for label in labels:
            drive(
                self.world, actor or self.cast[0], label, self.case, lambda: "Isi awal.", self.world.chat.feed
            )
            self.world.delivered(self.case, len(self.now.responses))
        return self

    def added(self) -> Scene:
        """The citizen adds something."""
        citizen = self.world.citizen
        citizen.commands("status", self.case.reference)
        citizen.presses("add_information")
        citizen.says("Tanggalnya 3 Maret")
        citizen.presses("send")
        return self

    def satisfied(self) -> Scene:
        """The citizen presses Puas."""
        self.world.citizen.presses("satisfied")
        return self

    @property
    def now(self) -> Case:
        """The case as it is now."""
        return self.world.now(self.case)

    @property
    def labels(self) -> list[str]:
        """The buttons that the card and the message of Lainnya have now."""
        agency = casefile.agency_of(self.now, self.world.chat.rules)
        known = (entry for entry in CARD if entry.label not in SKIPPED)
        return [entry.label for entry in known if entry.is_shown(self.now, agency)]

    def saved(self) -> dict[str, Any]:
        """What is stored now."""
        chat = self.world.chat
        names = ("conversations", "cases", "keys", "effects")
        return {name: getattr(chat, name).copy() for name in names} | {"now": chat.now}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Store that again."""
        for name, value in saved.items():
            setattr(self.world.chat, name, value if name == "now" else value.copy())

    def steps(self, actor: Actor, label: str) -> int | None:
        """The number of steps before the one that changes the case; None where this person is refused."""
        before, event = self._state(), first_press(self.world, actor, label, self.case)
        for count in range(MOST_STEPS):
            self.world.chat.feed(event)
            if self._state() != before:
                return count
            following = next_event(self.world, actor, text_for(label, "Isi."))
            if following is None:
                return None
            event = following
        return None

    def _state(self) -> tuple[object, ...]:
        now = self.now
        return now.version, now.status, now.thread, now.officer

    def prepared(self, actor: Actor, label: str, steps: int) -> Event:
        """The last press of this person, after the steps before it."""
        event = first_press(self.world, actor, label, self.case)
        for _ in range(steps):
            self.world.chat.feed(event)
            following = next_event(self.world, actor, text_for(label, f"Isi dari {actor.identity.name}."))
            assert following
            event = following
        return event

    def last_press(self, event: Event) -> tuple[AnswerPress, list[OutgoingMessage]]:
        """How the press is answered, and what it sends to the citizen."""
        fresh = self.world.chat.feed(event)
        (answer,) = (effect for effect in fresh if isinstance(effect, AnswerPress))
        to_citizen = [e.message for e in fresh if isinstance(e, Send) and e.chat == CITIZEN]
        return answer, to_citizen


# The complaint came by letter, and an officer has entered it.
NO_ACCOUNT = {"filed_by": 0, "recorded_by": Officer(id=AUTHOR, name="Cakra Wijaya")}
ALL_EXITS = frozenset({"new", "new, two officers"})
SCENES: Mapping[str, Callable[[], Scene]] = {
    "new": Scene,
    "new, two officers": lambda: Scene(officers=True),
    "new, with classes": lambda: Scene(classes=True),
    "new and confidential": lambda: Scene(filed={"confidential": True}),
    "taken": lambda: Scene().did("take"),
    "verified": lambda: Scene(classes=True).did("verify"),
    "verified, two officers": lambda: Scene(officers=True).did("verify"),
    "incomplete": lambda: Scene().did("request"),
    "awaiting approval": lambda: _with_draft("answer"),
    "asked": lambda: Scene().did("ask"),
    "responded": lambda: Scene().did("answer"),
    "responded, with an addition": lambda: Scene().did("answer").added(),
    "responded, no account": lambda: Scene(filed=NO_ACCOUNT).did("answer"),
    "correction awaiting approval": lambda: _with_draft("correct"),
    "closed": lambda: Scene().did("answer").satisfied(),
    "archived": lambda: Scene().did("answer").satisfied().did("archive"),
    "rejected": lambda: Scene().did("reject"),
    "with a division": lambda: Scene(classes=True).did("to_division"),
    "redirected out": lambda: Scene(alone=True).did("redirect"),
    "rejected, two officers": lambda: Scene(officers=True).did("reject"),
}


def _with_draft(label: str) -> Scene:
    scene = Scene(approval=True)
    if label == "correct":
        scene.did("answer", "release")
        free = scene.now.model_copy(update={"officer": None, "taken_at": None})
        scene.world.chat.cases[scene.case.id] = free.model_dump_json()
    scene.did(label, actor=scene.author)
    assert scene.now.awaits_approval
    return scene


def last_steps(scene: Scene, labels: list[str]) -> dict[tuple[int, str], int]:
    """The number of steps before the last press, for each of the two who can make it."""
    start, known = scene.saved(), {}
    for who, actor in enumerate(scene.cast):
        for label in labels:
            scene.restore(start)
            if (count := scene.steps(actor, label)) is not None:
                known[who, label] = count
    scene.restore(start)
    return known


def expected(scene: Scene, first: str, second: str) -> bool:
    """Whether the table says that the second press counts too."""
    refused = scene.officers and first in TAKES and second in OF_HOLDER
    return second in BOTH[first] and not refused


def pressed_together(scene: Scene, first: tuple[int, str, int], second: tuple[int, str, int]) -> bool:
    """Whether the second press counts too; a refusal names the first presser, and nothing is sent twice."""
    events = [scene.prepared(scene.cast[who], label, count) for who, label, count in (first, second)]
    won, sent = scene.last_press(events[0])
    assert not won.alert, f"{first} is refused: {won.template}"
    lost, sent_too = scene.last_press(events[1])
    if lost.alert:
        words = RENDERER.plain(lost.template, lost.params, "id")
        assert scene.cast[first[0]].identity.name in words, (first, second, words)
        assert not sent_too
    same = _kinds(sent) & _kinds(sent_too)
    assert same <= OF_BOTH, (first, second, same)
    return not lost.alert


def _kinds(sent: list[OutgoingMessage]) -> set[tuple[str, str]]:
    """The templates, with the purpose where one template is for several."""
    return {(message.template, str(message.params.get("purpose", ""))) for message in sent}


@pytest.mark.parametrize("name", SCENES)
def test_of_two_presses_at_the_same_moment_one_wins_or_both_count(name: str) -> None:
    scene = SCENES[name]()
    labels = [label for label in scene.labels if name in ALL_EXITS or label not in ALIKE]
    handled = scene.now.officer is not None
    steps, start = last_steps(scene, labels), scene.saved()
    pairs = [(a, b) for a in steps for b in steps if a[0] != b[0] and (handled or a[0] == 0)]
    assert pairs
    wrong = []
    for first, second in pairs:
        scene.restore(start)
        counts = pressed_together(scene, (*first, steps[first]), (*second, steps[second]))
        if counts is not expected(scene, first[1], second[1]):
            wrong.append((first, second, counts))
    assert not wrong


def test_the_table_names_every_button_that_changes_a_case() -> None:
    assert set(BOTH) == {entry.label for entry in CARD} - SKIPPED
