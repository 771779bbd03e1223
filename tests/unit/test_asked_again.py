"""What is asked comes back: after an outdated press, with its keyboard, and before a text counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conversations.effects import Send
from conversations.events import TextReceived
from tests.unit.filed import CITIZEN, Desk, render_all
from tests.unit.following import adding, asked, drafting, responded
from tests.unit.test_in_sight import shown
from tests.unit.transcript import Actor
from tests.unit.walker import SITI, citizen, draft_of, last, walk
from tests.unit.walker import asked as question

OPEN: dict[str, tuple[Callable[[Desk], object], str]] = {
    "a question": (lambda world: walk(world.citizen, until="loss_kind"), "intake.ask_loss_kind"),
    "the story": (drafting, "intake.ask_story"),
    "the summary": (lambda world: walk(world.citizen, until="summary"), "intake.summary"),
    "an addition": (adding, "followup.collect"),
    "a number": (lambda world: world.citizen.commands("status"), "followup.ask_reference"),
    "a code": (lambda world: world.citizen.commands("status", "DPMD-2026-9999"), "followup.ask_code"),
    "a held message": (lambda world: world.citizen.says("Jalan rusak"), "followup.begin_with_this"),
}


@pytest.mark.parametrize("name", OPEN)
def test_an_outdated_press_shows_the_present_question_below(name: str) -> None:
    world = Desk()
    world.citizen.commands("start")
    walk(world.citizen, until="service")
    old = world.citizen.button("choice", "blt")
    world.citizen.commands("batal")
    world.citizen.presses("cancel_yes")
    OPEN[name][0](world)
    said = world.citizen.presses_button(old)
    assert world.chat.alert.template == "system.press_outdated"
    assert said[-1] == OPEN[name][1]
    assert isinstance(shown(world.chat, CITIZEN)[-1], Send)


def test_without_a_question_an_outdated_press_shows_the_ways_on() -> None:
    world = Desk()
    world.citizen.commands("start")
    walk(world.citizen, until="service")
    old = world.citizen.button("choice", "blt")
    world.citizen.commands("batal")
    world.citizen.presses("cancel_yes")
    assert world.citizen.presses_button(old) == ["followup.nothing_asked"]


def test_a_second_tap_on_a_button_asks_nothing_again() -> None:
    siti = citizen()
    walk(siti, until="service")
    choice = siti.button("choice", "blt")
    siti.presses_button(choice)
    assert siti.presses_button(choice) == []
    assert siti.chat_log.alert.template == "system.press_outdated"
    siti.says("Bantuan belum cair")
    assert siti.presses_button(choice) == ["intake.ask_story"]


KEYBOARD_BACK: dict[str, Callable[[Actor], object]] = {
    "after Tidak, lanjutkan": lambda siti: (siti.says("Batalkan"), siti.presses("cancel_no")),
    "after /batal refused": lambda siti: (siti.commands("batal"), siti.presses("cancel_no")),
    "after /batal refused by typing": lambda siti: (siti.commands("batal"), siti.says("eh jangan")),
    "after an outdated press": lambda siti: siti.presses("choice", "adm"),
    "after Lanjutkan pengaduan": lambda siti: (siti.commands("lapor"), siti.presses("resume_draft")),
}


@pytest.mark.parametrize("way", KEYBOARD_BACK)
def test_the_keyboard_comes_back_with_its_question(way: str) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan belum cair")
    KEYBOARD_BACK[way](siti)
    assert last(siti).template == "intake.ask_story"
    assert "next" in siti.keyboard
    assert siti.says("Lanjut")[-1] == "intake.ask_occurred"


@pytest.mark.parametrize("step", ["story", "service", "name", "address", "signing"])
def test_after_batalkan_nothing_is_stored_before_the_answer(step: str) -> None:
    siti = citizen()
    walk(siti, until=step)
    before = draft_of(siti)
    siti.commands("batal")
    for number in range(2):
        said = siti.sends("voice") if number else siti.says("saya bingung sekali dengan ini")
        assert said == ["intake.confirm_cancel"]
        assert last(siti).params["unsaved"]
        assert draft_of(siti) == before
    siti.presses("cancel_no")
    assert question(siti) == step


@pytest.mark.parametrize("step", ["story", "occurred_place", "name", "address"])
@pytest.mark.parametrize("command", ["lapor", "start"])
def test_a_text_after_the_choice_to_resume_is_not_taken_unasked(step: str, command: str) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan belum cair")
    walk(siti, until=step)
    before = draft_of(siti)
    assert siti.commands(command)[-1] == "intake.resume_or_start_over"
    assert siti.says("saya juga mau lapor ormas") == [f"intake.ask_{step}", "intake.not_taken"]
    assert (draft_of(siti).answers, draft_of(siti).story) == (before.answers, before.story)
    siti.presses("use_as_answer")
    assert draft_of(siti) != before
    render_all(siti.chat_log.effects)


@pytest.mark.parametrize(("hours", "taken"), [(1, True), (5, True), (7, False), (30, False)])
def test_a_text_hours_after_the_question_is_not_taken_unasked(hours: int, taken: bool) -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    siti.chat_log.now += timedelta(hours=hours)
    siti.says("Balai desa")
    assert ("occurred_place" in draft_of(siti).answers) is taken


def test_a_text_that_waited_for_the_bot_is_taken() -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    said = TextReceived(siti.origin(), "Balai desa")
    siti.chat_log.now += timedelta(hours=20)
    siti.chat_log.feed(said)
    assert draft_of(siti).answers["occurred_place"] == "Balai desa"


def test_another_answer_than_the_offered_text_counts() -> None:
    siti = citizen()
    walk(siti, until="occurred_place")
    siti.chat_log.now += timedelta(hours=20)
    siti.says("assalamualaikum")
    siti.chat_log.now += timedelta(hours=20)
    siti.says("saya mau tanya")
    siti.says("Balai desa")
    assert draft_of(siti).answers["occurred_place"] == "Balai desa"
    assert siti.chat_log.conversation(SITI).unread is None


@pytest.mark.parametrize("press", ["typed", "button", "command", "start"])
def test_beginning_twice_asks_again(press: str) -> None:
    ways: dict[str, Callable[[Actor], list[str]]] = {
        "typed": lambda siti: siti.says("Buat Pengaduan"),
        "button": lambda siti: siti.presses("file_complaint"),
        "command": lambda siti: siti.commands("lapor"),
        "start": lambda siti: siti.commands("start"),
    }
    siti = citizen()
    siti.commands("start")
    siti.presses("file_complaint")
    before = draft_of(siti)
    assert ways[press](siti)[-1] in {"intake.choose_agency", "intake.press_a_button"}
    assert draft_of(siti).id == before.id
    siti.presses("choice", "dpmd")
    assert last(siti).template == "intake.notice"


def test_a_deep_link_on_an_empty_draft_leads_to_its_agency() -> None:
    siti = citizen()
    siti.commands("lapor")
    assert siti.commands("start", "bakesbangpol") == ["intake.notice"]
    assert draft_of(siti).agency == "bakesbangpol"
    siti.presses("understood")
    assert siti.commands("start", "dpmd") == ["intake.notice"]
    walk(siti, until="story")
    assert siti.commands("start", "bakesbangpol")[-1] == "intake.resume_or_start_over"


def test_what_an_objection_takes_over_is_shown() -> None:
    world = Desk()
    responded(world)
    world.citizen.says("Belum ada bantuan")
    world.citizen.presses("not_satisfied")
    (effect,) = shown(world.chat, CITIZEN)
    assert isinstance(effect, Send)
    assert [part["text"] for part in effect.message.params["parts"]] == ["Belum ada bantuan"]
    asked(world)
    render_all(world.chat.effects)
