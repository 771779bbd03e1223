"""No reply is out of sight, and the question that is asked can always be seen and answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.complaints.case import Case
from conversations.effects import AnswerPress, Edit, Effect, Send
from conversations.sight import MOST_BELOW
from tests.unit.filed import CITIZEN, Desk, render_all
from tests.unit.following import adding, drafting
from tests.unit.test_invariants import buttons
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import SITI, citizen, walk


def shown(chat: Chat, person: int) -> list[Effect]:
    """What the last event showed in that chat."""
    return [e for e in chat.fresh if isinstance(e, Send | Edit) and e.chat == person]


# What the bot says after the question about the held message -> that question is out of sight.
BETWEEN: dict[str, Callable[[Desk], object]] = {
    "the welcome": lambda world: world.citizen.commands("start"),
    "the help": lambda world: world.citizen.commands("bantuan"),
    "a status": lambda world: world.citizen.commands("status"),
    "an officer's question": lambda world: world.asked(world.budi, world.file()),
    "a response": lambda world: world.answered(world.budi, world.file()),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_a_further_held_message_is_answered_below_what_was_said_in_between(between: str) -> None:
    world = Desk()
    world.file()
    world.citizen.says("Saya mau mencabut pengaduan saya")
    BETWEEN[between](world)
    world.citizen.says("Bagaimana caranya mencabut?")
    (effect,) = shown(world.chat, CITIZEN)
    assert isinstance(effect, Send)
    assert effect.key == f"held:{CITIZEN}"
    assert effect.message.params["count"] == 2


def test_a_count_changes_in_place_while_it_is_near() -> None:
    world = Desk()
    world.file()
    world.citizen.says("Saya mau mencabut pengaduan saya")
    world.citizen.sends()
    assert isinstance(shown(world.chat, CITIZEN)[0], Edit)


def collecting(world: Desk) -> Actor:
    adding(world)
    return world.citizen


def telling(world: Desk) -> Actor:
    drafting(world)
    return world.citizen


def holding(world: Desk) -> Actor:
    world.file()
    return world.citizen


@pytest.mark.parametrize("begin", [collecting, telling, holding])
def test_the_count_comes_back_into_sight_after_a_few_items(begin: Callable[[Desk], Actor]) -> None:
    world = Desk()
    actor = begin(world)
    kinds = []
    for number in range(9):
        actor.says(f"Bagian {number}")
        (effect,) = shown(world.chat, CITIZEN)
        kinds.append(type(effect))
    assert kinds == [Send, Edit, Edit, Edit, Send, Edit, Edit, Edit, Send]


def test_late_evidence_is_answered_in_sight() -> None:
    siti = citizen()
    walk(siti, until="summary")
    siti.sends()
    assert isinstance(shown(siti.chat_log, SITI)[0], Send)


def test_a_typed_kirim_and_batal_are_answered_below() -> None:
    for typed in ("kirim", "batalkan"):
        world = Desk()
        adding(world)
        world.citizen.says("Satu")
        world.citizen.says(typed)
        assert [type(effect) for effect in shown(world.chat, CITIZEN)] == [Send]
    world = Desk()
    adding(world)
    world.citizen.says("Satu")
    world.citizen.commands("batal")
    assert [type(effect) for effect in shown(world.chat, CITIZEN)] == [Send]


def test_a_pressed_message_changes_in_place() -> None:
    world = Desk()
    world.file()
    world.citizen.says("Satu")
    world.citizen.commands("bantuan")
    world.citizen.presses("discard")
    assert [type(effect) for effect in shown(world.chat, CITIZEN)] == [Edit]


# What is asked -> the screen that an outdated press shows again.
SAID = st.sampled_from(
    [
        "Jalan rusak",
        "?",
        "terima kasih",
        "lanjut",
        "batal",
        "puas",
        "belum puas",
        "kirim",
        "ya",
        "tidak",
        "Bangil",
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), SAID),
        st.tuples(st.just("sends"), st.sampled_from(["photo", "voice"])),
        st.tuples(st.just("presses"), st.integers(0, 25)),
        st.tuples(st.just("commands"), st.sampled_from(["start", "lapor", "batal", "status", "bantuan"])),
        st.tuples(st.just("officer"), st.sampled_from(["ask", "answer"])),
        st.tuples(st.just("waits"), st.integers(1, 30)),
    ),
    max_size=25,
)


def _officer_acts(world: Desk, case: Case, what: str) -> None:
    if what == "ask":
        world.budi.says("Di mana?", reply_to=world.card(case))
    else:
        world.budi.commands("jawab", f"{case.reference} Sudah.")
        if any(button.label == "send" for button in buttons(world.budi)):
            world.budi.presses("send")


def _do(world: Desk, case: Case, what: str, value: object) -> bool:
    """Do the step; whether the citizen did something that needs a visible answer."""
    siti = world.citizen
    if what == "officer":
        _officer_acts(world, case, str(value))
        return False
    if what == "waits":
        world.chat.wake(CITIZEN, timedelta(hours=int(str(value))))
        return False
    if what == "presses":
        known = buttons(siti)
        if int(str(value)) >= len(known):
            return False
        siti.presses_button(known[int(str(value))])
        return True
    getattr(siti, what)(value)
    return True


@settings(max_examples=60)
@example([("says", "Jalan rusak"), ("says", "batal"), ("says", "batal")])
@given(STEPS)
def test_every_message_and_press_is_answered_in_sight_with_a_way_on(steps: list[tuple[str, object]]) -> None:
    world = Desk()
    case = world.file()
    for what, value in steps:
        before = world.chat.conversation(CITIZEN)
        if not _do(world, case, what, value):
            continue
        effects = shown(world.chat, CITIZEN)
        answered = any(isinstance(effect, AnswerPress) and effect.template for effect in world.chat.fresh)
        assert effects or answered, (what, value)
        for effect in effects:
            near = isinstance(effect, Edit) and (effect.key == before.latest and before.below < MOST_BELOW)
            assert isinstance(effect, Send) or near or what == "presses", (what, value, effect)
    render_all(world.chat.effects)
