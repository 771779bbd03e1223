"""Thanks, greetings and "is anyone there?" while no dialogue listens: they are answered, and not held."""

from __future__ import annotations

from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import PersonEvent, TextReceived
from conversations.followup import pages
from conversations.followup.asking import ask, asking_cases, open_verdicts, verdict_rows
from conversations.intake import dialogue as intake
from conversations.messages import Button, Rows
from conversations.reading.courtesy import OPENING, Courtesy, courtesy_of
from conversations.screens import say
from conversations.world import World


def received(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """The answer to a text of thanks or greetings, or to a confused one; None for any other message."""
    if not isinstance(event, TextReceived):
        return None
    kind = courtesy_of(event.text, world.rules.words)
    if kind == "assent" and (conversation.held or asking_cases(world, conversation.person)):
        # "Baik" may be the answer to an officer's question.
        return None
    if kind:
        return answered(world, conversation, kind)
    if intake.is_no_answer(event.text, world):
        return pages.show_help(event, world, conversation) + _ask_again(world, conversation)
    return None


def answered(world: World, conversation: Conversation, kind: Courtesy) -> Outcome:
    """Answer in kind, with the ways on; the question about held messages is asked again."""
    verdicts = open_verdicts(world, conversation.person)
    params = {
        "kind": kind,
        "references": [case.reference for case in verdicts],
        "opening": kind in OPENING and not verdicts and not conversation.held,
        "contacts": world.rules.contacts(),
    }
    if conversation.held:
        said = say(conversation, "followup.courtesy", {**params, "references": []})
        return said + _ask_again(world, conversation)
    rows = verdict_rows(verdicts, held=False) if verdicts else ()
    return say(conversation, "followup.courtesy", params, buttons=(*rows, *ways_on(world, conversation)))


def _ask_again(world: World, conversation: Conversation) -> Outcome:
    return Outcome.of(ask(conversation, world)) if conversation.held else Outcome()


def ways_on(world: World, conversation: Conversation) -> Rows:
    """The buttons of a citizen of whom nothing is asked: to answer an officer, to file, to see the status."""
    asking = asking_cases(world, conversation.person)
    menu = (Button("file_complaint", "begin", style="primary"), Button("check_status", "status"))
    return (*((_answer_button(case),) for case in asking), menu)


def _answer_button(case: Case) -> Button:
    params = {"reference": case.reference}
    return Button("answer_question", "answer_now", case.id, case.version, params=params)
