"""/riwayat and the button "Riwayat": who did what and when, in words, without anybody's personal texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wording.rendering import Texts
from conversations.complaints.case import Purpose
from conversations.complaints.history_codes import CODES, SHOWS_TEXT
from conversations.complaints.life_cycle import CaseEvent
from conversations.effects import Edit, RecordHistory, Send
from conversations.events import Delivery
from conversations.messages import Button, OutgoingMessage
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, render_all, wording
from tests.unit.transcript import RESTRICTED

ROOT = Path(__file__).parents[2]
# Expressions whose values are those of an enum: all of them have words.
ENUMS = {
    "event": CaseEvent,
    "what": Purpose,
    "contribution.purpose": Purpose,
    "step": CaseEvent,
    "unsent.purpose": Purpose,
}


def _written_codes() -> Iterator[tuple[str, ast.expr]]:
    """The code of each RecordHistory in the sources, with its place."""
    for path in sorted(ROOT.joinpath("conversations").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RecordHistory":
                named = {keyword.arg: keyword.value for keyword in node.keywords}
                yield f"{path.name}:{node.lineno}", named.get("what") or node.args[2]


def _codes(code: ast.expr) -> set[str]:  # noqa: PLR0911 - a table of expressions
    """What the expression can be; empty when that cannot be read."""
    match code:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=other):
            return _codes(body) | _codes(other)
        case ast.Attribute(value=of, attr="value"):
            return _codes(of)
        case ast.Attribute(value=ast.Name(id="CaseEvent"), attr=name):
            return {CaseEvent[name].value}
        case ast.Attribute(value=ast.Name(id="Purpose"), attr=name):
            return {Purpose[name].value}
        case ast.JoinedStr(values=parts):
            pattern = "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts)
            return {known for known in CODES if re.fullmatch(pattern, known)}
        case _:
            enum = ENUMS.get(ast.unparse(code))
            return {member.value for member in enum} if enum else set()


def test_every_code_that_is_written_is_known() -> None:
    written = {place: _codes(code) for place, code in _written_codes()}
    assert len(written) > 20
    unread = {place for place, codes in written.items() if not codes}
    assert unread == set(), "an expression that this test cannot read: add its enum to ENUMS"
    assert {code: place for place, codes in written.items() for code in codes if code not in CODES} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(language: str) -> None:
    words = Texts(language)  # type: ignore[arg-type]
    for code in (*CODES, "other", "by_citizen", "by_clock"):
        assert words.word(f"history_{code}")


def test_no_text_of_the_submission_or_of_a_file_is_shown() -> None:
    assert SHOWS_TEXT & {"submitted", "file_stored", "file_lost", "identity_viewed", "recalled"} == set()


def _history(world: Desk) -> OutgoingMessage:
    (message,) = world.chat.sent(GROUP)
    return message


def _handled(world: Desk, *, confidential: bool = False) -> str:
    case = world.file(confidential=confidential)
    submitted = RecordHistory(case.id, f"citizen:{CITIZEN}", "submitted", "Siti Aminah, Dusun Krajan")
    world.chat.records.append((world.chat.now, submitted))
    who = world.leader if confidential else world.budi
    world.press(who, case, "take")
    return case.reference


def test_the_newest_entry_stands_first_with_the_officers_name() -> None:
    world = Desk()
    reference = _handled(world)
    assert world.rina.commands("riwayat", reference) == ["desk.history"]
    text = wording(_history(world))
    assert re.findall(r"· <b>(.+?)</b>: (.+)", text) == [
        ("Budi Santoso", "mengambil pengaduan"),
        ("Pengadu", "mengirim pengaduan"),
    ]
    assert "✅ Riwayat utuh: 2 catatan." in text
    assert "Selasa, 17 Maret 2026 pukul 09.00 WIB" in text
    assert "Siti" not in text
    assert "Krajan" not in text
    render_all(world.chat.effects)


def test_the_card_has_the_history_too_and_pages_change_the_same_message() -> None:
    world = Desk()
    case = world.file()
    for number in range(25):
        record = RecordHistory(case.id, "officer:601", "note", f"Catatan {number}")
        world.chat.records.append((world.chat.now, record))
    assert world.press(world.budi, case, "history") == ["desk.history"]
    assert [type(effect) for effect in world.chat.fresh if isinstance(effect, Send | Edit)] == [Send]
    assert "Halaman 1 dari 3" in wording(_history(world))
    assert "Catatan 24" in wording(_history(world))
    world.budi.presses("older")
    assert [type(effect) for effect in world.chat.fresh if isinstance(effect, Send | Edit)] == [Edit]
    assert "Catatan 5" in wording(_history(world))
    world.budi.presses_button(Button("older", "history", case.id, 1, "999999"))
    assert "Catatan 0" in wording(_history(world))
    assert "Halaman 3 dari 3" in wording(_history(world))


@pytest.mark.parametrize("page", ["x", "-1", "²", "99999999999"])
def test_a_forged_page_is_answered(page: str) -> None:
    world = Desk()
    case = world.file()
    world.budi.presses_button(Button("older", "history", case.id, 1, page))
    assert world.chat.alert.template == "system.press_outdated"


def test_what_was_written_is_cut_as_on_the_card() -> None:
    world = Desk()
    case = world.file()
    record = RecordHistory(case.id, f"citizen:{CITIZEN}", "addition", "Masih menunggu <b> " * 100)
    world.chat.records.append((world.chat.now, record))
    world.budi.commands("riwayat", case.reference)
    text = wording(_history(world))
    assert "Masih menunggu &lt;b&gt;" in text
    assert len(text) < 500


def test_of_a_confidential_case_only_who_what_and_when_is_shown() -> None:
    world = Desk()
    reference = _handled(world, confidential=True)
    case = world.chat.case()
    for code in sorted(SHOWS_TEXT):
        record = RecordHistory(case.id, "officer:900", code, "Rahasia sekali")
        world.chat.records.append((world.chat.now, record))
    for page in range(3):
        world.budi.presses_button(Button("older", "history", case.id, 1, str(page)))
        assert "Rahasia sekali" not in wording(_history(world))
    assert world.budi.commands("riwayat", reference) == ["desk.history"]
    assert "🔒 RAHASIA" in wording(_history(world))


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    world = Desk()
    case = world.file()
    world.chat.records.append((world.chat.now, RecordHistory(case.id, "robot:1", "sealed_twice", "Siti")))
    world.budi.commands("riwayat", case.reference)
    text = wording(_history(world))
    assert "<b>Sistem</b>: catatan versi lain (sealed_twice)" in text
    assert "Siti" not in text


def test_the_history_stays_in_the_group_of_its_case() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    assert world.budi.commands("riwayat", case.reference) == ["desk.unknown_number"]
    world.press(world.budi, case, "history")
    assert world.chat.alert.template == "system.press_outdated"
    other = world.officer(604, "Ani", -100_2)
    assert other.commands("riwayat", world.file().reference) == ["desk.unknown_number"]
    member = world.officer(603, "Pak Irban", RESTRICTED)
    assert member.commands("riwayat", case.reference) == ["desk.history"]


def test_an_officer_who_is_meant_reads_no_history() -> None:
    world = Desk()
    case = world.file(meant=(601,))
    assert world.budi.commands("riwayat", case.reference) == ["desk.meant_by_it"]


@pytest.mark.parametrize("typed", ["", "apa", "%", "9" * 4000, "DPMD-2026-9999", "\u202e1"])
def test_a_number_that_is_none_is_answered(typed: str) -> None:
    world = Desk()
    assert world.budi.commands("riwayat", typed) == ["desk.unknown_number"]


def test_a_history_that_does_not_verify_says_where() -> None:
    params = {"reference": "X", "confidential": False, "entries": [], "total": 5, "page": 1, "pages": 1}
    said = {
        what: wording(OutgoingMessage("desk.history", {**params, "fault": {"entry": 3, "what": what}}))
        for what in ("changed", "text", "missing", "added")
    }
    assert all("Riwayat tidak utuh" in text and "ke-3" in text for text in said.values())
    assert len(set(said.values())) == 4


def test_every_way_a_message_can_be_delivered_has_a_code() -> None:
    assert {f"response_{how}" for how in Delivery} | {f"added_{how}" for how in Delivery} <= CODES
