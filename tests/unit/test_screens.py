"""A screen keeps its message's name while it changes in place, so that a copy changes too (invariant 4)."""

from __future__ import annotations

from conversations.effects import Edit, Send
from tests.unit.transcript import Actor, Chat

SITI = 5001


def begun() -> Actor:
    siti = Chat().person(SITI)
    siti.commands("lapor")
    return siti


def test_an_edit_in_place_names_the_message_as_it_was_sent() -> None:
    siti = begun()
    (sent,) = [effect for effect in siti.chat_log.fresh if isinstance(effect, Send)]
    for label, value in (("choice", "dpmd"), ("back", ""), ("choice", "bakesbangpol")):
        siti.presses(label, value)
        (edit,) = [effect for effect in siti.chat_log.fresh if isinstance(effect, Edit)]
        assert edit.key == sent.key


def test_the_next_screen_that_is_sent_has_a_name_of_its_own() -> None:
    siti = begun()
    siti.presses("choice", "dpmd")
    names = [effect.key for effect in siti.chat_log.effects if isinstance(effect, Send)]
    siti.presses("understood")
    sent = [effect.key for effect in siti.chat_log.fresh if isinstance(effect, Send)]
    assert sent
    assert not set(sent) & set(names)
