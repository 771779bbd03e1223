"""The story adds up over many messages; files, locations and edits join it."""

from __future__ import annotations

import pytest

from conversations.effects import DropFile, Edit, KeepFile, Send
from tests.unit.transcript import RULES
from tests.unit.walker import SITI, asked, change, citizen, draft_of, last, walk


def test_messages_of_the_story_are_counted_in_one_message() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Satu")
    first = siti.chat_log.fresh[-1]
    siti.sends("photo", caption="Dua", album="A")
    second = siti.chat_log.fresh[-1]
    assert isinstance(first, Send)
    assert isinstance(second, Edit)
    assert first.key == second.key
    assert second.message.params == {"count": 2, "files": 1}
    assert any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)


def test_late_album_item_joins_the_finished_story() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Satu")
    siti.sends(album="A")
    siti.says("Lanjut")
    question = asked(siti)
    siti.sends(album="A")
    assert len(draft_of(siti).story) == 3
    assert asked(siti) == question != "story"


def test_late_album_item_joins_the_draft_while_another_dialogue_listens() -> None:
    siti = citizen()
    walk(siti, until="filed")
    walk(siti, until="story")
    siti.says("Cerita kedua")
    siti.sends(album="A")
    siti.presses("add_information")
    siti.sends(album="A")
    collecting = siti.chat_log.conversation(SITI).collecting
    assert collecting
    assert (len(draft_of(siti).story), collecting.parts) == (3, ())


def test_photo_at_another_question_is_evidence_and_the_question_stays() -> None:
    siti = citizen()
    walk(siti, until="resolution")
    assert siti.sends() == ["intake.late_evidence"]
    siti.says("Mohon dicairkan.")
    assert draft_of(siti).answers["resolution"] == "Mohon dicairkan."


def test_eleventh_file_is_refused_with_the_limit() -> None:
    siti = citizen()
    walk(siti, until="story")
    for _ in range(RULES.limits.files):
        siti.sends()
    assert siti.sends() == ["intake.problem"]
    assert last(siti).params == {"problem": "too_many_files", "limit": 10}


def test_too_large_file_is_refused_before_it_is_fetched() -> None:
    siti = citizen()
    walk(siti, until="story")
    assert siti.sends("video", size=21 << 20) == ["intake.problem"]
    assert not any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh)


def test_story_may_have_20000_characters_over_all_messages() -> None:
    siti = citizen()
    walk(siti, until="story")
    for _ in range(5):
        assert siti.says("a" * 4000) == ["intake.tally"]
    assert siti.says("a") == ["intake.problem"]
    assert last(siti).params == {"problem": "too_long", "limit": 20_000}


def test_story_needs_some_text() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.sends()
    assert siti.says("Lanjut") == ["intake.story_needs_text"]


def test_reply_keyboard_is_shown_for_the_story_and_taken_away_after_it() -> None:
    siti = citizen()
    walk(siti, until="story")
    assert siti.keyboard == ["next", "back", "cancel"]
    siti.says("Cerita")
    assert siti.says("Lanjut")[0] == "intake.story_kept"
    assert siti.keyboard == []


@pytest.mark.parametrize(
    "hostile", ["<b>&amp;</b>", "😀👩‍👩‍👧 keluarga", "\u202eabc\u200b", "مرحبا", "'; DROP TABLE"]
)
def test_hostile_text_is_kept_unchanged(hostile: str) -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says(hostile)
    assert draft_of(siti).story[0].text == hostile


def test_contact_shared_during_the_story_is_explained() -> None:
    siti = citizen()
    walk(siti, until="story")
    assert siti.shares("6281200000000") == ["intake.contact_unasked"]


def test_parts_of_the_story_can_be_added_replaced_and_deleted() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Satu")
    siti.sends("photo")
    walk(siti, until="summary")
    assert change(siti, "story") == ["intake.story_parts"]
    siti.presses("replace_part", "1")
    siti.says("Satu yang baru")
    assert siti.says("Lanjut")[-1] == "intake.summary"
    change(siti, "story")
    siti.presses("delete_part", "2")
    assert any(isinstance(effect, DropFile) for effect in siti.chat_log.fresh)
    siti.presses("add_part")
    siti.says("Dua")
    siti.says("Lanjut")
    story = draft_of(siti).story
    assert [part.text for part in story] == ["Satu yang baru", "Dua"]
    assert story[0].replaced == ("Satu",)


def test_story_whose_only_text_was_deleted_is_asked_for_again() -> None:
    siti = citizen()
    walk(siti, until="summary")
    change(siti, "story")
    siti.presses("delete_part", "1")
    siti.says("Kembali")
    siti.commands("lapor")
    siti.presses("resume_draft")
    assert draft_of(siti).story == ()
    siti.presses("continue_to_signing")
    assert asked(siti) == "story"


def test_edited_story_message_keeps_both_versions() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Lama", message=700)
    siti.edits(700, "Baru")
    part = draft_of(siti).story[0]
    assert (part.text, part.replaced) == ("Baru", ("Lama",))
