"""A case goes to a division and back: from the desk, by one of two officers, in private where it must be."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Officer
from conversations.complaints.life_cycle import OPEN, CaseEvent, Role, Status, allowed
from conversations.desk.actions import buttons
from conversations.effects import Edit, RecordHistory, Send
from tests.unit.divided import DIVIDED, ECONOMY, VILLAGES, Divided
from tests.unit.filed import CITIZEN, GROUP, by_link, render_all, wording
from tests.unit.transcript import LEADER, RESTRICTED, RULES

RINA, BUDI = Officer(id=602, name="Rina Wati"), Officer(id=601, name="Budi Santoso")


def test_the_divisions_are_offered_that_of_the_service_first() -> None:
    world = Divided()
    case = world.file()
    assert world.press(world.rina, case, "to_division") == ["desk.which_division"]
    message = world.fresh(GROUP, "desk.which_division")
    names = [button.params.get("name") for row in message.buttons for button in row]
    assert names[:2] == ["Bidang Pemberdayaan Ekonomi", "Bidang Bina Pemerintahan Desa"]
    assert message.buttons[0][0].params["own"] is True
    assert not any(row[0].params["own"] for row in message.buttons[1:-1])
    assert "★ <b>Bidang Pemberdayaan Ekonomi</b> membidangi" in wording(message)


def test_a_disposition_gives_the_case_to_the_division_with_its_instruction() -> None:
    world = Divided()
    case = world.file()
    assert world.chosen(world.rina, case) == ["desk.division_chosen", "desk.prompt"]
    prompt = world.reply_to(f"prompt:{case.id}:602")
    assert world.rina.says("Mohon telusuri bulan Februari.", reply_to=prompt) == ["desk.preview_instruction"]
    assert "Bidang Pemberdayaan Ekonomi" in wording(world.fresh(GROUP, "desk.preview_instruction"))
    assert world.now(case).status is Status.RECEIVED
    world.rina.presses("send")
    now = world.now(case)
    assert (now.status, now.division, now.officer) == (Status.ASSIGNED, "ekonomi", RINA)
    assert now.assigned_at is not None
    entry = now.thread[-1]
    assert (entry.purpose, entry.target, entry.text) == (
        "instruction",
        "ekonomi",
        "Mohon telusuri bulan Februari.",
    )
    card = world.fresh(GROUP, "desk.card")
    assert "Disposisi: Bidang Pemberdayaan Ekonomi, sejak" in wording(card)
    assert world.labels(GROUP, "desk.card")[4:7] == ["to_division", "report", "take_back"]


def test_an_unverified_case_is_verified_in_that_officers_name() -> None:
    world = Divided()
    case = world.assigned(world.file())
    assert case.verified_by == RINA
    assert [message.template for message in world.chat.sent(CITIZEN)] == [
        "followup.receipt_confirmed",
        "captions.receipt",
        "followup.assigned",
    ]
    what = [act for _, act in world.history()]
    assert [act for act in what if act in {"verified", "assigned", "instruction"}] == [
        "verified",
        "assigned",
        "instruction",
    ]


def test_the_citizen_reads_where_it_is_and_not_the_instruction() -> None:
    world = Divided()
    case = world.assigned(world.file())
    notice = world.fresh(CITIZEN, "followup.assigned")
    assert "didisposisikan ke Bidang Pemberdayaan Ekonomi" in wording(notice).replace("<b>", "")
    world.citizen.commands("status", case.reference)
    page = wording(world.chat.sent(CITIZEN)[-1])
    assert "Didisposisikan ke Bidang Pemberdayaan Ekonomi (Rina Wati)" in page
    world.press(world.citizen, case, "read_case")
    assert "telusuri" not in page + wording(world.chat.sent(CITIZEN)[-1])


def test_officers_read_the_instruction_in_full() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.rina, case, "read_all")
    assert "Mohon telusuri." in wording(world.fresh(GROUP, "desk.full"))


@pytest.mark.parametrize("status", Status)
def test_it_is_offered_while_the_life_cycle_allows_it(status: Status) -> None:
    world = Divided()
    case = world.file(status=status)
    shown = {button.label for row in buttons(case, DIVIDED.agencies[0]) for button in row}
    assert ("to_division" in shown) == allowed(status, CaseEvent.ASSIGNED, Role.OFFICER)
    assert ("report" in shown) == ("take_back" in shown) == (status is Status.ASSIGNED)
    if "to_division" not in shown:
        world.press(world.rina, case, "to_division")
        expected = {"desk.not_now", "desk.already_answered"}
        assert world.chat.alert.template in expected, status


def test_no_row_of_the_card_has_more_than_three_buttons() -> None:
    world = Divided()
    for status in OPEN:
        case = world.file(status=status, division="ekonomi")
        assert all(len(row) <= 3 for row in buttons(case, DIVIDED.agencies[0])), status


def test_an_agency_without_divisions_has_no_such_button() -> None:
    world = Divided()
    case = world.file()
    shown = {button.label for row in buttons(case, RULES.agencies[0]) for button in row}
    assert "to_division" not in shown
    world.chat.rules = RULES
    world.press(world.rina, case, "to_division")
    assert world.chat.alert.template == "desk.no_divisions"


def test_of_two_dispositions_at_once_the_second_officer_learns_of_the_first() -> None:
    world = Divided()
    case = world.file()
    world.chosen(world.rina, case, "ekonomi")
    world.chosen(world.leader, case, "pemdes")
    world.rina.says("Mohon telusuri.", reply_to=world.reply_to(f"prompt:{case.id}:602"))
    world.leader.says("Mohon cek.", reply_to=world.reply_to(f"prompt:{case.id}:{LEADER}"))
    world.rina.presses("send", "602")
    world.leader.presses("send", str(LEADER))
    assert world.chat.alert.template == "desk.already_assigned"
    assert world.chat.alert.params["name"] == "Rina Wati"
    assert world.now(case).division == "ekonomi"
    assert world.chat.sent(VILLAGES) == []
    # The text is not lost.
    assert world.leader.presses("save_as_note") == ["desk.note_saved", "desk.card"]


def test_a_choice_shown_before_another_disposition_is_refused() -> None:
    world = Divided()
    case = world.file()
    world.press(world.leader, case, "to_division")
    stale = world.leader.button("division", f"{LEADER},pemdes,0")
    world.assigned(case, officer=world.rina)
    world.leader.presses_button(stale)
    assert world.chat.alert.template == "desk.already_assigned"
    assert world.chat.conversation(LEADER, GROUP).writing is None


def test_of_an_answer_and_a_disposition_at_once_the_second_one_is_refused() -> None:
    world = Divided()
    case = world.file()
    world.press(world.leader, case, "answer")
    world.chosen(world.rina, case)
    world.leader.says("Sudah.", reply_to=world.reply_to(f"prompt:{case.id}:{LEADER}"))
    world.rina.says("Mohon cek.", reply_to=world.reply_to(f"prompt:{case.id}:602"))
    disposition, answer = world.rina.button("send"), world.leader.button("send", str(LEADER))
    world.rina.presses_button(disposition)
    world.leader.presses_button(answer)
    assert world.chat.alert.template == "desk.already_assigned"
    assert world.now(case).status is Status.ASSIGNED
    assert not any(message.template == "followup.response" for message in world.messages(CITIZEN))


def test_the_other_way_round_the_disposition_is_refused() -> None:
    world = Divided()
    case = world.file()
    world.press(world.leader, case, "answer")
    world.chosen(world.rina, case)
    world.leader.says("Sudah.", reply_to=world.reply_to(f"prompt:{case.id}:{LEADER}"))
    world.rina.says("Mohon cek.", reply_to=world.reply_to(f"prompt:{case.id}:602"))
    disposition, answer = world.rina.button("send"), world.leader.button("send", str(LEADER))
    world.leader.presses_button(answer)
    world.rina.presses_button(disposition)
    assert world.chat.alert.template == "desk.already_answered"
    assert (world.now(case).status, world.now(case).division) == (Status.RESPONDED, "")


def test_an_answer_that_is_begun_at_the_division_is_sent() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.answered(world.rina, case)
    assert (world.now(case).status, world.now(case).division) == (Status.RESPONDED, "")


def test_another_officer_does_not_distribute_a_case_that_somebody_handles() -> None:
    world = Divided()
    case = world.file(officer=BUDI)
    world.press(world.rina, case, "to_division")
    assert world.chat.alert.template == "desk.taken"
    assert world.press(world.leader, case, "to_division") == ["desk.which_division"]


def test_reassigning_names_both_divisions() -> None:
    world = Divided()
    case = world.assigned(world.assigned(world.file()), "pemdes")
    assert (case.status, case.division) == (Status.ASSIGNED, "pemdes")
    records = [effect for effect in world.chat.effects if isinstance(effect, RecordHistory)]
    texts = [record.text for record in records if record.what == "assigned"]
    assert texts[-1] == "Bidang Pemberdayaan Ekonomi -> Bidang Bina Pemerintahan Desa"
    assert world.fresh(CITIZEN, "followup.assigned").params["division"] == "Bidang Bina Pemerintahan Desa"
    closed = world.fresh(ECONOMY, "desk.division_closed")
    assert "Dialihkan ke <b>Bidang Bina Pemerintahan Desa</b> oleh Rina Wati" in wording(closed)
    assert not closed.buttons


def test_a_further_instruction_to_the_same_division_leaves_the_status() -> None:
    world = Divided()
    first = world.assigned(world.file())
    world.press(world.joko, first, "accept")
    case = world.assigned(first)
    assert case.timeline == first.timeline
    assert world.chat.sent(CITIZEN) == []
    assert world.new_in(ECONOMY) == ["desk.division_card", "captions.slip"]
    assert "instruksi tambahan" in wording(world.fresh(ECONOMY, "desk.division_closed"))


def test_a_case_is_taken_back_to_the_desk() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.rina, case, "take_back")
    assert world.chat.alert.template == "desk.now_taken_back"
    now = world.now(case)
    assert (now.status, now.division, now.assigned_at) == (Status.IN_PROGRESS, "", None)
    assert ("officer:602", "taken_back") in world.history()
    assert world.new_in(ECONOMY) == ["desk.division_closed"]
    world.press(world.rina, case, "take_back")
    assert world.chat.alert.template == "desk.not_now"


def test_only_the_officer_of_the_case_and_leaders_take_it_back() -> None:
    world = Divided()
    case = world.assigned(world.file())
    world.press(world.budi, case, "take_back")
    assert world.chat.alert.template == "desk.taken"
    world.press(world.leader, case, "take_back")
    assert world.now(case).division == ""


def test_a_choice_belongs_to_the_officer_who_was_asked() -> None:
    world = Divided()
    case = world.file()
    world.press(world.rina, case, "to_division")
    world.press_shown(world.budi, "division", world.rina)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.chat.alert.params["name"] == "Rina Wati"


def test_a_division_that_does_not_exist_is_outdated() -> None:
    world = Divided()
    case = world.file()
    world.press(world.rina, case, "to_division")
    world.press(world.rina, case, "division", "602,keuangan,0")
    assert world.chat.alert.template == "system.press_outdated"


def test_a_choice_is_cancelled() -> None:
    world = Divided()
    case = world.file()
    world.press(world.rina, case, "to_division")
    world.rina.presses("discard")
    assert world.chat.conversation(602, GROUP).writing is None
    assert world.now(case).status is Status.RECEIVED


def test_a_confidential_case_is_distributed_by_a_leader_in_private() -> None:
    world = Divided()
    case = world.file(confidential=True)
    world.press(world.rina, case, "to_division")
    assert world.chat.alert.template == "desk.leaders_only"
    world.press(world.leader, case, "to_division")
    private = world.private(world.leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.which_division"]
    assert private.presses("division", f"{LEADER},ekonomi,0") == ["desk.division_chosen", "desk.prompt"]
    assert private.says("Mohon telusuri dengan hati-hati.") == ["desk.preview_instruction"]
    assert "hanya melihat nomor, layanan, dan tenggat" in wording(
        world.fresh(LEADER, "desk.preview_instruction")
    )
    private.presses("send")
    assert world.now(case).division == "ekonomi"
    card = world.fresh(ECONOMY, "desk.division_confidential")
    assert world.new_in(ECONOMY) == ["desk.division_confidential", "captions.slip"]
    text = wording(card)
    assert "hati-hati" not in text
    assert "Bantuan saya" not in text
    assert case.reference in text


def test_a_restricted_case_is_not_sent_to_the_group_of_a_division() -> None:
    world = Divided()
    case = world.file(restricted=True)
    rina = world.officer(602, "Rina Wati", RESTRICTED)
    world.press(rina, case, "to_division")
    rina.presses("division", "602,ekonomi,0")
    rina.says("Mohon cek.", reply_to=world.reply_to(f"prompt:{case.id}:602"))
    assert "tidak dikirim" in wording(world.fresh(RESTRICTED, "desk.preview_instruction"))
    rina.presses("send")
    assert world.now(case).division == "ekonomi"
    assert world.chat.sent(ECONOMY) == []


def test_a_division_without_a_group_is_marked_on_the_card_and_the_desk_records_its_report() -> None:
    world = Divided()
    case = world.assigned(world.file(), "masyarakat")
    assert {e.chat for e in world.chat.fresh if isinstance(e, Send | Edit)} == {GROUP, CITIZEN}
    assert "Mohon sampaikan kepada bidang" in wording(world.fresh(GROUP, "desk.instructed"))
    assert world.press(world.budi, case, "report") == ["desk.prompt"]
    world.budi.sends("document", "Sudah diperiksa.", reply_to=world.prompt(case))
    world.budi.presses("send")
    now = world.now(case)
    assert (now.status, now.division) == (Status.IN_PROGRESS, "")
    assert (now.thread[-1].purpose, now.thread[-1].target) == ("report", "masyarakat")
    assert "desk.reported" not in world.new_in(GROUP)
    card = wording(world.fresh(GROUP, "desk.card"))
    assert "Laporan Bidang Pemberdayaan Masyarakat: Budi Santoso" in card
    assert not any("diperiksa" in str(message.params) for message in world.messages(CITIZEN))


def test_a_report_is_chosen_for_a_reply_to_the_card() -> None:
    world = Divided()
    case = world.assigned(world.file(), "masyarakat")
    world.rina.says("Bidang: sudah diperiksa.", reply_to=world.card(case))
    assert world.rina.presses("report") == ["desk.preview_report"]


def test_a_person_who_is_meant_does_not_distribute_it() -> None:
    world = Divided()
    case = world.file(meant=(602,))
    world.press(world.rina, case, "to_division")
    assert world.chat.alert.template == "desk.meant_by_it"


def test_the_link_of_another_kind_does_not_distribute() -> None:
    world = Divided()
    case = world.file(confidential=True)
    private = by_link(world, case)
    assert private.commands("start", f"to_division-{case.id}") == ["desk.link_stale"]


def test_everything_here_renders_in_both_languages() -> None:
    world = Divided()
    case = world.assigned(world.assigned(world.file()), "pemdes")
    world.press(world.agus, case, "accept")
    world.reported(case, world.agus)
    world.press(world.rina, case, "to_division")
    world.citizen.commands("status", case.reference)
    render_all(world.chat.effects)
