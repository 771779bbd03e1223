"""Leaders write about confidential cases in private, where they may be citizens too."""

from __future__ import annotations

from conversations.complaints.case import Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import RecordHistory
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, render_all, wording
from tests.unit.transcript import LEADER, RESTRICTED


def test_a_leader_asks_the_citizen_of_a_confidential_case() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case, "question")
    assert private.says("Kapan kejadiannya?") == ["desk.preview"]
    private.presses("send")
    (question,) = world.chat.sent(CITIZEN)
    assert question.template == "followup.question"
    assert not [m for m in world.messages(GROUP) if "Kapan kejadiannya?" in wording(m)]
    assert world.citizen.presses("answer_now") == ["followup.collect"]
    render_all(world.chat.effects)


def test_only_an_officer_who_came_by_a_link_chooses_what_to_write() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.press(world.private(world.budi), case, "desk_write", "question") == []
    assert world.press(world.private(world.leader), case, "desk_write", "question") == []
    assert world.press(world.citizen, case, "desk_write", "final_response") == []
    assert world.chat.alert.template == "system.press_outdated"


def test_a_leaders_unsent_response_is_settled_as_a_response() -> None:
    world = Desk()
    case, own = world.file(confidential=True), world.file(filed_by=LEADER)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    assert world.press(private, own, "add") == ["followup.settle_first"]
    assert world.press(private, case, "send_parts") == []
    assert world.press(private, case, "drop_parts") == []
    assert world.now(case).thread == ()
    private.presses("send")
    assert world.now(case).status is Status.RESPONDED
    assert world.chat.sent(CITIZEN)[0].template == "followup.response"
    assert "citizen:900" not in {e.who for e in world.chat.effects if isinstance(e, RecordHistory)}
    render_all(world.chat.effects)


def test_batal_in_private_closes_a_leaders_response() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    assert private.commands("batal") == ["desk.discarded"]
    assert world.chat.conversation(LEADER).writing is None


def test_an_edit_in_private_changes_the_leaders_preview() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.says("Sudh", message=4242)
    assert private.edits(4242, "Sudah") == ["desk.preview"]
    assert private.edits(4711, "Halo") == ["followup.edit_unknown"]


def test_messages_that_a_leader_held_as_a_citizen_stay_after_a_prompt() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.private(world.leader).says("Jalan di depan rumah saya rusak")
    private = by_link(world, case)
    private.says("Sudah kami tindak lanjuti.")
    private.presses("send")
    assert [part.text for part in world.chat.conversation(LEADER).held] == ["Jalan di depan rumah saya rusak"]


def test_a_citizen_cannot_post_an_addition_as_the_agency() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Jalan rusak")
    for action in ("desk_post", "desk_rewrite", "desk_discard", "desk_note"):
        assert world.press(world.citizen, case, action, str(CITIZEN)) == []
        assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case) == case
    assert world.chat.conversation(CITIZEN).collecting


def test_a_prompt_is_posted_in_its_own_group_only() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    member = world.officer(603, "Anggota Tim", RESTRICTED)
    member.commands("jawab", f"{case.reference} Sudah selesai.")
    elsewhere = world.officer(603, "Anggota Tim")
    assert world.press(elsewhere, case, "desk_post", "603") == []
    member.presses("send")
    assert world.now(case).responses[0].text == "Sudah selesai."


def test_the_members_of_the_restricted_chat_read_its_confidential_cases() -> None:
    world = Desk()
    case = world.file(restricted=True, confidential=True, chat=RESTRICTED)
    member = world.officer(603, "Anggota Tim", RESTRICTED)
    world.press(member, case, "read_all")
    assert world.chat.alert.link == f"read-{case.id}"
    private = world.private(member)
    assert "desk.full" in private.commands("start", f"read-{case.id}")
    world.press(member, case, "answer")
    assert private.commands("start", f"answer-{case.id}") == ["desk.write_which"]
    private.presses("final_response")
    private.says("Kami tindak lanjuti.")
    private.presses("send")
    assert world.now(case).thread[0].purpose is Purpose.RESPONSE
    ordinary = world.file(confidential=True)
    world.press(world.budi, ordinary, "read_all")
    assert world.chat.alert.template == "desk.leaders_only"
    render_all(world.chat.effects)


def test_a_confidential_case_is_answered_in_the_leaders_private_chat() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.press(world.leader, case, "answer") == []
    assert world.chat.alert.link == f"answer-{case.id}"
    private = world.private(world.leader)
    assert private.commands("start", f"answer-{case.id}") == ["desk.write_which"]
    assert private.presses("final_response") == ["desk.prompt"]
    assert private.says("Kami tindak lanjuti.") == ["desk.preview"]
    assert private.sticks() == ["desk.unreadable"]
    private.presses("send")
    assert world.now(case).status is Status.RESPONDED
    assert not [m for m in world.messages(GROUP) if "tindak lanjuti" in wording(m)]


def test_a_reply_to_a_confidential_card_is_pointed_to_the_private_chat() -> None:
    world = Desk()
    case = world.file(confidential=True)
    card = world.card(case)
    assert world.leader.says("Halo", reply_to=card) == ["desk.answer_in_private"]
    assert world.budi.says("Halo", reply_to=card) == ["desk.leaders_only"]
    assert world.leader.commands("jawab", f"{case.reference} Halo") == ["desk.answer_in_private"]
