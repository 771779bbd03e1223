"""/rekap: the figures of a period are announced, and come as a picture and a PDF."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.complaints.report import Asked, read_asked
from conversations.desk import figures
from conversations.effects import Send
from conversations.messages import Document, DocumentKind
from tests.unit.divided import ECONOMY, Divided
from tests.unit.filed import GROUP, Desk, render_all, wording
from tests.unit.played import Play
from tests.unit.transcript import RESTRICTED, START


def documents(world: Desk, chat: int = GROUP) -> list[Document]:
    """What the last event sent to the chat on paper."""
    return [message.document for message in world.chat.sent(chat) if message.document]


def test_the_conversation_of_the_file() -> None:
    world = Desk()
    played = figures.__doc__ or ""
    # The documents are made at sending: their captions are all that the core sends.
    lines = "\n".join(line.partition("     (a ")[0] for line in played.splitlines())
    assert Play({"Rina": world.rina}).check(lines) == 1


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("", "2026-03"),
        ("2026-02", "2026-02"),
        ("TW I 2026", "2026-Q1"),
        ("2026", "2026"),
        ("bulan lalu", "2026-02"),
    ],
)
def test_picture_and_pdf_are_of_the_same_moment(typed: str, period: str) -> None:
    world = Desk()
    asked_at = world.chat.now
    assert world.rina.commands("rekap", typed) == [
        *("desk.report_coming", "captions.report_picture", "captions.report")
    ]
    picture, paper = documents(world)
    assert (picture.kind, paper.kind) == (DocumentKind.REPORT_PICTURE, DocumentKind.REPORT)
    assert (picture.subject, picture.detail) == (paper.subject, paper.detail)
    assert read_asked(picture.detail) == Asked(period, asked_at)
    render_all(world.chat.effects)


def test_the_restricted_chat_asks_for_its_own_complaints() -> None:
    world = Desk()
    world.officer(601, "Budi Santoso", RESTRICTED).commands("rekap")
    assert {read_asked(one.detail).restricted for one in documents(world, RESTRICTED)} == {True}
    assert "ditangani terbatas" in wording(world.chat.sent(RESTRICTED)[0])
    render_all(world.chat.effects)


@pytest.mark.parametrize(
    "typed", ["kapan saja", "2026-13", "17 Maret 2026", "<b>2026", "9" * 4000, "\u202ekapan\x00", "-1"]
)
def test_another_period_gets_examples(typed: str) -> None:
    world = Desk()
    assert world.rina.commands("rekap", typed) == ["desk.report_how"]
    text = wording(world.chat.sent(GROUP)[0])
    for example in ("/rekap 2026-03", "/rekap 2026-Q1", "/rekap 2026"):
        assert f"<code>{example}</code>" in text
    assert len(text) < 400
    render_all(world.chat.effects)


def test_a_period_that_has_not_begun_is_refused_in_words() -> None:
    world = Desk()
    assert world.rina.commands("rekap", "2026-04") == ["desk.report_too_early"]
    assert "April 2026 belum dimulai" in wording(world.chat.sent(GROUP)[0])
    assert not documents(world)


def test_a_division_is_told_which_commands_it_has() -> None:
    world = Divided()
    assert world.joko.commands("rekap", "2026-03") == ["desk.unknown_command"]
    assert "rekap" not in str(world.chat.sent(ECONOMY)[0].params["commands"])


def test_a_citizen_gets_no_figures() -> None:
    world = Desk()
    world.citizen.commands("rekap", "2026-03")
    assert not [e for e in world.chat.effects if isinstance(e, Send) and e.message.document]


@pytest.mark.parametrize("restricted", [True, False])
def test_what_was_asked_for_is_read_back(*, restricted: bool) -> None:
    asked = Asked("2026-Q4", START, restricted)
    assert read_asked(str(asked)) == asked


@pytest.mark.parametrize("text", ["", "2026", "2026 gestern", f"2026 {date(2026, 1, 1)} x y"])
def test_no_other_text_is_read_as_a_report(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_asked(text)
