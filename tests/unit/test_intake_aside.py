"""Files and places where words are needed: kept aside, no evidence, offered on the summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations.complaints.draft import Draft
from conversations.effects import DropFile, KeepFile
from conversations.events import FileLost
from tests.unit.filed import GROUP, RENDERER, render_all, wording
from tests.unit.transcript import Actor
from tests.unit.walker import citizen, draft_of, last, walk

ADDRESS = "Dusun Krajan RT 02 RW 01, Desa Raci, Kecamatan Bangil"


def name(siti: Actor) -> None:
    walk(siti, until="name")


def address(siti: Actor) -> None:
    walk(siti, until="address")


def represented(siti: Actor) -> None:
    walk(siti, until="name")
    siti.presses("for_another")
    siti.says("Siti Aminah")


def phone(siti: Actor) -> None:
    walk(siti, until="summary")
    siti.presses("add_optional")
    siti.presses("add_phone")


def signature(siti: Actor) -> None:
    walk(siti, until="signing")
    siti.presses("declare")


PLACES: dict[str, tuple[Callable[[Actor], None], str]] = {
    "name": (name, "intake.ask_name"),
    "address": (address, "intake.ask_address"),
    "represented_name": (represented, "intake.ask_represented_name"),
    "phone": (phone, "intake.ask_phone"),
    "signature": (signature, "intake.signing"),
}


@pytest.mark.parametrize("kind", ["voice", "video", "location"])
@pytest.mark.parametrize("place", PLACES)
def test_media_where_words_are_needed_is_no_evidence_and_the_question_is_repeated(
    place: str, kind: str
) -> None:
    siti = citizen()
    reach, asked = PLACES[place]
    reach(siti)
    story = draft_of(siti).story
    sent = siti.locates() if kind == "location" else siti.sends(kind)  # type: ignore[arg-type]
    assert sent == ["intake.words_needed", asked]
    draft = draft_of(siti)
    assert (draft.story, len(draft.aside)) == (story, 1)
    assert any(isinstance(effect, KeepFile) for effect in siti.chat_log.fresh) is (kind != "location")
    render_all(siti.chat_log.fresh)
    for language in ("id", "en"):
        words = wording(siti.chat_log.sent(siti.chat)[0], language)
        assert RENDERER.word(f"kind_{kind}", language).lower() in words.lower()


def with_aside() -> Actor:
    siti = citizen()
    walk(siti, until="address")
    siti.sends("photo", caption="KTP saya")
    siti.locates()
    siti.says(ADDRESS)
    walk(siti, until="summary")
    return siti


def test_the_summary_offers_to_add_it_as_evidence() -> None:
    siti = with_aside()
    assert "1 foto, 1 lokasi" in wording(last(siti))
    before = draft_of(siti).story
    siti.presses("use_as_evidence")
    draft = draft_of(siti)
    assert (len(draft.story) - len(before), draft.aside) == (2, ())
    assert [label for row in last(siti).buttons for label in row if label.label == "use_as_evidence"] == []
    walk(siti, until="filed")
    assert [part.kind for part in siti.chat_log.case().complaint.evidence[-2:]] == ["photo", "location"]


def test_what_was_not_added_is_deleted_and_never_seen_by_officers() -> None:
    siti = with_aside()
    (file,) = (part.file for part in draft_of(siti).aside if part.file)
    walk(siti, until="filed")
    complaint = siti.chat_log.case().complaint
    assert "KTP" not in complaint.model_dump_json()
    assert file not in complaint.model_dump_json()
    dropped = [effect for effect in siti.chat_log.effects if isinstance(effect, DropFile)]
    assert DropFile(file) in dropped
    assert all("KTP" not in str(m.params) for m in siti.chat_log.sent(GROUP))


def test_it_can_be_deleted_on_the_summary() -> None:
    siti = with_aside()
    siti.presses("drop_aside")
    assert draft_of(siti).aside == ()
    assert [effect for effect in siti.chat_log.fresh if isinstance(effect, DropFile)]
    assert siti.presses("drop_aside") == []
    assert siti.chat_log.alert.template == "system.press_outdated"


def test_an_album_gets_one_notice_and_its_late_items_stay_aside() -> None:
    siti = citizen()
    walk(siti, until="name")
    assert siti.sends(album="a") == ["intake.words_needed", "intake.ask_name"]
    assert siti.sends(album="a") == []
    siti.says("Siti Aminah")
    assert siti.sends(album="a") == []
    assert len(draft_of(siti).aside) == 3
    assert [part.kind for part in draft_of(siti).story if part.file] == []


def test_a_lost_file_is_no_longer_aside() -> None:
    siti = with_aside()
    draft = draft_of(siti)
    file = draft.aside[0].file
    siti.chat_log.feed(FileLost(siti.chat_log.now, draft.id, file, siti.chat, "gone"))
    assert [part.kind for part in draft_of(siti).aside] == ["location"]


def test_an_edited_caption_changes_what_is_aside() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.sends(message=700, caption="KTP")
    assert siti.edits(700, "Surat", "u700") == ["intake.edited"]
    assert draft_of(siti).aside[0].text == "Surat"


def test_too_many_files_are_refused_aside_as_well() -> None:
    siti = citizen()
    walk(siti, until="story")
    for _ in range(10):
        siti.sends()
    walk(siti, until="name")
    assert siti.sends("voice") == ["intake.problem"]


def test_a_photo_or_document_is_still_a_signature() -> None:
    siti = citizen()
    signature(siti)
    assert siti.sends("photo") == ["intake.signing"]
    assert draft_of(siti).answers["signature_file"]


def test_a_stored_draft_of_an_earlier_version_has_nothing_aside() -> None:
    stored = draft_of(with_aside()).model_dump()
    del stored["aside"]
    assert Draft.model_validate(stored).aside == ()
