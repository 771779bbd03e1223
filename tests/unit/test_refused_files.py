"""A file that is refused because of its content: who is told, and what they are told to send instead."""

from __future__ import annotations

import re

import pytest

from conversations.catalogue import MESSAGES
from conversations.complaints.refused import Refused
from conversations.events import FileLost
from conversations.messages import OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import adding
from tests.unit.transcript import Chat
from tests.unit.walker import SITI, citizen, draft_of, walk

# reason -> what the sender is told to do
INSTEAD = {
    Refused.PROGRAM: ("program atau skrip", "tangkapan layar"),
    Refused.MACRO: ("makro", "PDF"),
    Refused.ACTIVE: ("tersembunyi", "PDF biasa"),
    Refused.ARCHIVE: ("arsip", "satu per satu"),
    Refused.LOCKED: ("kata sandi", "buka kuncinya"),
    Refused.UNKNOWN: ("tidak dikenali", "foto, video"),
}
TOLD = ("intake.file_lost", "intake.file_lost_later", "intake.file_lost_on_behalf", "desk.file_lost")


@pytest.mark.parametrize("reason", Refused)
def test_each_refusal_says_why_and_what_to_send_instead(reason: Refused) -> None:
    siti = citizen(Chat())
    walk(siti, until="story")
    siti.sends("document")
    chat, draft = siti.chat_log, draft_of(siti)
    chat.feed(FileLost(chat.now, draft.id, draft.story[0].file, SITI, reason))
    render_all(chat.fresh)
    text = wording(chat.sent(SITI)[0])
    for said in INSTEAD[reason]:
        assert said in text
    assert draft_of(siti).story == ()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("template", TOLD)
def test_no_reason_leaves_its_sentence_open(template: str, language: str) -> None:
    given = {
        "name": "surat.pdf",
        "megabytes": 20,
        "reference": "DPMD-2026-0001",
        "attorney": False,
        "officer": {"id": 1, "name": "Budi"},
        "messenger": "Telegram",
    }
    for reason in (*Refused, "too_large", "unreachable", "empty"):
        params = {**given, "reason": str(reason)}
        wanted = {name: params[name] for name in MESSAGES[template]}
        text = wording(OutgoingMessage(template, wanted), language)
        assert "  " not in text
        assert re.search(r"(?:disimpan|saved|stored) (?:karena|because) \w+", text)


@pytest.mark.parametrize(("reason", "informed"), [(Refused.PROGRAM, True), ("unreachable", False)])
def test_officers_read_that_a_file_of_the_case_was_refused(reason: str, *, informed: bool) -> None:
    world = Desk()
    case = adding(world)
    world.citizen.sends("document")
    unsent = world.chat.conversation(CITIZEN).collecting
    assert unsent
    world.citizen.presses("send")
    world.chat.feed(FileLost(world.chat.now, case.id, unsent.parts[0].file, CITIZEN, reason))
    assert "intake.file_lost_later" in [message.template for message in world.chat.sent(CITIZEN)]
    notices = [message for message in world.chat.sent(GROUP) if message.template == "desk.file_refused"]
    assert len(notices) == informed
    for notice in notices:
        assert "1 berkas dari pengadu ditolak karena berisi program" in wording(notice)
    assert ("clock", "file_lost") in world.history()
