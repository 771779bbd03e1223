"""Officers introduce themselves once in private; who has no name in the messenger does so before acting."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.conversation import OfficerProfile
from conversations.desk import dialogue as desk
from conversations.desk.introductions import LINK
from conversations.effects import AnswerPress, RecordHistory, Send
from conversations.events import ButtonPressed, Person
from conversations.world import Membership
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, render_all, wording
from tests.unit.transcript import START, Actor

DEWI, NIP = 650, "198001012005011001"
SAVED = OfficerProfile(name="Dewi Lestari, S.Sos.", position="Analis Pelayanan", nip=NIP)


def newcomer(world: Desk, name: str = "Dewi 🌸", *, nameless: bool = False) -> Actor:
    """An officer in the group who has not introduced herself."""
    return Actor(world.chat, Person(DEWI, name, nameless), GROUP)


def profile(world: Desk) -> OfficerProfile | None:
    """The profile as it is stored."""
    return world.chat.conversation(DEWI).profile


def introduced(world: Desk, dewi: Actor) -> Actor:
    """The newcomer in her private chat, after all three questions."""
    private = world.private(dewi)
    assert private.commands("start", LINK) == ["desk.introduce"]
    assert private.says("Dewi Lestari, S.Sos.") == ["desk.introduce"]
    assert private.says("Analis Pelayanan") == ["desk.introduce"]
    assert private.says("19800101 200501 1 001") == ["desk.introduce_preview"]
    return private


def test_the_first_recorded_act_offers_the_introduction_once_and_does_not_wait_for_it() -> None:
    world = Desk()
    case, other = world.file(), world.file()
    dewi = newcomer(world)
    assert world.press(dewi, case, "read_all") == ["desk.full"]
    assert "desk.introduce_here" in world.press(dewi, case, "take")
    assert world.now(case).officer == Officer(id=DEWI, name="Dewi 🌸")
    assert "desk.introduce_here" not in world.press(dewi, other, "take")
    assert world.now(other).officer
    render_all(world.chat.effects)


def test_the_button_opens_the_private_chat_and_the_saved_profile_names_the_officer() -> None:
    world = Desk()
    case = world.file()
    dewi = newcomer(world)
    world.press(dewi, case, "take")
    dewi.presses("introduce")
    assert world.chat.alert.link == LINK
    private = introduced(world, dewi)
    assert profile(world) is None
    assert private.presses("save") == ["desk.introduced"]
    assert profile(world) == SAVED
    world.press(dewi, case, "verify")
    receipt = wording(world.messages(CITIZEN)[-2])
    assert "<b>Dewi Lestari, S.Sos.</b>\nAnalis Pelayanan\nDinas dpmd\nJl. Raya Raci Km. 9" in receipt
    assert NIP not in receipt
    world.citizen.commands("status", case.reference)
    assert "Diperiksa oleh: Dewi Lestari, S.Sos., Analis Pelayanan" in wording(world.chat.sent(CITIZEN)[-1])
    render_all(world.chat.effects)


def test_everything_can_be_typed() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    assert private.button("use_name").params == {"text": "Dewi 🌸"}
    private.says("Dewi Lestari")
    assert private.says("kembali") == ["desk.introduce"]
    assert "Sekarang: <b>Dewi Lestari</b>" in wording(world.chat.sent(DEWI)[-1])
    private.says("Dewi Lestari, S.Sos.")
    private.says("Analis Pelayanan")
    assert private.says("lewati") == ["desk.introduce_preview"]
    assert private.says("Ubah jabatan") == ["desk.introduce"]
    assert private.says("kembali") == ["desk.introduce_preview"]
    assert private.says("ubah jabatan") == ["desk.introduce"]
    assert private.says("Kepala Seksi") == ["desk.introduce_preview"]
    assert private.says("simpan") == ["desk.introduced"]
    assert profile(world) == OfficerProfile(name="Dewi Lestari, S.Sos.", position="Kepala Seksi")


def test_the_messenger_name_can_be_used() -> None:
    world = Desk()
    private = world.private(newcomer(world, "Dewi Lestari"))
    private.commands("petugas")
    assert private.presses("use_name") == ["desk.introduce"]
    private.says("Analis")
    private.presses("skip")
    private.presses("save")
    assert profile(world) == OfficerProfile(name="Dewi Lestari", position="Analis")


@pytest.mark.parametrize("how", ["/batal", "batal", "button"])
def test_there_is_a_way_back(how: str) -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    private.says("Dewi Lestari")
    acts = {"/batal": lambda: private.commands("batal"), "batal": lambda: private.says("batal")}
    left = acts[how]() if how in acts else private.presses("discard")
    assert left == ["desk.introduction_left"]
    assert profile(world) is None
    assert world.chat.conversation(DEWI).introducing is None
    assert private.says("Jalan rusak") != ["desk.introduce"]


def test_a_saved_profile_is_shown_and_each_item_can_be_changed() -> None:
    world = Desk()
    dewi = newcomer(world)
    introduced(world, dewi).presses("save")
    private = world.private(dewi)
    assert private.commands("petugas") == ["desk.profile"]
    assert "Analis Pelayanan" in wording(world.chat.sent(DEWI)[-1])
    assert private.presses("change_nip") == ["desk.introduce"]
    assert private.presses("skip") == ["desk.introduce_preview"]
    assert profile(world) == SAVED
    private.presses("save")
    assert profile(world) == SAVED.model_copy(update={"nip": ""})
    private.commands("petugas")
    private.presses("change_name")
    private.says("Dewi Lestari, M.Si.")
    private.presses("discard")
    assert profile(world) == SAVED.model_copy(update={"nip": ""})


def test_petugas_in_the_group_only_gives_the_link() -> None:
    world = Desk()
    dewi = newcomer(world)
    assert dewi.commands("petugas") == ["desk.introduce_here"]
    introduced(world, dewi).presses("save")
    dewi.commands("petugas")
    shown = wording(world.chat.sent(GROUP)[-1])
    assert "Dewi Lestari, S.Sos." in shown
    assert NIP not in shown


def test_an_outsider_cannot_introduce_themselves() -> None:
    world = Desk()
    stranger = Actor(world.chat, Person(777, "Orang Lain"), 777)
    world.chat.members = {
        (chat, 777): Membership(present=False, age=0.0, since=START)
        for agency in world.chat.rules.agencies
        for chat in agency.groups
    }
    assert stranger.commands("petugas") == ["desk.officers_only"]
    assert stranger.commands("start", LINK) == ["desk.officers_only"]
    assert world.chat.conversation(777).introducing is None


def test_an_officer_who_leaves_the_group_cannot_go_on() -> None:
    world = Desk()
    private = introduced(world, newcomer(world))
    world.chat.members = {
        (chat, DEWI): Membership(present=False, age=0.0, since=START)
        for agency in world.chat.rules.agencies
        for chat in agency.groups
    }
    private.presses("save")
    assert world.chat.alert.template == "desk.officers_only"
    assert profile(world) is None
    assert private.says("Dewi") == ["desk.officers_only"]
    assert world.chat.conversation(DEWI).introducing is None


def test_a_stale_membership_is_asked_again() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    stale = Membership(present=True, age=4000.0, since=START)
    world.chat.members = {
        (chat, DEWI): stale for agency in world.chat.rules.agencies for chat in agency.groups
    }
    assert private.commands("petugas") == ["desk.membership_unknown"]


@pytest.mark.parametrize("action", ["take", "verify", "answer", "note", "identity", "take_over"])
def test_an_officer_without_a_name_is_asked_first(action: str) -> None:
    world = Desk()
    case = world.file()
    dewi = newcomer(world, "Petugas", nameless=True)
    world.press(dewi, case, action)
    assert world.chat.alert.link == LINK
    assert world.now(case) == case
    assert not any(isinstance(effect, RecordHistory) for effect in world.chat.effects)
    private = world.private(dewi)
    private.commands("start", LINK)
    assert "Mohon perkenalkan diri dahulu" in wording(world.chat.sent(DEWI)[-1])


def test_an_officer_without_a_name_cannot_send_before_the_introduction() -> None:
    world = Desk()
    case = world.file()
    dewi = newcomer(world, "Petugas", nameless=True)
    dewi.commands("jawab", f"{case.reference} Sudah kami salurkan.")
    send = dewi.button("send")
    dewi.presses_button(send)
    assert world.chat.alert.link == LINK
    assert world.now(case).status is Status.RECEIVED
    introduced(world, dewi).presses("save")
    dewi.presses_button(send)
    assert world.now(case).status is Status.RESPONDED
    assert world.now(case).responses[-1].by == SAVED.name


def test_after_a_slow_check_the_link_is_a_message() -> None:
    world = Desk()
    case = world.file()
    dewi = newcomer(world, "⭐", nameless=True)
    dewi.commands("tiket", case.reference)
    world.chat.feed(_late_press(dewi, case))
    assert [e.message.template for e in world.chat.fresh if isinstance(e, Send)] == ["desk.introduce_here"]
    assert not any(isinstance(effect, AnswerPress) for effect in world.chat.fresh)


def _late_press(dewi: Actor, case: Case) -> ButtonPressed:
    return ButtonPressed(dewi.origin(), "", "take", case.id, 1, "")


def test_every_recorded_act_is_guarded() -> None:
    unguarded = {name for name in desk.ACTIONS if desk.ACTIONS[name] is desk._ACTIONS[name]}
    assert unguarded == desk.UNRECORDED


HOSTILE_NAMES = [
    ("\u202eRina\u202c\u200b Wati", "Rina Wati"),
    ("Rina\nWati", "Rina Wati"),
    ("<b>Rina</b> Wati", "<b>Rina</b> Wati"),
    ("  Rina \t Wati  ", "Rina Wati"),
]


@pytest.mark.parametrize(("typed", "kept"), HOSTILE_NAMES)
def test_a_hostile_name_is_cleaned(typed: str, kept: str) -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    private.says(typed)
    private.says("Analis")
    private.presses("skip")
    private.presses("save")
    found = profile(world)
    assert found
    assert found.name == kept
    assert "<b>Rina</b>" not in wording(world.chat.sent(DEWI)[-1])
    render_all(world.chat.effects)


@pytest.mark.parametrize("typed", ["\u2800", "\u202e", "A" * 128, "@rina", "0812345", ".", "👍"])
def test_what_is_no_name_is_refused_and_the_question_stays(typed: str) -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    assert private.says(typed) == ["desk.problem"]
    introducing = world.chat.conversation(DEWI).introducing
    assert introducing
    assert introducing.asked == "name"
    render_all(world.chat.effects)


@pytest.mark.parametrize("typed", ["123", "1980010120050110011", "abc", "١٩٨٠٠١٠١٢٠٠٥٠١١٠٠١x", "-"])
def test_what_is_no_nip_is_refused(typed: str) -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    private.says("Dewi Lestari")
    private.says("Analis")
    assert private.says(typed) == ["desk.problem"]


def test_a_photo_or_a_contact_is_no_answer() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    assert private.sends("photo") == ["desk.introduce_words"]
    assert private.sticks() == ["desk.introduce_words"]
    assert private.shares("081234567890") == ["desk.introduce_words"]
    render_all(world.chat.effects)


def test_an_edit_corrects_the_answer() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    private.says("Dewi Lestri")
    introducing = world.chat.conversation(DEWI).introducing
    assert introducing
    (message,) = introducing.sources
    assert private.edits(message, "Dewi Lestari") == ["desk.introduce"]
    private.says("Analis")
    private.presses("skip")
    private.presses("save")
    assert profile(world) == OfficerProfile(name="Dewi Lestari", position="Analis")


def test_an_old_button_shows_the_present_question_again() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    old = private.button("discard")
    private.says("Dewi Lestari")
    assert private.presses_button(old) == ["desk.introduce"]
    assert world.chat.alert.template == "system.press_outdated"


def test_a_draft_goes_on_after_the_introduction() -> None:
    world = Desk()
    dewi = newcomer(world)
    private = world.private(dewi)
    private.commands("lapor")
    before = world.chat.conversation(DEWI).draft
    assert before
    shown = introduced(world, dewi).presses("save")
    assert shown[0] == "desk.introduced"
    assert len(shown) > 1
    assert world.chat.conversation(DEWI).draft
    assert world.chat.conversation(DEWI).listener == "intake"


def test_privasi_shows_the_profile() -> None:
    world = Desk()
    dewi = newcomer(world)
    introduced(world, dewi).presses("save")
    world.private(dewi).commands("privasi")
    assert f"Sebagai petugas: Dewi Lestari, S.Sos., Analis Pelayanan, NIP {NIP}" in wording(
        world.chat.sent(DEWI)[-1]
    )


def test_the_leader_introduces_themselves_likewise() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.introduced(world.leader.identity.id, SAVED)
    world.press(world.leader, case, "verify")
    assert "<b>Dewi Lestari, S.Sos.</b>\nAnalis Pelayanan" in wording(world.messages(CITIZEN)[-2])


def test_a_second_tap_on_a_typed_button_changes_nothing() -> None:
    world = Desk()
    private = world.private(newcomer(world))
    private.commands("petugas")
    private.says("Dewi Lestari")
    private.says("Analis")
    private.says("lewati")
    assert private.says("lewati") == ["desk.introduce_preview"]
    world.later(seconds=5)
    private.says("simpan")
    assert private.says("simpan") == ["system.same_again"]
    assert profile(world) == OfficerProfile(name="Dewi Lestari", position="Analis")


def test_a_text_that_waits_in_private_is_sent_after_the_introduction() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.introduced(world.leader.identity.id, SAVED)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    send = private.button("send")
    stored = world.chat.conversation(private.identity.id).model_copy(update={"profile": None})
    world.chat.conversations[str(stored.key)] = stored.model_dump_json()
    unnamed = Actor(world.chat, Person(private.identity.id, "⭐", nameless=True), private.chat)
    assert unnamed.presses_button(send) == ["desk.introduce"]
    assert world.now(case).status is Status.RECEIVED
    unnamed.says("Ibu Kepala")
    unnamed.says("Kepala Dinas")
    unnamed.presses("skip")
    unnamed.presses("save")
    unnamed.presses_button(send)
    assert world.now(case).responses[-1].by == "Ibu Kepala"
