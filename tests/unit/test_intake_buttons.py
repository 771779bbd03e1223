"""The buttons of the intake: outdated after their screen, except the few that work on any message."""

from __future__ import annotations

import pytest

from conversations.intake.dialogue import ACTIONS
from conversations.messages import Button
from tests.unit.transcript import Actor
from tests.unit.walker import SITI, citizen, walk

INFORMING = {"just_asking", "none_of_these"}
ANYWHERE = {"begin", "resume", "file", *INFORMING, "leave_out"}


def at_service() -> Actor:
    siti = citizen()
    walk(siti, until="service")
    return siti


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - ANYWHERE))
def test_a_button_of_an_earlier_screen_says_so_and_changes_nothing(action: str) -> None:
    siti = at_service()
    before = siti.chat_log.conversation(SITI)
    siti.presses_button(Button("back", action, version=before.turn - 1))
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert siti.chat_log.conversation(SITI).draft == before.draft


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"begin", *INFORMING}))
def test_a_button_without_a_draft_says_so(action: str) -> None:
    siti = citizen()
    siti.presses_button(Button("back", action))
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert siti.chat_log.conversation(SITI).draft is None


# Buttons that no message shows at this question: a manipulated client sends them.
FORGED = [
    ("answer", "unknown"),
    ("skip", ""),
    ("remove", ""),
    ("represent", ""),
    ("agency", "unknown"),
    ("accept", ""),
    ("change", "represents"),
    ("part_delete", "1"),
]


@pytest.mark.parametrize(("action", "value"), FORGED)
def test_a_button_that_the_question_does_not_have_changes_nothing(action: str, value: str) -> None:
    siti = at_service()
    before = siti.chat_log.conversation(SITI)
    siti.presses_button(Button("back", action, version=before.turn, value=value))
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert siti.chat_log.conversation(SITI).draft == before.draft
