"""One dialogue listens, what is set aside continues, and states of an earlier version are read."""

from __future__ import annotations

from typing import Any

import pytest

from conversations import listening
from conversations.complaints.case import Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation, Undecided, Unsent
from conversations.effects import Outcome
from conversations.events import MessageEdited, TextReceived
from tests.unit.filed import CITIZEN, GROUP, Desk
from tests.unit.transcript import LEADER, START, Chat

PART = Part(message=5, at=START, text="Sudah kami periksa.")


def unsent(purpose: Purpose, *parts: Part) -> Unsent:
    return Unsent(case="case00000001", purpose=purpose, parts=parts, since=START)


DRAFT = Draft(id="d1", agency="dpmd", screen="story", started_at=START, touched_at=START)
COLLECTING = unsent(Purpose.ADDITION)
WRITING = unsent(Purpose.RESPONSE, PART)


@pytest.mark.parametrize(
    ("fields", "following"),
    [
        ({}, "none"),
        ({"draft": DRAFT}, "intake"),
        ({"draft": DRAFT, "collecting": COLLECTING}, "collecting"),
        ({"draft": DRAFT, "writing": WRITING}, "writing"),
    ],
    ids=["nothing", "a draft", "an addition before a draft", "a response before a draft"],
)
def test_what_was_set_aside_continues(fields: dict[str, Any], following: str) -> None:
    conversation = Conversation(chat=LEADER, person=LEADER, listener="reference", **fields)
    world = Chat().world()
    assert listening.over(world, conversation, "reference").conversations[-1].listener == following


def test_a_dialogue_that_ends_while_another_listens_changes_no_turn() -> None:
    conversation = Conversation(chat=LEADER, person=LEADER, listener="intake", draft=DRAFT)
    outcome = listening.over(Chat().world(), conversation, "writing")
    assert (outcome.conversations, outcome.effects) == ((conversation,), ())


def test_a_listener_without_its_state_does_not_listen() -> None:
    for listener in ("intake", "collecting", "writing"):
        conversation = Conversation.model_validate({"chat": 7, "person": 7, "listener": listener})
        assert listening.present(conversation) == "none"


def test_an_edit_follows_its_message_and_not_the_listener() -> None:
    world = Desk()
    draft = DRAFT.model_copy(update={"sources": {8: "name"}})
    conversation = Conversation(chat=7, person=7, listener="intake", draft=draft, writing=WRITING)
    origin = world.citizen.origin()
    taken = {
        number: listening.of_message(MessageEdited(_at(origin, number), "Ralat"), conversation)
        for number in (5, 8, 9)
    }
    assert taken == {5: "writing", 8: "intake", 9: "none"}
    assert listening.of_message(TextReceived(origin, "Halo"), conversation) == "intake"


def _at(origin: Any, message: int) -> Any:
    return type(origin)(origin.chat, origin.private, origin.person, message, origin.at)


def test_a_filed_draft_gives_the_turn_to_an_addition_that_was_set_aside() -> None:
    conversation = Conversation(chat=7, person=7, listener="intake", collecting=COLLECTING)
    outcome, world = Outcome.of(conversation), Desk().chat.world()
    assert listening.without_lost_draft(outcome, world).conversations[0].listener == "collecting"


OLD_PARTS = [PART.model_dump(mode="json")]
OLD_UNSENT = {"case": "case00000001", "since": START.isoformat(), "parts": OLD_PARTS}


def test_an_officers_messages_of_an_earlier_version_are_read() -> None:
    old = {"chat": 900, "person": 900, "listener": "collecting"}
    response = Conversation.model_validate(old | {"collecting": OLD_UNSENT | {"purpose": "response"}})
    addition = Conversation.model_validate(old | {"collecting": OLD_UNSENT | {"purpose": "addition"}})
    assert (response.listener, response.writing, response.collecting) == ("writing", WRITING, None)
    assert (addition.listener, addition.writing, addition.collecting) == (
        "collecting",
        None,
        unsent(Purpose.ADDITION, PART),
    )


@pytest.mark.parametrize("reference", ["DPMD-2026-0001", ""], ids=["a reply to a card", "a plain message"])
def test_what_a_group_held_in_an_earlier_version_is_undecided(reference: str) -> None:
    old = {
        "chat": GROUP,
        "person": 601,
        "listener": "nobody",
        "held": OLD_PARTS,
        "asked_reference": reference,
    }
    now = Conversation.model_validate(old)
    assert now.undecided == Undecided(reference=reference, parts=(PART,))
    assert (now.listener, now.held, now.asked_reference) == ("none", (), "")


def test_a_citizens_held_messages_stay_held() -> None:
    old = {"chat": CITIZEN, "person": CITIZEN, "listener": "nobody", "held": OLD_PARTS}
    now = Conversation.model_validate(old)
    assert (now.held, now.undecided, now.listener) == ((PART,), None, "none")
