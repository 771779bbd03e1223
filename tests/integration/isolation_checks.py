"""What the people of the scenario see after one row was broken; each check acts and waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from tests.bot_process import STAFF
from tests.integration.isolation_scenario import (
    ALI,
    BUDI,
    DINA,
    EKO,
    FITRI,
    HANI,
    OPERATOR,
    QUARANTINE,
    REMINDED,
    RINA,
    SET_ASIDE,
    Scenario,
)
from tests.players import Citizen
from tests.questions import ANSWERS

OFFICE = STAFF["dpmd"]
HANI_GROUP = STAFF["bakesbangpol"]
Check = Callable[[Scenario], Awaitable[object]]


async def conversation_is_unreadable(scenario: Scenario) -> None:
    await scenario.sees(ALI, "catatan percakapan Anda tidak dapat dibaca")


async def own_list_is_incomplete(scenario: Scenario) -> None:
    await scenario.person(BUDI).say("/status")
    await scenario.sees(BUDI, "tidak semua pengaduan ditampilkan")
    assert not any("Belum ada pengaduan" in text for text in scenario.texts(BUDI))


async def case_is_unreadable(scenario: Scenario) -> None:
    await own_list_is_incomplete(scenario)
    await scenario.presses("Ambil", scenario.numbers[BUDI])
    await scenario.sees(OFFICE, "catatan pengaduan ini sedang tidak dapat dibaca")
    await list_shows_the_others(scenario)


async def list_shows_the_others(scenario: Scenario) -> None:
    await scenario.person(RINA).say("/daftar", scenario.simulator.groups[OFFICE])
    await scenario.sees(OFFICE, "Daftar pengaduan", scenario.numbers[DINA])


async def citizen_misses_a_message(scenario: Scenario) -> None:
    await scenario.sees(FITRI, "satu pesan kami")


async def group_misses_a_message(scenario: Scenario) -> None:
    await scenario.sees(HANI_GROUP, "satu pesan untuk grup ini")


async def response_is_reported(scenario: Scenario) -> None:
    await scenario.sees(OFFICE, "tanggapan akhir belum sampai")
    await scenario.sees(EKO, "satu pesan kami")


async def file_is_lost(scenario: Scenario) -> None:
    await scenario.sees(ALI, "satu berkas tidak dapat disimpan")


async def evidence_is_lost(scenario: Scenario) -> None:
    await scenario.presses("Bukti (1)", scenario.numbers[BUDI])
    await scenario.sees(BUDI, "satu berkas", scenario.numbers[BUDI])
    # It is reported lost once, however often an officer asks for it.
    await scenario.presses("Bukti (1)", scenario.numbers[BUDI])
    await scenario.person(RINA).say("/daftar", scenario.simulator.groups[OFFICE])
    await scenario.sees(OFFICE, "Daftar pengaduan")
    await scenario.settled()
    assert sum("satu berkas" in text for text in scenario.texts(BUDI)) == 1


async def moved_group_gets_its_cards(scenario: Scenario) -> None:
    await scenario.sees(HANI_GROUP, f"Pengaduan {scenario.numbers[HANI]}")


async def reply_finds_its_case(scenario: Scenario) -> None:
    """A reply to a card with a lost message id is assigned by the number in the card's text."""
    await scenario.person(RINA).say(
        "Mohon data.", scenario.simulator.groups[OFFICE], await scenario.card(scenario.numbers[BUDI], "Ambil")
    )
    await scenario.sees(OFFICE, "tulisan ini untuk apa", scenario.numbers[BUDI])


async def case_is_taken(scenario: Scenario) -> None:
    await scenario.presses("Ambil", scenario.numbers[BUDI])
    await scenario.sees(OFFICE, scenario.numbers[BUDI], "Petugas: Rina")


async def case_cannot_be_taken(scenario: Scenario) -> None:
    await scenario.presses("Ambil", scenario.numbers[BUDI])
    await scenario.sees(OFFICE, "catatan pengaduan ini sedang tidak dapat dibaca")


async def quarantine_works(scenario: Scenario) -> None:
    kept = len(scenario.rows(QUARANTINE))
    scenario.simulator.inject({"update_id": scenario.simulator.world.next_update_id, "message": 5})
    scenario.simulator.world.next_update_id += 1
    await scenario.sees(OPERATOR, SET_ASIDE)
    assert len(scenario.rows(QUARANTINE)) == kept + 1


async def no_check(_town: Scenario) -> None:
    pass


async def draft_is_reminded(scenario: Scenario) -> None:
    await scenario.sees(ALI, REMINDED)


async def trouble_is_answered(scenario: Scenario) -> None:
    await scenario.person(ALI).say("Ceritanya begini.")
    await scenario.sees(ALI, "terjadi gangguan pada sistem kami")
    await scenario.person(ALI).say("/batal")
    await scenario.sees(ALI, "Batalkan pengaduan ini?")


async def next_complaint_is_filed(scenario: Scenario) -> None:
    citizen = Citizen(scenario.person(501), replace(ANSWERS), link="dpmd")
    assert await citizen.file() not in scenario.numbers.values()
