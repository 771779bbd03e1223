"""A confused person at follow-up gets the question in plainer words; nothing is stored or counted."""

from __future__ import annotations

import pytest

from conversations import keys
from tests.unit.filed import CITIZEN, Desk
from tests.unit.following import asked
from tests.unit.transcript import Chat
from tests.unit.walker import citizen, labels, last

CONFUSED = ["?", "apa ini", "MAKSUDNYA APA??", "bingung pak", "help", "🙏"]


@pytest.mark.parametrize("typed", CONFUSED)
def test_number_and_code_are_explained(typed: str) -> None:
    siti = citizen()
    siti.commands("status")
    assert siti.says(typed) == ["explain.reference"]
    siti.says("DPMD-2026-0042")
    assert siti.says(typed) == ["explain.access_code"]
    assert (labels(last(siti)), last(siti).params["phones"][0]) == (["cancel"], "DPMD (0343) 749035")
    assert siti.chat_log.conversation(siti.chat).tries == 0
    assert siti.says("Batal.") == ["followup.left"]


@pytest.mark.parametrize("typed", CONFUSED)
def test_an_addition_is_explained_with_its_buttons(typed: str) -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    assert world.citizen.says(typed) == ["explain.collecting"]
    world.citizen.says("Bantuan belum cair.")
    assert world.citizen.says(typed) == ["explain.collecting"]
    world.citizen.presses("send")
    assert [part.text for part in world.now(case).thread[-1].parts] == ["Bantuan belum cair."]


@pytest.mark.parametrize("typed", CONFUSED)
def test_a_confused_person_without_a_complaint_gets_the_help(typed: str) -> None:
    siti = citizen(Chat())
    assert siti.says(typed) == ["followup.help"]
    assert siti.chat_log.conversation(siti.chat).held == ()


@pytest.mark.parametrize("typed", ["?", "maksudnya apa", "...", "bingung bu"])
def test_a_reply_that_answers_nothing_asks_for_the_answer(typed: str) -> None:
    world = Desk()
    case = asked(world)
    question = world.chat.message_of(keys.question(case.id, 1))
    assert world.citizen.says(typed, reply_to=question) == ["followup.collect"]
    collecting = world.chat.conversation(CITIZEN).collecting
    assert collecting
    assert collecting.parts == ()
