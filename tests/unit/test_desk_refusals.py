"""A refusal says what is true now, and by whom; nothing is sent whose preview is not the newest message."""

from __future__ import annotations

from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.desk import refusals
from conversations.effects import StripButtons
from tests.unit.divided import Divided
from tests.unit.filed import CITIZEN, RENDERER, Desk, render_all
from tests.unit.following import responded
from tests.unit.test_desk_approval import asking, submitted
from tests.unit.test_desk_exits import WITH_REDIRECTS
from tests.unit.transcript import LEADER


def alert(world: Desk) -> str:
    """What the last presser reads."""
    render_all(world.chat.fresh)
    return RENDERER.plain(world.chat.alert.template, world.chat.alert.params, "id")


def stored(world: Desk, case: Case, **changes: object) -> None:
    world.chat.cases[case.id] = world.now(case).model_copy(update=changes).model_dump_json()


def test_a_request_without_a_tick_is_not_sent_by_the_word_kirim() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "request")
    leader = world.private(world.leader)
    leader.commands("start", world.chat.alert.link)
    assert leader.says("Mohon dilengkapi.") == ["desk.checklist"]
    assert leader.says("Kirim") == ["desk.preview_first"]
    assert world.now(case).status is Status.RECEIVED
    assert world.chat.sent(CITIZEN) == []
    leader.presses("unticked")
    assert leader.says("Kirim") == ["desk.preview_first"]
    assert leader.presses("next") == ["desk.request_preview"]
    leader.says("Kirim")
    assert world.now(case).status is Status.INCOMPLETE


def test_a_tick_after_the_preview_needs_another_preview() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "request")
    world.budi.presses("unticked")
    world.budi.presses("next")
    send = world.budi.button("send")
    world.budi.presses("rewrite")
    world.budi.presses("unticked")
    world.budi.presses_button(send)
    assert "tekan Lanjut" in alert(world)
    assert world.now(case).status is Status.RECEIVED
    world.budi.presses("next")
    world.budi.presses_button(send)
    request = world.now(case).request
    assert request
    assert len(request.items) == 2


def test_an_edited_remark_shows_the_preview_again() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "request")
    world.budi.presses("unticked")
    world.budi.says("RT belum ada.", message=9001, reply_to=world.card(case))
    world.budi.presses("rewrite")
    assert world.budi.edits(9001, "RT dan RW belum ada.") == ["desk.request_preview"]
    world.budi.presses("send")
    assert world.now(case).status is Status.INCOMPLETE


def test_a_recalled_response_ends_the_correction_that_waits_for_the_leader() -> None:
    world = asking()
    case = submitted(world)
    world.private(world.leader).presses("approve")
    world.delivered(case)
    world.press(world.budi, case, "correct")
    world.budi.says("Disalurkan 21 Maret.", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.now(case).awaits_approval
    approve = world.private(world.leader).button("approve")
    world.press(world.leader, case, "recall")
    world.leader.presses("recall_yes")
    now = world.now(case)
    assert (now.status, now.pending) == (Status.IN_PROGRESS, None)
    assert now.returned
    assert now.returned.contribution.text == "Disalurkan 21 Maret."
    assert LEADER in {effect.chat for effect in world.chat.fresh if isinstance(effect, StripButtons)}
    world.private(world.leader).presses_button(approve)
    assert "Ibu Kepala" in alert(world)


def test_a_leader_who_decides_too_late_reads_who_has_returned_the_correction() -> None:
    world = asking()
    case = submitted(world)
    world.private(world.leader).presses("approve")
    world.delivered(case)
    world.press(world.budi, case, "correct")
    world.budi.says("Disalurkan 21 Maret.", reply_to=world.prompt(case))
    world.budi.presses("send")
    approve = world.private(world.leader).button("approve")
    world.press(world.budi, case, "withdraw_draft")
    world.private(world.leader).presses_button(approve)
    assert "dikembalikan atau ditarik oleh Budi Santoso" in alert(world)


def test_a_draft_without_an_officer_names_its_author_and_the_way() -> None:
    world = asking()
    case = submitted(world)
    stored(world, case, officer=None, taken_at=None)
    world.press(world.rina, case, "withdraw_draft")
    assert "penulisnya, Budi Santoso" in alert(world)
    world.press(world.rina, case, "take")
    world.press(world.rina, case, "withdraw_draft")
    assert world.now(case).status is Status.IN_PROGRESS


def test_a_second_approval_names_who_has_approved() -> None:
    world = asking()
    submitted(world)
    leader = world.private(world.leader)
    approve = leader.button("approve")
    leader.presses("approve")
    leader.presses_button(approve)
    assert "oleh Budi Santoso dengan persetujuan Ibu Kepala" in alert(world)


def test_a_case_that_was_released_is_free_to_take() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "take_over")
    sure = world.rina.button("take_over_yes")
    world.press(world.budi, case, "release")
    for officer, action in ((world.budi, "release"), (world.rina, "take_over")):
        world.press(officer, case, action)
        assert "mohon tekan Ambil" in alert(world)
    world.rina.presses_button(sure)
    assert "mohon tekan Ambil" in alert(world)


def test_a_second_sudah_dijelaskan_names_the_first() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("Tanggalnya 3 Maret")
    world.citizen.presses("send")
    world.press(world.budi, case, "explained")
    world.press(world.leader, case, "explained")
    assert "Budi Santoso sudah menyatakan" in alert(world)


def test_a_second_recall_names_the_first() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case)
    for officer in (world.budi, world.leader):
        world.press(officer, case, "recall")
    world.press_shown(world.leader, "recall_yes", world.leader)
    world.press(world.budi, case, "recall")
    assert "sudah ditarik oleh Ibu Kepala" in alert(world)


def test_a_second_verification_names_the_first_and_its_time() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    world.press(world.rina, case, "verify")
    assert "sudah diverifikasi oleh Budi Santoso, Selasa, 17 Maret 2026" in alert(world)


def test_a_correction_is_of_the_response_that_its_author_has_seen() -> None:
    world = Desk()
    case = responded(world)
    for officer, text in ((world.budi, "Disalurkan 21 Maret."), (world.leader, "Disalurkan 22 Maret.")):
        world.press(officer, case, "correct")
        prompt = world.reply_to(f"prompt:{case.id}:{officer.identity.id}")
        officer.says(text, reply_to=prompt)
    world.budi.presses("send", "601")
    world.leader.presses("send", str(LEADER))
    assert "Budi Santoso sudah membuat ralat tanggapan" in alert(world)
    assert world.chat.sent(CITIZEN) == []
    assert world.now(case).responses[-1].text == "Disalurkan 21 Maret."


def test_a_case_that_waits_for_the_citizen_since_a_moment_is_not_rejected() -> None:
    world = Desk()
    case = world.file()
    world.press(world.leader, case, "reject")
    world.leader.says("Bukan pelayanan publik.", reply_to=world.reply_to(f"prompt:{case.id}:{LEADER}"))
    world.press(world.budi, case, "request")
    for label in ("unticked", "next", "send"):
        world.budi.presses(label)
    world.leader.presses("send", str(LEADER))
    assert "Budi Santoso sudah membuat permintaan kelengkapan" in alert(world)
    assert world.now(case).status is Status.INCOMPLETE


def test_a_second_instruction_to_the_same_division_is_named_by_its_own_officer() -> None:
    world = Divided()
    case = world.file()
    world.assigned(case, officer=world.leader)
    world.press(world.leader, case, "release")
    world.assigned(case, officer=world.budi)
    now = world.now(case)
    refusal = refusals.assigned_refusal(now, world.chat.world())
    assert refusal.params["name"] == "Budi Santoso"
    assert now.assigned_at
    assert refusal.params["at"] == now.assigned_at.isoformat()


def test_the_button_for_untold_messages_answers_when_all_are_passed_on() -> None:
    world = Desk()
    case = world.file(filed_by=0, recorded_by=Officer(id=601, name="Budi Santoso"))
    world.press(world.rina, case, "untold")
    assert world.chat.alert.template == "desk.passed_on_before"


def test_an_objection_that_an_officer_wrote_down_names_the_officer() -> None:
    world = Desk()
    case = world.file(filed_by=0, recorded_by=Officer(id=601, name="Budi Santoso"))
    world.answered(world.budi, case)
    for officer in (world.budi, world.leader):
        world.press(officer, case, "objection")
        prompt = world.reply_to(f"prompt:{case.id}:{officer.identity.id}")
        officer.says("Belum menerima.", reply_to=prompt)
    world.budi.presses("send", "601")
    world.leader.presses("send", str(LEADER))
    assert "oleh Budi Santoso" in alert(world)
    assert sum(line.status is Status.REOPENED for line in world.now(case).timeline) == 1


def test_a_body_outside_gives_one_number_to_the_citizen() -> None:
    world = Desk()
    world.chat.rules = WITH_REDIRECTS
    case = world.file()
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", "601,o.lapor")
    world.budi.says("Jalan provinsi.", reply_to=world.prompt(case))
    world.budi.presses("send", "601")
    for officer in (world.budi, world.leader):
        world.press(officer, case, "track")
        prompt = world.reply_to(f"prompt:{case.id}:{officer.identity.id}")
        officer.says("12345", reply_to=prompt)
    world.budi.presses("send", "601")
    world.leader.presses("send", str(LEADER))
    assert "Budi Santoso sudah membuat nomor dari instansi lain" in alert(world)
    assert world.chat.sent(CITIZEN) == []
