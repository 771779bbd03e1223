"""What /daftar lists: the typed words, the menus, and what no one else may see."""

from __future__ import annotations

import pytest

from conversations.complaints.agency import Division
from conversations.complaints.case import Officer
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation, OfficerProfile
from conversations.desk import filters
from conversations.desk.filters import Chosen
from conversations.effects import Edit, RecordHistory
from conversations.messages import Button
from tests.unit.filed import GROUP, Desk, LeanChat, render_all, wording
from tests.unit.transcript import RULES

DIVISIONS = (
    Division(id="pemdes", name="Bidang Pemerintahan Desa"),
    Division(id="keuangan", name="Bidang Keuangan Desa"),
)
AGENCY = RULES.agencies[0].model_copy(update={"divisions": DIVISIONS})

TYPED = {
    "": Chosen("open"),
    "  ": Chosen("open"),
    "terbuka": Chosen("open"),
    "LEWAT": Chosen("overdue"),
    "lewat tenggat": Chosen("overdue"),
    "yang lewat saja": Chosen("overdue"),
    "saya": Chosen("mine"),
    "milik saya": Chosen("mine"),
    "verifikasi": Chosen("status", "verified"),
    "belum diverifikasi": Chosen("status", "received"),
    "Perlu dilengkapi": Chosen("status", "incomplete"),
    "dianggap dicabut": Chosen("status", "lapsed"),
    "dicabut": Chosen("status", "withdrawn"),
    "selesai": Chosen("status", "closed"),
    "pemdes": Chosen("division", "pemdes"),
    "bidang keuangan": Chosen("division", "keuangan"),
    "Pemerintahan": Chosen("division", "pemdes"),
    "Rina": Chosen("officer", named="rina"),
    "Bu Rina": Chosen("officer", named="bu rina"),
    "%": Chosen("open"),
    "' OR 1=1 --": Chosen("officer", named="or 1 1"),
    "x" * 4000: Chosen("officer", named="x" * filters.LONGEST_NAME),
}


@pytest.mark.parametrize("words", TYPED, ids=lambda words: words[:20])
def test_typed_words_choose_the_filter(words: str) -> None:
    assert filters.typed(words, AGENCY, RULES.words) == TYPED[words]


@pytest.mark.parametrize("status", filters.STATUSES)
def test_each_status_is_chosen_by_its_name(status: Status) -> None:
    assert filters.typed(status.value.replace("_", " "), AGENCY, RULES.words) == Chosen(
        "status", status.value
    )


PRESSED = {
    "open,0": (Chosen("open"), 0),
    "mine,12": (Chosen("mine"), 12),
    "status:closed,3": (Chosen("status", "closed"), 3),
    "officer:42,0": (Chosen("officer", "42"), 0),
    "division:pemdes,0": (Chosen("division", "pemdes"), 0),
    "division:a,b,0": (Chosen("division", "a,b"), 0),
    **dict.fromkeys(("", "open", "open,", "open,-1", "open,x", "open,9999999", "open,²", "all,0"), None),
    **dict.fromkeys(
        ("status,0", "status:gone,0", "officer:x,0", "officer:0,0", "open:1,0", "division,0"), None
    ),
}


@pytest.mark.parametrize("value", PRESSED)
def test_a_button_says_filter_and_page(value: str) -> None:
    assert filters.pressed(value) == PRESSED[value]


def _desk() -> Desk:
    agencies = (AGENCY, *RULES.agencies[1:])
    return Desk(LeanChat(rules=RULES.model_copy(update={"agencies": agencies})))


def _shown(world: Desk) -> list[str]:
    return [case["reference"] for case in world.chat.sent(GROUP)[0].params["cases"]]


def _title(world: Desk) -> str:
    return wording(world.chat.sent(GROUP)[0]).partition("\n")[0]


def test_a_menu_changes_the_same_message_and_leads_to_its_list() -> None:
    world = _desk()
    world.file(status="verified")
    world.file(division="keuangan")
    world.budi.commands("daftar")
    assert world.budi.presses("list_by_status") == ["desk.list_menu"]
    assert isinstance(world.chat.fresh[0], Edit)
    world.budi.presses("list_status", "status:verified,0")
    assert isinstance(world.chat.fresh[0], Edit)
    assert _shown(world) == ["DPMD-2026-0001"]
    assert _title(world) == "<b>Daftar pengaduan: Terverifikasi</b> (1)"
    world.budi.presses("list_by_division")
    world.budi.presses("choice", "division:keuangan,0")
    assert _shown(world) == ["DPMD-2026-0002"]
    assert _title(world) == "<b>Daftar pengaduan: bidang Bidang Keuangan Desa</b> (1)"
    render_all(world.chat.effects)


def test_an_officer_is_chosen_by_name_or_from_the_menu() -> None:
    world = _desk()
    world.file(officer=Officer(id=602, name="Rina Wati"))
    world.file(officer=Officer(id=601, name="Budi Santoso"))
    world.rina.commands("daftar")
    world.budi.commands("daftar", "bu rina")
    assert _shown(world) == ["DPMD-2026-0001"]
    assert _title(world) == "<b>Daftar pengaduan: petugas Rina Wati</b> (1)"
    world.rina.presses("list_by_officer")
    assert [button.params["text"] for row in world.chat.sent(GROUP)[0].buttons[:-1] for button in row] == [
        "Budi Santoso",
        "Rina Wati",
    ]
    world.rina.presses("choice", "officer:601,0")
    assert _shown(world) == ["DPMD-2026-0002"]
    assert _title(world) == "<b>Daftar pengaduan: petugas Budi Santoso</b> (1)"


def test_an_officer_is_known_by_the_name_of_the_profile() -> None:
    world = _desk()
    case = world.file(officer=Officer(id=602, name="Rina Wati"))
    world.rina.commands("daftar")
    profile = OfficerProfile(name="Rina Wulandari, S.Sos.")
    private = Conversation(chat=602, person=602, profile=profile)
    world.chat.conversations[str(private.key)] = private.model_dump_json()
    world.budi.commands("daftar", "wulandari")
    assert _title(world) == "<b>Daftar pengaduan: petugas Rina Wulandari, S.Sos.</b> (1)"
    world.chat.records.append((world.chat.now, RecordHistory(case.id, "officer:602", "taken")))
    world.budi.commands("riwayat", case.reference)
    assert "<b>Rina Wulandari, S.Sos.</b>: mengambil pengaduan" in wording(world.chat.sent(GROUP)[0])


def test_a_name_that_several_officers_have_is_asked_about() -> None:
    world = _desk()
    world.rina.commands("daftar")
    world.officer(603, "Rina Sari").commands("daftar")
    assert world.budi.commands("daftar", "rina") == ["desk.list_menu"]
    world.budi.presses("choice", "officer:603,0")
    assert _title(world) == "<b>Daftar pengaduan: petugas Rina Sari</b> (0)"


@pytest.mark.parametrize("words", ["Zaki", "x" * 4000, "<b>", "\u202egnp.exe", "satu " * 1000])
def test_words_that_name_nothing_are_answered_with_what_can_be_typed(words: str) -> None:
    world = _desk()
    world.budi.commands("daftar")
    assert world.budi.commands("daftar", words) == ["desk.list_unknown"]
    assert "/daftar pemdes" in wording(world.chat.sent(GROUP)[0])
    assert len(wording(world.chat.sent(GROUP)[0])) < 500


def test_an_agency_without_divisions_has_no_such_menu() -> None:
    world = Desk()
    world.budi.commands("daftar")
    labels = {button.label for row in world.chat.sent(GROUP)[0].buttons for button in row}
    assert {"list_by_status", "list_by_officer"} <= labels
    assert "list_by_division" not in labels


@pytest.mark.parametrize("value", [value for value, found in PRESSED.items() if found is None])
def test_a_forged_button_is_answered(value: str) -> None:
    world = _desk()
    world.budi.presses_button(Button("list_open", "list", value=value))
    assert world.chat.alert.template == "system.press_outdated"


def test_a_long_list_names_its_limit() -> None:
    world = _desk()
    for _ in range(201):
        world.file()
    world.budi.commands("daftar")
    text = wording(world.chat.sent(GROUP)[0])
    assert "terbuka</b> (lebih dari 200)" in text
    assert "Halaman 1 dari 25. Hanya 200 yang pertama" in text
    world.budi.presses_button(Button("newer", "list", value="open,999"))
    assert "Halaman 25 dari 25" in wording(world.chat.sent(GROUP)[0])
