"""/cari: words, numbers and days, and nothing that the asker may not read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.case import Officer
from conversations.desk.searching import MOST_WORDS
from conversations.effects import Send
from conversations.engine import needs
from conversations.events import CommandReceived
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import RESTRICTED, START, Actor


def _searches(world: Desk, text: str, who: Actor | None = None) -> list[str]:
    """The numbers that were found; each has its button."""
    actor = who or world.budi
    assert actor.commands("cari", text) == ["desk.found"]
    (message,) = world.chat.sent(actor.chat)
    numbers = [case["reference"] for case in message.params["cases"]]
    assert [button.params["reference"] for row in message.buttons for button in row] == numbers
    return numbers


def _world() -> Desk:
    """One case of 10, 15 and 17 March, each with another service."""
    world = Desk()
    for days, service in ((7, "Perbaikan jembatan"), (2, "blt"), (0, "Penerangan jalan")):
        complaint = world.file(received_at=START - timedelta(days=days)).complaint
        name = list(world.chat.cases)[-1]
        case = world.chat.case(len(world.chat.cases) - 1)
        changed = case.model_copy(update={"complaint": complaint.model_copy(update={"service": service})})
        world.chat.cases[name] = changed.model_dump_json()
    return world


FOUND = {
    "jembatan": ["0001"],
    "JEMBATAN perbaikan": ["0001"],
    "jembatan penerangan": [],
    "bantuan": ["0003", "0002", "0001"],
    "bantuan yang cair": ["0003", "0002", "0001"],
    "tidakada": [],
    "2": ["0002"],
    "0002": ["0002"],
    "DPMD-2026-0002": ["0002"],
    "dpmd 2026 2": ["0002"],
    "17 Maret": ["0003"],
    "15-03-2026": ["0002"],
    "hari ini": ["0003"],
    "kemarin": [],
    "Maret 2026": ["0003", "0002", "0001"],
    "Februari 2026": [],
    "jembatan Maret 2026": ["0001"],
    "jembatan 17 Maret": [],
    "bantuan%": ["0003", "0002", "0001"],
    "b_ntuan": [],
    "Siti Aminah": [],
    "krajan": [],
    "081234567890 bantuan": ["0003", "0002", "0001"],
}


@pytest.mark.parametrize("text", FOUND)
def test_complaints_are_found_newest_first(text: str) -> None:
    found = _searches(_world(), text)
    assert [number.removeprefix("DPMD-2026-") for number in found] == FOUND[text]


def test_a_hit_says_number_status_service_and_day_and_opens_its_card() -> None:
    world = _world()
    _searches(world, "penerangan")
    text = wording(world.chat.sent(GROUP)[0])
    assert "<b>DPMD-2026-0003</b> · Diterima\nPenerangan jalan · masuk Selasa, 17 Maret 2026" in text
    world.budi.presses("case")
    (card, *_) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert card.message.template == "desk.card"
    render_all(world.chat.effects)


def test_more_hits_than_a_page_are_announced() -> None:
    world = Desk()
    for _ in range(30):
        world.file()
    assert len(_searches(world, "bantuan")) == 8
    text = wording(world.chat.sent(GROUP)[0])
    assert "(lebih dari 8)" in text
    assert "Mohon tambahkan kata atau tanggal" in text


def test_a_confidential_case_is_found_by_its_number_alone() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert _searches(world, "bantuan") == []
    assert _searches(world, "17 Maret") == []
    assert _searches(world, "bantuan", world.leader) == []
    assert _searches(world, "17 Maret", world.leader) == []
    assert _searches(world, case.reference) == [case.reference]
    assert "BLT" in wording(world.chat.sent(GROUP)[0])
    assert "Bantuan saya" not in wording(world.chat.sent(GROUP)[0])


def test_restricted_cases_are_found_in_the_restricted_chat_alone() -> None:
    world = Desk()
    plain, secret = world.file(), world.file(restricted=True, chat=RESTRICTED, confidential=True)
    member = world.officer(603, "Pak Irban", RESTRICTED)
    for text in ("bantuan", "17 Maret"):
        assert _searches(world, text) == [plain.reference]
        assert _searches(world, text, member) == [secret.reference]
    assert _searches(world, secret.reference, member) == [secret.reference]
    # Its number is unknown in the staff group: the digits are searched as words.
    assert _searches(world, secret.reference) == []


def test_another_agency_finds_nothing() -> None:
    world = Desk()
    world.file()
    other = world.officer(604, "Ani", -100_2)
    for text in ("bantuan", "17 Maret", "DPMD-2026-0001"):
        assert _searches(world, text, other) == []


def test_what_is_about_the_asker_is_not_found() -> None:
    world = Desk()
    world.file(meant=(601,), officer=Officer(id=602, name="Rina"))
    assert _searches(world, "bantuan") == []
    assert _searches(world, "bantuan", world.rina) == ["DPMD-2026-0001"]


NOTHING = [
    "",
    "   ",
    "yang",
    "ab",
    "%",
    "_",
    "\U0001f6a7\U0001f4a5",
    "\u202e\u200f",
    "' --",
    ". , ;",
    "1234567",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_text_without_words_gets_examples(text: str) -> None:
    world = Desk()
    world.file()
    assert world.budi.commands("cari", text) == ["desk.search_how"]
    assert "/cari 17 Maret" in wording(world.chat.sent(GROUP)[0])


HOSTILE = {
    "4,000 letters": "x" * 4000,
    "1,000 words": " ".join(f"kata{number}" for number in range(1000)),
    "right to left": "\u202eبحث عن شكوى\u202c " * 100,
    "markup": "<b>" + "tebal</b><script> " * 200,
    "digits": "123456 " * 500,
    "dates": "17 Maret " * 400,
    "a surrogate": "bantuan \ud83d",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_is_answered_in_one_short_message(name: str) -> None:
    world = Desk()
    world.file()
    assert world.budi.commands("cari", HOSTILE[name]) in (["desk.found"], ["desk.search_how"])
    (message,) = world.chat.sent(GROUP)
    assert len(wording(message)) < 1500
    assert len(message.params.get("words", [])) <= MOST_WORDS


def test_a_search_runs_alone_and_only_in_a_group() -> None:
    world = Desk()
    asked = needs(CommandReceived(world.budi.origin(), "cari", "bantuan"), world.chat.world())
    assert asked.alone
    assert asked.search
    private = world.chat.person(CITIZEN).origin()
    assert needs(CommandReceived(private, "cari", "bantuan"), world.chat.world()).search is None


def test_too_many_words_are_announced() -> None:
    world = Desk()
    world.file()
    _searches(world, " ".join(f"kata{number}" for number in range(20)))
    assert "hanya 8 kata pertama" in wording(world.chat.sent(GROUP)[0])
