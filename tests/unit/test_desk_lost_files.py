"""A file of an officer that could not be stored is no longer in what is sent, and the officer is informed."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case
from conversations.effects import Edit, Send, StripButtons
from conversations.events import FileLost
from conversations.messages import OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, Desk, by_link, prompted, render_all, wording
from tests.unit.transcript import Actor


def lose(world: Desk, case: Case, file: str, chat: int = GROUP, reason: str = "gone") -> None:
    world.chat.feed(FileLost(world.chat.now, case.id, file, chat, reason))


def files_of(actor: Actor) -> list[str]:
    conversation = actor.chat_log.conversation(actor.identity.id, actor.chat)
    writing, undecided = conversation.writing, conversation.undecided
    parts = (*(writing.parts if writing else ()), *(undecided.parts if undecided else ()))
    return [part.file for part in parts if part.file]


def the_file(actor: Actor) -> str:
    (file,) = files_of(actor)
    return file


def previews(world: Desk) -> list[OutgoingMessage]:
    return [
        e.message for e in world.chat.fresh if isinstance(e, Edit) and e.message.template == "desk.preview"
    ]


def test_the_preview_no_longer_counts_the_lost_file() -> None:
    world = Desk()
    case = prompted(world)
    for _ in range(2):
        world.budi.sends(reply_to=world.prompt(case))
    lost, kept = files_of(world.budi)
    lose(world, case, lost)
    (preview,) = previews(world)
    assert preview.params["files"] == [{"kind": "photo", "count": 1}]
    (told,) = [e.message for e in world.chat.fresh if isinstance(e, Send)]
    assert told.template == "desk.file_lost"
    assert "tg://user?id=601" in wording(told)
    assert ("clock", "file_lost") in world.history()
    world.budi.presses("send")
    assert world.now(case).thread[-1].files == (kept,)
    assert [m.params["files"] for m in world.chat.sent(CITIZEN) if "files" in m.params] == [
        [{"kind": "photo", "count": 1}]
    ]
    render_all(world.chat.effects)


def test_a_caption_stays_as_text() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(caption="Sudah cair hari Senin.", reply_to=world.prompt(case))
    lose(world, case, the_file(world.budi))
    (preview,) = previews(world)
    assert (preview.params["text"], preview.params["files"]) == ("Sudah cair hari Senin.", [])


def test_a_preview_without_anything_left_loses_its_buttons_and_the_prompt_stays_open() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.prompt(case))
    send = world.budi.button("send")
    lose(world, case, the_file(world.budi), reason="too_large")
    assert StripButtons(GROUP, key=f"preview:{case.id}:601") in world.chat.fresh
    (told,) = world.chat.sent(GROUP)
    assert "20 MB" in wording(told)
    world.budi.presses_button(send)
    assert not world.chat.sent(CITIZEN)
    assert world.budi.says("Sudah cair.", reply_to=world.prompt(case)) == ["desk.preview"]


@pytest.mark.parametrize("reply", [True, False])
def test_a_message_that_waits_for_its_purpose_is_dropped_with_its_file(*, reply: bool) -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.card(case) if reply else 0)
    if reply and not world.chat.conversation(601, GROUP).undecided:
        world.budi.commands("batal")
        world.budi.sends(reply_to=world.card(case))
    lose(world, case, the_file(world.budi))
    assert [message.template for message in world.chat.sent(GROUP)] == ["desk.file_lost"]
    assert files_of(world.budi) == []
    assert any(isinstance(effect, StripButtons) for effect in world.chat.fresh)


def test_a_text_next_to_the_lost_file_still_waits_for_its_purpose() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Ini fotonya", reply_to=world.card(case))
    world.budi.sends(reply_to=world.card(case))
    lose(world, case, the_file(world.budi))
    assert world.budi.presses("final_response") == ["desk.preview"]


def test_in_private_the_officer_is_informed_there() -> None:
    world = Desk()
    case = world.file(confidential=True)
    private = by_link(world, case)
    private.sends()
    lose(world, case, the_file(private), chat=private.chat)
    assert [message.template for message in world.chat.sent(private.chat)] == ["desk.file_lost"]
    assert files_of(private) == []
    assert not world.chat.sent(GROUP)


def test_other_officers_and_sent_messages_are_not_concerned() -> None:
    world = Desk()
    case = prompted(world)
    world.budi.sends(reply_to=world.prompt(case))
    (file,) = files_of(world.budi)
    world.budi.presses("send")
    lose(world, case, file)
    assert [message.template for message in world.chat.sent(GROUP)] == ["intake.file_lost"]
    assert world.chat.conversation(602, GROUP).writing is None
