"""The actions of the page that no person performs: time, faults, moved groups, sample stories, reset."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.simulator.control import whatsapp
from bot.simulator.control.actions import Action, Fields, RefusedError, find_group, number, text_of
from bot.simulator.people.staging import Sample
from bot.simulator.state.waiting import wait_until
from bot.simulator.whatsapp.faults import SERVER_ERROR

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

DAY = 86400.0
# Holidays after this time are not known.
FURTHEST = 800 * DAY
BOT_READS_SECONDS = 3.0
# Begins the method of a call of the Cloud API.
CLOUD = "whatsapp."
FIRST_SUPERGROUP = -1002000000001
RUNNING: set[asyncio.Task[None]] = set()


async def advance_time(simulator: "Simulator", fields: Fields) -> Any:
    """Move business time forward by {seconds}, {working_days} or to {at} (Unix seconds), never back.

    Return the offset once the bot has read it, if the bot reads it at all.
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


async def to_next_working_day(simulator: "Simulator") -> None:
    """Move business time to the next working day; the page shows it."""
    await advance_time(simulator, {"working_days": 1})
    simulator.world.notify("state")


async def _read_by_bot(simulator: "Simulator") -> None:
    staging = simulator.staging
    if staging.reported_offset is None:
        return
    try:
        await wait_until(
            lambda: simulator.world.changed,
            lambda: staging.reported_offset == simulator.world.offset,
            BOT_READS_SECONDS,
        )
    except TimeoutError:
        # A stopped bot reads it after its next start.
        return


async def make_fault(simulator: "Simulator", fields: Fields) -> Any:
    """Make calls fail {kind, method?, chat?, times?, place?, retry_after?, seconds?, code?}.

    A method of the Cloud API has "whatsapp." before its name; `code` is the error's code there.
    """
    method = str(fields.get("method") or "")
    common = {
        "times": int(fields.get("times", 1)),
        "place": fields.get("place", "before"),
        "kind": fields.get("kind", "500"),
        "seconds": float(fields.get("seconds", 1)),
    }
    if method.startswith(CLOUD):
        code = int(fields.get("code", SERVER_ERROR))
        simulator.whatsapp.fault(method.removeprefix(CLOUD) or None, **common, code=code)
        return True
    retry_after = int(fields.get("retry_after", 1))
    simulator.fault(method or None, fields.get("chat"), **common, retry_after=retry_after)
    return True


async def end_faults(simulator: "Simulator", _fields: Fields) -> Any:
    """Remove all faults."""
    simulator.dispatcher.faults.clear()
    whatsapp.end_faults(simulator)
    return True


async def migrate_group(simulator: "Simulator", fields: Fields) -> Any:
    """Turn a group into a supergroup {chat, new_id?}."""
    group = find_group(simulator, fields)
    taken = {each.id for each in simulator.groups.values()}
    free = next(number for number in range(FIRST_SUPERGROUP, -(10**13), -1) if number not in taken)
    await group.migrate(number(fields, "new_id") if "new_id" in fields else free)
    return group.id


async def set_bot_membership(simulator: "Simulator", fields: Fields) -> Any:
    """Remove the bot from a group or add it as an administrator {chat, inside}."""
    group = find_group(simulator, fields)
    if fields.get("inside"):
        await group.add_bot(status="administrator")
    else:
        await group.remove_bot()
    return group.chat.bot_status


async def play_sample(simulator: "Simulator", fields: Fields) -> Any:
    """Start a sample story {name}; the page shows it while it runs."""
    sample = simulator.staging.samples.get(text_of(fields, "name"))
    if sample is None:
        raise RefusedError("unknown sample")
    if simulator.staging.playing:
        raise RefusedError("Satu contoh sedang berjalan.")
    simulator.staging.playing, simulator.staging.trouble = sample.title, ""
    story = asyncio.create_task(_play(simulator, sample))
    RUNNING.add(story)
    story.add_done_callback(RUNNING.discard)
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
        simulator.staging.scene = None
        simulator.world.notify("state")


async def start_over(simulator: "Simulator", _fields: Fields) -> Any:
    """Remove everything and start the bot with an empty store."""
    if simulator.staging.restart is None:
        raise RefusedError("this server cannot start over")
    for story in tuple(RUNNING):
        story.cancel()
    await simulator.staging.restart()
    return simulator.staging.epoch


ACTIONS: dict[str, Action] = {
    "time": Action(advance_time, changes_state=True),
    "fault": Action(make_fault, changes_state=True),
    "end_faults": Action(end_faults, changes_state=True),
    "migrate": Action(migrate_group, changes_state=True),
    "bot": Action(set_bot_membership, changes_state=True),
    "sample": Action(play_sample, changes_state=True),
    "reset": Action(start_over, changes_state=True),
}
