"""One stored row is broken while the bot is down: its owner is answered, and everybody else is served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.wording.rendering import Renderer
from tests.bot_process import STAFF
from tests.breaking import Change, Row, Sealed, bit, break_row, other, value, without
from tests.integration.isolation_scenario import (
    ALI,
    BUDI,
    CITRA,
    DINA,
    EKO,
    FITRI,
    GITA,
    HANI,
    HELP,
    LATER,
    OPERATOR,
    QUARANTINE,
    REMINDED,
    RINA,
    TOLD,
    Snapshot,
    Town,
    build,
    reopened,
)
from tests.players import Citizen
from tests.questions import ANSWERS

HUGE = 2**63 - 1
OFFICE = STAFF["dpmd"]
Told = Callable[[Town], Awaitable[object]]


@dataclass(frozen=True)
class Kind:
    """Which row of a table is broken, how, and who is told in which words.

    `stage` is the quarantine's; empty where the row is repaired without a loss.
    """

    table: str
    where: str
    ways: dict[str, Change]
    told: Told
    stage: str = ""


async def _conversation(town: Town) -> None:
    await town.hears(ALI, "catatan percakapan Anda tidak dapat dibaca")


async def _own_case(town: Town) -> None:
    await town.person(BUDI).say("/status")
    await town.hears(BUDI, "tidak semua pengaduan ditampilkan")
    assert not any("Belum ada pengaduan" in text for text in town.texts(BUDI))


async def _case(town: Town) -> None:
    await _own_case(town)
    await town.presses("Ambil", town.numbers[BUDI])
    await town.hears(OFFICE, "catatan pengaduan ini sedang tidak dapat dibaca")
    await _listed(town)


async def _listed(town: Town) -> None:
    await town.person(RINA).say("/daftar", town.simulator.groups[OFFICE])
    await town.hears(OFFICE, "Daftar pengaduan", town.numbers[DINA])


async def _helped(town: Town) -> None:
    await town.hears(FITRI, "satu pesan kami")


async def _carded(town: Town) -> None:
    await town.hears(HANI_GROUP, "satu pesan untuk grup ini")


async def _reported(town: Town) -> None:
    await town.hears(OFFICE, "tanggapan akhir belum sampai")
    await town.hears(EKO, "satu pesan kami")


async def _file(town: Town) -> None:
    await town.hears(ALI, "satu berkas tidak dapat disimpan")


async def _evidence(town: Town) -> None:
    await town.presses("Bukti (1)", town.numbers[BUDI])
    await town.hears(BUDI, "satu berkas", town.numbers[BUDI])
    # It is lost once, however often somebody looks for it.
    await town.presses("Bukti (1)", town.numbers[BUDI])
    await town.person(RINA).say("/daftar", town.simulator.groups[OFFICE])
    await town.hears(OFFICE, "Daftar pengaduan")
    await town.settled()
    assert sum("satu berkas" in text for text in town.texts(BUDI)) == 1


async def _moved(town: Town) -> None:
    await town.hears(HANI_GROUP, f"Pengaduan {town.numbers[HANI]}")


async def _replied(town: Town) -> None:
    """A reply to a card that is not known by its message is known by the number in its text."""
    await town.person(RINA).say(
        "Mohon data.", town.simulator.groups[OFFICE], town.card(town.numbers[BUDI], "Ambil")
    )
    await town.hears(OFFICE, "tulisan ini untuk apa", town.numbers[BUDI])


async def _taken(town: Town) -> None:
    await town.presses("Ambil", town.numbers[BUDI])
    await town.hears(OFFICE, town.numbers[BUDI], "Petugas: Rina")


async def _troubled(town: Town) -> None:
    await town.presses("Ambil", town.numbers[BUDI])
    await town.hears(OFFICE, "catatan pengaduan ini sedang tidak dapat dibaca")


async def _quarantined(town: Town) -> None:
    kept = len(town.rows(QUARANTINE))
    town.simulator.inject({"update_id": town.simulator.world.next_update_id, "message": 5})
    town.simulator.world.next_update_id += 1
    await town.hears(OPERATOR, TOLD)
    assert len(town.rows(QUARANTINE)) == kept + 1


async def _nobody(_town: Town) -> None:
    pass


async def _reminded(town: Town) -> None:
    await town.hears(ALI, REMINDED)


async def _answered(town: Town) -> None:
    await town.person(ALI).say("Ceritanya begini.")
    await town.hears(ALI, "terjadi gangguan pada sistem kami")
    await town.person(ALI).say("/batal")
    await town.hears(ALI, "Batalkan pengaduan ini?")


async def _filed_next(town: Town) -> None:
    citizen = Citizen(town.person(501), replace(ANSWERS), link="dpmd")
    assert await citizen.file() not in town.numbers.values()


def _at_screen(name: str) -> Change:
    def change(row: Row, sealed: Sealed) -> dict[str, object]:
        def moved(values: dict[str, Any]) -> None:
            values["draft"]["screen"] = name

        return {"state": sealed.reshaped(row["state"], moved)}

    return change


HANI_GROUP = STAFF["bakesbangpol"]
KINDS = {
    "conversation": Kind(
        "conversations",
        f"chat = {ALI}",
        {"bit": bit("state"), "shape": without("state", "chat"), "type": value("state", "teks")},
        _conversation,
        "conversation",
    ),
    "case": Kind(
        "cases",
        f"filed_by = {BUDI}",
        {"bit": bit("state"), "shape": without("state", "complaint"), "type": value("state", 5)},
        _case,
        "case",
    ),
    "waiting message": Kind(
        "outbox",
        f"chat = {FITRI}",
        {"bit": bit("payload"), "shape": without("payload", "template"), "type": value("not_before", "x")},
        _helped,
        "outbox",
    ),
    "waiting card": Kind(
        "outbox",
        f"chat = {HANI_GROUP}",
        {"bit": bit("payload"), "shape": value("state", "unknown"), "type": value("key", b"\xff")},
        _carded,
        "outbox",
    ),
    "waiting response": Kind(
        "outbox",
        "report IS NOT NULL",
        {"bit": bit("payload"), "shape": without("payload", "params"), "type": value("lane", "x")},
        _reported,
        "outbox",
    ),
    "file to fetch": Kind(
        "files",
        f"chat = {ALI}",
        {"bit": bit("attachment"), "shape": without("attachment", "kind"), "type": value("attempts", "x")},
        _file,
        "file",
    ),
    "stored file": Kind(
        "files",
        f"chat = {BUDI}",
        {"bit": bit("attachment"), "shape": value("state", "kept"), "type": value("size", "x")},
        _evidence,
        "file",
    ),
    "sent message": Kind(
        "sent_messages",
        f"key = (SELECT 'card:' || id FROM cases WHERE filed_by = {BUDI})",  # noqa: S608 - a test's own number
        {"bit": bit("key"), "shape": value("message_id", -HUGE), "type": value("key", b"\xff")},
        _replied,
    ),
    "history": Kind(
        "history",
        f"case_id = (SELECT id FROM cases WHERE filed_by = {BUDI}) ORDER BY seq DESC LIMIT 1",  # noqa: S608
        {"bit": bit("what"), "shape": value("at", ""), "type": value("digest", b"\xff")},
        _taken,
    ),
    "offset": Kind(
        "offsets",
        "channel = 'telegram'",
        {"bit": bit("next"), "shape": value("next", -HUGE), "type": value("next", "x")},
        _nobody,
        "offset",
    ),
    "counter": Kind(
        "counters",
        "name = 'outbox'",
        {"bit": bit("name"), "shape": value("next", -HUGE), "type": value("next", "x")},
        _nobody,
        "counter",
    ),
    "move": Kind(
        "chats",
        "migrated_to IS NOT NULL",
        {
            "shape": value("migrated_to", 0),
            "huge": value("migrated_to", HUGE),
            "type": value("migrated_to", "x"),
        },
        _moved,
        "chat",
    ),
    "quarantine": Kind(
        "quarantine",
        "1",
        {"bit": bit("subject"), "shape": value("times", HUGE), "type": value("raw", "x")},
        _quarantined,
        "update",
    ),
    "update": Kind(
        "updates",
        "update_id = (SELECT max(update_id) FROM updates)",
        {"bit": bit("update_id"), "shape": value("update_id", -HUGE), "type": value("update_id", b"\xff")},
        _nobody,
        "offset",
    ),
}
# Single columns next to a seal, and what a valid seal may hold: key, row, and who is answered how.
COLUMNS: dict[str, tuple[str, Change, Told, str]] = {
    "a conversation's language": ("conversation", value("language", b"\xff"), _nobody, ""),
    "a conversation's time to wake": ("conversation", value("wake_at", ""), _reminded, ""),
    "a conversation that is a list": (
        "conversation",
        other("state", draft=[]),
        _conversation,
        "conversation",
    ),
    "a conversation of another person": (
        "conversation",
        other("state", person=5),
        _conversation,
        "conversation",
    ),
    "a conversation at an unknown screen": (
        "conversation",
        _at_screen("wallet"),
        _answered,
        "update",
    ),
    "a case's agency": ("case", bit("agency"), _own_case, "case"),
    "a case's number": ("case", value("serial", "x"), _filed_next, "case"),
    "a case's huge number": ("case", value("serial", HUGE), _filed_next, "case"),
    "a conversation's kind of wake-up": ("conversation", value("wake_kind", b"\xff"), _reminded, ""),
    "a case's time to wake": ("case", value("wake_at", ""), _nobody, ""),
    "a case's kind of wake-up": ("case", value("wake_kind", "x"), _nobody, ""),
    "a case of another agency": ("case", other("state", agency="nowhere"), _listed, "case"),
    "a message's chat": ("waiting message", value("chat", "x"), _nobody, "outbox"),
    "a message of an unknown template": (
        "waiting message",
        other("payload", template="x.y"),
        _helped,
        "outbox",
    ),
    "a message of another kind": ("waiting message", value("kind", 7), _helped, "outbox"),
    "a response's report": ("waiting response", value("report", b"\xff"), _nobody, "outbox"),
    "a response's number": ("waiting response", value("id", "x"), _nobody, "outbox"),
    "a file's owner": ("file to fetch", value("owner", b"\xff"), _nobody, "file"),
    "a file's chat": ("file to fetch", value("chat", "x"), _nobody, "file"),
    "a file's key": ("file to fetch", value("key", b"\xff"), _nobody, "file"),
    "a history's end": ("history", bit("link"), _troubled, "case"),
    "a history's huge place": ("history", value("seq", HUGE), _troubled, "case"),
    "a history's place that is a text": ("history", value("seq", "x"), _troubled, "case"),
    "a quarantined row's time": ("quarantine", value("at", "x"), _quarantined, "update"),
    "a quarantined row's stage": ("quarantine", value("stage", b"\xff"), _quarantined, "update"),
}
CASES = [
    pytest.param(kind, way, id=f"{name}-{how}")
    for name, kind in KINDS.items()
    for how, way in kind.ways.items()
]
CASES += [
    pytest.param(replace(KINDS[kind], told=told, stage=stage), way, id=name)
    for name, (kind, way, told, stage) in COLUMNS.items()
]


@cache
def words() -> Renderer:
    return Renderer()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return asyncio.run(build(tmp_path_factory.mktemp("town")))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are compiled once, and what the messenger shows of the bot itself is not looked at."""

    async def unregistered(*_: object) -> None:
        pass

    monkeypatch.setattr("bot.channels.telegram.profile.register", unregistered)
    monkeypatch.setattr("bot.app.Service._warm", lambda *_: None)
    monkeypatch.setattr("bot.app.Renderer", words)
    monkeypatch.setattr("bot.sources.scheduler.FIRST_ROUND_SECONDS", 0.0)


@pytest.mark.parametrize(("kind", "way"), CASES)
async def test_a_broken_row_is_kept_apart_and_the_rest_goes_on(
    snapshot: Snapshot, tmp_path: Path, kind: Kind, way: Change
) -> None:
    async with reopened(snapshot, tmp_path) as town:
        database = town.config.database
        before = len(town.rows(QUARANTINE))
        break_row(database.path, database.keys_path, kind.table, kind.where, way)
        async with town.running(LATER):
            await _others_are_served(town)
            await kind.told(town)
            await town.settled()
            kept = town.rows(QUARANTINE)
            fresh = kept[before:]
            assert [stage for stage, _, _ in fresh] == ([kind.stage] if kind.stage else [])
            assert sum(TOLD in text for text in town.texts(OPERATOR)) == len(fresh)
            calls = town.calls()
            await town.settled()
            assert (town.calls(), town.rows(QUARANTINE)) == (calls, kept)
        async with town.running(LATER):
            await town.person(500).say("/start")
            await town.hears(500, "Selamat datang")
            await town.settled()
            assert town.rows(QUARANTINE) == kept
            assert not any(TOLD in text for text in town.texts(OPERATOR))


async def _others_are_served(town: Town) -> None:
    await town.hears(CITRA, REMINDED)
    await town.hears(GITA, HELP)
    await town.person(CITRA).say("Ceritanya begini.")
    await town.hears(CITRA, "Tercatat: 1")
    await town.person(DINA).say("/status")
    await town.hears(DINA, town.numbers[DINA])
    await town.presses("Ambil", town.numbers[DINA])
    await town.hears(OFFICE, town.numbers[DINA], "Petugas: Rina")
