"""Two numbers of ours turn out to be one person: nothing that either has begun, and no limit, is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from conversations import joining, keys
from conversations.complaints.block import Block
from conversations.complaints.case import Case, Officer, Purpose
from conversations.complaints.draft import NoticeAccepted
from conversations.complaints.part import Part
from conversations.complaints.signatures import filing_account, signed_texts
from conversations.conversation import Conversation, ConversationKey, Unsent, Used
from conversations.intake.several import drafts_of
from conversations.screens import screen_key
from tests.unit.filed import render_all
from tests.unit.on_whatsapp import ON_WHATSAPP, BothChats, Citizen
from tests.unit.transcript import START
from tests.unit.walker import asked, walk

OLD, NEW = ON_WHATSAPP, ON_WHATSAPP + 1
LATER = START + timedelta(hours=1)
# How the field of the joined conversation comes about. A new field of a conversation is written here.
FROM_BOTH = {
    "draft", "set_aside", "completing", "held", "opened", "notices", "recent", "tries", "tried_at",
    "locked_until", "used", "blocks", "turn", "collecting", "name", "language", "held_for_other", "held_at",
    "held_reminded", "last_answers", "notice", "data_sent_at", "data_asked_at",
}  # fmt: skip
OF_THE_NUMBER = {"chat", "person"}
OF_THE_NEWER = {
    "screen", "shown", "choices", "first_shown", "detour", "unread", "asked_at", "latest", "latest_at",
    "below", "offered", "pressed", "keyboard", "typed", "typed_at", "listener", "asked_reference",
}  # fmt: skip
# Officers are not on WhatsApp.
OF_OFFICERS = {"writing", "undecided", "posts", "profile", "introducing", "introduction_offered"}


def talk(person: int, **changes: Any) -> Conversation:
    """A conversation of one of the numbers."""
    return Conversation(chat=person, person=person, **changes)


def become_one(chat: BothChats, stays: int, goes: int) -> None:
    """Do to a transcript what the store does when both are found to be one person."""
    talks = (chat.conversation(number) for number in (stays, goes))
    one = joining.joined(*talks)
    chat.conversations.pop(str(ConversationKey(goes, goes)), None)
    chat.conversations[str(one.key)] = one.model_dump_json()
    for name, text in chat.cases.items():
        case = Case.model_validate_json(text)
        if case.filed_by == goes:
            chat.cases[name] = joining.refiled(case, stays).model_dump_json()


def both() -> tuple[BothChats, Citizen, Citizen]:
    """A person on WhatsApp under an old and a new number."""
    chat = BothChats()
    return chat, chat.citizen(OLD), chat.citizen(NEW)


def test_every_field_of_a_conversation_has_its_rule() -> None:
    assert {*Conversation.model_fields} == FROM_BOTH | OF_THE_NUMBER | OF_THE_NEWER | OF_OFFICERS


@pytest.mark.parametrize("stays", [OLD, NEW])
def test_the_draft_in_use_continues_and_the_other_one_is_offered(stays: int) -> None:
    chat, before, now = both()
    walk(before, until="loss_kind")
    walk(now, until="name", answers={"agency": "bakesbangpol"})
    become_one(chat, stays, OLD + NEW - stays)
    one = chat.citizen(stays)
    assert asked(one) == "name"
    walk(one, until="filed")
    assert "intake.still_kept" in [message.template for message in one.reads()]
    one.presses("resume_draft")
    assert asked(one) == "loss_kind"
    walk(one, until="filed")
    assert [case.filed_by for case in map(chat.case, (0, 1))] == [stays, stays]
    render_all(chat.effects)


@pytest.mark.parametrize("stays", [OLD, NEW])
def test_the_first_words_under_a_new_number_do_not_lose_the_draft(stays: int) -> None:
    chat, before, now = both()
    walk(before, until="name")
    now.says("Ini nomor baru saya")
    become_one(chat, stays, OLD + NEW - stays)
    one = chat.citizen(stays)
    assert [part.text for part in chat.conversation(stays).held] == ["Ini nomor baru saya"]
    assert "name" not in drafts_of(chat.conversation(stays))[0].answers
    one.commands("lapor")
    one.presses("resume_draft")
    assert asked(one) == "name"


def test_both_complaints_are_listed_and_each_signature_still_fits() -> None:
    chat, before, now = both()
    walk(before, until="filed")
    walk(now, until="filed", answers={"agency": "bakesbangpol"})
    become_one(chat, OLD, NEW)
    for case in map(chat.case, (0, 1)):
        assert case.filed_by == OLD
        assert [signed.fits for signed in signed_texts(case)] == [True]
    assert [filing_account(case) for case in map(chat.case, (0, 1))] == [OLD, NEW]
    before.commands("status")
    assert len(before.reads()[-1].params["cases"]) == 2


def test_a_case_that_moves_twice_keeps_the_account_of_its_signature() -> None:
    chat = BothChats()
    walk(chat.citizen(OLD), until="filed")
    case = joining.refiled(joining.refiled(chat.case(), NEW), NEW + 1)
    assert (case.filed_by, case.former_accounts) == (NEW + 1, (OLD, NEW))
    assert [signed.fits for signed in signed_texts(case)] == [True]
    assert case.version == chat.case().version
    forged = case.model_copy(update={"former_accounts": ()})
    assert [signed.fits for signed in signed_texts(forged)] == [False]


def test_no_button_of_the_other_conversation_counts_as_one_of_the_present_screen() -> None:
    chat, before, now = both()
    walk(before, until="name")
    now.commands("lapor")
    assert chat.conversation(OLD).turn > chat.conversation(NEW).turn
    old = {button for message in before.reads() for row in message.buttons for button in row}
    one = joining.joined(chat.conversation(OLD), chat.conversation(NEW))
    assert one.turn > chat.conversation(OLD).turn
    assert one.turn not in {button.version for button in old}
    assert one.shown == chat.conversation(NEW).shown


def test_a_conversation_that_goes_on_alone_keeps_its_screen() -> None:
    chat, before, _ = both()
    walk(before, until="name")
    one = joining.joined(talk(NEW), chat.conversation(OLD))
    known = chat.conversation(OLD)
    assert (one.turn, one.draft, one.listener) == (known.turn, known.draft, "intake")
    assert (one.chat, one.person, one.latest) == (NEW, NEW, screen_key(one))


def part(number: int) -> Part:
    return Part(message=number, at=START, text=f"kata {number}")


def unsent(case: str, *numbers: int) -> Unsent:
    return Unsent(case=case, purpose=Purpose.ADDITION, parts=tuple(map(part, numbers)), since=START)


# What the older and the newer conversation have of the unsent -> what is left, and held.
UNSENT = {
    "only the older": (unsent("a", 1), None, [1], []),
    "only the newer": (None, unsent("a", 2), [2], []),
    "of one complaint": (unsent("a", 1), unsent("a", 2), [1, 2], []),
    "of two complaints": (unsent("a", 1), unsent("b", 2), [2], [1]),
}


@pytest.mark.parametrize("name", UNSENT)
def test_what_is_added_to_complaints_is_joined_or_held(name: str) -> None:
    earlier, present, left, held = UNSENT[name]
    one = joining.joined(
        talk(OLD, collecting=earlier, latest_at=START),
        talk(NEW, collecting=present, latest_at=LATER, held=(part(3),)),
    )
    assert one.collecting
    assert [each.message for each in one.collecting.parts] == left
    assert [each.message for each in one.held] == [*held, 3]


def block(agency: str, until: date, case: str = "a") -> Block:
    officer = Officer(id=601, name="Budi Santoso")
    return Block(agency=agency, until=until, reason="Kasar.", officer=officer, at=START, case=case)


def test_a_new_number_is_no_way_around_a_limit() -> None:
    today, long = START.date(), START.date() + timedelta(days=9)
    older = talk(
        OLD, used=Used(day=today, complaints=2, additions={"a": 3}, files=4), tries=4, locked_until=LATER
    )
    newer = talk(NEW, used=Used(day=today, complaints=1, additions={"a": 1, "b": 1}, size=5), latest_at=LATER)
    one = joining.joined(
        older.model_copy(update={"blocks": (block("dpmd", long),)}),
        newer.model_copy(update={"blocks": (block("dpmd", today, "b"), block("bakesbangpol", today, "b"))}),
    )
    assert one.used == Used(day=today, complaints=3, additions={"a": 4, "b": 1}, files=4, size=5)
    assert (one.tries, one.locked_until) == (4, LATER)
    assert {(each.agency, each.until) for each in one.blocks} == {("dpmd", long), ("bakesbangpol", today)}
    other_day = newer.model_copy(update={"used": Used(day=today - timedelta(days=1), complaints=9)})
    assert joining.joined(older, other_day).used == older.used


def test_what_the_person_chose_once_holds_for_both() -> None:
    accepted = NoticeAccepted(agency="dpmd", version="1", at=START)
    older = talk(
        OLD, language="en", notices=(accepted,), opened=("x", "y"), last_answers={"name": "Siti"}, name="Siti"
    )
    newer = talk(NEW, notices=(accepted,), opened=("y", "z"), latest_at=LATER, latest=keys.held(NEW))
    one = joining.joined(older, newer)
    assert (one.language, one.name, one.last_answers) == ("en", "Siti", {"name": "Siti"})
    assert (one.notices, one.opened) == ((accepted,), ("x", "y", "z"))
    assert one.latest == keys.held(OLD)
