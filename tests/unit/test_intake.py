"""A citizen files a complaint: transcripts, with the state saved and reloaded between any two messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.case import Status
from conversations.effects import (
    AnswerPress,
    DropFile,
    DropFiles,
    Edit,
    KeepFile,
    RecordHistory,
    Send,
    StripButtons,
)
from conversations.events import FileLost
from conversations.intake.dialogue import ACTIONS
from conversations.messages import OutgoingMessage
from tests.unit.transcript import RESTRICTED, RULES, STAFF, Actor, Chat, agency

SITI = 5001
NAME = "Siti Aminah"
ADDRESS = "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"


def citizen(chat: Chat | None = None) -> Actor:
    return (chat or Chat()).person(SITI)


def to_story(siti: Actor) -> None:
    assert siti.commands("start", "dpmd") == ["intake.notice"]
    siti.presses("understood")
    siti.presses("choice", "blt")


def to_loss(siti: Actor) -> None:
    to_story(siti)
    siti.says("Bantuan saya belum cair.")
    siti.says("Lanjut", "next")
    siti.presses("today")
    siti.presses("skip")


def to_name(siti: Actor) -> None:
    to_loss(siti)
    siti.presses("loss_none")
    siti.presses("choice", "0")


def to_summary(siti: Actor) -> list[str]:
    to_name(siti)
    siti.says(NAME)
    return siti.says(ADDRESS)


def to_signed(siti: Actor) -> None:
    to_summary(siti)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)


def file_complaint(siti: Actor) -> None:
    to_signed(siti)
    siti.presses("send")


def last(siti: Actor) -> OutgoingMessage:
    """The newest message that is not the mark left on the pressed question."""
    sent = siti.chat_log.sent(siti.chat)
    return [message for message in sent if message.template != "intake.answered"][-1]


def test_whole_path_ends_in_a_receipt_and_a_card() -> None:
    siti = citizen()
    file_complaint(siti)
    chat = siti.chat_log
    case = chat.case()
    assert (case.reference, case.status) == ("DPMD-2026-0001", Status.RECEIVED)
    assert (case.complaint.name, case.complaint.place) == (NAME, "Bangil")
    assert case.complaint.account == "Bantuan saya belum cair."
    assert str(case.due_on) == "2026-03-20"
    assert [message.template for message in chat.sent(SITI)] == ["intake.receipt"]
    assert [message.template for message in chat.sent(STAFF["dpmd"])] == ["desk.card"]
    assert chat.conversation(SITI).draft is None


def test_steps_are_counted_over_the_own_path() -> None:
    siti = citizen()
    siti.commands("start", "dpmd")
    assert (last(siti).params["step"], last(siti).params["steps"]) == (1, 10)
    siti.presses("understood")
    assert (last(siti).params["step"], last(siti).params["steps"]) == (2, 10)
    siti.presses("choice", "blt")
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    siti.presses("skip")
    assert last(siti).template == "intake.ask_occurred_place"
    assert last(siti).params["step"] == 4


def test_accepted_notice_is_not_asked_again() -> None:
    siti = citizen()
    file_complaint(siti)
    assert siti.commands("start", "dpmd") == ["intake.ask_service"]
    assert (last(siti).params["step"], last(siti).params["steps"]) == (1, 9)


def test_agency_is_chosen_in_the_same_message_as_the_notice() -> None:
    siti = citizen()
    assert siti.commands("lapor") == ["intake.choose_agency"]
    siti.presses("choice", "bakesbangpol")
    edits = [effect for effect in siti.chat_log.fresh if isinstance(effect, Edit)]
    assert [edit.message.template for edit in edits] == ["intake.notice"]


def test_declining_drops_the_draft_and_names_other_ways() -> None:
    siti = citizen()
    siti.commands("start", "dpmd")
    assert siti.presses("decline") == ["intake.declined"]
    assert siti.chat_log.conversation(SITI).draft is None


def test_first_item_is_tallied_and_later_ones_update_the_tally() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Satu")
    first = siti.chat_log.fresh[-1]
    siti.sends("photo", caption="Dua", album="A")
    second = siti.chat_log.fresh[-1]
    assert isinstance(first, Edit)
    assert isinstance(second, Edit)
    assert first.key == second.key
    assert second.message.params == {"count": 2, "files": 1}
    assert any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)


def test_late_album_item_joins_the_story_after_lanjut() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Satu")
    siti.sends(album="A")
    siti.says("Lanjut", "next")
    siti.sends(album="A")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert len(draft.story) == 3
    assert draft.screen == "occurred"


def test_photo_at_another_question_is_evidence_and_the_question_stays() -> None:
    siti = citizen()
    to_name(siti)
    assert siti.sends() == ["intake.late_evidence"]
    assert siti.says(NAME) == ["intake.ask_address"]


def test_eleventh_file_is_refused_with_the_limit() -> None:
    siti = citizen()
    to_story(siti)
    for _ in range(RULES.limits.files):
        siti.sends()
    assert siti.sends() == ["intake.problem"]
    assert last(siti).params == {"problem": "too_many_files", "limit": 10}


def test_too_large_file_is_refused_by_the_updates_own_word() -> None:
    siti = citizen()
    to_story(siti)
    assert siti.sends("video", size=21 << 20) == ["intake.problem"]
    assert not any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)


def test_story_may_have_20000_characters_over_all_messages() -> None:
    siti = citizen()
    to_story(siti)
    for _ in range(5):
        assert siti.says("a" * 4000) == ["intake.tally"]
    assert siti.says("a") == ["intake.problem"]
    assert last(siti).params == {"problem": "too_long", "limit": 20_000}


def test_answer_over_its_limit_is_refused_with_the_limit() -> None:
    siti = citizen()
    to_loss(siti)
    siti.presses("loss_material")
    assert siti.says("x" * 2001) == ["intake.problem"]
    assert last(siti).params["limit"] == 2000
    assert siti.says("x" * 2000) == ["intake.ask_resolution"]


def test_story_needs_some_text() -> None:
    siti = citizen()
    to_story(siti)
    siti.sends()
    assert siti.says("Lanjut", "next") == ["intake.story_needs_text"]


def test_reply_keyboard_is_shown_for_the_story_and_taken_away_after_it() -> None:
    siti = citizen()
    to_story(siti)
    assert siti.keyboard == ["next", "back", "cancel"]
    siti.says("Cerita")
    assert siti.says("Lanjut", "next") == ["intake.story_kept", "intake.ask_occurred"]
    assert siti.keyboard == []


@pytest.mark.parametrize("hostile", ["<b>&amp;</b>", "😀👩‍👩‍👧", "\u202eabc\u200b", "مرحبا", "'; DROP TABLE"])
def test_hostile_text_is_kept_to_the_letter(hostile: str) -> None:
    siti = citizen()
    to_story(siti)
    siti.says(hostile)
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.story[0].text == hostile


def test_typed_wording_of_a_button_acts_as_pressing_it() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    assert siti.says("Hari ini", "today") == ["intake.ask_occurred_place"]
    assert siti.says("Lewati", "skip") == ["intake.ask_loss_kind"]
    assert siti.says("Tidak ada", "loss_none") == ["intake.ask_resolution"]
    assert siti.says("penjelasan tertulis") == ["intake.ask_name"]
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers["resolution"] == "Penjelasan tertulis"


def test_typed_kirim_files_without_a_press_to_answer() -> None:
    siti = citizen()
    to_signed(siti)
    assert siti.says("Kirim", "send") == ["intake.receipt"]
    assert not any(isinstance(effect, AnswerPress | StripButtons) for effect in siti.chat_log.fresh)


def test_text_where_a_button_is_needed_is_explained() -> None:
    siti = citizen()
    to_loss(siti)
    assert siti.says("banyak sekali") == ["intake.problem"]
    assert last(siti).params["problem"] == "choose_a_button"


def test_old_occurrence_is_warned_of_and_not_blocked() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    assert siti.says("12 Januari 2026") == ["intake.old_occurrence", "intake.ask_occurred_place"]


def test_future_occurrence_is_refused() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    assert siti.says("18 Maret 2026") == ["intake.problem"]


def test_place_said_with_the_date_is_not_asked_again() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    assert siti.says("12 Maret 2026 di kantor desa Raci") == ["intake.ask_loss_kind"]
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert "kantor desa Raci" in draft.answers["occurred_place"]


def test_loss_is_described_only_if_there_is_some() -> None:
    siti = citizen()
    to_loss(siti)
    assert siti.presses("loss_both")[0] == "intake.ask_loss"
    siti.says("Rp150.000")
    siti.presses("back")
    siti.presses("back")
    assert siti.presses("loss_none")[0] == "intake.ask_resolution"


def test_back_keeps_the_answers_and_returns_to_where_the_person_was() -> None:
    siti = citizen()
    to_name(siti)
    assert siti.presses("back") == ["intake.ask_resolution"]
    assert siti.presses("back") == ["intake.ask_loss_kind"]
    assert last(siti).params["current"] == {"word": "loss_none"}
    assert siti.presses("keep_answer") == ["intake.ask_name"]


BACKWARD = [
    "intake.ask_resolution",
    "intake.ask_loss_kind",
    "intake.ask_occurred_place",
    "intake.ask_occurred",
    "intake.ask_story",
]


def test_there_is_a_way_back_from_every_question() -> None:
    siti = citizen()
    to_name(siti)
    assert [siti.presses("back")[0] for _ in BACKWARD] == BACKWARD
    assert siti.says("Kembali", "back")[-1] == "intake.ask_service"
    assert siti.presses("back")[0] == "intake.notice"
    assert siti.presses("back")[0] == "intake.choose_agency"


CHANGES = [
    ("service", lambda siti: siti.presses("choice", "adm"), "service", "adm"),
    ("occurred_place", lambda siti: siti.says("Balai desa"), "occurred_place", "Balai desa"),
    ("resolution", lambda siti: siti.says("Uang kembali"), "resolution", "Uang kembali"),
    ("name", lambda siti: siti.says("Siti Rohmah"), "name", "Siti Rohmah"),
    ("address", lambda siti: siti.says("Jl. Mawar 5, Desa Raci, Kec. Bangil"), "address", None),
    ("loss_kind", lambda siti: siti.presses("loss_none"), "loss_kind", "none"),
]


@pytest.mark.parametrize(("field", "act", "name", "value"), CHANGES, ids=[row[0] for row in CHANGES])
def test_every_answer_can_be_changed_from_the_summary_and_back_to_it(
    field: str, act: object, name: str, value: str | None
) -> None:
    siti = citizen()
    to_summary(siti)
    assert siti.presses("change") == ["intake.change"]
    siti.presses("change_field", field)
    assert callable(act)
    assert "intake.summary" in act(siti)
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers[name] == (value or draft.answers[name])


def test_replaced_answers_are_kept() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("change")
    siti.presses("change_field", "name")
    siti.says("Siti Rohmah")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert [(entry.field, entry.value) for entry in draft.superseded] == [("name", NAME)]


def test_change_that_opens_a_question_asks_it_before_the_summary() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("change")
    siti.presses("change_field", "loss_kind")
    assert siti.presses("loss_material")[0] == "intake.ask_loss"
    assert siti.says("Rp50.000") == ["intake.summary"]


def test_parts_of_the_story_can_be_added_replaced_and_deleted() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Satu")
    siti.sends("photo")
    siti.says("Lanjut", "next")
    siti.presses("skip")
    siti.presses("skip")
    siti.presses("loss_none")
    siti.presses("choice", "0")
    siti.says(NAME)
    siti.says(ADDRESS)
    siti.presses("change")
    assert siti.presses("change_field", "story") == ["intake.story_parts"]
    siti.presses("replace_part", "1")
    siti.says("Satu yang baru")
    assert siti.says("Lanjut", "next")[-1] == "intake.summary"
    siti.presses("change")
    siti.presses("change_field", "story")
    siti.presses("delete_part", "2")
    assert any(isinstance(effect, DropFile) for effect in siti.chat_log.fresh)
    siti.presses("add_part")
    siti.says("Dua")
    siti.says("Lanjut", "next")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert [part.text for part in draft.story] == ["Satu yang baru", "Dua"]
    assert draft.story[0].replaced == ("Satu",)


def test_edited_chat_message_corrects_its_answer() -> None:
    siti = citizen()
    to_name(siti)
    siti.says("Siti Amina", message=777)
    assert siti.edits(777, NAME) == ["intake.edited"]
    siti.says(ADDRESS)
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers["name"] == NAME


def test_edit_of_a_message_since_replaced_by_ubah_changes_nothing() -> None:
    siti = citizen()
    to_name(siti)
    siti.says("Siti Amina", message=777)
    siti.says(ADDRESS)
    siti.presses("change")
    siti.presses("change_field", "name")
    siti.says(NAME)
    assert siti.edits(777, "Siapa Saja") == ["intake.edit_too_late"]
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers["name"] == NAME


def test_edited_story_message_keeps_both_versions() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Lama", message=700)
    siti.edits(700, "Baru")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert (draft.story[0].text, draft.story[0].replaced) == ("Baru", ("Lama",))


def test_edit_after_signing_voids_the_signature() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Lama", message=700)
    siti.says("Lanjut", "next")
    siti.presses("today")
    siti.presses("skip")
    siti.presses("loss_none")
    siti.presses("choice", "0")
    siti.says(NAME)
    siti.says(ADDRESS)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)
    send = siti.button("send")
    siti.edits(700, "Baru")
    siti.presses_button(send)
    assert siti.chat_log.cases == {}
    assert siti.chat_log.alert.template == "system.press_outdated"
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert not draft.declared
    assert "signature" not in draft.answers


def test_kirim_of_an_earlier_signing_screen_is_outdated() -> None:
    siti = citizen()
    to_signed(siti)
    old = siti.button("send")
    siti.presses("change_place")
    siti.presses("back")
    siti.presses_button(old)
    assert siti.chat_log.cases == {}


def test_who_no_longer_represents_files_for_themselves() -> None:
    siti = citizen()
    to_name(siti)
    siti.presses("for_another")
    siti.says(NAME)
    siti.says("Sumiati")
    siti.presses("back")
    siti.presses("back")
    siti.presses("for_myself")
    siti.presses("keep_answer")
    siti.says(ADDRESS)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)
    siti.presses("send")
    complaint = siti.chat_log.case().complaint
    assert (complaint.represents, complaint.represented_name) == (False, None)


def test_late_album_item_finds_its_draft_though_another_dialogue_listens() -> None:
    siti = citizen()
    file_complaint(siti)
    siti.commands("start", "dpmd")
    siti.presses("choice", "blt")
    siti.says("Cerita kedua")
    siti.sends(album="A")
    siti.presses("add_information")
    siti.sends(album="A")
    conversation = siti.chat_log.conversation(SITI)
    assert conversation.draft
    assert conversation.collecting
    assert (len(conversation.draft.story), conversation.collecting.parts) == (3, ())


def test_representation_asks_for_the_represented_person_and_the_power_of_attorney() -> None:
    siti = citizen()
    to_name(siti)
    assert siti.presses("for_another")[0] == "intake.ask_name"
    assert siti.says(NAME) == ["intake.ask_represented_name"]
    assert siti.says("Sumiati") == ["intake.ask_represented_address"]
    assert siti.says(ADDRESS) == ["intake.ask_power_of_attorney"]
    assert siti.presses("send_later")[0] == "intake.ask_address"
    siti.says(ADDRESS)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)
    siti.presses("send")
    complaint = siti.chat_log.case().complaint
    assert (complaint.represented_name, complaint.power_of_attorney) == ("Sumiati", None)


def test_photo_of_the_power_of_attorney_is_kept() -> None:
    siti = citizen()
    to_name(siti)
    siti.presses("for_another")
    siti.says(NAME)
    siti.says("Sumiati")
    siti.says(ADDRESS)
    assert siti.sends("photo") == ["intake.ask_address"]
    assert any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)


def test_phone_is_shared_by_a_key_and_must_be_the_senders_own() -> None:
    siti = citizen()
    to_summary(siti)
    assert siti.presses("add_optional") == ["intake.additions"]
    siti.presses("add_phone")
    assert siti.keyboard == ["share_phone", "back", "cancel"]
    assert siti.shares("6281200000000", own=False) == ["intake.problem"]
    assert siti.shares("6281200000000")[-1] == "intake.summary"
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers["phone"] == "+6281200000000"


def accuse(siti: Actor) -> None:
    siti.presses("add_optional")
    siti.presses("add_reported_person")
    assert siti.says("Kepala seksi") == ["intake.ask_reported_handles"]
    assert siti.presses("yes")[0] == "intake.summary"


def test_complaint_about_a_handler_goes_to_the_restricted_chat() -> None:
    siti = citizen()
    to_summary(siti)
    accuse(siti)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)
    siti.presses("send")
    assert siti.chat_log.case().chat == RESTRICTED
    assert siti.chat_log.sent(STAFF["dpmd"]) == []


def test_without_a_restricted_chat_the_citizen_is_told_before_kirim() -> None:
    siti = citizen()
    siti.commands("start", "bakesbangpol")
    siti.presses("understood")
    siti.presses("choice", "blt")
    siti.says("Cerita")
    siti.says("Lanjut", "next")
    siti.presses("skip")
    siti.presses("skip")
    siti.presses("loss_none")
    siti.presses("choice", "0")
    siti.says(NAME)
    siti.says(ADDRESS)
    accuse(siti)
    assert siti.presses("continue_to_signing") == ["intake.handler_reported"]
    assert siti.presses("send_anyway") == ["intake.signing"]


def test_another_name_at_signing_offers_to_change_the_name() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("continue_to_signing")
    assert siti.says("Budi Santoso") == ["intake.wrong_name"]
    assert siti.presses("change_name") == ["intake.ask_name"]
    assert siti.says("Budi Santoso") == ["intake.summary"]


def test_name_may_be_typed_again_after_a_wrong_one() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says("Budi Santoso")
    assert siti.says("siti  aminah") == ["intake.signing"]
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature == "siti  aminah"


def test_handwritten_signature_may_be_photographed() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("continue_to_signing")
    siti.sends("photo")
    siti.presses("declare")
    siti.presses("send")
    assert siti.chat_log.case().complaint.signature_file is not None


def test_place_of_signing_can_be_changed() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("continue_to_signing")
    assert siti.presses("change_place") == ["intake.ask_place"]
    assert siti.says("Pasuruan") == ["intake.signing"]
    assert last(siti).params["place"] == "Pasuruan"


def test_kirim_twice_files_once() -> None:
    siti = citizen()
    to_signed(siti)
    send = siti.button("send")
    siti.presses_button(send)
    siti.presses_button(send)
    assert len(siti.chat_log.cases) == 1
    assert siti.chat_log.alert.template == "intake.already_filed"


def test_numbers_follow_each_other_per_agency() -> None:
    chat = Chat()
    for person in (1, 2, 3):
        file_complaint(chat.person(person))
    references = [chat.case(index).reference for index in range(3)]
    assert references == ["DPMD-2026-0001", "DPMD-2026-0002", "DPMD-2026-0003"]


def test_outdated_button_says_so_and_changes_nothing() -> None:
    siti = citizen()
    to_story(siti)
    before = siti.chat_log.conversation(SITI)
    siti.presses("choice", "adm")
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert siti.chat_log.conversation(SITI) == before


@pytest.mark.parametrize("command", ["start", "lapor"])
def test_start_in_mid_form_offers_to_go_on_or_begin_anew(command: str) -> None:
    siti = citizen()
    to_name(siti)
    assert siti.commands(command) == ["intake.resume_or_start_over"]
    assert siti.presses("resume_draft") == ["intake.ask_name"]
    siti.commands(command)
    siti.presses("start_over")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.answers == {}
    assert any(isinstance(effect, DropFiles) for effect in siti.chat_log.fresh)


def test_batal_asks_once_more_and_then_drops_everything() -> None:
    siti = citizen()
    to_name(siti)
    assert siti.commands("batal") == ["intake.confirm_cancel"]
    assert siti.presses("cancel_no") == ["intake.ask_name"]
    siti.commands("batal")
    siti.presses("cancel_yes")
    assert siti.chat_log.conversation(SITI).draft is None
    assert any(isinstance(effect, DropFiles) for effect in siti.chat_log.fresh)


def test_draft_is_nudged_once_after_a_day_and_dropped_after_seven() -> None:
    siti = citizen()
    to_name(siti)
    chat = siti.chat_log
    chat.wake(SITI, timedelta(hours=23))
    assert chat.sent(SITI) == []
    chat.wake(SITI, timedelta(hours=2))
    assert [message.template for message in chat.sent(SITI)] == ["intake.reminder"]
    chat.wake(SITI, timedelta(days=1))
    assert chat.sent(SITI) == []
    chat.wake(SITI, timedelta(days=5))
    assert [message.template for message in chat.sent(SITI)] == ["intake.dropped"]
    assert chat.conversation(SITI).draft is None


def test_question_still_listens_after_a_nudge() -> None:
    siti = citizen()
    to_name(siti)
    siti.chat_log.wake(SITI, timedelta(hours=25))
    assert siti.says(NAME) == ["intake.ask_address"]


def test_sticker_is_explained_and_the_question_stays() -> None:
    siti = citizen()
    to_name(siti)
    assert siti.sticks() == ["intake.unreadable"]
    assert siti.says(NAME) == ["intake.ask_address"]


def test_every_press_is_answered() -> None:
    siti = citizen()
    file_complaint(siti)
    presses = [effect for effect in siti.chat_log.effects if isinstance(effect, AnswerPress)]
    assert len({press.press for press in presses}) == len(presses)


def test_every_button_of_intake_has_an_action() -> None:
    siti = citizen()
    file_complaint(siti)
    for effect in siti.chat_log.effects:
        if isinstance(effect, Send | Edit) and effect.message.template.startswith("intake."):
            for row in effect.message.buttons:
                for button in row:
                    known = not button.action or button.action in {*ACTIONS, "status", "help", "add"}
                    assert known, button


def test_lost_file_is_told_and_no_longer_counted() -> None:
    siti = citizen()
    to_story(siti)
    siti.says("Cerita")
    siti.sends("photo", caption="Loket")
    chat = siti.chat_log
    draft = chat.conversation(SITI).draft
    assert draft
    chat.feed(FileLost(chat.now, draft.id, draft.story[1].file, SITI, "unreachable"))
    assert [message.template for message in chat.sent(SITI)] == ["intake.file_lost"]
    draft = chat.conversation(SITI).draft
    assert draft
    assert [(part.kind, part.text, part.file) for part in draft.story] == [
        ("text", "Cerita", ""),
        ("text", "Loket", ""),
    ]


def test_file_of_a_filed_complaint_that_is_lost_is_told_and_recorded() -> None:
    siti = citizen()
    file_complaint(siti)
    chat = siti.chat_log
    chat.feed(FileLost(chat.now, chat.case().id, "5001-1", SITI, "too_large"))
    assert [message.template for message in chat.sent(SITI)] == ["intake.file_lost_later"]
    assert any(isinstance(effect, RecordHistory) for effect in chat.fresh)


def test_another_person_complained_of_is_asked_about_anew() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("add_optional")
    siti.presses("add_reported_person")
    siti.says("Petugas loket")
    siti.presses("no")
    siti.presses("change")
    siti.presses("change_field", "reported_person")
    assert siti.says("Kepala dinas") == ["intake.ask_reported_handles"]


def test_restricted_chat_zero_is_none() -> None:
    unset = RULES.model_copy(update={"agencies": (agency("dpmd", restricted=0),)})
    siti = Chat(rules=unset).person(SITI)
    to_summary(siti)
    accuse(siti)
    assert siti.presses("continue_to_signing") == ["intake.handler_reported"]


def test_late_page_of_the_power_of_attorney_is_no_evidence() -> None:
    siti = citizen()
    to_name(siti)
    siti.presses("for_another")
    siti.says(NAME)
    siti.says("Sumiati")
    siti.says(ADDRESS)
    siti.sends(album="A")
    siti.sends(album="A")
    siti.says(ADDRESS)
    siti.presses("continue_to_signing")
    siti.presses("declare")
    siti.says(NAME)
    siti.presses("send")
    complaint = siti.chat_log.case().complaint
    assert complaint.power_of_attorney
    assert (len(complaint.power_of_attorney), complaint.evidence) == (2, ())


def test_confidential_is_not_offered_where_no_leader_could_read_it() -> None:
    without = agency("dpmd").model_copy(update={"leaders": ()})
    siti = Chat(rules=RULES.model_copy(update={"agencies": (without,)})).person(SITI)
    to_summary(siti)
    siti.presses("add_optional")
    labels = [button.label for row in last(siti).buttons for button in row]
    assert "add_phone" in labels
    assert "add_confidential" not in labels


def test_going_on_with_a_draft_keeps_it_for_another_seven_days() -> None:
    siti = citizen()
    to_name(siti)
    chat = siti.chat_log
    chat.wake(SITI, timedelta(hours=25))
    reminder = chat.sent(SITI)[0]
    assert str(reminder.params["until"]).startswith("2026-03-24T09:0")
    chat.now += timedelta(days=5)
    siti.presses("resume_draft")
    chat.wake(SITI, timedelta(days=2))
    assert chat.conversation(SITI).draft is not None


def test_story_whose_only_text_was_deleted_is_asked_for_again() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("change")
    siti.presses("change_field", "story")
    siti.presses("delete_part", "1")
    siti.says("Kembali", "back")
    siti.commands("lapor")
    siti.presses("resume_draft")
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert draft.story == ()
    siti.chat_log.fresh.clear()
    assert "continue_to_signing" not in {
        button.label for message in siti.chat_log.sent(SITI) for row in message.buttons for button in row
    }


@pytest.mark.parametrize("field", ["phone", "reported_person"])
def test_optional_addition_can_be_taken_back(field: str) -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("add_optional")
    siti.presses(f"add_{field}")
    siti.says("081234567890")
    if field == "reported_person":
        siti.presses("no")
    siti.presses("change")
    siti.presses("change_field", field)
    if field == "phone":
        assert siti.says("Hapus jawaban ini", "remove_answer")[-1] == "intake.summary"
    else:
        assert siti.presses("remove_answer") == ["intake.summary"]
    draft = siti.chat_log.conversation(SITI).draft
    assert draft
    assert {"phone", "reported_person", "reported_handles"} & set(draft.answers) == set()


def test_back_from_the_summary_passes_by_the_additions() -> None:
    siti = citizen()
    to_summary(siti)
    siti.presses("add_optional")
    siti.presses("add_phone")
    siti.says("081234567890")
    assert siti.presses("back") == ["intake.ask_address"]


def test_place_that_the_address_does_not_tell_is_asked_before_signing() -> None:
    siti = citizen()
    to_name(siti)
    siti.says(NAME)
    siti.says("RT 02 RW 01 Gang Nomor 12")
    assert siti.presses("continue_to_signing") == ["intake.ask_place"]
    assert siti.says("Bangil") == ["intake.signing"]


def test_contact_shared_during_the_story_is_explained() -> None:
    siti = citizen()
    to_story(siti)
    assert siti.shares("6281200000000") == ["intake.contact_unasked"]
