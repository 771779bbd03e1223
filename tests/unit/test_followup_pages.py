"""Pages that every account may read: the standard, help, privacy, the language."""

from __future__ import annotations

from conversations.effects import Send, ShowCommands
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import STRANGER, drafting
from tests.unit.transcript import LEADER


def test_the_standard_is_shown_from_the_configuration() -> None:
    world = Desk()
    assert world.citizen.commands("standar") == ["followup.choose_standard"]
    assert world.citizen.presses("choice", "dpmd") == ["followup.standard"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in (
        "Dinas dpmd",
        "Nama dan alamat lengkap",
        "3 hari",
        "Tidak dipungut biaya",
        "(0343) 749035",
    ):
        assert wanted in text
    assert "Nomor SK" not in text


def test_help_names_deletions_and_the_emergency_number() -> None:
    world = Desk()
    world.citizen.commands("bantuan")
    text = wording(world.chat.sent(CITIZEN)[0])
    assert "dihapus" in text
    assert "112" in text


def test_privacy_shows_what_is_stored_about_the_asking_person_only() -> None:
    world = Desk()
    world.file()
    world.file(filed_by=STRANGER)
    drafting(world)
    assert world.citizen.commands("privasi") == ["followup.privacy"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in ("DPMD-2026-0001", "Siti Aminah", "081234567890", "Penyaluran BLT Desa", "2026-11"):
        assert wanted in text
    assert "DPMD-2026-0002" not in text


def test_the_language_is_stored_and_the_menu_follows() -> None:
    world = Desk()
    assert world.citizen.commands("bahasa") == ["followup.choose_language"]
    world.citizen.presses("bahasa_en")
    assert world.chat.conversation(CITIZEN).language == "en"
    assert ShowCommands(CITIZEN, "en") in world.chat.fresh


def test_a_draft_asks_again_in_the_new_language() -> None:
    world = Desk()
    drafting(world)
    world.citizen.commands("bahasa")
    assert world.citizen.presses("bahasa_en")[-1] == "intake.ask_story"


def test_an_unknown_command_is_answered() -> None:
    world = Desk()
    assert world.citizen.commands("entah") == ["followup.unknown_command"]


def test_the_leaders_private_chat_is_a_citizens_chat_otherwise() -> None:
    world = Desk()
    private = world.private(world.leader)
    assert private.says("Jalan rusak") == ["followup.begin_with_this"]
    assert world.chat.conversation(LEADER).held


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    for command in ("status", "standar", "privasi", "bahasa", "bantuan", "entah"):
        stranger.commands(command)
        world.citizen.commands(command)
    world.citizen.presses("choice", "dpmd")
    stranger.commands("status", case.reference)
    stranger.sends()
    for _ in range(5):
        stranger.says("WRONG234")
    drafting(world)
    world.citizen.commands("privasi")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("read_all")
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.commands("status")
    world.citizen.presses("case")
    world.citizen.presses("bahasa_id")
    world.later(hours=2)
    stranger.commands("status", case.reference)
    stranger.says("ABCD2345")
    assert [effect for effect in world.chat.effects if isinstance(effect, Send) and effect.chat == GROUP]
    render_all(world.chat.effects)
