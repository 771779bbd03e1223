"""The life cycle is one table, and no sequence of events bypasses it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.complaints.case import CITIZENS, Case, transition
from conversations.complaints.life_cycle import (
    FINAL,
    IMPLIED,
    OPEN,
    TRANSITIONS,
    CaseEvent,
    NotAllowedError,
    Role,
    Status,
    allowed,
)
from conversations.effects import AnswerPress, Edit, RecordHistory, Send
from conversations.events import DeadlinePassed, Delivery
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all
from tests.unit.transcript import START, Actor


def test_every_status_except_final_ones_has_a_next_step() -> None:
    leaving = {status for status, _ in TRANSITIONS}
    assert leaving == set(Status) - FINAL


def test_every_status_is_reached_from_a_draft() -> None:
    reached = {Status.DRAFT}
    while more := {step.to for (status, _), step in TRANSITIONS.items() if status in reached} - reached:
        reached |= more
    assert reached == set(Status)


def test_every_event_is_possible_in_a_status() -> None:
    assert {event for _, event in TRANSITIONS} == set(CaseEvent)


def test_every_step_has_a_permitted_actor() -> None:
    assert all(step.who for step in TRANSITIONS.values())


def test_side_exits_and_objections_need_a_reason() -> None:
    for event in (
        CaseEvent.REDIRECTED,
        CaseEvent.REJECTED,
        CaseEvent.MARKED_DUPLICATE,
        CaseEvent.WITHDRAWN,
        CaseEvent.OBJECTED,
        CaseEvent.COMPLETION_REQUESTED,
    ):
        assert all(step.reason for (_, happens), step in TRANSITIONS.items() if happens is event)


def test_implied_steps_end_in_the_event_itself() -> None:
    for (status, event), before in IMPLIED.items():
        assert (status, event) not in TRANSITIONS
        assert allowed(TRANSITIONS[status, before].to, event, Role.OFFICER)


@pytest.mark.parametrize("status", Status)
def test_an_event_is_either_allowed_and_moves_or_is_refused(status: Status) -> None:
    case = Desk().file(status=status)
    for event, role in itertools.product(CaseEvent, Role):
        if allowed(status, event, role):
            moved = transition(case, event, role, START, "Budi")
            assert moved.version > case.version
            assert moved.timeline[-1].status is moved.status
            assert moved.timeline[: len(case.timeline)] == case.timeline
        else:
            with pytest.raises(NotAllowedError):
                transition(case, event, role, START, "Budi")


def test_a_citizen_never_acts_for_the_agency() -> None:
    for event in (CaseEvent.VERIFIED, CaseEvent.RESPONDED, CaseEvent.APPROVED, CaseEvent.OBJECTION_EXPIRED):
        assert not any(allowed(status, event, Role.CITIZEN) for status in Status)


def test_what_officers_owe_is_never_final() -> None:
    assert not OPEN & FINAL


class Play:
    """Random people do random acts; the acts are names of methods."""

    def __init__(self, *, confidential: bool) -> None:
        self.desk = Desk()
        self.case = self.desk.file(confidential=confidential)
        leader = self.desk.private(self.desk.leader)
        self.officers = [self.desk.budi, self.desk.rina, self.desk.leader]
        self.actors = [*self.officers, self.desk.citizen, leader]
        self.longest = 0

    @property
    def now(self) -> Case:
        return self.desk.now(self.case)

    def act(self, what: str, who: int, choice: int) -> None:
        actor = self.actors[who % len(self.actors)]
        moves: dict[str, Callable[[], object]] = {
            "say": lambda: actor.says(f"Kata {choice}"),
            "send": lambda: actor.sends(album=f"a{choice % 2}"),
            "reply": lambda: self.reply(actor, choice),
            "press": lambda: self.press(actor, choice),
            "card": lambda: self.press_card(actor, choice),
            "link": lambda: self.follow(actor),
            "edit": lambda: actor.edits(100 + choice, f"Diubah {next(self.desk.chat.messages)}"),
            "command": lambda: self.command(actor, choice),
            "report": lambda: self.report(choice),
            "wait": lambda: self.wait(choice),
        }
        moves[what]()
        self.check(actor, what)

    def reply(self, actor: Actor, choice: int) -> None:
        known = [message for (chat, message) in self.desk.chat.keys if chat == actor.chat]
        actor.says(f"Balasan {choice}", reply_to=known[choice % len(known)] if known else 0)

    def press(self, actor: Actor, choice: int) -> None:
        shown = [
            button
            for effect in self.desk.chat.effects
            if isinstance(effect, Send | Edit) and effect.chat == actor.chat
            for row in effect.message.buttons
            for button in row
            if button.action
        ]
        if shown:
            actor.presses_button(shown[-1 - choice % min(len(shown), 12)])

    def press_card(self, actor: Actor, choice: int) -> None:
        actions = (
            *("take", "verify", "answer", "note", "identity", "read_all", "evidence"),
            *("redirect", "reject", "duplicate", "not_complaint", "reinstate", "archive", "plan_done"),
        )
        self.desk.press(actor, self.case, actions[choice % len(actions)])

    def follow(self, actor: Actor) -> None:
        links = [e.link or e.overflow for e in self.desk.chat.effects if isinstance(e, AnswerPress)]
        for link in [link for link in links if link][-1:]:
            self.desk.private(actor).commands("start", link)

    def command(self, actor: Actor, choice: int) -> None:
        commands = ("jawab", "tiket", "daftar", "status", "batal", "lapor", "bantuan", "privasi")
        command = commands[choice % len(commands)]
        actor.commands(
            command, f"{self.case.reference} Jawaban" if command == "jawab" else self.case.reference
        )

    def report(self, choice: int) -> None:
        number = len(self.now.responses)
        if number:
            how = Delivery.DELIVERED if choice % 3 else Delivery.UNREACHABLE
            self.desk.delivered(self.case, number, how)

    def wait(self, choice: int) -> None:
        self.desk.chat.now += timedelta(hours=choice)
        for chat, person in ((CITIZEN, CITIZEN), (GROUP, 601)):
            self.desk.chat.feed(DeadlinePassed(self.desk.chat.now, chat, person))
        self.desk.chat.feed(DeadlinePassed(self.desk.chat.now, case=self.case.id))

    def check(self, actor: Actor, what: str) -> None:
        case = self.now
        assert len(case.thread) >= self.longest, "something said was lost"
        self.longest = len(case.thread)
        heard = sum(1 for entry in case.thread if entry.purpose in CITIZENS)
        assert len(case.responses) <= heard + 1, "answered twice"
        steps = [entry.status for entry in case.timeline]
        assert steps[-1] is case.status
        ways = {(status, step.to) for (status, _), step in TRANSITIONS.items()}
        assert all(pair in ways for pair in itertools.pairwise(steps))
        recorded = [
            e
            for e in self.desk.chat.effects
            if isinstance(e, RecordHistory) and e.case == self.case.id and e.what in set(CaseEvent)
        ]
        assert len(recorded) == len(steps) - 1, "a step is missing from the history"
        if what in {"say", "send", "edit"} and actor.chat == actor.identity.id:
            assert self.desk.chat.fresh, "a message without an answer"
        self.check_privacy(case)

    def check_privacy(self, case: Case) -> None:
        hidden = ["Siti", "Krajan"] + (["Bantuan saya"] if case.complaint.confidential else [])
        for message in self.desk.chat.sent(GROUP):
            assert not [word for word in hidden if word in str(message.params)], message.template


MOVES = (
    "say",
    "send",
    "reply",
    "press",
    "press",
    "press",
    "card",
    "card",
    "link",
    "edit",
    "command",
    "report",
    "wait",
)


@settings(max_examples=120)
@given(
    confidential=st.booleans(),
    moves=st.lists(
        st.tuples(st.sampled_from(MOVES), st.integers(0, 9), st.integers(0, 60)), min_size=5, max_size=30
    ),
)
def test_any_sequence_of_events_keeps_the_life_cycle(
    confidential: bool, moves: list[tuple[str, int, int]]
) -> None:
    play = Play(confidential=confidential)
    for what, who, choice in moves:
        play.act(what, who, choice)
    render_all(play.desk.chat.effects)
    assert Case.model_validate_json(play.now.model_dump_json()) == play.now
