"""A citizen completes a filed complaint: only the missing items are asked, as they are at first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from conversations import casefile
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import FILES
from conversations.complaints.completion import SIGNATURE, askable
from conversations.complaints.life_cycle import Status
from conversations.effects import DropFiles, Edit, GiveFiles, KeepFile, Send
from conversations.events import FileLost
from conversations.messages import Button, OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, complaint, render_all, wording
from tests.unit.following import STRANGER, drafting
from tests.unit.incomplete import (
    ADDRESS,
    ask_for,
    completing,
    requested,
    screen,
    sign_and_send,
    talk,
)
from tests.unit.transcript import Actor
from tests.unit.walker import questions_asked, walk


def test_only_what_was_asked_for_is_asked_and_the_complaint_stays_as_it_was_signed() -> None:
    world = Desk()
    case = world.file()
    ask_for(world, case, "address", "loss")
    assert world.citizen.presses("complete_now") == ["intake.ask_loss"]
    question = world.chat.sent(CITIZEN)[-1]
    assert (question.params["step"], question.params["steps"]) == (1, 4)
    assert "Rp 300.000" in wording(question)
    assert [b.label for row in question.buttons for b in row] == ["back", "do_later"]
    assert world.citizen.says("Rp 450.000, uang transpor") == ["intake.ask_address"]
    assert world.citizen.says(ADDRESS) == ["completion.summary"]
    summary = world.chat.sent(CITIZEN)[-1]
    assert [row["field"] for row in summary.params["answers"]] == ["loss", "address"]
    assert "completion.sent" in sign_and_send(world)
    now = world.now(case)
    assert now.complaint == case.complaint
    assert now.answers["loss"] == "Rp 450.000, uang transpor"
    assert now.answers["address"] == ADDRESS
    assert now.answers["name"] == "Siti Aminah"
    given = now.supplements[-1]
    assert (given.signature, given.place, len(given.digest) > 20) == ("Siti Aminah", "Bangil", True)
    assert (now.status, now.request) == (Status.RECEIVED, None)
    assert (f"citizen:{CITIZEN}", "completed") in world.history()
    assert talk(world).draft is None
    assert talk(world).last_answers["address"] == ADDRESS
    render_all(world.chat.effects)


def test_the_group_reads_it_below_the_card_without_anything_about_the_person() -> None:
    world = Desk()
    case = completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    told = next(m for m in world.chat.sent(GROUP) if m.template == "desk.supplemented")
    assert told.reply_to == f"card:{case.id}"
    assert told.params["officer"] == {"id": 601, "name": "Budi Santoso"}
    card = next(m for m in world.chat.sent(GROUP) if m.template == "desk.card")
    for message in (told, card):
        text = wording(message)
        assert "Rp 450.000, uang transpor" in text
        assert "Alamat lengkap" in text
        assert ADDRESS not in text
    world.press(world.budi, case, "read_all")
    full = wording(world.chat.sent(GROUP)[-1])
    assert "Rp 300.000" in full
    assert "Uraian kerugian (dilengkapi" in full
    assert "kelengkapan dari pengadu" in full
    assert ADDRESS not in full
    world.press(world.budi, case, "identity")
    assert [row.get("completed_at", "") != "" for row in world.chat.alert.params["fields"]][-1]
    world.citizen.commands("status", case.reference)
    world.citizen.presses("read_all")
    assert ADDRESS in wording(world.chat.sent(CITIZEN)[-1])
    render_all(world.chat.effects)


REPRESENTING: dict[str, Any] = {
    "represents": True,
    "represented_name": "Sumiati",
    "represented_address": "Bangil",
}


REPRESENTED = complaint(**REPRESENTING)
ITEMS = askable(Desk().file(complaint=REPRESENTED).answers)


@pytest.mark.parametrize("item", ITEMS)
def test_each_item_can_be_completed_alone(item: str) -> None:
    world = Desk()
    case = world.file(complaint=REPRESENTED)
    ask_for(world, case, item)
    world.citizen.presses("complete_now")
    assert screen(world) == (item if item != SIGNATURE else "signing")
    walk(world.citizen, until="sending")
    world.citizen.presses("send")
    now = world.now(case)
    assert now.status is Status.RECEIVED
    given = now.supplements[-1]
    assert given.items == (item,)
    if item == "story":
        assert len(given.story) == 1
    elif item != SIGNATURE:
        assert item in given.answers
        assert not {"name", "resolution", "service"} - {item} & given.answers.keys()
    assert bool(given.signature) is (item != "power_of_attorney")
    render_all(world.chat.effects)


def test_all_items_at_once_are_asked_in_the_order_of_the_questions() -> None:
    world = Desk()
    case = world.file(complaint=REPRESENTED)
    ask_for(world, case, *reversed(ITEMS))
    world.citizen.presses("complete_now")
    walk(world.citizen, until="sending", answers={"loss_kind": "both"})
    # Pages are asked for by a message of their own.
    assert questions_asked(world.citizen) == [name for name in ITEMS[:-1] if name not in FILES]
    world.citizen.presses("send")
    assert world.now(case).status is Status.RECEIVED


def test_a_loss_that_there_is_now_is_described() -> None:
    world = Desk()
    case = world.file(complaint=complaint(loss_kind="none", loss=None))
    ask_for(world, case, "loss_kind")
    world.citizen.presses("complete_now")
    world.citizen.presses("loss_material")
    assert screen(world) == "loss"
    world.citizen.says("Rp 300.000")
    sign_and_send(world)
    assert world.now(case).answers["loss"] == "Rp 300.000"


def test_the_power_of_attorney_is_kept_with_the_identity_and_never_shown_in_the_group() -> None:
    world = Desk()
    case = world.file(complaint=complaint(**REPRESENTING))
    ask_for(world, case, "power_of_attorney")
    world.citizen.presses("complete_now")
    assert [b.label for row in world.chat.sent(CITIZEN)[-1].buttons for b in row] == ["back", "do_later"]
    for text in ("sudah saya serahkan", "?", "Kirim nanti"):
        assert world.citizen.says(text) == ["completion.ask_pages"]
    world.citizen.sends("photo", album="a")
    page = next(effect.key for effect in world.chat.fresh if isinstance(effect, KeepFile))
    world.citizen.sends("photo", album="a")
    assert world.citizen.presses("send") == ["completion.sent", "captions.complaint"]
    now = world.now(case)
    assert len(casefile.personal_files(now)) == 2
    assert page in casefile.personal_files(now)
    assert not casefile.lacks_attorney(now)
    assert casefile.evidence(now) == casefile.evidence(case)
    given = next(effect for effect in world.chat.fresh if isinstance(effect, GiveFiles))
    assert given.owner == case.id
    assert page in given.keys
    assert not any(page in message.files for message in world.messages(GROUP))


def test_a_power_of_attorney_that_was_asked_for_completes_the_case_in_each_way() -> None:
    world = Desk()
    case = world.file(complaint=REPRESENTED)
    ask_for(world, case, "power_of_attorney")
    world.citizen.commands("status", case.reference)
    page = world.chat.sent(CITIZEN)[-1]
    assert "send_attorney" not in [b.label for row in page.buttons for b in row]
    # The button of the receipt.
    world.press(world.citizen, case, "send_attorney")
    assert screen(world) == "power_of_attorney"


def test_a_lost_page_is_asked_for_again() -> None:
    world = Desk()
    case = world.file(complaint=complaint(**REPRESENTING))
    ask_for(world, case, "power_of_attorney")
    world.citizen.presses("complete_now")
    world.citizen.sends("photo")
    draft = talk(world).draft
    assert draft
    key = draft.answers["power_of_attorney"][0]["file"]
    world.chat.feed(FileLost(world.chat.now, draft.id, key, CITIZEN, "too_large"))
    assert screen(world) == "power_of_attorney"
    world.citizen.presses("send")
    assert world.now(case).status is Status.INCOMPLETE


def test_nanti_saja_keeps_the_answers_and_says_until_when() -> None:
    world = Desk()
    case = completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    assert world.citizen.presses("do_later") == ["completion.later"]
    later = world.chat.sent(CITIZEN)[-1]
    assert (later.params["answered"], later.params["until"]) == (1, "2026-04-16")
    assert later.params["items"] == ["address"]
    assert screen(world) == ""
    assert talk(world).draft is None
    world.later(days=3)
    assert world.citizen.presses("complete_now") == ["intake.ask_address"]
    assert world.citizen.commands("batal") == ["completion.later"]
    world.citizen.commands("status", case.reference)
    page = world.chat.sent(CITIZEN)[-1]
    assert "Yang perlu dilengkapi" in wording(page)
    assert page.buttons[0][0].label == "complete_now"
    world.citizen.presses("complete_now")
    assert world.citizen.says("nanti saja") == ["completion.later"]


def test_back_at_the_first_item_leaves_the_questions_too() -> None:
    world = Desk()
    completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    assert world.citizen.presses("back") == ["intake.ask_loss"]
    assert world.citizen.presses("back") == ["completion.later"]


def test_a_draft_is_set_aside_and_continues_after_kirim_and_after_nanti() -> None:
    world = Desk()
    case = requested(world, "address")
    drafting(world)
    before = talk(world).draft
    assert before
    world.citizen.presses("complete_now")
    assert screen(world) == "address"
    assert [draft.id for draft in talk(world).set_aside] == [before.id]
    assert world.citizen.presses("do_later") == ["completion.later", "intake.ask_story"]
    assert screen(world) == "story"
    world.citizen.presses("complete_now")
    world.citizen.says(ADDRESS)
    assert sign_and_send(world) == ["completion.sent", "captions.complaint", "intake.ask_story"]
    after = talk(world)
    assert after.draft
    assert (after.draft.id, after.set_aside, after.listener) == (before.id, (), "intake")
    assert world.now(case).status is Status.RECEIVED


def test_a_new_complaint_can_be_begun_meanwhile_and_loses_nothing() -> None:
    world = Desk()
    completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    world.citizen.commands("start", "dpmd")
    drafting(world)
    assert screen(world) == "story"
    assert [draft.answers["loss"] for draft in talk(world).completing] == ["Rp 450.000, uang transpor"]
    world.citizen.says("Petugas menolak.")
    assert talk(world).filing
    world.citizen.presses("complete_now")
    assert screen(world) == "address"


def test_two_complaints_are_completed_one_after_the_other() -> None:
    world = Desk()
    first, second = (requested(world, "address"), requested(world, "loss"))
    world.citizen.presses_button(_button(world, first))
    world.citizen.presses_button(_button(world, second))
    assert screen(world) == "loss"
    world.citizen.says("Rp 450.000, uang transpor")
    sign_and_send(world)
    assert world.now(second).status is Status.RECEIVED
    assert world.now(first).status is Status.INCOMPLETE
    world.citizen.presses_button(_button(world, first))
    assert screen(world) == "address"


def _button(world: Desk, case: Case) -> Button:
    shown = [m for m in world.messages(CITIZEN) if m.template == "completion.request"]
    return next(m.buttons[0][0] for m in shown if m.params["reference"] == case.reference)


def test_an_answer_in_several_messages_an_edit_and_a_change_work_as_at_first() -> None:
    world = Desk()
    case = completing(world, "address")
    number = next(world.chat.messages)
    assert world.citizen.says("Dusun Krajan RT 02 RW 01", message=number) == ["intake.is_it_complete"]
    assert world.citizen.says("Desa Raci, Kecamatan Bangil") == ["completion.summary"]
    world.citizen.presses("change")
    menu = world.chat.sent(CITIZEN)[-1]
    assert [b.params.get("field") for row in menu.buttons for b in row] == ["address", None]
    world.citizen.presses("change_field", "address")
    second = next(world.chat.messages)
    world.citizen.says(ADDRESS, message=second)
    assert world.citizen.edits(second, ADDRESS.replace("02", "03")) == ["intake.edited", "completion.summary"]
    sign_and_send(world)
    now = world.now(case)
    assert "RT 03" in now.answers["address"]
    assert [entry.field for entry in now.superseded] == ["address", "address"]
    assert world.citizen.edits(second, "Dusun Lain") == ["followup.edit_filed"]


def test_a_reaction_to_an_old_answer_is_no_edit_and_an_edit_is_offered_as_an_addition() -> None:
    world = Desk()
    completing(world, "address", "story")
    told = next(world.chat.messages)
    world.citizen.says("Petugas menolak.", message=told)
    world.citizen.says("Lanjut")
    number = next(world.chat.messages)
    world.citizen.says(ADDRESS, message=number)
    sign_and_send(world)
    for _ in range(25):
        world.citizen.commands("status")
    for message, text in ((told, "Petugas menolak."), (number, ADDRESS)):
        assert world.citizen.edits(message, text) == []
    for message in (told, number):
        assert world.citizen.edits(message, "Tulisan yang lain") == ["followup.edit_filed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages(language: str) -> None:
    world = Desk()
    world.citizen.commands("bahasa")
    world.citizen.presses(f"bahasa_{language}")
    case = completing(world, "address", "story")
    world.citizen.says("Petugas menolak.")
    assert world.citizen.keyboard == ["next", "back", "do_later"]
    world.citizen.says("Lanjut" if language == "id" else "Continue")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    texts = [wording(message, language) for message in world.messages(CITIZEN)]
    words = (
        ("perlu dilengkapi", "Ringkasan kelengkapan") if language == "id" else ("be completed", "Summary of")
    )
    assert all(any(word in text for text in texts) for word in words)
    assert world.now(case).status is Status.RECEIVED


def test_a_photo_for_a_name_is_put_aside_and_offered_as_evidence() -> None:
    world = Desk()
    case = completing(world, "name")
    assert world.citizen.sends("photo") == ["intake.words_needed", "intake.ask_name"]
    world.citizen.says("Siti Aminah")
    world.citizen.presses("use_as_evidence")
    sign_and_send(world)
    assert len(casefile.evidence(world.now(case))) == len(casefile.evidence(case)) + 1
    told = next(m for m in world.chat.sent(GROUP) if m.template == "desk.supplemented")
    assert len(told.files) == 1


def test_what_is_not_used_is_deleted_with_the_answers() -> None:
    world = Desk()
    completing(world, "name")
    world.citizen.sends("photo")
    world.citizen.says("Siti Aminah")
    draft = talk(world).draft
    assert draft
    sign_and_send(world)
    assert DropFiles(draft.id) in world.chat.fresh


def test_another_name_does_not_sign() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.says(ADDRESS)
    world.citizen.presses("continue_to_signing")
    world.citizen.presses("declare")
    assert world.citizen.says("Budi Santoso") == ["completion.sign_with_name"]
    assert world.citizen.sends("photo") == ["completion.signing"]
    world.citizen.presses("send")
    given = world.now(case).supplements[-1]
    assert given.signature_file
    assert given.signature_file.file in casefile.personal_files(world.now(case))


HOSTILE: Mapping[str, tuple[Callable[[Actor], list[str]], str]] = {
    "20,000 characters": (lambda siti: siti.says("a" * 20_000), "intake.problem"),
    "a question mark": (lambda siti: siti.says("?"), "explain.address"),
    "a sticker": (lambda siti: siti.sticks(), "intake.unreadable"),
    "a contact": (lambda siti: siti.shares("+62812"), "intake.contact_unasked"),
    "only markup": (lambda siti: siti.says("<b></b>"), "intake.problem"),
    "a greeting": (lambda siti: siti.says("assalamualaikum"), "intake.courtesy"),
    "a document": (lambda siti: siti.sends("document"), "intake.words_needed"),
    "the story's key": (lambda siti: siti.says("Lanjut"), "intake.ask_address"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_answer_is_answered_and_the_question_stays(name: str) -> None:
    act, template = HOSTILE[name]
    world = Desk()
    completing(world, "address")
    assert act(world.citizen)[0] == template
    assert screen(world) == "address"
    render_all(world.chat.effects)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("skip", ""),
        ("use_last", ""),
        ("represent", ""),
        ("change", "name"),
        ("change", "phone"),
        ("file", ""),
        ("keep", ""),
        ("aside_use", ""),
    ],
)
def test_a_button_that_is_not_offered_changes_nothing(action: str, value: str) -> None:
    world = Desk()
    case = completing(world, "address")
    version = talk(world).turn
    world.press(world.citizen, case, action, value, version)
    draft = talk(world).draft
    assert draft
    assert "address" not in draft.answers
    assert draft.answers["name"] == "Siti Aminah"
    assert world.now(case).status is Status.INCOMPLETE


def test_it_is_not_sent_before_it_is_signed() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.says(ADDRESS)
    world.press(world.citizen, case, "file", "", talk(world).turn)
    assert world.chat.alert.template == "system.press_outdated"
    world.citizen.presses("continue_to_signing")
    world.citizen.says("Siti Aminah")
    world.press(world.citizen, case, "file", "", talk(world).turn)
    assert world.now(case).status is Status.INCOMPLETE


def test_a_stranger_cannot_complete_it() -> None:
    world = Desk()
    case = requested(world, "address")
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.presses_button(_button(world, case))
    assert world.chat.alert.template == "system.press_outdated"
    assert world.chat.conversation(STRANGER).draft is None


def test_old_buttons_say_so_after_it_was_sent() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    version = world.now(case).version
    world.citizen.presses("send")
    assert world.chat.alert.template in {"system.press_outdated", "intake.already_filed"}
    assert world.citizen.presses("complete_now") == ["followup.case"]
    assert world.now(case).version == version


def test_what_is_added_meanwhile_does_not_complete_it() -> None:
    world = Desk()
    case = requested(world, "address")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("RT 02 RW 01")
    world.citizen.presses("send")
    now = world.now(case)
    assert now.status is Status.INCOMPLETE
    assert now.thread[-1].purpose is Purpose.ADDITION
    assert "desk.added" in [message.template for message in world.chat.sent(GROUP)]


def test_adding_while_an_item_is_asked_returns_to_the_item() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("add_information")
    world.citizen.says("RT 02 RW 01")
    assert world.citizen.presses("send")[-1] == "intake.ask_address"
    assert screen(world) == "address"


ENDED = {"completed": ("completion", "Diterima di loket."), "withdrawn": ("withdraw_request", "")}


@pytest.mark.parametrize("how", ENDED)
def test_answers_to_a_request_that_ended_otherwise_are_dropped_with_a_notice(how: str) -> None:
    action, text = ENDED[how]
    world = Desk()
    case = completing(world, "address", "loss")
    world.citizen.says("Rp 450.000, uang transpor")
    draft = talk(world).draft
    assert draft
    world.press(world.budi, case, action)
    if text:
        world.budi.says(text, reply_to=world.prompt(case))
        world.budi.presses("send")
    else:
        world.budi.presses("recall_yes")
    assert world.citizen.says(ADDRESS)[0] == "completion.over"
    assert DropFiles(draft.id) in world.chat.fresh
    assert talk(world).draft is None
    # The text itself is held, and the citizen is asked what it is for.
    assert [part.text for part in talk(world).held] == [ADDRESS]
    render_all(world.chat.effects)


def test_what_is_written_when_the_request_has_ended_answers_no_other_complaint() -> None:
    world = Desk()
    case = requested(world, "address")
    drafting(world)
    world.citizen.presses("complete_now")
    world.press(world.budi, case, "withdraw_request")
    world.budi.presses("recall_yes")
    assert world.citizen.says(ADDRESS) == ["completion.over", "followup.what_for"]
    draft = talk(world).draft
    assert draft
    assert draft.story == ()
    assert [part.text for part in talk(world).held] == [ADDRESS]
    world.citizen.presses("add_to_draft")
    assert screen(world) == "story"


def test_a_second_request_begins_from_the_completed_answers() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    world.later(hours=1)
    ask_for(world, world.now(case), "address", "loss")
    world.citizen.presses("complete_now")
    world.citizen.says("Rp 450.000, uang transpor")
    assert ADDRESS in wording(world.chat.sent(CITIZEN)[-1])
    world.citizen.says(ADDRESS.replace("02", "05"))
    sign_and_send(world)
    now = world.now(case)
    assert "RT 05" in now.answers["address"]
    assert len(now.supplements) == 2


def test_of_a_confidential_case_the_group_reads_no_answer() -> None:
    world = Desk()
    case = world.file(confidential=True)
    world.press(world.leader, case, "request")
    leader = world.private(world.leader)
    leader.commands("start", world.chat.alert.link)
    leader.presses("unticked", f"{leader.identity.id},loss")
    leader.presses("next")
    leader.presses("send")
    world.citizen.presses("complete_now")
    world.citizen.says("Rp 450.000, uang transpor")
    sign_and_send(world)
    texts = [wording(message) for message in world.messages(GROUP)]
    assert not any("450.000" in text or "Uraian kerugian" in text for text in texts)
    assert "desk.supplemented" in [message.template for message in world.chat.sent(GROUP)]


def test_the_due_date_counts_from_the_completion() -> None:
    world = Desk()
    world.chat.now -= timedelta(days=1)  # Monday
    case = world.file(due_on=date(2026, 3, 19))
    world.later(days=1)
    ask_for(world, case, "address")
    world.later(days=3)
    world.citizen.presses("complete_now")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    # Friday; three days were left.
    assert world.now(case).due_on == date(2026, 3, 25)


def test_everything_that_was_sent_has_its_words() -> None:
    world = Desk()
    completing(world, "address", "loss", "signature")
    world.citizen.says("Rp 450.000, uang transpor")
    world.citizen.presses("do_later")
    world.citizen.commands("privasi")
    assert any(isinstance(effect, Send | Edit) for effect in world.chat.fresh)
    privacy: OutgoingMessage = world.chat.sent(CITIZEN)[-1]
    assert [row["field"] for row in privacy.params["drafts"][0]] == ["loss"]
    render_all(world.chat.effects)
