"""A case changes hands: released, taken over after a confirmation, never handled by who filed it."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.desk.actions import buttons
from conversations.effects import Send, StripButtons
from tests.unit.filed import CITIZEN, GROUP, RENDERER, Desk, render_all, wording
from tests.unit.transcript import RULES

RINA = Officer(id=602, name="Rina Wati")


def taken(world: Desk, **changes: object) -> Case:
    case = world.file(**changes)  # type: ignore[arg-type]
    world.press(world.budi, case, "take")
    return case


def labels(case: Case) -> set[str]:
    return {button.label for row in buttons(case) for button in row}


def without_leaders(world: Desk) -> None:
    agencies = tuple(agency.model_copy(update={"leaders": ()}) for agency in RULES.agencies)
    world.chat.rules = RULES.model_copy(update={"agencies": agencies})


def test_a_taken_case_has_both_buttons_and_an_untaken_one_has_neither() -> None:
    world = Desk()
    case = world.file()
    assert {"release", "take_over"}.isdisjoint(labels(case))
    world.press(world.budi, case, "take")
    assert {"release", "take_over"} <= labels(world.now(case))
    assert "take" not in labels(world.now(case))


def test_the_holder_releases_the_case_and_another_takes_it() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.budi, case, "release")
    assert world.chat.alert.template == "desk.released"
    assert world.now(case).officer is None
    assert ("officer:601", "released") in world.history()
    world.press(world.rina, case, "take")
    assert world.now(case).officer == RINA


def test_another_officer_cannot_release_and_reads_what_to_do() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.rina, case, "release")
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert "Ambil Alih" in wording_of_alert(world)
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")


def wording_of_alert(world: Desk) -> str:
    return RENDERER.plain(world.chat.alert.template, world.chat.alert.params, "id")


def test_taking_over_asks_first_and_names_the_holder() -> None:
    world = Desk()
    case = taken(world)
    assert world.press(world.rina, case, "take_over") == ["desk.take_over_sure"]
    question = wording(world.chat.sent(GROUP)[0])
    assert "Budi Santoso" in question
    assert "tg://user?id=602" in question
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")


def test_the_group_reads_who_took_it_over_and_the_earlier_holder_is_mentioned() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.rina, case, "take_over")
    world.rina.presses("take_over_yes")
    assert world.now(case).officer == RINA
    (said,) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert said.message.template == "desk.taken_over"
    assert "tg://user?id=601" in wording(said.message)
    assert "<b>Rina Wati</b> mengambil alih" in wording(said.message)
    assert any(isinstance(effect, StripButtons) for effect in world.chat.fresh)
    assert ("officer:602", "taken_over") in world.history()
    world.answered(world.rina, case)
    assert world.now(case).status is Status.RESPONDED


def test_declining_changes_nothing() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.rina, case, "take_over")
    assert world.rina.presses("discard") == []
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")


def test_the_holder_and_other_officers_cannot_press_for_another() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.budi, case, "take_over")
    assert world.chat.alert.template == "desk.taken_by_you"
    world.press(world.rina, case, "take_over")
    world.press_shown(world.leader, "take_over_yes", world.rina)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")


def test_a_confirmation_counts_only_against_the_holder_that_it_named() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.rina, case, "take_over")
    old = world.rina.button("take_over_yes")
    world.press(world.leader, case, "take_over")
    world.leader.presses("take_over_yes")
    world.rina.presses_button(old)
    assert world.chat.alert.template == "desk.taken"
    assert world.chat.alert.params["name"] == "Ibu Kepala"
    assert world.now(case).officer == Officer(id=900, name="Ibu Kepala")


def test_without_leaders_nothing_waits_for_one() -> None:
    world = Desk()
    without_leaders(world)
    case = taken(world)
    world.press(world.rina, case, "answer")
    assert "Ambil Alih" in wording_of_alert(world)
    world.press(world.rina, case, "take_over")
    world.rina.presses("take_over_yes")
    world.press(world.rina, case, "verify")
    world.asked(world.rina, case)
    world.answered(world.rina, case)
    assert world.now(case).status is Status.RESPONDED


def test_what_the_earlier_holder_wrote_is_not_lost() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.budi, case, "answer")
    world.budi.says("Sudah kami salurkan.", reply_to=world.prompt(case))
    world.press(world.rina, case, "take_over")
    world.rina.presses("take_over_yes")
    assert world.budi.presses("send") == ["desk.taken"]
    assert world.budi.presses("save_as_note") == ["desk.note_saved", "desk.card"]


@pytest.mark.parametrize("action", ["take", "verify", "take_over", "answer", "ask", "note"])
@pytest.mark.parametrize("person", [601, 900])
def test_who_filed_a_case_cannot_handle_it(action: str, person: int) -> None:
    world = Desk()
    case = world.file(filed_by=person)
    if action == "take_over":
        world.press(world.rina, case, "take")
    before = world.now(case)
    world.press(world.officer(person, "Pengadu"), case, action)
    assert world.chat.alert.template == "desk.own_case"
    assert world.now(case) == before


def test_who_filed_a_case_cannot_answer_it_by_a_reply_or_a_command() -> None:
    world = Desk()
    case = world.file(filed_by=601)
    assert world.budi.says("Sudah.", reply_to=world.card(case)) == ["desk.own_case"]
    assert world.budi.commands("jawab", f"{case.reference} Sudah.") == ["desk.own_case"]
    assert not world.now(case).thread


@pytest.mark.parametrize("action", ["take", "verify", "take_over"])
def test_only_who_may_read_a_confidential_case_takes_or_verifies_it(action: str) -> None:
    world = Desk()
    case = world.file(confidential=True, officer=RINA, taken_at=world.chat.now)
    world.press(world.budi, case, action)
    assert world.chat.alert.template == "desk.leaders_only"


def test_asking_has_its_own_button() -> None:
    world = Desk()
    case = world.file()
    assert world.press(world.budi, case, "ask") == ["desk.prompt"]
    world.budi.says("Di mana?", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.question"]
    assert world.now(case).open


def test_asking_about_a_confidential_case_opens_the_private_chat() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "ask")
    private = world.private(world.leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.prompt"]
    private.says("Di mana?")
    private.presses("send")
    assert [message.template for message in world.chat.sent(CITIZEN)] == ["followup.question"]


def test_no_row_of_the_card_has_more_than_three_buttons() -> None:
    world = Desk()
    for status in Status:
        for officer in (None, RINA):
            case = world.file(status=status, officer=officer)
            assert all(len(row) <= 3 for row in buttons(case)), status


def test_nor_has_the_card_of_a_responded_case_with_an_addition() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.press(world.citizen, case, "add")
    world.citizen.says("Belum cair.")
    world.citizen.presses("send")
    rows = [[button.label for button in row] for row in buttons(world.now(case))]
    assert rows[1:3] == [["answer", "explained", "ask"], ["correct", "recall"]]


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = taken(world)
    world.press(world.rina, case, "release")
    world.press(world.rina, case, "take_over")
    world.rina.presses("take_over_yes")
    world.press(world.rina, case, "release")
    world.press(world.officer(CITIZEN, "Siti"), case, "take")
    render_all(world.chat.effects)
