"""A limit is noticed once, and a count is corrected after a file was lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conversations.effects import Edit, Send, StripButtons
from conversations.events import FileLost
from tests.unit.filed import CITIZEN, GROUP, Desk
from tests.unit.transcript import Actor, Chat
from tests.unit.walker import citizen, draft_of, last, walk


def story() -> Actor:
    siti = citizen()
    walk(siti, until="story")
    return siti


def evidence() -> Actor:
    siti = citizen()
    walk(siti, until="resolution")
    return siti


def held() -> Actor:
    return citizen()


def added() -> Actor:
    world = Desk()
    world.press(world.citizen, world.file(), "add")
    return world.citizen


def notices(chat: Chat, since: int) -> list[tuple[str, type]]:
    """The notices of the limit since then, by their keys."""
    shown = (each for each in chat.effects[since:] if isinstance(each, Send | Edit))
    return [(each.key, type(each)) for each in shown if "problem" in each.message.params]


@pytest.mark.parametrize("place", [story, evidence, held, added])
def test_fifteen_photos_over_the_limit_give_one_notice(place: Callable[[], Actor]) -> None:
    siti = place()
    since = len(siti.chat_log.effects)
    for _ in range(15):
        siti.sends()
    found = notices(siti.chat_log, since)
    assert [effect for _, effect in found] == [Send, Edit, Edit, Edit, Edit]
    assert len({key for key, _ in found}) == 1
    siti.chat_log.now += timedelta(minutes=2)
    siti.sends()
    key, effect = notices(siti.chat_log, since)[-1]
    assert (key != found[0][0], effect) == (True, Send)


def test_officers_read_one_notice_as_well() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    since = len(world.chat.effects)
    for _ in range(15):
        world.budi.sends(reply_to=world.prompt(case))
    assert len(set(notices(world.chat, since))) == 1


def lose(chat: Chat, owner: str, file: str, person: int) -> None:
    chat.feed(FileLost(chat.now, owner, file, person, "gone"))


@pytest.mark.parametrize("screen", ["summary", "signing"])
def test_the_screen_is_shown_again_without_the_lost_file(screen: str) -> None:
    siti = story()
    siti.says("Bantuan belum cair.")
    siti.sends()
    walk(siti, until=screen)
    draft = draft_of(siti)
    lose(siti.chat_log, draft.id, draft.story[1].file, siti.chat)
    assert last(siti).template == "intake.summary"
    (story_row,) = (row for row in last(siti).params["answers"] if row["field"] == "story")
    assert story_row["files"] == []


def test_at_another_question_the_lost_file_changes_no_screen() -> None:
    siti = story()
    siti.says("Bantuan belum cair.")
    siti.sends()
    walk(siti, until="resolution")
    draft = draft_of(siti)
    lose(siti.chat_log, draft.id, draft.story[1].file, siti.chat)
    assert [message.template for message in siti.chat_log.sent(siti.chat)] == ["intake.file_lost"]


def test_the_count_of_an_addition_is_corrected() -> None:
    world = Desk()
    case = world.file()
    world.press(world.citizen, case, "add")
    world.citizen.says("Ini buktinya.")
    world.citizen.sends()
    collecting = world.chat.conversation(CITIZEN).collecting
    assert collecting
    lose(world.chat, case.id, collecting.parts[1].file, CITIZEN)
    tally = world.chat.sent(CITIZEN)[-1]
    assert (tally.template, tally.params["count"]) == ("followup.tally", 1)
    world.citizen.presses("send")
    assert world.now(case).thread[0].files == ()
    assert world.chat.sent(GROUP)


@pytest.mark.parametrize("with_text", [False, True])
def test_the_count_of_held_messages_is_corrected(*, with_text: bool) -> None:
    world = Desk()
    world.file()
    world.citizen.sends()
    if with_text:
        world.citizen.says("Ini buktinya.")
    file = world.chat.conversation(CITIZEN).held[0].file
    lose(world.chat, str(CITIZEN), file, CITIZEN)
    asked = [m.params["count"] for m in world.chat.sent(CITIZEN) if m.template == "followup.what_for"]
    assert asked == ([1] if with_text else [])
    assert any(isinstance(each, StripButtons) for each in world.chat.fresh) is not with_text
