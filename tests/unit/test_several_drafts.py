"""Several complaints at once: a second one begins while the first is kept, and none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.draft import Draft
from conversations.edits import MOST_REMEMBERED
from conversations.effects import DropFiles
from conversations.events import FileLost
from conversations.intake.several import MOST_DRAFTS, drafts_of
from tests.unit.filed import render_all, wording
from tests.unit.transcript import Actor
from tests.unit.walker import SITI, asked, citizen, draft_of, labels, last, walk

DAY = timedelta(days=1)


def drafts(siti: Actor) -> tuple[Draft, ...]:
    return drafts_of(siti.chat_log.conversation(SITI))


def begin_other(siti: Actor) -> None:
    siti.commands("lapor")
    siti.presses("begin_other")


def with_two(first: str = "name", second: str = "loss_kind") -> Actor:
    """The first complaint is set aside at this question, the second one is at that question."""
    siti = citizen()
    walk(siti, until=first)
    begin_other(siti)
    siti.presses("choice", "bakesbangpol")
    walk(siti, until=second)
    return siti


@pytest.mark.parametrize("at", ["story", "occurred", "name", "summary", "signing"])
def test_a_second_complaint_begins_and_the_first_is_kept(at: str) -> None:
    siti = citizen()
    walk(siti, until=at)
    first = draft_of(siti)
    begin_other(siti)
    assert asked(siti) == "agency"
    assert drafts(siti)[1] == first


@pytest.mark.parametrize("at", ["story", "occurred", "name", "summary", "signing"])
def test_after_filing_the_other_one_is_offered_and_continues_at_its_question(at: str) -> None:
    siti = with_two(at)
    walk(siti, until="filed")
    assert last(siti).template == "intake.still_kept"
    assert siti.chat_log.case(0).agency == "bakesbangpol"
    siti.presses("resume_draft")
    assert asked(siti) == at
    walk(siti, until="filed")
    assert siti.chat_log.case(1).agency == "dpmd"
    assert drafts(siti) == ()


def test_a_text_after_filing_is_no_answer_to_a_question_that_is_not_on_the_screen() -> None:
    siti = with_two("name")
    walk(siti, until="filed")
    assert siti.says("Terima kasih banyak, Bu")[0].startswith("followup.")
    assert "name" not in drafts(siti)[0].answers


@pytest.mark.parametrize("command", ["lapor", "start"])
def test_lanjutkan_lets_choose(command: str) -> None:
    siti = with_two()
    siti.commands(command)
    shown = wording(last(siti))
    assert "Dinas dpmd" in shown
    assert "Dinas bakesbangpol" in shown
    assert labels(last(siti)) == ["resume_number", "resume_number", "begin_other"]
    siti.presses("resume_number", drafts(siti)[1].id)
    assert asked(siti) == "name"
    assert [draft.agency for draft in drafts(siti)] == ["dpmd", "bakesbangpol"]
    render_all(siti.chat_log.effects)


def test_lanjutkan_of_the_help_asks_which() -> None:
    siti = with_two()
    siti.commands("bantuan")
    assert siti.presses("resume_draft") == ["intake.resume_or_start_over"]


def test_tidak_lanjutkan_goes_back_to_the_present_one() -> None:
    siti = with_two(second="loss_kind")
    siti.commands("batal")
    assert siti.presses("cancel_no")[-1] == "intake.ask_loss_kind"


def test_no_more_than_three_are_begun_and_the_person_is_informed() -> None:
    siti = with_two()
    begin_other(siti)
    siti.presses("choice", "dpmd")
    walk(siti, until="story")
    assert len(drafts(siti)) == MOST_DRAFTS
    siti.commands("lapor")
    assert "begin_other" not in labels(last(siti))
    assert "selesaikan atau batalkan" in wording(last(siti))


def test_an_old_button_cannot_begin_a_fourth() -> None:
    siti = with_two()
    siti.commands("lapor")
    button = siti.button("begin_other")
    begin_other(siti)
    siti.presses("choice", "dpmd")
    walk(siti, until="story")
    turn = siti.chat_log.conversation(SITI).turn
    siti.presses_button(type(button)(button.label, button.action, version=turn, value=button.value))
    assert len(drafts(siti)) == MOST_DRAFTS


@pytest.mark.parametrize("end", ["cancel_yes", "decline"])
def test_ending_one_keeps_the_other(end: str) -> None:
    siti = with_two("name", "notice" if end == "decline" else "loss_kind")
    kept, gone = drafts(siti)[1], drafts(siti)[0]
    if end == "cancel_yes":
        siti.commands("batal")
    siti.presses(end)
    assert [effect.owner for effect in siti.chat_log.fresh if isinstance(effect, DropFiles)] == [gone.id]
    assert drafts(siti) == (kept,)
    assert last(siti).template == "intake.still_kept"


@pytest.mark.parametrize("command", ["lapor", "start"])
def test_starting_over_says_what_is_deleted_and_asks_first(command: str) -> None:
    siti = citizen()
    walk(siti, until="name")
    before = draft_of(siti)
    siti.commands(command)
    assert "dihapus" in wording(last(siti))
    siti.presses("start_over")
    assert "dihapus" in wording(last(siti))
    assert draft_of(siti) == before
    assert siti.presses("cancel_no")[-1] == "intake.ask_name"


def test_both_are_reminded_of_and_each_reminder_leads_to_its_own() -> None:
    siti = with_two()
    siti.chat_log.wake(SITI, DAY)
    sent = siti.chat_log.sent(SITI)
    assert [message.template for message in sent] == ["intake.reminder", "intake.reminder"]
    assert {message.params["agency"] for message in sent} == {"Dinas dpmd", "Dinas bakesbangpol"}
    siti.presses("resume_draft", drafts(siti)[1].id)
    assert asked(siti) == "name"
    siti.chat_log.wake(SITI, DAY / 2)
    assert siti.chat_log.sent(SITI) == []


def test_each_is_dropped_after_its_own_seven_days() -> None:
    siti = with_two()
    for _ in range(4):
        siti.chat_log.wake(SITI, DAY)
    siti.says("Tidak ada")
    walk(siti, until="address")
    present = draft_of(siti).id
    siti.chat_log.wake(SITI, 3 * DAY)
    assert last(siti).template == "intake.dropped"
    assert last(siti).params["agency"] == "Dinas dpmd"
    assert [draft.id for draft in drafts(siti)] == [present]
    assert siti.says("Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil")[-1] == "intake.not_taken"
    assert siti.presses("use_as_answer")[-1] == "intake.summary"


def test_both_dropped_at_once_after_downtime() -> None:
    siti = with_two()
    siti.chat_log.wake(SITI, 30 * DAY)
    assert [message.template for message in siti.chat_log.sent(SITI)] == ["intake.dropped", "intake.dropped"]
    assert drafts(siti) == ()


def test_an_edit_of_a_message_of_the_one_set_aside_changes_it() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Bantuan belum cair.", message=900)
    siti.says("Lanjut")
    walk(siti, until="name")
    begin_other(siti)
    siti.presses("choice", "bakesbangpol")
    walk(siti, until="loss_kind")
    assert siti.edits(900, "Bantuan sudah cair separuh.") == ["intake.edited"]
    assert drafts(siti)[1].story[0].text == "Bantuan sudah cair separuh."
    assert asked(siti) == "loss_kind"


def test_a_late_photo_of_its_album_joins_the_one_set_aside() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.sends(album="A")
    siti.says("Fotonya terlampir.")
    begin_other(siti)
    siti.presses("choice", "bakesbangpol")
    walk(siti, until="story")
    siti.sends(album="A")
    assert [len(draft.story) for draft in drafts(siti)] == [0, 3]


def with_a_file_aside() -> Actor:
    """A first complaint with a photo kept aside at the name, set aside; the second one is at its story."""
    siti = citizen()
    walk(siti, until="name")
    siti.sends(caption="Dari depan", album="A", message=900)
    begin_other(siti)
    siti.presses("choice", "bakesbangpol")
    walk(siti, until="story")
    return siti


def test_a_late_photo_of_an_album_that_is_no_evidence_stays_aside() -> None:
    siti = with_a_file_aside()
    siti.sends(album="A")
    assert [len(draft.aside) for draft in drafts(siti)] == [0, 2]
    assert drafts(siti)[0].story == ()


def test_a_lost_file_leaves_the_complaint_that_is_set_aside() -> None:
    siti = with_a_file_aside()
    kept = drafts(siti)[1]
    chat = siti.chat_log
    chat.feed(FileLost(chat.now, kept.id, kept.aside[0].file, SITI, "gone"))
    assert [message.template for message in chat.sent(SITI)] == ["intake.file_lost"]
    assert drafts(siti)[1].aside == ()


def test_an_edit_without_a_change_gets_no_answer_for_the_one_set_aside() -> None:
    siti = with_a_file_aside()
    for _ in range(MOST_REMEMBERED):
        siti.says("Bantuan belum cair.")
    assert siti.edits(900, "Dari depan", "u900") == []


def test_privacy_shows_both() -> None:
    siti = with_two()
    siti.commands("privasi")
    assert len(last(siti).params["drafts"]) == 2
