"""The benchmark's people, with an echo in place of a bot."""

import asyncio

from bot.simulator.people.person import Person
from bot.simulator.state.world import World
from tests.bench.citizens import EchoCitizen
from tests.bench.recording import Recording

RECORDING: Recording = {
    "acts": [
        {"kind": "command", "said": "/start dpmd", "calls": [{"answers": True}]},
        {"kind": "press", "said": "", "calls": [{}, {"answers": True}, {}]},
        {"kind": "press", "said": "", "calls": [{}, {"answers": True}]},
    ]
}


async def echo(world: World, said: list[str]) -> None:
    """Send each text back as often as its first word says."""
    while True:
        while world.pending:
            message = world.pending.popleft()["message"]
            said.append(message["text"])
            for _ in range(int(message["text"].split()[0])):
                world.post(world.chats[message["chat"]["id"]], world.bot, {"text": message["text"]})
        await world.updated.wait()


async def test_a_person_of_the_echo_bot_waits_for_the_echo_that_stands_for_the_answer() -> None:
    world, said = World("100:token", "EchoBot"), list[str]()
    citizen = EchoCitizen(Person(world, {"id": 7, "first_name": "Siti"}), RECORDING, seconds=5.0)
    task = asyncio.create_task(echo(world, said))
    await citizen.file()
    task.cancel()
    assert said == ["1 0 /start dpmd", "3 1 press", "2 2 press"]
    assert len(citizen.acts) == 3


async def test_an_echo_of_the_act_before_is_no_answer() -> None:
    world = World("100:token", "EchoBot")
    person = Person(world, {"id": 7, "first_name": "Siti"})
    citizen = EchoCitizen(person, RECORDING, seconds=5.0)
    await person.say("3 1 press")
    for text in ("3 1 press", "3 1 press"):
        world.post(person.chat, world.bot, {"text": text})
    await person.say("2 2 press")
    world.post(person.chat, world.bot, {"text": "3 1 press"})
    assert (citizen._echoes("3 1 press"), citizen._echoes("2 2 press")) == (3, 0)
