"""/register: at once a text, then the file; an empty period gets the text alone, a wrong one an example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from conversations.complaints.report import Asked, read_asked
from conversations.effects import Send
from conversations.engine import needs
from conversations.events import CommandReceived
from conversations.messages import Document, DocumentKind
from conversations.queries import Received
from tests.unit.divided import ECONOMY, Divided
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.transcript import RESTRICTED, START, Actor

# START is Tuesday, 17 March 2026.
FILED = ["desk.register_coming", "captions.register"]


def _document(world: Desk, chat: int = GROUP) -> Document:
    (document,) = [message.document for message in world.chat.sent(chat) if message.document]
    return document


def _world() -> Desk:
    """Two ordinary cases of March and one of February, one restricted of March."""
    world = Desk()
    world.file()
    world.file(confidential=True)
    world.file(received_at=START - timedelta(days=20))
    world.file(restricted=True)
    return world


def _in_restricted(world: Desk) -> Actor:
    return world.officer(601, "Budi Santoso", RESTRICTED)


PERIODS = {
    "": (3, "2026-03", "Maret 2026"),
    "2026-03": (3, "2026-03", "Maret 2026"),
    "bulan lalu": (1, "2026-02", "Februari 2026"),
    "TW I 2026": (4, "2026-Q1", "Triwulan I 2026"),
    "2026": (4, "2026", "Tahun 2026"),
}


@pytest.mark.parametrize("text", PERIODS)
def test_a_register_is_announced_and_follows(text: str) -> None:
    count, name, words = PERIODS[text]
    world = _world()
    assert world.budi.commands("register", text) == FILED
    coming, caption = world.chat.sent(GROUP)
    said = wording(coming)
    assert words in said
    assert f"{count} pengaduan" in said
    assert "tanpa identitas" in said
    assert words in wording(caption)
    document = _document(world)
    assert (document.kind, document.subject) == (DocumentKind.REGISTER, "dpmd")
    asked = read_asked(document.detail)
    assert (asked.period, asked.restricted, asked.at.date()) == (name, False, date(2026, 3, 17))
    render_all(world.chat.fresh)


def test_an_empty_period_gets_a_text_alone() -> None:
    world = _world()
    assert world.budi.commands("register", "2025") == ["desk.register_coming"]
    assert "Belum ada pengaduan" in wording(world.chat.sent(GROUP)[0])
    render_all(world.chat.fresh)


@pytest.mark.parametrize(
    "text",
    ["2026-13", "semua", "q" * 3000, "<b>x</b>", "'; DROP TABLE cases; --", "\U0001f6a7", "2026-03-17"],
)
def test_a_wrong_period_gets_an_example(text: str) -> None:
    world = _world()
    assert world.budi.commands("register", text) == ["desk.register_how"]
    said = wording(world.chat.sent(GROUP)[0])
    assert "<code>/register 2026-03</code>" in said
    assert len(said) < 500
    render_all(world.chat.fresh)


def test_the_restricted_chat_gets_its_own_complaints() -> None:
    world = _world()
    budi = _in_restricted(world)
    assert budi.commands("register", "2026") == FILED
    coming = world.chat.sent(RESTRICTED)[0]
    assert "1 pengaduan yang ditangani terbatas" in wording(coming)
    assert read_asked(_document(world, RESTRICTED).detail).restricted


def test_the_group_of_a_division_has_no_register() -> None:
    world = Divided()
    world.file()
    world.joko.commands("register", "2026")
    sent = world.chat.sent(ECONOMY)
    assert not any(message.document for message in sent)
    assert "belum tersedia di grup ini" in wording(sent[0])


def test_a_citizen_has_no_register() -> None:
    world = _world()
    world.citizen.commands("register", "2026")
    assert not any(message.document for message in world.chat.sent(world.citizen.chat))


def test_only_a_members_register_is_counted() -> None:
    world = _world()
    event = CommandReceived(world.budi.origin(), "buku", "2026-Q1")
    wanted = needs(event, world.chat.world())
    expected = Received("dpmd", date(2026, 1, 1), date(2026, 3, 31), (False, True))
    assert (wanted.received, wanted.alone) == (expected, True)
    assert needs(replace(event, argument="x"), world.chat.world()).received is None
    assert needs(replace(event, command="daftar"), world.chat.world()).received is None
    private = replace(event.origin, chat=event.origin.person.id)
    assert needs(replace(event, origin=private), world.chat.world()).received is None


def test_the_register_comes_in_the_topic_where_it_was_asked_for() -> None:
    world = _world()
    event = CommandReceived(replace(world.budi.origin(), topic=7), "register", "2026")
    sends = [effect for effect in world.chat.feed(event) if isinstance(effect, Send)]
    assert [(effect.chat, effect.message.topic) for effect in sends] == [(GROUP, 7)] * 2


def test_what_was_asked_for_is_read_again() -> None:
    for asked in (Asked("2026", START), Asked("2026-Q4", START, restricted=True)):
        assert read_asked(str(asked)) == asked
