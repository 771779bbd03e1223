"""What the page lets happen around the people: time, faults, moved groups, sample stories, a reset."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.simulator.control.actions import Action, Fields, RefusedError, find_group, number, text_of
from bot.simulator.people.staging import Sample
from bot.simulator.state.waiting import wait_until

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

DAY = 86400.0
# Calendars of holidays are not known for later.
FURTHEST = 800 * DAY
BOT_READS_SECONDS = 3.0
FIRST_SUPERGROUP = -1002000000001
STORIES: set[asyncio.Task[None]] = set()


async def put_time_forward(simulator: "Simulator", fields: Fields) -> Any:
    """Put business time forward by {seconds}, {working_days} or to {at} (Unix seconds); it never goes back.

    Returns the offset once a bot that reads it has read it.
    """
    world, staging = simulator.world, simulator.staging
    now = world.clock() + world.offset
    if "working_days" in fields:
        if staging.next_working_day is None:
            raise RefusedError("working days are not known here")
        at = now
        for _ in range(min(number(fields, "working_days"), 30)):
            at = staging.next_working_day(at)
    else:
        at = float(number(fields, "at")) if "at" in fields else now + number(fields, "seconds")
    offset = round(world.offset + at - now)
    if offset < world.offset:
        raise RefusedError("Waktu tidak dapat mundur. Mulai ulang latihan untuk kembali ke hari ini.")
    if offset > FURTHEST:
        raise RefusedError("Waktu itu terlalu jauh.")
    world.offset = float(offset)
    await _read_by_bot(simulator)
    return world.offset


async def _read_by_bot(simulator: "Simulator") -> None:
    staging = simulator.staging
    if staging.told_offset is None:
        return
    try:
        await wait_until(
            lambda: simulator.world.changed,
            lambda: staging.told_offset == simulator.world.offset,
            BOT_READS_SECONDS,
        )
    except TimeoutError:
        # A bot that is down reads it when it is back.
        return


async def make_fault(simulator: "Simulator", fields: Fields) -> Any:
    """Make calls fail {kind, method?, chat?, times?, place?, retry_after?, seconds?}."""
    simulator.fault(
        method=fields.get("method"),
        chat_id=fields.get("chat"),
        times=int(fields.get("times", 1)),
        place=fields.get("place", "before"),
        kind=fields.get("kind", "500"),
        retry_after=int(fields.get("retry_after", 1)),
        seconds=float(fields.get("seconds", 1)),
    )
    return True


async def end_faults(simulator: "Simulator", _fields: Fields) -> Any:
    """Let everything go well again."""
    simulator.dispatcher.faults.clear()
    return True


async def migrate_group(simulator: "Simulator", fields: Fields) -> Any:
    """Turn a group into a supergroup {chat, new_id?}."""
    group = find_group(simulator, fields)
    taken = {each.id for each in simulator.groups.values()}
    free = next(number for number in range(FIRST_SUPERGROUP, -(10**13), -1) if number not in taken)
    await group.migrate(number(fields, "new_id") if "new_id" in fields else free)
    return group.id


async def place_bot(simulator: "Simulator", fields: Fields) -> Any:
    """Throw the bot out of a group or add it as an administrator {chat, inside}."""
    group = find_group(simulator, fields)
    if fields.get("inside"):
        await group.add_bot(status="administrator")
    else:
        await group.remove_bot()
    return group.chat.bot_status


async def play_sample(simulator: "Simulator", fields: Fields) -> Any:
    """Begin a sample story {name}; the page watches it play."""
    sample = simulator.staging.samples.get(text_of(fields, "name"))
    if sample is None:
        raise RefusedError("unknown sample")
    if simulator.staging.playing:
        raise RefusedError("Satu contoh sedang berjalan.")
    simulator.staging.playing, simulator.staging.trouble = sample.title, ""
    story = asyncio.create_task(_play(simulator, sample))
    STORIES.add(story)
    story.add_done_callback(STORIES.discard)
    return True


async def _play(simulator: "Simulator", sample: Sample) -> None:
    epoch = simulator.staging.epoch
    trouble = ""
    try:
        await sample.play()
    except (AssertionError, TimeoutError) as error:
        trouble = str(error).partition(";")[0] or "waktu habis"
    if simulator.staging.epoch == epoch:
        simulator.staging.playing, simulator.staging.trouble = "", trouble
        simulator.world.stir("state")


async def begin_anew(simulator: "Simulator", _fields: Fields) -> Any:
    """Forget everything and begin anew, the bot with an empty store."""
    if simulator.staging.restart is None:
        raise RefusedError("this server cannot begin anew")
    for story in tuple(STORIES):
        story.cancel()
    await simulator.staging.restart()
    return simulator.staging.epoch


ACTIONS: dict[str, Action] = {
    "time": Action(put_time_forward, changes_state=True),
    "fault": Action(make_fault, changes_state=True),
    "heal": Action(end_faults, changes_state=True),
    "migrate": Action(migrate_group, changes_state=True),
    "bot": Action(place_bot, changes_state=True),
    "sample": Action(play_sample, changes_state=True),
    "reset": Action(begin_anew, changes_state=True),
}
