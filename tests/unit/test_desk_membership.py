"""Every act of an officer depends on what the messenger said of their membership, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import engine
from conversations.effects import AnswerPress, RecordHistory
from conversations.events import ButtonPressed, CommandReceived
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link
from tests.unit.memberships import ASK, BUDI, KNOWN, MINUTES, OPEN, REFUSED, known, refusals, said
from tests.unit.transcript import LEADER, LONG_SINCE, RESTRICTED

# A person who is not in the group writes into a public one: no answer, so that they cannot fill it with ours.
SILENT = "silent"
ORDINARY = {
    "member": OPEN,
    "seen 6 minutes ago": OPEN,
    "seen 61 minutes ago": ASK,
    "never seen": ASK,
    "left": REFUSED,
    "left 2 minutes ago": ASK,
}
STRICT = {**ORDINARY, "seen 6 minutes ago": ASK}
# act -> what each of those gets
PRESSES = {
    "take": ORDINARY,
    "verify": STRICT,
    "read_all": ORDINARY,
    "evidence": ORDINARY,
    "answer": ORDINARY,
    "note": ORDINARY,
    "identity": STRICT,
}
WRITTEN = {**ORDINARY, "left": SILENT}
COMMANDS = {"daftar": WRITTEN, "tiket": WRITTEN, "jawab": WRITTEN}


@pytest.mark.parametrize("who", KNOWN)
@pytest.mark.parametrize("action", PRESSES)
def test_a_press_counts_only_from_a_member(action: str, who: str) -> None:
    world = Desk()
    case = world.file()
    known(world, BUDI, KNOWN[who])
    world.press(world.budi, case, action)
    expected = PRESSES[action][who]
    assert refusals(world) == ([] if expected is OPEN else [expected])
    assert expected is OPEN or world.now(case) == case


@pytest.mark.parametrize("who", KNOWN)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_counts_only_from_a_member(command: str, who: str) -> None:
    world = Desk()
    case = world.file()
    known(world, BUDI, KNOWN[who])
    world.budi.commands(command, case.reference)
    expected = COMMANDS[command][who]
    assert refusals(world) == ([] if expected in {OPEN, SILENT} else [expected])
    assert bool(said(world)) is (expected is not SILENT)


@pytest.mark.parametrize("action", ["take", "verify", "read_all", "answer", "note", "evidence"])
def test_every_act_on_a_confidential_case_needs_fresh_knowledge(action: str) -> None:
    world = Desk()
    case = world.file(confidential=True)
    known(world, LEADER, replace(LONG_SINCE, age=6 * MINUTES))
    world.press(world.leader, case, action)
    assert refusals(world) == [ASK]
    assert world.now(case) == case


def test_every_act_in_the_restricted_chat_needs_fresh_knowledge() -> None:
    world = Desk()
    case = world.file(restricted=True)
    officer = world.officer(BUDI, "Budi", RESTRICTED)
    known(world, BUDI, replace(LONG_SINCE, age=6 * MINUTES), RESTRICTED)
    world.press(officer, case, "take")
    assert refusals(world) == [ASK]
    known(world, BUDI, LONG_SINCE, RESTRICTED)
    world.press(officer, case, "take")
    assert world.now(case).officer


def test_membership_of_one_group_does_not_count_in_another() -> None:
    world = Desk()
    case = world.file(restricted=True)
    known(world, BUDI, replace(LONG_SINCE, present=False), RESTRICTED)
    world.press(world.officer(BUDI, "Budi", RESTRICTED), case, "identity")
    assert refusals(world) == [REFUSED]


def test_an_officer_who_may_not_read_a_case_neither_takes_nor_verifies_it() -> None:
    world = Desk()
    case = world.file(confidential=True)
    for action in ("take", "verify"):
        world.press(world.rina, case, action)
        assert world.chat.alert.template == "desk.leaders_only"
    assert world.now(case) == case
    world.press(world.leader, case, "verify")
    assert world.now(case).verified_by


def test_sending_needs_fresh_knowledge_and_writing_does_not() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    known(world, BUDI, replace(LONG_SINCE, age=6 * MINUTES))
    world.budi.says("Sudah", reply_to=world.prompt(case))
    assert refusals(world) == []
    world.budi.presses("send")
    assert refusals(world) == [ASK]
    assert not world.now(case).responses
    known(world, BUDI, LONG_SINCE)
    world.budi.presses("send")
    assert world.now(case).responses


def test_talk_among_colleagues_needs_no_membership() -> None:
    world = Desk()
    known(world, BUDI, None)
    world.budi.says("Selamat pagi")
    assert said(world) == []


def test_what_a_leader_writes_in_private_is_sent_only_while_they_are_in_the_group() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    known(world, LEADER, replace(LONG_SINCE, present=False))
    private.presses("send")
    assert refusals(world) == [REFUSED]
    private.says("Masih ada")
    assert refusals(world) == [REFUSED]
    assert not world.now(case).responses
    assert not world.chat.sent(CITIZEN)


@pytest.mark.parametrize("other", ["answer", "note", "read", "evidence"])
def test_a_link_opens_exactly_one_thing(other: str) -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    private = world.private(world.budi)
    assert private.commands("start", f"identity-{case.id}") == ["desk.identity"]
    unknown = private.commands("start", "identity-entahapa")
    assert private.commands("start", f"{other}-{case.id}") == unknown
    assert world.private(world.rina).commands("start", f"identity-{case.id}") == unknown


def test_the_buttons_of_a_link_expire_with_it() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    world.later(minutes=11)
    assert private.presses("final_response") == []
    assert world.chat.alert.template == "system.press_outdated"


def test_a_link_expires_when_its_officer_leaves_even_after_a_return() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    private, argument = world.private(world.budi), f"identity-{case.id}"
    known(world, BUDI, replace(LONG_SINCE, present=False))
    assert private.commands("start", argument) == [REFUSED]
    known(world, BUDI, replace(LONG_SINCE, since=world.chat.now))
    assert private.commands("start", argument) == private.commands("start", "identity-entahapa")


@pytest.mark.parametrize(("who", "answer"), [("left", []), ("never seen", [ASK])])
def test_a_press_that_was_answered_already_has_no_second_alert(who: str, answer: list[str]) -> None:
    world = Desk()
    case = world.file()
    known(world, BUDI, KNOWN[who])
    late = ButtonPressed(world.budi.origin(), "", "take", case.id, 1, "")
    world.chat.feed(late)
    assert said(world) == answer
    assert not any(isinstance(effect, AnswerPress) for effect in world.chat.fresh)
    assert world.now(case) == case


CAPTIONS = ["/jawab {} x", " /jawab {} x", "\n/jawab {} x", "\u00a0/jawab {} x", "\u2003/JAWAB {} x"]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_command_under_a_file_counts_only_from_a_member(caption: str) -> None:
    world = Desk()
    case = world.file()
    known(world, BUDI, replace(LONG_SINCE, present=False))
    world.budi.sends(caption=caption.format(case.reference))
    assert said(world) == []
    assert world.now(case) == case
    assert world.chat.conversation(BUDI, GROUP).writing is None


@pytest.mark.parametrize("action", ["desk_note", "desk_rewrite", "desk_post"])
def test_a_leaders_private_buttons_need_fresh_knowledge(action: str) -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    known(world, LEADER, replace(LONG_SINCE, age=6 * MINUTES))
    world.press(private, case, action, str(LEADER))
    assert refusals(world) == [ASK]


@pytest.mark.parametrize("confidential", [False, True])
def test_an_identity_is_asked_for_again_when_its_check_took_long(confidential: bool) -> None:
    world = Desk()
    case = world.file(confidential=confidential)
    late = ButtonPressed(world.leader.origin(), "", "identity", case.id, 1, "")
    world.chat.feed(late)
    assert said(world) == ["desk.press_again"]
    assert "identity_viewed" not in [
        effect.what for effect in world.chat.fresh if isinstance(effect, RecordHistory)
    ]


def test_a_citizens_event_asks_about_no_membership() -> None:
    world = Desk()
    case = world.file()
    for event in (
        CommandReceived(world.citizen.origin(), "status", case.reference),
        ButtonPressed(world.citizen.origin(), "p", "add", case.id, 1, ""),
        CommandReceived(world.citizen.origin(), "start", f"identity-{case.id}"),
    ):
        assert engine.required_membership(event, world.chat.world()) is None
