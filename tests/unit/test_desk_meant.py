"""What is meant for the bot is always answered: commands, replies, mentions. Other talk never is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations.complaints.case import Case
from conversations.effects import Send
from conversations.events import Delivery
from conversations.world import Membership
from tests.unit.filed import GROUP, Desk, prompted, render_all, wording
from tests.unit.transcript import START


def _evidence(world: Desk) -> Case:
    case = world.file()
    world.press(world.budi, case, "evidence")
    return case


def _read(world: Desk) -> Case:
    case = world.file()
    world.press(world.budi, case, "read_all")
    return case


def _added(world: Desk) -> Case:
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Saya tambahkan.")
    world.citizen.presses("send")
    return case


def _note(world: Desk) -> Case:
    case = world.file()
    world.press(world.budi, case, "note")
    world.budi.says("Sudah menelepon.", reply_to=world.prompt(case))
    return case


def _refusal(world: Desk) -> Case:
    case = world.file()
    world.press(world.rina, case, "take")
    world.budi.commands("jawab", f"{case.reference} Sudah.")
    return case


def _discarded(world: Desk) -> Case:
    case = prompted(world)
    world.budi.commands("batal")
    return case


def _unreachable(world: Desk) -> Case:
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case, how=Delivery.UNREACHABLE)
    return case


def _taken_over(world: Desk) -> Case:
    case = world.file()
    world.press(world.rina, case, "take")
    world.press(world.budi, case, "take_over")
    world.budi.presses("take_over_yes")
    return case


# the message of ours that is replied to -> what leads to it
ABOUT_A_CASE: dict[str, Callable[[Desk], Case]] = {
    "desk.evidence": _evidence,
    "desk.full": _read,
    "desk.added": _added,
    "desk.note_saved": _note,
    "desk.taken": _refusal,
    "desk.discarded": _discarded,
    "desk.unreachable": _unreachable,
    "desk.taken_over": _taken_over,
}


@pytest.mark.parametrize("template", ABOUT_A_CASE)
def test_a_reply_to_any_message_about_a_case_is_about_that_case(template: str) -> None:
    world = Desk()
    world.file()
    case = ABOUT_A_CASE[template](world)
    sends = [effect for effect in world.chat.effects if isinstance(effect, Send)]
    send = next(effect for effect in reversed(sends) if effect.message.template == template)
    message = world.chat.message_of(send.key)
    assert world.budi.says("Tolong dicek.", reply_to=message) == ["desk.what_for"]
    assert case.reference in wording(world.chat.sent(GROUP)[0])


def test_a_reply_to_the_list_or_the_help_is_answered() -> None:
    world = Desk()
    world.file()
    world.budi.commands("daftar")
    (shown,) = [message for (_, message), key in world.chat.keys.items() if key == "list:601"]
    assert world.budi.says("Yang pertama sudah selesai.", reply_to=shown) == ["desk.unmatched"]


@pytest.mark.parametrize("command", ["status", "lapor", "tutup", "disposisi", "rekapan"])
def test_an_unknown_command_names_those_that_exist(command: str) -> None:
    world = Desk()
    assert world.budi.commands(command, "DPMD-2026-0001") == ["desk.unknown_command"]
    text = wording(world.chat.sent(GROUP)[0])
    assert f"/{command} belum tersedia" in text
    assert all(f"/{name}" in text for name in ("daftar", "tiket", "jawab", "batal", "bantuan"))


@pytest.mark.parametrize("text", ["@AduanBot sudah selesai", "Halo @aduanbot!", "sudah ya,@ADUANBOT"])
def test_a_mention_of_the_bot_is_answered(text: str) -> None:
    world = Desk()
    assert world.budi.says(text) == ["desk.mentioned"]
    assert "/tiket" in wording(world.chat.sent(GROUP)[0])


def test_a_caption_that_mentions_the_bot_is_answered() -> None:
    world = Desk()
    assert world.budi.sends(caption="@AduanBot fotonya") == ["desk.mentioned"]


@pytest.mark.parametrize(
    "text", ["Rapat jam dua ya", "@AduanBotLain halo", "siapa pegang DPMD-2026-0001?", "👍"]
)
def test_talk_among_officers_is_never_answered(text: str) -> None:
    world = Desk()
    world.file()
    assert world.budi.says(text) == []
    assert world.budi.sends() == []
    assert world.budi.sticks() == []


def test_a_mention_while_writing_is_asked_about_like_other_talk() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    assert world.budi.says("@AduanBot sudah cair") == ["desk.send_as"]


@pytest.mark.parametrize("chat", [GROUP, -999])
def test_outsiders_get_no_answer_to_unknown_commands_and_mentions(chat: int) -> None:
    world = Desk()
    world.chat.members[GROUP, 700] = Membership(present=False, age=0.0, since=START)
    stranger = world.officer(700, "Orang Lain", chat)
    assert stranger.commands("entah") == []
    assert stranger.says("@AduanBot halo") == []


# the start parameter of a link that leads nowhere
STALE: dict[str, Callable[[Case], str]] = {
    "a day later": lambda case: f"answer-{case.id}",
    "of an unknown case": lambda _: "read-tidakada",
    "never given": lambda case: f"identity-{case.id}",
}


@pytest.mark.parametrize("name", STALE)
def test_a_stale_link_says_which_button_to_press(name: str) -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "answer")
    world.later(days=1)
    private = world.private(world.leader)
    assert private.commands("start", STALE[name](case)) == ["desk.link_stale"]
    text = wording(world.chat.sent(private.chat)[0])
    assert "sekali lagi</b> tombol pada kartu pengaduan" in text
    assert "/lapor" in text


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    world.budi.commands("entah")
    world.budi.says("@AduanBot halo")
    world.private(world.budi).commands("start", "read-tidakada")
    render_all(world.chat.effects)
