"""The card carries nothing personal, and its buttons act by what is true now."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.complaints.case import Officer
from conversations.complaints.life_cycle import Status
from conversations.desk.actions import card, updated_cards
from conversations.effects import Edit, Lane, Send
from conversations.engine import needs
from conversations.events import ButtonPressed, Delivery, FileStored, GroupMoved
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import RESTRICTED, STAFF

PERSONAL = ("Siti", "Krajan", "0812")


def labels(desk_world: Desk, case: object) -> list[str]:
    message = card(desk_world.now(case), desk_world.chat.world())  # type: ignore[arg-type]
    return [button.label for row in message.buttons for button in row]


def test_filing_puts_the_card_into_the_agencys_group_unasked() -> None:
    world = Desk()
    case, before = world.file(), world.chat.world()
    before.cases.clear()
    (send,) = updated_cards(before, [case], Lane.ASKED)
    assert isinstance(send, Send)
    assert (send.chat, send.lane) == (GROUP, Lane.UNASKED)
    assert send.key.startswith("card:")


def test_a_change_of_the_case_brings_its_card_up_to_date() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    edits = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert [(edit.key, edit.lane) for edit in edits] == [(f"card:{case.id}", Lane.ASKED)]
    world.press(world.budi, case, "evidence")
    assert not any(isinstance(effect, Edit) for effect in world.chat.fresh)


def test_a_group_that_moved_gets_the_cards_of_its_open_cases_again() -> None:
    world = Desk()
    first, closed, third = (world.file() for _ in range(3))
    world.answered(world.budi, closed)
    world.delivered(closed)
    world.press(world.citizen, closed, "satisfied", "1")
    world.chat.feed(GroupMoved(world.chat.now, GROUP))
    assert [effect.key for effect in world.chat.fresh if isinstance(effect, Edit)] == [
        f"card:{first.id}",
        f"card:{third.id}",
    ]


def test_the_card_names_the_matter_and_nobody() -> None:
    world = Desk()
    text = wording(card(world.file(), world.chat.world()))
    for wanted in ("DPMD-2026-0001", "Penyaluran BLT Desa", "materiel", "Penjelasan tertulis"):
        assert wanted in text
    assert "Jumat, 27 Maret 2026" in text
    assert "1 foto, 1 lokasi" in text
    assert not [word for word in PERSONAL if word in text]


def test_the_card_shows_the_first_300_characters_of_the_story() -> None:
    world = Desk()
    text = wording(card(world.file(), world.chat.world()))
    story = next(line for line in text.splitlines() if line.startswith("Bantuan saya"))
    assert 250 < len(story) <= 300
    assert story.endswith("…")


def test_a_confidential_card_shows_number_service_and_due_date_only() -> None:
    world = Desk()
    text = wording(card(world.file(confidential=True), world.chat.world()))
    assert "DPMD-2026-0001" in text
    assert "Penyaluran BLT Desa" in text
    assert "27 Maret 2026" in text
    for hidden in ("Bantuan saya", "materiel", "Penjelasan", "foto", *PERSONAL):
        assert hidden not in text


def test_a_confidential_cards_service_in_own_words_stays_hidden() -> None:
    world = Desk()
    case = world.file(confidential=True)
    own = case.complaint.model_copy(update={"service": "Kepala Desa Raci memukul saya"})
    text = wording(card(case.model_copy(update={"complaint": own}), world.chat.world()))
    assert "memukul" not in text


def test_an_overdue_card_says_so() -> None:
    world = Desk()
    case = world.file(due_on=date(2026, 3, 16))  # yesterday, a Monday
    assert "LEWAT TENGGAT" in wording(card(case, world.chat.world()))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        (Status.RECEIVED, {"take", "verify", "answer"}),
        (Status.VERIFIED, {"take", "answer"}),
        (Status.REOPENED, {"take", "answer"}),
        (Status.RESPONDED, set[str]()),
        (Status.CLOSED, set[str]()),
    ],
)
def test_the_buttons_follow_the_life_cycle(status: Status, shown: set[str]) -> None:
    world = Desk()
    found = set(labels(world, world.file(status=status)))
    assert found & {"take", "verify", "answer"} == shown
    assert {"read_all", "identity", "note"} <= found


def test_without_evidence_there_is_no_evidence_button() -> None:
    world = Desk()
    case = world.file()
    bare = case.complaint.model_copy(update={"story": case.complaint.story[:1]})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": bare}).model_dump_json()
    assert "evidence" not in labels(world, case)


def test_second_officer_is_told_who_took_it_and_when() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")
    world.press(world.rina, case, "take")
    assert world.chat.alert.template == "desk.taken"
    assert world.chat.alert.alert
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert world.chat.alert.params["since"].startswith("2026-03-17T09:00")
    assert world.now(case).officer == Officer(id=601, name="Budi Santoso")
    assert world.history().count(("officer:602", "taken")) == 0


def test_taking_edits_the_card() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"card:{case.id}"
    assert "Budi Santoso" in wording(edit.message)
    assert world.now(case).status is Status.RECEIVED


def test_taking_a_verified_case_starts_it() -> None:
    world = Desk()
    case = world.file()
    world.press(world.rina, case, "verify")
    assert world.now(case).status is Status.VERIFIED
    world.press(world.budi, case, "take")
    assert world.now(case).status is Status.IN_PROGRESS


def test_verifying_completes_the_receipt_with_the_officers_name() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    assert world.now(case).verified_by == Officer(id=601, name="Budi Santoso")
    (receipt,) = world.chat.sent(CITIZEN)
    assert "dikonfirmasi oleh <b>Budi Santoso</b>" in wording(receipt)
    assert ("officer:601", "verified") in world.history()


def test_verifying_a_taken_case_starts_it() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "verify")
    assert world.now(case).status is Status.IN_PROGRESS


def test_a_second_verification_names_the_first() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    world.press(world.rina, case, "verify")
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert not world.chat.sent(CITIZEN)


def test_an_older_card_still_acts_where_the_action_is_right() -> None:
    world = Desk()
    case = world.file(version=7)
    world.press(world.budi, case, "take", version=2)
    assert world.now(case).officer


@pytest.mark.parametrize("action", ["take", "verify", "identity", "read_all", "evidence", "answer", "note"])
def test_another_agencys_group_cannot_act(action: str) -> None:
    world = Desk()
    case = world.file()
    stranger = world.officer(700, "Orang Lain", STAFF["bakesbangpol"])
    world.press(stranger, case, action)
    assert world.chat.alert.template == "system.press_outdated"
    assert world.now(case) == case
    assert len(world.chat.fresh) == 1


def test_a_restricted_case_is_unknown_in_the_staff_group() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    world.press(world.budi, case, "read_all")
    assert world.chat.alert.template == "system.press_outdated"
    inside = world.officer(603, "Pak Irban", RESTRICTED)
    assert world.press(inside, case, "read_all") == ["desk.full"]


def test_outsiders_get_nothing() -> None:
    world = Desk()
    case = world.file()
    outsider = world.officer(700, "Orang Lain", -999)
    assert world.press(outsider, case, "take") == []
    assert outsider.commands("tiket", case.reference) == []
    assert world.now(case).officer is None


def test_evidence_answers_the_card_with_files_and_map_links() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "evidence")
    (message,) = world.chat.sent(GROUP)
    assert message.files == (f"{CITIZEN}-12",)
    assert message.reply_to == f"card:{case.id}"
    assert "https://maps.google.com/?q=-7.600000,112.800000" in wording(message)


def test_reading_all_shows_the_whole_story_without_the_person() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "read_all")
    (message,) = world.chat.sent(GROUP)
    text = wording(message)
    assert case.complaint.account in text
    assert not [word for word in PERSONAL if word in text]


def test_identity_goes_to_the_presser_alone_and_is_logged() -> None:
    world = Desk()
    case = world.file()
    assert world.press(world.budi, case, "identity") == []
    alert = world.chat.alert
    assert alert.alert
    assert alert.overflow == f"identity-{case.id}"
    assert {row["field"] for row in alert.params["fields"]} == {"name", "address", "phone"}
    assert ("officer:601", "identity_viewed") in world.history()


def test_the_identity_link_works_for_its_officer_for_ten_minutes() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    argument = f"identity-{case.id}"
    private = world.private(world.budi)
    assert private.commands("start", argument) == ["desk.identity"]
    assert world.private(world.rina).commands("start", argument) != ["desk.identity"]
    world.later(minutes=11)
    unknown = private.commands("start", "identity-entahapa")
    assert private.commands("start", argument) == unknown


def test_a_confidential_identity_is_for_leaders_only() -> None:
    world = Desk()
    case = world.file(confidential=True)
    for action in ("identity", "read_all", "evidence", "answer", "note"):
        world.press(world.budi, case, action)
        assert world.chat.alert.template == "desk.leaders_only"
    assert not world.now(case).grants
    world.press(world.leader, case, "identity")
    assert world.chat.alert.template == "desk.identity"


def test_a_leader_reads_a_confidential_case_in_private() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.press(world.leader, case, "read_all") == []
    assert world.chat.alert.link == f"read-{case.id}"
    private = world.private(world.leader)
    assert private.commands("start", f"read-{case.id}") == ["desk.full", "desk.evidence"]
    assert ("officer:900", "read_viewed") in world.history()


def test_the_power_of_attorney_is_seen_in_private_only() -> None:
    world = Desk()
    case = world.file()
    paper = {"power_of_attorney": (case.complaint.story[1].model_copy(update={"file": "501-77"}),)}
    represents = case.complaint.model_copy(update={"represents": True, **paper})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": represents}).model_dump_json()
    assert world.press(world.budi, case, "identity") == []
    assert world.chat.alert.link == f"identity-{case.id}"
    world.private(world.budi).commands("start", f"identity-{case.id}")
    (message,) = world.chat.sent(601)
    assert message.files == ("501-77",)


def test_a_stored_files_sha_follows_in_the_history() -> None:
    world = Desk()
    case = world.file()
    effects = world.chat.feed(FileStored(world.chat.now, case.id, "501-12", "ab" * 32, 10))
    assert "ab" * 32 in effects[0].text  # type: ignore[union-attr]
    assert world.chat.feed(FileStored(world.chat.now, "somedraft", "501-12", "ab" * 32, 10)) == []


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case, secret = world.file(), world.file(confidential=True)
    for action in ("take", "verify", "evidence", "read_all", "identity", "answer", "note"):
        world.press(world.budi, case, action)
        world.press(world.leader, secret, action)
        world.press(world.rina, secret, action)
    world.answered(world.budi, case)
    world.delivered(case, how=Delivery.UNREACHABLE)
    render_all(world.chat.effects)


def test_a_press_needs_only_its_own_case() -> None:
    world = Desk()
    case = world.file()
    press = ButtonPressed(world.budi.origin(), "p", "take", case.id, 1, "")
    assert needs(press, world.chat.world()).cases == {case.id}
