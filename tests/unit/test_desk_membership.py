"""Whether an officer still is one is asked at every act, and what becomes of the work of one who left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conversations import engine
from conversations.complaints.case import Case, Purpose
from conversations.effects import AnswerPress, DropFile, Edit, RecordHistory, Send
from conversations.events import ButtonPressed, CommandReceived, MembershipChanged
from conversations.world import Membership
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all
from tests.unit.transcript import LEADER, LONG_SINCE, RESTRICTED, STAFF

BUDI = 601
MINUTES = 60.0

# What the messenger said of the presser: whether present, and how many seconds ago. None: nothing.
KNOWN: dict[str, Membership | None] = {
    "member": LONG_SINCE,
    "seen 6 minutes ago": replace(LONG_SINCE, age=6 * MINUTES),
    "seen 61 minutes ago": replace(LONG_SINCE, age=61 * MINUTES),
    "never seen": None,
    "left": replace(LONG_SINCE, present=False),
    "left 2 minutes ago": replace(LONG_SINCE, present=False, age=2 * MINUTES),
}
OPEN, REFUSED, ASK = "done", "desk.not_a_member", "desk.membership_unknown"
# Somebody who is not in the group writes into a public one: no answer, so that they cannot fill it with ours.
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


def known(world: Desk, person: int, membership: Membership | None, group: int = GROUP) -> None:
    """The messenger said this of a person; None: it is not known."""
    world.chat.members[group, person] = membership or replace(LONG_SINCE, age=1e9)


def said(world: Desk) -> list[str]:
    """The templates of all that was answered, in chats and alerts."""
    return [
        effect.template if isinstance(effect, AnswerPress) else effect.message.template
        for effect in world.chat.fresh
        if isinstance(effect, AnswerPress | Send | Edit)
    ]


def refusals(world: Desk) -> list[str]:
    """Which of the two refusals was said."""
    return [template for template in said(world) if template in {REFUSED, ASK}]


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


def test_being_in_one_group_opens_no_other() -> None:
    world = Desk()
    case = world.file(restricted=True)
    known(world, BUDI, replace(LONG_SINCE, present=False), RESTRICTED)
    world.press(world.officer(BUDI, "Budi", RESTRICTED), case, "identity")
    assert refusals(world) == [REFUSED]


def test_who_may_not_read_a_case_neither_takes_nor_verifies_it() -> None:
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
    world.budi.says("Sudah", reply_to=world.reply_to(f"prompt:{case.id}:{BUDI}"))
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
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("final_response")
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
    unknown = private.commands("start", "entah-apa")
    assert private.commands("start", f"{other}-{case.id}") == unknown
    assert world.private(world.rina).commands("start", f"identity-{case.id}") == unknown


def test_the_buttons_of_a_link_are_over_with_it() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    world.later(minutes=11)
    assert private.presses("final_response") == []
    assert world.chat.alert.template == "system.press_outdated"


def test_a_link_is_over_once_its_officer_has_left_also_after_coming_back() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    private, argument = world.private(world.budi), f"identity-{case.id}"
    known(world, BUDI, replace(LONG_SINCE, present=False))
    assert private.commands("start", argument) == [REFUSED]
    known(world, BUDI, replace(LONG_SINCE, since=world.chat.now))
    assert private.commands("start", argument) == private.commands("start", "entah-apa")


def left(world: Desk, person: int, group: int = GROUP) -> None:
    """The messenger tells that somebody is no longer in the group."""
    world.chat.feed(MembershipChanged(world.chat.now, group, (), (person,)))


def test_who_leaves_loses_open_prompts_and_their_cases_become_free() -> None:
    world = Desk()
    mine, other = world.file(), world.file()
    world.press(world.budi, mine, "take")
    world.press(world.rina, other, "take")
    world.press(world.budi, mine, "answer")
    world.budi.sends(reply_to=world.reply_to(f"prompt:{mine.id}:{BUDI}"))
    left(world, BUDI)
    assert world.now(mine).officer is None
    assert world.now(other).officer
    assert world.chat.conversation(BUDI, GROUP).writing is None
    assert any(isinstance(effect, DropFile) for effect in world.chat.fresh)
    assert (f"officer:{BUDI}", "released") in world.history()
    told = next(m for m in world.chat.sent(GROUP) if m.template == "desk.officer_left")
    assert told.params["references"] == [mine.reference]
    world.press(world.rina, mine, "take")
    assert world.now(mine).officer
    render_all(world.chat.effects)


def test_who_leaves_one_group_keeps_the_cases_of_another() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    left(world, BUDI, STAFF["bakesbangpol"])
    left(world, BUDI, RESTRICTED)
    assert world.now(case).officer
    assert said(world) == []


def test_a_leader_who_leaves_while_writing_in_private_is_told_and_their_draft_goes_on() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = world.private(world.leader)
    private.commands("start", "dpmd")
    world.press(world.leader, case, "answer")
    private.commands("start", world.chat.alert.link)
    private.presses("final_response")
    left(world, LEADER)
    conversation = world.chat.conversation(LEADER)
    assert (conversation.writing, conversation.listener) == (None, "intake")
    assert [m.template for m in world.chat.sent(LEADER)] == [REFUSED]


def test_what_a_citizen_collects_stays_when_an_officer_of_that_name_leaves() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Tambahan")
    left(world, CITIZEN)
    collecting = world.chat.conversation(CITIZEN).collecting
    assert collecting
    assert collecting.purpose is Purpose.ADDITION


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
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("final_response")
    private.says("Sudah kami tindak lanjuti.")
    known(world, LEADER, replace(LONG_SINCE, age=6 * MINUTES))
    world.press(private, case, action, str(LEADER))
    assert refusals(world) == [ASK]


def test_a_held_reply_is_dropped_with_its_officer() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Sudah selesai", reply_to=world.reply_to(f"card:{case.id}"))
    assert world.chat.conversation(BUDI, GROUP).undecided
    left(world, BUDI)
    assert world.chat.conversation(BUDI, GROUP).undecided is None


def test_leaving_another_agencys_group_keeps_a_leaders_private_prompt() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("final_response")
    left(world, LEADER, STAFF["bakesbangpol"])
    assert world.chat.conversation(LEADER).writing
    left(world, LEADER)
    assert world.chat.conversation(LEADER).writing is None


@pytest.mark.parametrize("confidential", [False, True])
def test_an_identity_whose_check_took_long_is_asked_for_once_more(confidential: bool) -> None:
    world = Desk()
    case = world.file(confidential=confidential)
    late = ButtonPressed(world.leader.origin(), "", "identity", case.id, 1, "")
    world.chat.feed(late)
    assert said(world) == ["desk.press_again"]
    assert "identity_viewed" not in [
        effect.what for effect in world.chat.fresh if isinstance(effect, RecordHistory)
    ]


def test_a_citizens_event_asks_nobody_about_a_membership() -> None:
    world = Desk()
    case = world.file()
    for event in (
        CommandReceived(world.citizen.origin(), "status", case.reference),
        ButtonPressed(world.citizen.origin(), "p", "add", case.id, 1, ""),
        CommandReceived(world.citizen.origin(), "start", f"identity-{case.id}"),
    ):
        assert engine.standing(event, world.chat.world()) is None


def test_an_officers_name_on_the_note_is_the_one_under_which_the_case_was_taken() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    left(world, BUDI)
    officer = next(m for m in world.chat.sent(GROUP) if m.template == "desk.officer_left").params["officer"]
    assert officer == case_officer(world, case)


def case_officer(world: Desk, case: Case) -> str:
    """The name that the history keeps of whoever took the case."""
    taken = [e for e in world.chat.effects if isinstance(e, RecordHistory) and e.what == "taken"]
    return next(entry.text for entry in taken if entry.case == case.id)
