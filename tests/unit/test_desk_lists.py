"""/daftar, /tiket and /bantuan in the staff group."""

from __future__ import annotations

from datetime import date

from conversations.complaints.case import Officer
from conversations.effects import Edit, Send
from conversations.engine import needs
from conversations.events import CommandReceived
from tests.unit.filed import GROUP, Desk, wording
from tests.unit.transcript import RESTRICTED


def shown(world: Desk) -> list[str]:
    return [case["reference"] for case in world.chat.sent(GROUP)[0].params["cases"]]


def test_the_list_shows_open_cases() -> None:
    world = Desk()
    world.file()
    world.file(status="closed")
    world.budi.commands("daftar")
    assert shown(world) == ["DPMD-2026-0001"]


def test_filters_change_the_same_message() -> None:
    world = Desk()
    world.file(officer=Officer(id=601, name="Budi Santoso"), taken_at=world.chat.now)
    world.file(due_on=date(2026, 3, 10))  # a Tuesday
    world.budi.commands("daftar")
    assert world.budi.presses("list_mine") == ["desk.list"]
    assert isinstance(world.chat.fresh[0], Edit)
    assert shown(world) == ["DPMD-2026-0001"]
    world.budi.presses("list_overdue")
    assert shown(world) == ["DPMD-2026-0002"]
    world.budi.commands("daftar", "saya")
    assert shown(world) == ["DPMD-2026-0001"]


def test_a_long_list_is_paged_in_the_same_message() -> None:
    world = Desk()
    for _ in range(10):
        world.file()
    world.budi.commands("daftar")
    assert len(shown(world)) == 8
    assert "Halaman 1 dari 2" in wording(world.chat.sent(GROUP)[0])
    world.budi.presses("newer")
    assert shown(world) == ["DPMD-2026-0009", "DPMD-2026-0010"]
    world.budi.presses("older")
    assert len(shown(world)) == 8


def test_a_line_of_the_list_opens_its_card() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("daftar")
    assert world.budi.presses("case") == ["desk.card"]
    (send,) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert send.key == f"card:{case.id}"


def test_tiket_sends_the_card_again_under_its_key() -> None:
    world = Desk()
    case = world.file()
    assert world.budi.commands("tiket", case.reference.lower()) == ["desk.card"]
    (send,) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert send.key == f"card:{case.id}"


def test_an_empty_list_says_so() -> None:
    world = Desk()
    world.budi.commands("daftar")
    assert "Tidak ada pengaduan" in wording(world.chat.sent(GROUP)[0])


def test_the_restricted_chat_lists_its_own_cases_only() -> None:
    world = Desk()
    world.file()
    world.file(restricted=True, chat=RESTRICTED)
    world.officer(603, "Pak Irban", RESTRICTED).commands("daftar")
    (message,) = world.chat.sent(RESTRICTED)
    assert [case["reference"] for case in message.params["cases"]] == ["DPMD-2026-0002"]


def test_only_a_list_runs_alone() -> None:
    world = Desk()
    origin = world.budi.origin()
    assert needs(CommandReceived(origin, "daftar", ""), world.chat.world()).listing
    assert needs(CommandReceived(origin, "tiket", "DPMD-2026-0001"), world.chat.world()).listing is None
    private = world.citizen.origin()
    assert needs(CommandReceived(private, "daftar", ""), world.chat.world()).listing is None


def test_officers_get_their_own_help() -> None:
    world = Desk()
    assert world.budi.commands("bantuan") == ["desk.help"]
    assert world.budi.commands("entah") == ["desk.unknown_command"]
