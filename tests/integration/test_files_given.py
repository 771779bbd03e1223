"""A file that was kept before it had a case is moved to that case."""

from __future__ import annotations

from bot.database.engine import Database
from bot.database.sealing import Codec
from conversations.effects import DropFiles, Effect, GiveFiles, KeepFile, Outcome
from conversations.events import Attachment, Event
from conversations.world import World
from tests.integration.turn_setup import TurnSetup, said


async def test_a_given_file_belongs_to_its_new_owner_and_survives_the_old_one(
    database: Database, codec: Codec
) -> None:
    setup = TurnSetup(database, codec)
    photo = Attachment("photo", "f", "u")
    steps: dict[str, tuple[Effect, ...]] = {
        "keep": (KeepFile("7-1", "7", 7, photo), KeepFile("7-2", "7", 7, photo)),
        "give": (GiveFiles(("7-1",), "case1"), DropFiles("7")),
        "both": (KeepFile("7-3", "7", 7, photo), GiveFiles(("7-3",), "case1"), DropFiles("7")),
    }

    def then(event: Event, world: World) -> Outcome:
        return Outcome((world.conversation(7, 7),), (), steps[getattr(event, "text", "")])

    setup.core.then = then
    for number, step in enumerate(steps, 1):
        await setup.take(said(number, step))
    assert await setup.rows("SELECT key, owner FROM files ORDER BY key") == [
        ("7-1", "case1"),
        ("7-3", "case1"),
    ]


async def test_a_duplicate_key_sets_its_event_aside_and_leaves_the_other_file(
    database: Database, codec: Codec
) -> None:
    setup = TurnSetup(database, codec)
    photo = Attachment("photo", "f", "u")

    def then(event: Event, _world: World) -> Outcome:
        return Outcome(effects=(KeepFile(getattr(event, "text", ""), "case", 7, photo),))

    setup.core.then = then
    await setup.take(said(1, "taken", 20))
    await setup.take(said(2, "taken", 21), said(3, "free", 22))
    assert await setup.rows("SELECT key FROM files ORDER BY key") == [("free",), ("taken",)]
    assert await setup.rows("SELECT update_id FROM quarantine") == [(2,)]
