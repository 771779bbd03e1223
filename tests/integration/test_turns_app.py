"""The composed bot before the embedded messenger: it answers, ends in time and continues waiting work."""

from __future__ import annotations

import asyncio
import time

import pytest
from pydantic import SecretStr

from bot.app import run
from bot.database.cases import file_cases
from bot.database.engine import Database
from bot.database.kept_agencies import AgencyMissingError
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.practice import town
from bot.simulator.control.routes import practice_routes
from bot.simulator.server import Simulator
from bot.sources.polling import TokenRefusedError
from tests.calls import values
from tests.integration.both_stores import Place
from tests.integration.running_service import practice_config, service
from tests.integration.turn_setup import case_of
from tests.players import Citizen, OfficerPlayer
from tests.unit.transcript import TERMS

CITIZEN = next(iter(town.CITIZENS))


def _sent(simulator: Simulator, chat: int) -> int:
    return sum(
        call.method == "sendMessage" and values(call)["chat_id"] == chat and call.outcome == "ok"
        for call in simulator.calls
    )


async def test_a_citizen_is_answered(simulator: Simulator, place: Place) -> None:
    async with service(practice_config(simulator, place)):
        await simulator.person(CITIZEN, "Siti").say("/start")
        await simulator.until(lambda: _sent(simulator, CITIZEN))


async def test_the_card_shows_a_delivery_without_waiting_for_the_clock(
    simulator: Simulator, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LONGEST_SLEEP", "PRACTICE_SLEEP"):
        monkeypatch.setattr(f"bot.app.{name}", 3600.0)
    office = town.OFFICES[0]
    officer = OfficerPlayer(simulator.people[next(iter(office.officers))], simulator.groups[office.staff])
    async with service(practice_config(simulator, place)):
        reference = await Citizen(simulator.people[CITIZEN], link="dpmd").file()
        await officer.take(reference)
        await officer.answer(reference, "Sudah kami tindak lanjuti.")
        await officer.group.wait_for("Tanggapan: Terkirim")


async def test_messages_sent_while_the_bot_was_down_are_answered_after_the_start(
    simulator: Simulator, place: Place
) -> None:
    config = practice_config(simulator, place)
    async with service(config):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
    await simulator.person(CITIZEN, "Siti").say("/start")
    async with service(config):
        await simulator.until(lambda: _sent(simulator, CITIZEN))
    assert _sent(simulator, CITIZEN) == 1


async def test_it_ends_within_five_seconds_even_in_a_long_poll(simulator: Simulator, place: Place) -> None:
    async with service(practice_config(simulator, place)):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def test_a_token_that_the_messenger_refuses_ends_it_in_words(
    simulator: Simulator, place: Place
) -> None:
    config = practice_config(simulator, place)
    wrong = config.telegram.model_copy(update={"token": SecretStr("1:WRONG")})
    async with service(config.model_copy(update={"telegram": wrong})) as running:
        with pytest.raises(TokenRefusedError, match=r"telegram\.token"):
            await running.task


async def test_a_configuration_without_the_agency_of_a_complaint_ends_it_in_words(
    simulator: Simulator, place: Place
) -> None:
    config = practice_config(simulator, place)
    codec = Codec.load(config.database.keys_path, create=True)
    database = await Database.open(store_of(config.database))
    await database.write(lambda c: file_cases(c, codec, [case_of("a", 1)], TERMS))
    await database.close()
    agencies = tuple(agency for agency in config.agencies if agency.id != "dpmd")
    async with asyncio.timeout(60):
        with pytest.raises(AgencyMissingError, match=r"the id 'dpmd', but 1 complaints"):
            await run(config.model_copy(update={"agencies": agencies}))


async def test_the_start_names_open_complaints_that_no_one_can_read_to_the_operator(
    simulator: Simulator, place: Place
) -> None:
    config = practice_config(simulator, place)
    codec, case = Codec.load(config.database.keys_path, create=True), case_of("a", 1)
    secret = case.complaint.model_copy(update={"confidential": True})
    secrets = [case.model_copy(update={"complaint": secret})]
    database = await Database.open(store_of(config.database))
    await database.write(lambda c: file_cases(c, codec, secrets, TERMS))
    await database.close()
    await simulator.person(town.OPERATOR, "Ibu Kepala").say("/start")
    nobody = {"leaders": (), "approval": False}
    agencies = tuple(agency.model_copy(update=nobody) for agency in config.agencies)
    async with service(config.model_copy(update={"agencies": agencies})):
        await simulator.until(lambda: _received(simulator, town.OPERATOR, case.reference))


def _received(simulator: Simulator, chat: int, text: str) -> bool:
    sent = (values(call) for call in simulator.calls if call.method == "sendMessage" and call.outcome == "ok")
    return any(each["chat_id"] == chat and text in each["text"] for each in sent)


async def test_business_time_follows_the_practice_server_and_what_is_due_comes(place: Place) -> None:
    messenger = await Simulator.start(routes=practice_routes)
    try:
        town.settle(messenger)
        siti = messenger.person(CITIZEN, "Siti")
        async with service(practice_config(messenger, place)):
            await siti.say("/start dpmd")
            await siti.wait_for("Pemberitahuan privasi")
            await siti.press("Mengerti", wait=False)
            await siti.wait_for("Layanan")
            messenger.world.offset = 2 * 86400.0
            await siti.wait_for("belum selesai")
        assert messenger.staging.reported_offset == 2 * 86400.0
    finally:
        await messenger.close()
