"""Killed at named points (invariants 1, 3, 5 and 7): the complaint goes its whole way, and only once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.simulator.api.faults import Place
from bot.simulator.server import Simulator
from tests.acceptance.audit import LEFT, Audit, quiet, settings_in
from tests.acceptance.journey import Filer, Journey, PatientOfficer
from tests.acceptance.restarting_bot import RestartingBot, restarting_bot
from tests.acceptance.whatsapp_setup import LINKS, connect, free_port, whatsapp_settings
from tests.bot_process import STAFF
from tests.cloud_players import CloudCitizen
from tests.players import PHOTO, Answers, Citizen

CITIZEN, NUMBER = 1001, "6281230000001"
GROUP = STAFF["dpmd"]
STORY = ("Bantuan saya tidak cair sejak Januari.", PHOTO, (PHOTO + b"1", PHOTO + b"2"), "Mohon penjelasan.")
SECONDS = 60.0
# Twice at worst.
COPIES = 2

# The point -> the steps in which the bot is killed there.
ASKING = ("begin", "story", "send")
ANSWERING = ("take", "deliver", "star")
NAMED: Sequence[tuple[str, Sequence[str]]] = (
    ("turn.before", ASKING),
    ("turn.before", ANSWERING),
    ("turn.after", ASKING),
    ("turn.after", ANSWERING),
    ("mark.before", ("begin", "send", "deliver")),
    ("mark.after", ("begin", "send", "deliver")),
    ("rename.before", ("story", "reply")),
    ("rename.after", ("story", "reply")),
    ("stored.before", ("story", "reply")),
    ("stored.after", ("story", "reply")),
)
# (step, method, chat): one call each, held by the messenger while the bot is killed.
Call = tuple[str, str, int | None]
CALLS: dict[str, Sequence[Call]] = {
    "asking": (
        ("begin", "sendMessage", CITIZEN),
        ("service", "editMessageText", CITIZEN),
        ("summary", "answerCallbackQuery", None),
        ("send", "sendMessage", CITIZEN),
    ),
    "fetching": (("begin", "getUpdates", None), ("story", "getFile", None), ("judge", "getUpdates", None)),
    "working": (
        ("send", "sendMessage", GROUP),
        ("take", "editMessageText", GROUP),
        ("prompt", "sendMessage", GROUP),
        ("reply", "sendMessage", GROUP),
    ),
    "answering": (
        ("deliver", "sendMessage", CITIZEN),
        ("judge", "editMessageText", GROUP),
        ("star", "editMessageText", CITIZEN),
    ),
    "attached": (("reply", "getFile", None), ("deliver", "sendPhoto", CITIZEN)),
}
# The same on WhatsApp, all in one run: a point of its own process, or where a call is held.
ON_WHATSAPP = {
    "begin": "message.resolved",
    "notice": "status.resolved",
    "service": "after",
    "story": "delivery.stored",
    "resolution": "before",
    "name": "mark.before",
    "sign": "message.resolved",
    "send": "delivery.stored",
    "deliver": "after",
    "judge": "status.resolved",
    "star": "mark.after",
}
PLACES: dict[str, Place] = {"before": "before", "after": "after"}
Kill = Callable[[RestartingBot], None]


def on_telegram(simulator: Simulator) -> Filer:
    """Return a citizen on Telegram."""
    return Citizen.new(simulator, CITIZEN, Answers(story=STORY), link="dpmd", seconds=SECONDS)


def on_whatsapp(simulator: Simulator) -> Filer:
    """Return a citizen on WhatsApp, whose updates are delivered again soon."""
    simulator.whatsapp.webhooks.scale = 0.05
    answers = Answers(story=STORY)
    return CloudCitizen(simulator.whatsapp.person(NUMBER, "Siti"), answers, LINKS["dpmd"], SECONDS)


async def go(
    folder: Path,
    point: str,
    steps: dict[str, Kill],
    citizen_of: Callable[[Simulator], Filer] = on_telegram,
) -> None:
    """Let a citizen and an officer go all the way; `steps` names the steps in which the bot is killed."""
    simulator, port = await Simulator.start(), free_port()
    rina = simulator.person(801, "Rina")
    groups = {name: simulator.group(chat, name, members=[rina]) for name, chat in STAFF.items()}
    citizen = citizen_of(simulator)
    phones = whatsapp_settings(simulator, port) if simulator.whatsapp.people else {}
    waiting = dict(steps)
    try:
        async with restarting_bot(simulator, folder, point, **phones) as bot:

            async def before(step: str) -> None:
                if step in waiting:
                    # Each kill meets its own step alone, so that twice is the worst.
                    assert step == "start" or await quiet(settings_in(folder), SECONDS, "sending")
                    waiting.pop(step)(bot)

            await before("start")
            await bot.wait_until_polling(SECONDS)
            if phones:
                await connect(simulator, port)
            journey = Journey(citizen, PatientOfficer(rina, groups["dpmd"], SECONDS), before)
            await journey.go()
            await bot.wait_for_kills()
            # The next start is seen in the messenger: a bot that died last of all is back then.
            await simulator.until(lambda: bot.fault or bot.kills >= len(steps), SECONDS)
            assert await quiet(settings_in(folder), SECONDS, *LEFT), bot.process.log
            assert not bot.fault
            assert (list(waiting), bot.kills) == ([], len(steps))
        assert Audit(simulator, settings_in(folder), [journey]).run(COPIES) == []
    finally:
        await simulator.close()


@pytest.mark.parametrize(
    ("point", "steps"), NAMED, ids=lambda value: value if isinstance(value, str) else value[0]
)
async def test_killed_around_a_commit_or_a_rename(point: str, steps: Sequence[str], tmp_path: Path) -> None:
    await go(tmp_path, f"{point}@", dict.fromkeys(steps, RestartingBot.arm))


async def test_killed_around_the_deliveries_and_calls_of_whatsapp(tmp_path: Path) -> None:
    def kill(place: str) -> Kill:
        def held(bot: RestartingBot) -> None:
            bot.kill_in(bot.simulator.whatsapp.fault("messages", place=PLACES[place], kind="hold"))

        return held if place in PLACES else lambda bot: bot.arm(point=place)

    await go(tmp_path, "any@", {step: kill(place) for step, place in ON_WHATSAPP.items()}, on_whatsapp)


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
async def test_killed_around_the_effect_of_a_call(
    calls: Sequence[Call], place: Place, tmp_path: Path
) -> None:
    def held(method: str, chat: int | None) -> Callable[[RestartingBot], None]:
        return lambda bot: bot.kill_during(method, chat, place)

    await go(tmp_path, "", {step: held(method, chat) for step, method, chat in calls})


async def test_killed_in_the_middle_of_a_download(tmp_path: Path) -> None:
    held = {"story": lambda bot: bot.kill_during("download", None, "before")}
    await go(tmp_path, "", {**held, "reply": held["story"]})


# In this order: keys, tables, and only then the key file's final name.
FIRST_START = ("keys.before", "keys.after", "tables.before", "tables.after", "named.before", "named.after")


@pytest.mark.parametrize("point", FIRST_START)
async def test_killed_at_the_very_first_start(point: str, tmp_path: Path) -> None:
    await go(tmp_path, f"{point}@", {"start": RestartingBot.arm})
