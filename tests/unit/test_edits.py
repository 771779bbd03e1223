"""An edit without a change gets no answer at any place; an edit never replaces a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conversations.conversation import Conversation
from conversations.edits import MOST_REMEMBERED
from tests.unit.filed import CITIZEN, GROUP, Desk, prompted, render_all
from tests.unit.transcript import Actor
from tests.unit.walker import citizen, draft_of, walk

ADDRESS = "Dusun Krajan RT 02 RW 01, Desa Raci, Kecamatan Bangil"


def story(siti: Actor) -> tuple[int, str]:
    walk(siti, until="story")
    siti.says("Bantuan belum cair.", message=700)
    return 700, "Bantuan belum cair."


def answer(siti: Actor) -> tuple[int, str]:
    walk(siti, until="name")
    siti.says("Siti  Aminah", message=700)
    return 700, "Siti  Aminah"


def replaced_answer(siti: Actor) -> tuple[int, str]:
    message, text = answer(siti)
    walk(siti, until="summary")
    siti.presses("change")
    siti.presses("change_field", "name")
    siti.says("Siti Aminah binti Ali")
    return message, text


def typed_button(siti: Actor) -> tuple[int, str]:
    walk(siti, until="loss_kind")
    siti.says("Tidak ada", message=700)
    return 700, "Tidak ada"


def key(siti: Actor) -> tuple[int, str]:
    walk(siti, until="story")
    siti.says("Bantuan belum cair.")
    siti.says("Lanjut", message=700)
    return 700, "Lanjut"


def signature(siti: Actor) -> tuple[int, str]:
    walk(siti, until="signing", answers={"name": "Siti Aminah"})
    siti.presses("declare")
    siti.says("Siti Aminah", message=700)
    return 700, "Siti Aminah"


def held(siti: Actor) -> tuple[int, str]:
    siti.says("Jalan desa rusak", message=700)
    return 700, "Jalan desa rusak"


def filed(siti: Actor) -> tuple[int, str]:
    message, text = story(siti)
    walk(siti, until="filed")
    return message, text


def filed_answer(siti: Actor) -> tuple[int, str]:
    walk(siti, until="address")
    siti.says(ADDRESS, message=700)
    walk(siti, until="filed")
    return 700, ADDRESS


def filed_signature(siti: Actor) -> tuple[int, str]:
    sent = signature(siti)
    walk(siti, until="filed")
    return sent


PLACES: dict[str, Callable[[Actor], tuple[int, str]]] = {
    each.__name__: each
    for each in (
        story,
        answer,
        replaced_answer,
        typed_button,
        key,
        signature,
        held,
        filed,
        filed_answer,
        filed_signature,
    )
}


def _forget(siti: Actor) -> None:
    """More messages than a conversation remembers have come since."""
    stored = siti.chat_log.conversation(siti.chat)
    siti.chat_log.conversations[str(stored.key)] = stored.model_copy(update={"recent": {}}).model_dump_json()


@pytest.mark.parametrize("place", PLACES)
def test_an_edit_without_a_change_gets_no_answer(place: str) -> None:
    siti = citizen()
    message, text = PLACES[place](siti)
    before = siti.chat_log.conversation(siti.chat)
    assert siti.edits(message, text) == []
    assert siti.chat_log.fresh == []
    assert siti.chat_log.conversation(siti.chat) == before


@pytest.mark.parametrize(
    "place", ["story", "answer", "signature", "held", "filed", "filed_answer", "filed_signature"]
)
def test_it_gets_none_many_messages_later_either(place: str) -> None:
    siti = citizen()
    message, text = PLACES[place](siti)
    _forget(siti)
    assert siti.edits(message, text) == []
    assert siti.edits(message, f"{text} dan seterusnya") != []


@pytest.mark.parametrize("place", PLACES)
def test_a_changed_text_is_still_answered(place: str) -> None:
    siti = citizen()
    message, text = PLACES[place](siti)
    assert siti.edits(message, f"{text} juga") != []
    render_all(siti.chat_log.fresh)


def test_the_second_report_of_one_edit_is_no_edit() -> None:
    siti = citizen()
    message, _ = story(siti)
    assert siti.edits(message, "Bantuan Maret belum cair.") == ["intake.edited"]
    assert siti.edits(message, "Bantuan Maret belum cair.") == []
    (part,) = draft_of(siti).story
    assert part.replaced == ("Bantuan belum cair.",)


def test_a_conversation_remembers_a_bounded_number_of_messages() -> None:
    siti = citizen()
    walk(siti, until="story")
    for count in range(MOST_REMEMBERED * 2):
        siti.says(f"Baris {count}")
    assert len(siti.chat_log.conversation(siti.chat).recent) == MOST_REMEMBERED


def test_a_state_without_fingerprints_is_read() -> None:
    assert Conversation.model_validate({"chat": 1, "person": 1}).recent == {}


def test_officers_edits_without_a_change_get_no_answer() -> None:
    world = Desk()
    case = prompted(world)
    talk = world.chat.conversation(601, GROUP)
    assert talk.writing
    message = talk.writing.parts[0].message
    assert world.budi.edits(message, "Sudah kami salurkan.") == []
    assert world.budi.edits(message, "Sudah kami salurkan, Bu.") == ["desk.preview"]
    world.budi.presses("send")
    assert world.budi.edits(message, "Sudah kami salurkan, Bu.") == []
    assert world.now(case).responses[0].text == "Sudah kami salurkan, Bu."
    world.citizen.says("Terima kasih", message=900)
    assert world.citizen.edits(900, "Terima kasih") == []


def _photo_in_story(siti: Actor) -> None:
    walk(siti, until="story")
    siti.sends(message=700, caption="bukti")


def _photo_filed(siti: Actor) -> None:
    _photo_in_story(siti)
    siti.says("Bantuan belum cair.")
    walk(siti, until="filed")


def _photo_held(siti: Actor) -> None:
    siti.sends(message=700, caption="bukti")


def _signature_photo(siti: Actor) -> None:
    walk(siti, until="signing")
    siti.presses("declare")
    siti.sends(message=700, caption="bukti")


@pytest.mark.parametrize("place", [_photo_in_story, _photo_filed, _photo_held, _signature_photo])
@pytest.mark.parametrize("late", [False, True])
def test_a_replaced_photo_is_refused_in_words(place: Callable[[Actor], None], late: bool) -> None:
    siti = citizen()
    place(siti)
    before = _stored_files(siti)
    if late:
        _forget(siti)
    assert siti.edits(700, "bukti", "u700") == []
    assert siti.edits(700, "bukti", "another") == ["system.file_not_replaced"]
    assert _stored_files(siti) == before
    render_all(siti.chat_log.fresh)


def _stored_files(siti: Actor) -> list[Any]:
    return [
        siti.chat_log.conversation(siti.chat).model_dump(
            exclude={"recent", "name", "latest", "latest_at", "below", "pressed", "asked_at"}
        ),
        siti.chat_log.cases,
    ]


def test_a_photo_added_to_a_text_is_refused_in_words() -> None:
    siti = citizen()
    message, text = story(siti)
    assert siti.edits(message, text, "new") == ["system.file_not_replaced"]
    assert [part.kind for part in draft_of(siti).story] == ["text"]


def test_a_changed_caption_of_the_same_photo_is_taken() -> None:
    siti = citizen()
    _photo_in_story(siti)
    assert siti.edits(700, "bukti transfer", "u700") == ["intake.edited"]
    assert draft_of(siti).story[0].text == "bukti transfer"


def test_a_file_of_an_earlier_version_counts_as_the_same() -> None:
    siti = citizen()
    _photo_in_story(siti)
    _forget(siti)
    talk = siti.chat_log.conversation(siti.chat)
    draft = draft_of(siti)
    old = draft.model_copy(update={"story": (draft.story[0].model_copy(update={"unique": ""}),)})
    siti.chat_log.conversations[str(talk.key)] = talk.model_copy(update={"draft": old}).model_dump_json()
    assert siti.edits(700, "bukti", "anything") == []


def test_officers_replaced_files_are_refused_and_their_talk_is_ignored() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(message=800, caption="Surat", reply_to=world.prompt(case))
    assert world.budi.edits(800, "Surat", "another") == ["system.file_not_replaced"]
    assert world.budi.edits(4711, "foto kantor", "another") == []
    world.budi.presses("send")
    assert world.budi.edits(800, "Surat", "another") == ["desk.edit_late"]
    assert world.chat.conversation(CITIZEN).held == ()
