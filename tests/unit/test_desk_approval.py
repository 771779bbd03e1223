"""Where the agency asks for approval, nothing reaches the citizen before a leader has pressed Setujui."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.desk.actions import buttons
from conversations.effects import Send
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, pressed, render_all, wording
from tests.unit.transcript import LEADER, RULES


def asking(*, leaders: tuple[int, ...] = (LEADER,), **changes: Any) -> Desk:
    """A desk of agencies that ask for approval."""
    agencies = tuple(
        agency.model_copy(update={"approval": True, "leaders": leaders, **changes})
        for agency in RULES.agencies
    )
    desk = Desk()
    desk.chat.rules = RULES.model_copy(update={"agencies": agencies})
    return desk


def submitted(world: Desk, text: str = "Bantuan disalurkan 20 Maret.", **changes: Any) -> Case:
    case = world.file(**changes)
    world.answered(world.budi, case, text)
    return case


def labels(case: Case) -> set[str]:
    return {button.label for row in buttons(case) for button in row}


def to_citizen(world: Desk) -> list[Send]:
    """All messages to the citizen but those that carry a document."""
    sent = [effect for effect in world.chat.effects if isinstance(effect, Send) and effect.chat == CITIZEN]
    return [effect for effect in sent if effect.message.document is None]


def test_a_response_waits_for_the_leader() -> None:
    world = asking()
    case = submitted(world)
    now = world.now(case)
    assert now.status is Status.AWAITING_APPROVAL
    assert now.verified_by is not None
    assert {"review", "withdraw_draft"} <= labels(now)
    assert "answer" not in labels(now)
    assert to_citizen(world) == []
    (review,) = world.chat.sent(LEADER)
    assert "Bantuan disalurkan 20 Maret." in wording(review)
    assert [button.label for row in review.buttons for button in row] == ["approve", "return_draft"]
    render_all(world.chat.fresh)


def test_the_leader_approves_and_the_citizen_reads_the_response_of_its_author() -> None:
    world = asking()
    case = submitted(world)
    world.private(world.leader).presses("approve")
    (sent,) = to_citizen(world)
    assert "Petugas: Budi Santoso" in wording(sent.message)
    now = world.now(case)
    assert (now.status, now.pending) == (Status.RESPONDED, None)
    assert (now.responses[0].by, now.responses[0].approved_by) == ("Budi Santoso", "Ibu Kepala")
    assert ("officer:900", "approved") in world.history()
    assert ("officer:601", "response") in world.history()
    assert "dikirim oleh Budi Santoso, disetujui Ibu Kepala." in wording(world.chat.sent(GROUP)[0])
    render_all(world.chat.fresh)


def test_the_card_shows_the_draft_to_who_asks_and_only_a_leader_decides() -> None:
    world = asking()
    case = submitted(world)
    assert world.press(world.rina, case, "review") == ["desk.review"]
    world.rina.presses("approve")
    assert world.chat.alert.template == "desk.leaders_approve"
    world.rina.presses("return_draft")
    assert world.chat.alert.template == "desk.leaders_approve"
    assert to_citizen(world) == []
    world.press_shown(world.leader, "approve", world.rina)
    assert len(to_citizen(world)) == 1


def test_a_returned_draft_comes_back_with_the_remark_and_is_continued() -> None:
    world = asking()
    case = submitted(world)
    leader = world.private(world.leader)
    assert leader.presses("return_draft") == ["desk.prompt"]
    assert leader.says("Sebutkan tanggal penyalurannya.") == ["desk.preview_return"]
    leader.presses("send")
    now = world.now(case)
    assert (now.status, now.pending) == (Status.IN_PROGRESS, None)
    assert to_citizen(world) == []
    (returned,) = [m for m in world.chat.sent(GROUP) if m.template == "desk.draft_returned"]
    assert "Sebutkan tanggal penyalurannya." in wording(returned)
    assert world.budi.presses("revise")[-1] == "desk.preview"
    assert "Bantuan disalurkan 20 Maret." in wording(world.chat.sent(GROUP)[-1])
    world.budi.presses("send")
    world.private(world.leader).presses("approve")
    assert len(to_citizen(world)) == 1
    assert not any("Sebutkan" in wording(send.message) for send in to_citizen(world))


def test_the_author_takes_the_draft_back_and_the_leaders_press_comes_too_late() -> None:
    world = asking()
    case = submitted(world)
    leader, approve = world.private(world.leader), world.private(world.leader).button("approve")
    assert "desk.draft_withdrawn" in world.press(world.budi, case, "withdraw_draft")
    assert world.now(case).status is Status.IN_PROGRESS
    world.chat.feed(pressed(leader, approve))
    assert world.chat.alert.template == "desk.draft_back"
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert to_citizen(world) == []


def test_another_officer_cannot_take_the_draft_back() -> None:
    world = asking()
    case = submitted(world)
    world.press(world.rina, case, "withdraw_draft")
    assert world.chat.alert.template == "desk.taken"
    assert world.now(case).status is Status.AWAITING_APPROVAL


def test_a_press_on_the_message_of_an_earlier_draft_approves_nothing() -> None:
    world = asking()
    case = submitted(world, "Pertama.")
    leader = world.private(world.leader)
    first = leader.button("approve")
    world.press(world.budi, case, "withdraw_draft")
    world.answered(world.budi, world.now(case), "Kedua.")
    world.chat.feed(pressed(leader, first))
    assert world.chat.alert.template == "desk.draft_newer"
    assert to_citizen(world) == []


def test_two_leaders_decide_at_once_and_the_second_reads_what_the_first_did() -> None:
    world = asking(leaders=(LEADER, 901))
    case = submitted(world)
    second = world.officer(901, "Pak Sekretaris", 901)
    back = second.button("return_draft")
    world.private(world.leader).presses("approve")
    world.chat.feed(pressed(second, back))
    assert world.chat.alert.template == "desk.already_answered"
    assert world.now(case).status is Status.RESPONDED


def test_a_second_answer_while_one_waits_is_refused_with_its_author() -> None:
    world = asking()
    case = submitted(world)
    assert world.rina.commands("jawab", f"{case.reference} Lain.") == ["desk.awaiting_approval"]
    assert "dari Budi Santoso" in wording(world.chat.sent(GROUP)[0])


def test_a_leader_needs_no_approval() -> None:
    world = asking()
    case = world.file()
    world.answered(world.leader, case)
    assert world.now(case).status is Status.RESPONDED
    assert len(to_citizen(world)) == 1


def test_a_correction_waits_too_and_the_citizen_can_judge_meanwhile() -> None:
    world = asking()
    case = submitted(world)
    world.private(world.leader).presses("approve")
    world.delivered(case)
    world.press(world.budi, case, "correct")
    world.budi.says("Bantuan disalurkan 23 Maret.", reply_to=world.prompt(case))
    world.budi.presses("send")
    now = world.now(case)
    assert (now.status, now.awaits_approval) == (Status.RESPONDED, True)
    assert len(to_citizen(world)) == 1
    world.private(world.leader).presses("approve")
    assert "Ralat atas tanggapan" in wording(to_citizen(world)[-1].message)
    assert not world.now(case).awaits_approval


def test_an_objection_sets_a_waiting_correction_aside() -> None:
    world = asking()
    case = submitted(world)
    world.private(world.leader).presses("approve")
    world.delivered(case)
    world.press(world.budi, case, "correct")
    world.budi.says("Bantuan disalurkan 23 Maret.", reply_to=world.prompt(case))
    world.budi.presses("send")
    citizen = world.citizen
    citizen.presses("not_satisfied")
    citizen.says("Belum saya terima.")
    citizen.presses("send")
    now = world.now(case)
    assert (now.status, now.pending) == (Status.REOPENED, None)
    assert "answer" in labels(now)


def test_a_confidential_draft_is_read_in_private_only() -> None:
    world = asking(leaders=(LEADER, 901))
    private = by_link(world, world.file(confidential=True))
    private.says("Sudah kami periksa.")
    private.presses("send")
    assert len(to_citizen(world)) == 1
    assert not any("Sudah kami periksa" in wording(message) for message in world.messages(GROUP))


def test_a_case_of_the_restricted_chat_needs_no_approval() -> None:
    world = asking()
    case = world.file(restricted=True, chat=-100_3)
    member = world.officer(602, "Rina Wati", -100_3)
    member.commands("jawab", f"{case.reference} Sudah kami periksa.")
    member.presses("send")
    assert world.now(case).status is Status.RESPONDED
    assert world.chat.sent(LEADER) == []


def test_approval_without_leaders_is_a_configuration_error() -> None:
    agency = RULES.agencies[0]
    values = agency.model_dump() | {"approval": True, "leaders": ()}
    with pytest.raises(ValueError, match="approval: found true without leaders"):
        type(agency).model_validate(values)


def test_an_edit_of_a_waiting_draft_is_answered() -> None:
    world = asking()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Sudah", message=4242, reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.budi.edits(4242, "Belum") == ["desk.edit_waits"]
