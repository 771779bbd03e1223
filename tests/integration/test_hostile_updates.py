"""Texts with U+0000 and halves of surrogate pairs, from people: none stops the others, on both stores."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.practice import town
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from tests.calls import values
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import eventually
from tests.integration.running_service import Running, practice_config, service

CITIZEN, OTHER = list(town.CITIZENS)[:2]
HOSTILE = "Zebra\0kuning \ud800 \udfff \ufffe"


async def _press(simulator: Simulator, data: str) -> None:
    """Press a button with this data, as a program in place of a messenger can."""
    citizen = simulator.people[CITIZEN]
    shown = next(one for one in citizen.chat.newest_first() if one.by_bot)
    simulator.world.press(citizen.user, citizen.chat, shown, data, forgotten=False)


Act = Callable[[Simulator, Person], Awaitable[object]]
# What a citizen sends after /start.
ACTS: dict[str, Act] = {
    "a message": lambda _simulator, citizen: citizen.say(HOSTILE),
    "a link's parameter": lambda _simulator, citizen: citizen.say(f"/start {HOSTILE}"),
    "a number asked for": lambda _simulator, citizen: citizen.say("/status DPMD-2026-\x000001"),
    "an access code": lambda _simulator, citizen: citizen.say("kode: AB\0CD-EFGH"),
    "a command": lambda _simulator, citizen: citizen.say("/bahasa\0id"),
    "a file's name": lambda _simulator, citizen: citizen.send_document(name=HOSTILE, caption=HOSTILE),
    "a caption": lambda _simulator, citizen: citizen.send_photo(caption=HOSTILE),
    "a press's subject": lambda simulator, _citizen: _press(simulator, "take:a\0b:1:"),
    "a press's value": lambda simulator, _citizen: _press(simulator, "agency::1:\0"),
    "a press's bytes": lambda simulator, _citizen: _press(simulator, "status:\udced\udca0\udc80:1:x"),
    "a contact": lambda _simulator, citizen: citizen.send_contact("0812\0", 5, HOSTILE),
}


async def test_what_a_citizen_sends_stops_no_other(simulator: Simulator, place: Place) -> None:
    citizen, other = simulator.people[CITIZEN], simulator.people[OTHER]
    async with service(practice_config(simulator, place)) as running:
        await citizen.say("/start dpmd")
        await citizen.wait_for("Pemberitahuan privasi")
        for name, act in ACTS.items():
            before, aside = _sent(simulator, citizen), await _set_aside(running)
            await act(simulator, citizen)
            await other.say("/bantuan")
            await other.wait_for("Keadaan darurat")
            # The other one's answer may come first.
            await eventually(partial(_ended, simulator, running, before + aside))
            assert await _set_aside(running) - aside <= 1, name


async def _ended(simulator: Simulator, running: Running, before: int) -> bool:
    """Whether more was sent to the citizen, or set aside, than before."""
    return _sent(simulator, simulator.people[CITIZEN]) + await _set_aside(running) > before


def _sent(simulator: Simulator, person: Person) -> int:
    """What the bot has sent to a person, answers to presses among it."""
    told = (values(call) for call in simulator.calls if call.outcome == "ok" and call.method != "getUpdates")
    return sum(each.get("chat_id") == person.id or "callback_query_id" in each for each in told)


async def _set_aside(running: Running) -> int:
    query = "SELECT count(*) FROM quarantine WHERE channel = 'telegram'"
    return int(await running.database.write(lambda c: c.exec_driver_sql(query).scalar()) or 0)
