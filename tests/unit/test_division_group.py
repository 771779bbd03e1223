"""The own group of a division: its card, what its members may do, and who learns nothing there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations import keys
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.desk import dialogue, division_cards, division_group, introductions, lists
from conversations.desk.actions import CARD
from conversations.desk.card_button import CardButton
from conversations.effects import Send
from conversations.events import GroupMoved, MembershipChanged
from conversations.messages import Button
from conversations.world import Membership
from tests.unit.divided import ECONOMY, TOPIC, VILLAGES, Divided
from tests.unit.filed import CITIZEN, GROUP, RENDERER, render_all, wording
from tests.unit.transcript import LEADER, STAFF

OTHER_AGENCY = STAFF["bakesbangpol"]


def test_the_group_gets_a_card_with_the_instruction() -> None:
    world = Divided()
    case = world.assigned(world.file())
    card = world.fresh(ECONOMY, "desk.division_card")
    assert world.labels(ECONOMY, "desk.division_card") == [
        "accept",
        "report_back",
        "ask_citizen",
        "see_evidence",
        "read_whole",
        "add_note",
    ]
    text = wording(card)
    assert "Mohon telusuri." in text
    assert "Tenggat tanggapan: Jumat, 27 Maret 2026" in text
    for personal in ("Siti", "Krajan", "0812"):
        assert personal not in text
    assert world.reply_to(keys.division(case.id, 1))


def test_an_instruction_with_files_follows_below_the_card() -> None:
    world = Divided()
    case = world.file()
    world.chosen(world.rina, case)
    world.rina.sends("document", "Lihat lampiran.", reply_to=world.reply_to(f"prompt:{case.id}:602"))
    world.rina.presses("send")
    assert world.new_in(ECONOMY) == ["desk.division_card", "desk.instruction", "captions.slip"]
    assert len(world.fresh(ECONOMY, "desk.instruction").files) == 1


def test_a_member_accepts_and_a_second_one_reads_who_has() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "accept")
    assert world.chat.alert.template == "desk.now_accepted"
    assert "diterima Joko Susilo" in wording(world.fresh(GROUP, "desk.card"))
    assert "accept" not in world.labels(ECONOMY, "desk.division_card")
    world.press(world.wati, case, "accept")
    assert world.chat.alert.template == "desk.already_accepted"
    assert world.chat.alert.params["name"] == "Joko Susilo"
    # The officer at the desk stays the same.
    assert world.now(case).officer
    assert world.now(case).officer == case.officer


def test_a_report_returns_the_case_to_the_desk() -> None:
    world = Divided()
    case = world.assigned(world.file())
    assert world.press(world.joko, case, "report_back") == ["desk.prompt"]
    assert world.chat.sent(ECONOMY)[0].reply_to == keys.division(case.id, 1)
    assert world.joko.says("Sudah kami periksa.", reply_to=world.reply_to(f"prompt:{case.id}:701")) == [
        "desk.preview_report"
    ]
    world.joko.presses("send")
    now = world.now(case)
    assert (now.status, now.division) == (Status.IN_PROGRESS, "")
    assert now.timeline[-1].by == "Joko Susilo"
    assert world.chat.sent(CITIZEN) == []
    reported = world.fresh(GROUP, "desk.reported")
    assert "Sudah kami periksa." in wording(reported)
    assert "Rina Wati" in wording(reported)
    assert [button.label for row in reported.buttons for button in row] == ["answer"]
    closed = world.fresh(ECONOMY, "desk.division_closed")
    assert "Dilaporkan ke meja pengaduan oleh Joko Susilo" in wording(closed)
    assert not closed.buttons
    assert ("officer:701", "reported") in world.history()


def test_the_desk_answers_by_the_button_of_the_report() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.reported(case)
    reported = next(m for m in reversed(world.messages(GROUP)) if m.template == "desk.reported")
    assert world.rina.presses_button(reported.buttons[0][0]) == ["desk.prompt"]
    answer = world.reply_to(f"prompt:{case.id}:602")
    world.rina.says("Sudah kami salurkan.", reply_to=answer)
    world.rina.presses("send")
    assert world.now(case).status is Status.RESPONDED


def test_a_report_has_its_files() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "report_back")
    prompt = world.reply_to(f"prompt:{case.id}:701")
    world.joko.sends("voice", reply_to=prompt)
    world.joko.sends("photo", "Foto lokasi", reply_to=prompt)
    world.joko.presses("send")
    assert len(world.fresh(GROUP, "desk.reported").files) == 2


def test_of_two_reports_at_once_the_second_member_learns_of_the_first() -> None:
    world = Divided()
    case = world.assigned(world.file())
    for member in (world.joko, world.wati):
        world.press(member, case, "report_back")
        member.says("Laporan.", reply_to=world.reply_to(f"prompt:{case.id}:{member.identity.id}"))
    sends = [member.button("send", str(member.identity.id)) for member in (world.joko, world.wati)]
    world.joko.presses_button(sends[0])
    world.wati.presses_button(sends[1])
    assert world.chat.alert.template == "desk.left_division"
    assert sum(entry.purpose == "report" for entry in world.now(case).thread) == 1
    assert world.wati.presses("save_as_note")[0] == "desk.note_saved"


def test_a_question_reaches_the_citizen_and_its_answer_both_groups() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "ask_citizen")
    world.joko.says("Tanggal berapa?", reply_to=world.reply_to(f"prompt:{case.id}:701"))
    assert world.fresh(ECONOMY, "desk.preview")
    world.joko.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.question"]
    assert world.now(case).status is Status.ASSIGNED
    assert world.now(case).officer == case.officer
    world.citizen.presses("answer_now")
    world.citizen.sends("voice")
    world.citizen.presses("send")
    for group, card in ((GROUP, keys.card(case.id)), (ECONOMY, keys.division(case.id, 1))):
        added = world.fresh(group, "desk.added")
        assert added.reply_to == card
        assert len(added.files) == 1
    assert "Keterangan dari pengadu: 1" in wording(world.fresh(ECONOMY, "desk.division_card"))


def test_a_reply_to_the_citizens_answer_is_a_reply_to_the_case() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.citizen, case, "add")
    world.citizen.says("Tanggal 3.")
    world.citizen.presses("send")
    added = world.reply_to(keys.division_added(case.id, 2))
    assert world.joko.says("Sudah kami catat.", reply_to=added) == ["desk.what_for"]


def test_a_reply_to_the_card_offers_what_a_division_may_write() -> None:
    world = Divided()
    case = world.assigned(world.file())
    card = world.reply_to(keys.division(case.id, 1))
    assert world.joko.says("Sudah diperiksa.", reply_to=card) == ["desk.what_for"]
    assert world.labels(ECONOMY, "desk.what_for") == ["question", "note", "report", "discard"]
    world.joko.presses("note")
    assert world.now(case).thread[-1].purpose == "note"


@pytest.mark.parametrize("entry", CARD, ids=lambda entry: entry.label)
def test_no_button_of_the_desk_works_in_a_divisions_group(entry: CardButton) -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, entry.label)
    assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case) == case


def test_the_list_of_the_agencys_complaints_is_not_shown_there() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.joko.presses_button(Button("list_open", lists.LIST_ACTION, value="open,0"))
    assert world.chat.alert.template == "system.press_outdated"
    assert not any(case.reference in str(message.params) for message in world.chat.sent(ECONOMY))


def test_the_actions_of_a_divisions_group_are_a_part_of_all() -> None:
    assert dialogue.ACTIONS.keys() >= division_group.ACTIONS
    assert {entry.label for entry in division_cards.CARD}.isdisjoint(entry.label for entry in CARD)


@pytest.mark.parametrize("entry", division_cards.CARD, ids=lambda entry: entry.label)
@pytest.mark.parametrize("group", [VILLAGES, OTHER_AGENCY, GROUP])
def test_its_buttons_forged_in_another_group_tell_nothing(entry: CardButton, group: int) -> None:
    world = Divided()
    case = world.assigned(world.file())
    stranger = world.officer(799, "Orang Lain", group)
    stranger.presses_button(Button("next", entry.label, case.id, case.version))
    assert world.chat.alert.template == "system.press_outdated"
    assert world.chat.sent(group) == []
    assert world.now(case) == case


def test_a_division_that_lost_the_case_learns_where_it_is() -> None:
    world = Divided()
    case = world.assigned(world.assigned(world.file()), "pemdes")
    for entry in division_cards.CARD:
        world.press(world.joko, case, entry.label)
        assert world.chat.alert.template == "desk.left_division", entry.label
    assert "sekarang di Bidang Bina Pemerintahan Desa" in RENDERER.plain(
        "desk.left_division", world.chat.alert.params, "id"
    )
    assert world.joko.says("Baik.", reply_to=world.reply_to(keys.division(case.id, 1))) == [
        "desk.left_division"
    ]
    assert world.joko.commands("tiket", case.reference) == ["desk.left_division"]
    world.press(world.agus, case, "accept")
    assert world.chat.alert.template == "desk.now_accepted"


def test_a_report_that_was_begun_before_the_case_left_is_refused() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "report_back")
    world.joko.says("Laporan.", reply_to=world.reply_to(f"prompt:{case.id}:701"))
    world.press(world.rina, case, "take_back")
    world.joko.presses("send")
    assert world.chat.alert.template == "desk.left_division"
    assert world.now(case).thread[-1].purpose == "instruction"


def test_an_outsider_in_the_group_is_refused() -> None:
    world = Divided()
    case = world.assigned(world.file())
    stranger = world.officer(799, "Orang Lain", ECONOMY)
    absent = Membership(present=False, age=0.0, since=world.chat.now - timedelta(days=9))
    world.chat.members[ECONOMY, 799] = absent
    for entry in division_cards.CARD:
        world.press(stranger, case, entry.label)
        assert world.chat.alert.template == "desk.not_a_member"
    assert stranger.says("Halo.", reply_to=world.reply_to(keys.division(case.id, 1))) == []
    assert world.now(case) == case


def test_a_member_of_the_staff_group_alone_does_not_act_in_the_divisions_group() -> None:
    world = Divided()
    case = world.assigned(world.file())
    budi = world.officer(601, "Budi Santoso", ECONOMY)
    absent = Membership(present=False, age=0.0, since=world.chat.now - timedelta(days=9))
    world.chat.members[ECONOMY, 601] = absent
    world.press(budi, case, "accept")
    assert world.chat.alert.template == "desk.not_a_member"


def test_the_prompts_of_a_member_who_leaves_are_closed() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "report_back")
    world.chat.feed(MembershipChanged(world.chat.now, ECONOMY, left=(701,)))
    assert world.chat.conversation(701, ECONOMY).writing is None


def test_a_confidential_case_is_read_there_by_leaders_alone() -> None:
    world = Divided()
    case = _instructed(world)
    for label in ("report_back", "ask_citizen", "read_whole", "add_note", "accept"):
        world.press(world.joko, case, label)
        assert world.chat.alert.template == "desk.leaders_only", label
    leader = world.officer(LEADER, "Ibu Kepala", ECONOMY)
    world.press(leader, case, "report_back")
    assert world.chat.alert.link == f"report-{case.id}"
    private = world.private(leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.prompt"]
    private.says("Sudah diperiksa.")
    private.presses("send")
    reported = wording(world.fresh(GROUP, "desk.reported"))
    assert "diperiksa" not in reported
    assert "rahasia" in reported
    assert world.now(case).status is Status.IN_PROGRESS


def _instructed(world: Divided) -> Case:
    """A confidential case that the leader gave to the division."""
    case = world.file(confidential=True)
    world.press(world.leader, case, "to_division")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("division", f"{LEADER},ekonomi,0")
    private.says("Mohon telusuri.")
    private.presses("send")
    return world.now(case)


def test_a_division_with_a_topic_of_the_staff_group_gets_its_card_there() -> None:
    world = Divided()
    case = world.assigned(world.file(), "topik")
    sends = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    sent = next(each for each in sends if each.message.template == "desk.division_card")
    assert (sent.chat, sent.message.topic) == (GROUP, TOPIC)
    # The officer at the desk is another one: the division still asks and reports.
    assert world.press(world.budi, case, "ask_citizen") == ["desk.prompt"]
    world.budi.says("Tanggal berapa?", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.question"]


def test_its_commands() -> None:
    world = Divided()
    case = world.assigned(world.file())
    assert world.joko.commands("tiket", case.reference) == ["desk.division_card"]
    assert world.joko.commands("tiket", "DPMD-2026-9999") == ["desk.unknown_number"]
    assert world.agus.commands("tiket", case.reference) == ["desk.unknown_number"]
    assert world.joko.commands("bantuan") == ["desk.division_help"]
    for command in ("daftar", "jawab", "lapor", "apa"):
        assert world.joko.commands(command, case.reference) == ["desk.unknown_command"]
        listed = [entry["name"] for entry in world.chat.sent(ECONOMY)[0].params["commands"]]
        assert listed == ["tiket", "batal", "petugas"]
    assert world.joko.sends("photo", f"/jawab {case.reference} Sudah.") == ["desk.unknown_command"]
    assert world.joko.says("@AduanBot tolong") == ["desk.mentioned"]
    assert world.joko.says("Rapat pukul 9.") == []
    world.press(world.joko, case, "report_back")
    assert world.joko.commands("batal") == ["desk.discarded"]


def test_a_member_introduces_themselves() -> None:
    world = Divided()
    assert world.joko.commands("petugas") == ["desk.introduce_here"]
    assert world.joko.presses("introduce") == []
    assert world.chat.alert.link == introductions.LINK


def test_its_cards_are_sent_again_after_the_group_moved() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.assigned(world.file(), "pemdes")
    world.chat.feed(GroupMoved(world.chat.now, ECONOMY))
    shown = world.chat.sent(ECONOMY)
    assert [message.template for message in shown] == ["desk.division_card"]
    assert case.reference in wording(shown[0])


def test_the_card_is_closed_when_the_citizens_case_ends_otherwise() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.answered(world.rina, case)
    assert world.new_in(ECONOMY) == ["desk.division_closed"]
    assert "Ditanggapi" in wording(world.fresh(ECONOMY, "desk.division_closed"))


def test_everything_here_renders_in_both_languages() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.joko, case, "accept")
    world.press(world.wati, case, "accept")
    world.joko.commands("bantuan")
    world.reported(case)
    world.press(world.joko, case, "accept")
    render_all(world.chat.effects)
