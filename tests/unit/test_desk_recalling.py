"""A message that was sent by mistake is recalled: confirmed, deleted, reported."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.desk.actions import buttons
from conversations.effects import DeleteMessages, Effect, Send, StripButtons
from conversations.events import Delivery, MessageReported
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import LEADER, RULES

SECRET = "Bantuan atas nama Ibu Ani, Dusun Krajan, sudah cair."


def responded(world: Desk) -> Case:
    case = world.file()
    world.answered(world.budi, case, SECRET)
    world.delivered(case)
    return case


def recalled(world: Desk, case: Case) -> list[DeleteMessages]:
    """The deletions that the messenger's answer is needed for: that of a letter is not reported."""
    world.press(world.budi, case, "recall")
    world.budi.presses("recall_yes")
    return [effect for effect in world.chat.fresh if isinstance(effect, DeleteMessages) and effect.report]


def reported(world: Desk, deletion: DeleteMessages, how: Delivery = Delivery.DELIVERED) -> list[Effect]:
    return world.chat.feed(MessageReported(world.chat.now, deletion.report, deletion.key, how))


def labels(case: Case) -> set[str]:
    return {button.label for row in buttons(case) for button in row}


def test_the_question_shows_which_message_and_changes_nothing_yet() -> None:
    world = Desk()
    case = responded(world)
    assert world.press(world.budi, case, "recall") == ["desk.recall_sure"]
    (question,) = world.chat.sent(GROUP)
    assert SECRET in wording(question)
    assert "48 jam" in wording(question)
    assert world.budi.presses("discard") == []
    assert world.now(case).status is Status.RESPONDED


def test_the_response_is_deleted_and_the_case_waits_for_an_answer_again() -> None:
    world = Desk()
    case = responded(world)
    (deletion,) = recalled(world, case)
    assert (deletion.chat, deletion.target) == (CITIZEN, f"response:{case.id}:1")
    now = world.now(case)
    assert now.status is Status.IN_PROGRESS
    assert now.due_on == case.due_on
    assert (now.delivery, now.objection_until) == (None, None)
    assert ("officer:601", "recalled") in world.history()
    world.answered(world.budi, case, "Bantuan Ibu cair hari Senin.")
    sent = [e.key for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    assert sent == [f"response:{case.id}:2", f"letter:{case.id}:2"]


def test_the_citizen_is_informed_when_the_messenger_has_answered() -> None:
    world = Desk()
    case = responded(world)
    (deletion,) = recalled(world, case)
    assert not world.chat.sent(CITIZEN)
    reported(world, deletion)
    (notice,) = world.chat.sent(CITIZEN)
    assert "sudah kami hapus" in wording(notice)
    assert SECRET not in wording(notice)
    (told,) = world.chat.sent(GROUP)
    assert "sudah dihapus" in wording(told)


def test_after_48_hours_the_citizen_is_asked_to_ignore_it() -> None:
    world = Desk()
    case = responded(world)
    world.later(hours=49)
    (deletion,) = recalled(world, case)
    reported(world, deletion, Delivery.UNREACHABLE)
    assert StripButtons(CITIZEN, key=deletion.target) in world.chat.fresh
    assert "Mohon abaikan isinya" in wording(world.chat.sent(CITIZEN)[0])
    assert "belum dapat dihapus" in wording(world.chat.sent(GROUP)[0])


def test_the_citizen_gets_one_notice_also_where_the_deletion_succeeds_later() -> None:
    world = Desk()
    case = responded(world)
    (deletion,) = recalled(world, case)
    reported(world, deletion, Delivery.UNREACHABLE)
    reported(world, deletion, Delivery.UNREACHABLE)
    assert not world.chat.fresh
    reported(world, deletion)
    assert not world.chat.sent(CITIZEN)
    assert "sudah dihapus" in wording(world.chat.sent(GROUP)[0])


def test_the_leader_is_informed_in_private_unless_the_leader_pressed() -> None:
    world = Desk()
    case = responded(world)
    recalled(world, case)
    (notice,) = world.chat.sent(LEADER)
    assert notice.template == "desk.recalled_leader"
    assert SECRET not in wording(notice)
    other = responded(world)
    world.press(world.leader, other, "recall")
    world.leader.presses("recall_yes")
    assert not world.chat.sent(LEADER)


def test_without_leaders_it_works_as_well() -> None:
    world = Desk()
    agencies = tuple(agency.model_copy(update={"leaders": ()}) for agency in RULES.agencies)
    world.chat.rules = RULES.model_copy(update={"agencies": agencies})
    assert recalled(world, responded(world))


def test_a_question_is_recalled_without_a_change_of_the_status() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case, "Ibu Ani, di mana?")
    (deletion,) = recalled(world, case)
    assert deletion.target == f"question:{case.id}:1"
    assert world.now(case).status is Status.RECEIVED
    reported(world, deletion)
    assert "menyusul" not in wording(world.chat.sent(CITIZEN)[0])
    assert world.citizen.commands("status") == ["followup.cases"]


def test_an_answered_question_stays() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case)
    world.citizen.presses("answer_now")
    world.citizen.says("Di balai desa.")
    world.citizen.presses("send")
    assert "recall" not in labels(world.now(case))
    world.press(world.budi, case, "recall")
    assert world.chat.alert.template == "desk.nothing_to_recall"


def test_a_correction_is_recalled_like_a_response() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.budi, case, "correct")
    world.budi.says("Yang benar: Senin.", reply_to=world.prompt(case))
    world.budi.presses("send")
    (deletion,) = recalled(world, case)
    assert deletion.target == f"response:{case.id}:2"
    assert world.now(case).status is Status.IN_PROGRESS


def test_a_response_that_silence_or_puas_closed_is_recalled_too() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.presses("satisfied")
    world.citizen.presses("star", "5")
    assert recalled(world, case)
    assert (world.now(case).status, world.now(case).stars) == (Status.IN_PROGRESS, 0)


def test_the_citizen_no_longer_sees_a_recalled_message_and_officers_see_that_it_was() -> None:
    world = Desk()
    case = responded(world)
    recalled(world, case)
    world.citizen.commands("status")
    world.citizen.presses("case")
    world.citizen.presses("read_all")
    shown = world.messages(CITIZEN)[-2:]
    assert [message.template for message in shown] == ["followup.case", "followup.full"]
    assert not any(SECRET in wording(message) for message in shown)
    world.press(world.rina, case, "read_all")
    assert "(ditarik)" in wording(world.chat.sent(GROUP)[0])


def test_a_late_report_of_the_recalled_response_changes_nothing() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case, SECRET)
    recalled(world, case)
    world.delivered(case)
    assert world.now(case).objection_until is None
    assert not world.chat.fresh


def test_buttons_of_the_recalled_response_are_outdated() -> None:
    world = Desk()
    case = responded(world)
    recalled(world, case)
    assert world.citizen.presses("satisfied") == ["followup.verdict_over"]
    assert world.now(case).status is Status.IN_PROGRESS


@pytest.mark.parametrize("who", ["another officer", "the complainant"])
def test_who_may_not_recall_it_is_refused(who: str) -> None:
    world = Desk()
    case = responded(world)
    person = world.rina if who == "another officer" else world.officer(CITIZEN, "Siti")
    world.press(person, case, "recall")
    assert world.chat.alert.template == ("desk.taken" if who == "another officer" else "desk.own_case")
    world.press(world.budi, case, "recall")
    world.press_shown(world.rina, "recall_yes", world.budi)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.now(case).status is Status.RESPONDED


def test_a_confirmation_counts_only_for_the_message_that_it_showed() -> None:
    world = Desk()
    case = responded(world)
    world.press(world.budi, case, "recall")
    old = world.budi.button("recall_yes")
    world.press(world.budi, case, "correct")
    world.budi.says("Yang benar: Senin.", reply_to=world.prompt(case))
    world.budi.presses("send")
    world.budi.presses_button(old)
    assert world.chat.alert.template == "desk.message_newer"
    assert world.now(case).status is Status.RESPONDED


def test_a_confidential_message_is_not_quoted_in_the_group() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("final_response")
    private.says(SECRET)
    private.presses("send")
    world.press(world.leader, case, "recall")
    assert SECRET not in wording(world.chat.sent(GROUP)[0])
    world.press(world.rina, case, "recall")
    assert world.chat.alert.template == "desk.leaders_only"


@pytest.mark.parametrize("purpose", ["response", "question"])
def test_the_officers_message_says_when_the_citizen_has_got_it(purpose: str) -> None:
    world = Desk()
    case = world.file()
    write = world.answered if purpose == "response" else world.asked
    write(world.budi, case)
    world.chat.feed(MessageReported(world.chat.now, case.id, f"{purpose}:{case.id}:1", Delivery.DELIVERED))
    posted = next(message for message in world.chat.sent(GROUP) if message.template == "desk.posted")
    assert "Sudah sampai di Telegram pengadu, Selasa, 17 Maret 2026 pukul 09.00 WIB" in wording(posted)


def test_the_message_in_the_leaders_private_chat_says_so_there() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "ask")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.says("Di mana?")
    private.presses("send")
    world.chat.feed(MessageReported(world.chat.now, case.id, f"question:{case.id}:1", Delivery.DELIVERED))
    assert [message.template for message in world.chat.sent(LEADER)] == ["desk.posted"]


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = responded(world)
    (deletion,) = recalled(world, case)
    reported(world, deletion, Delivery.UNREACHABLE)
    reported(world, deletion)
    world.press(world.budi, case, "recall")
    world.press(world.rina, case, "read_all")
    render_all(world.chat.effects)
