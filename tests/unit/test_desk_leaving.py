"""An officer leaves the group: prompts are closed, and their cases become free."""

from __future__ import annotations

from conversations.complaints.case import Case, Purpose
from conversations.effects import DropFile, RecordHistory
from conversations.events import MembershipChanged
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, render_all
from tests.unit.memberships import BUDI, REFUSED, said
from tests.unit.transcript import LEADER, RESTRICTED, STAFF


def left(world: Desk, person: int, group: int = GROUP) -> None:
    """The messenger reports that this person is no longer in the group."""
    world.chat.feed(MembershipChanged(world.chat.now, group, (), (person,)))


def test_an_officer_who_leaves_loses_prompts_and_cases() -> None:
    world = Desk()
    mine, other = world.file(), world.file()
    world.press(world.budi, mine, "take")
    world.press(world.rina, other, "take")
    world.press(world.budi, mine, "answer")
    world.budi.sends(reply_to=world.prompt(mine))
    left(world, BUDI)
    assert world.now(mine).officer is None
    assert world.now(other).officer
    assert world.chat.conversation(BUDI, GROUP).writing is None
    assert any(isinstance(effect, DropFile) for effect in world.chat.fresh)
    assert (f"officer:{BUDI}", "released") in world.history()
    notice = next(m for m in world.chat.sent(GROUP) if m.template == "desk.officer_left")
    assert notice.params["references"] == [mine.reference]
    world.press(world.rina, mine, "take")
    assert world.now(mine).officer
    render_all(world.chat.effects)


def test_an_officer_who_leaves_one_group_keeps_the_cases_of_another() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    left(world, BUDI, STAFF["bakesbangpol"])
    left(world, BUDI, RESTRICTED)
    assert world.now(case).officer
    assert said(world) == []


def test_a_leader_who_leaves_while_writing_in_private_is_informed_and_returns_to_their_draft() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.private(world.leader).commands("start", "dpmd")
    by_link(world, case)
    left(world, LEADER)
    conversation = world.chat.conversation(LEADER)
    assert (conversation.writing, conversation.listener) == (None, "intake")
    assert [m.template for m in world.chat.sent(LEADER)] == [REFUSED]


def test_a_citizens_messages_stay_when_an_officer_with_the_same_account_leaves() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Tambahan")
    left(world, CITIZEN)
    collecting = world.chat.conversation(CITIZEN).collecting
    assert collecting
    assert collecting.purpose is Purpose.ADDITION


def test_a_held_reply_is_dropped_with_its_officer() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Sudah selesai", reply_to=world.card(case))
    assert world.chat.conversation(BUDI, GROUP).undecided
    left(world, BUDI)
    assert world.chat.conversation(BUDI, GROUP).undecided is None


def test_leaving_another_agencys_group_keeps_a_leaders_private_prompt() -> None:
    world = Desk()
    case = world.file(confidential=True)
    by_link(world, case)
    left(world, LEADER, STAFF["bakesbangpol"])
    assert world.chat.conversation(LEADER).writing
    left(world, LEADER)
    assert world.chat.conversation(LEADER).writing is None


def test_an_officers_name_on_the_note_is_the_one_under_which_the_case_was_taken() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    left(world, BUDI)
    officer = next(m for m in world.chat.sent(GROUP) if m.template == "desk.officer_left").params["officer"]
    assert officer == case_officer(world, case)


def case_officer(world: Desk, case: Case) -> str:
    """The name of the officer who took the case, as the history keeps it."""
    taken = [e for e in world.chat.effects if isinstance(e, RecordHistory) and e.what == "taken"]
    return next(entry.text for entry in taken if entry.case == case.id)
