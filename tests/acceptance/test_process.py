"""The process: restarts in mid-form, a second one, wrong tokens and settings, what it leaves on disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.server import Simulator
from tests.acceptance.bot_setup import ChatUser, Setup, opened, words
from tests.bot_process import BotProcess, write_config
from tests.commands import aduan
from tests.questions import ANSWERS, PHOTO

pytestmark = pytest.mark.asyncio(loop_scope="module")

END_SECONDS = 5.0
# The question that is open when the bot ends -> what is answered while it is down, and what comes then.
MID_FORM = {
    "story": ("Lanjutan cerita.", "Tercatat: 2"),
    "loss": ("Rp75.000", "— Penyelesaian"),
    "address": (ANSWERS.address, "— Ringkasan"),
    "sign": (ANSWERS.name, "Silakan tekan Kirim"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def own(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """A bot of this module's own, as others would not like it to be stopped."""
    async with opened(tmp_path_factory.mktemp("own")) as running:
        yield running


async def test_drafts_survive_a_restart_and_messages_sent_meanwhile_are_answered(own: Setup) -> None:
    people = {step: await own.at(step) for step in MID_FORM}
    _, storyteller = people["story"]
    await storyteller.says("Awal cerita.", "Tercatat: 1")
    clock = asyncio.get_running_loop().time
    before = clock()
    assert await own.bot.stop() == 0
    assert clock() - before < END_SECONDS
    for step, (answer, _) in MID_FORM.items():
        _, user = people[step]
        user.mark_read()
        await user.person.say(answer)
    await own.bot.restart()
    for step, (_, question) in MID_FORM.items():
        await people[step][1].sees(question)
    assert storyteller.person.keyboard == ["Lanjut", "Kembali", "Batalkan"]
    for step in ("loss", "address", "sign"):
        await people[step][0].play()
        assert len(people[step][0].receipts) == 1


async def test_what_an_officer_writes_survives_a_restart(own: Setup) -> None:
    _, siti, reference = await own.filed()
    rina = own.officer()
    card = await own.card_shows(reference, "Diterima")
    prompt = await own.named(await rina.presses("Jawab", "mohon balas pesan ini", on=card))
    await rina.says("Sebelum mati.", "Periksa dahulu", reply_to=prompt)
    await own.bot.stop()
    siti.mark_read()
    await rina.person.say("Sesudah mati.", rina.group, prompt)
    await own.bot.restart()
    preview = await rina.sees("Sesudah mati.")
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    response = await siti.sees("Tanggapan atas pengaduan")
    assert "Sebelum mati." in words(response)
    assert "Sesudah mati." in words(response)


async def test_a_second_process_on_the_same_database_is_refused_in_words(own: Setup) -> None:
    second = await asyncio.to_thread(aduan, "run", folder=own.folder)
    assert second.returncode == 1
    assert "aduan:" in second.stderr
    assert "Traceback" not in second.stderr
    assert "another `aduan run` works on" in second.stderr
    await own.settled()


async def test_a_token_that_the_messenger_refuses_ends_the_start_in_words(tmp_path: Path) -> None:
    simulator = await Simulator.start()
    try:
        config = write_config(simulator, tmp_path)
        config.write_text(config.read_text().replace(simulator.token, "100:WRONG"))
        ended = await asyncio.to_thread(aduan, "run", "--config", str(config), folder=tmp_path)
    finally:
        await simulator.close()
    assert ended.returncode == 3
    assert "token" in ended.stderr
    assert "100:WRONG" not in ended.stderr
    assert "Traceback" not in ended.stderr


WRONG = {
    "a misspelt key": ("[pacing]\ngrup_messages = 3\n", "pacing.grup_messages"),
    "a person for a group": ("staff_chat_id = 5", "staff_chat_id"),
    "no TOML at all": ("= = =", "TOML"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_wrong_settings_stop_the_start_and_name_the_key(tmp_path: Path, name: str) -> None:
    text, key = WRONG[name]
    example = (Path(__file__).parents[2] / "config.example.toml").read_text()
    example = example.replace('token = ""', 'token = "100:TEST"')
    config = tmp_path / "config.toml"
    changed = example.replace("staff_chat_id = 0", text, 1) if "staff" in text else f"{text}\n{example}"
    config.write_text(changed.replace("\n[pacing]\n", "\n", 1) if "[pacing]" in text else changed)
    ended = await asyncio.to_thread(aduan, "run", folder=tmp_path)
    assert ended.returncode == 2
    assert key in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_missing_settings_file_is_reported(tmp_path: Path) -> None:
    ended = await asyncio.to_thread(aduan, "run", "--config", "none.toml", folder=tmp_path)
    assert ended.returncode == 2
    assert "config.example.toml" in ended.stderr


MARKERS = ("Zebrakuning", "Wortelungu", "Kapalterbang", "08777666555", "Balasanrahasia", "Tambahanbiru")


async def test_no_personal_data_is_readable_on_disk_or_in_the_log(own: Setup) -> None:
    """Names, stories, addresses, numbers, responses, while they wait and when they have gone."""
    secret = replace(
        ANSWERS,
        name="Zebrakuning Wortelungu",
        story=("Kapalterbang hilang.", PHOTO + b"Kapalterbang"),
        address="Dusun Zebrakuning RT 02/RW 01, Desa Raci, Kecamatan Bangil",
        phone="08777666555",
    )
    citizen, siti, reference = await own.filed(secret)
    rina = own.officer()
    preview = await rina.says(f"/jawab {reference} Balasanrahasia.", "Balasanrahasia.")
    siti.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await siti.sees("Balasanrahasia.")
    await siti.presses("Belum Puas", "Apa alasannya?")
    await siti.says("Tambahanbiru", "Tercatat: 1")
    await siti.presses("Kirim", "dibuka kembali")
    await own.card_shows(reference, "Dibuka kembali")
    await own.at("loss", secret)
    await own.settled()
    assert await own.bot.stop() == 0
    lying = {path.name: path.read_bytes() for path in own.folder.rglob("*") if path.is_file()}
    found = {
        (name, marker)
        for name, data in lying.items()
        for marker in (*MARKERS, citizen.code)
        if marker.encode() in data
    }
    assert reference.encode() in lying["aduan.db"]
    log = own.bot.log
    await own.bot.restart()
    assert found == set()
    assert own.simulator.token not in log
    for personal in (*MARKERS, "Siti", "Krajan"):
        assert personal not in log


async def test_delivered_rows_are_removed_from_the_outbox(own: Setup) -> None:
    await own.filed()
    await own.settled()
    await own.rested()


async def test_the_database_and_its_keys_are_the_owner_s_alone(own: Setup) -> None:
    with closing(sqlite3.connect(own.folder / "aduan.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    keys = own.folder / "aduan.key"
    assert keys.stat().st_mode & 0o777 == 0o600


async def test_the_first_question_for_updates_comes_soon_after_a_start(own: Setup) -> None:
    await own.bot.stop()
    again = BotProcess(own.simulator, own.bot.command, own.bot.log_path)
    again.start()
    await again.started()
    await ChatUser(own.person("Baru")).says("/start", "Selamat datang")
    assert await again.stop() == 0
    await own.bot.restart()
