"""A file that was kept before it was clear what for follows its case."""

from __future__ import annotations

from bot.database.engine import Database
from bot.database.sealing import Codec
from conversations.effects import DropFiles, Effect, GiveFiles, KeepFile, Outcome
from conversations.events import Attachment, Event
from conversations.world import World
from tests.integration.turning import Bench, said


async def test_a_given_file_belongs_to_its_new_owner_and_survives_the_old_one(
    database: Database, codec: Codec
) -> None:
    bench = Bench(database, codec)
    photo = Attachment("photo", "f", "u")
    steps: dict[str, tuple[Effect, ...]] = {
        "keep": (KeepFile("7-1", "7", 7, photo), KeepFile("7-2", "7", 7, photo)),
        "give": (GiveFiles(("7-1",), "case1"), DropFiles("7")),
        "both": (KeepFile("7-3", "7", 7, photo), GiveFiles(("7-3",), "case1"), DropFiles("7")),
    }

    def then(event: Event, world: World) -> Outcome:
        return Outcome((world.conversation(7, 7),), (), steps[getattr(event, "text", "")])

    bench.core.then = then
    for number, step in enumerate(steps, 1):
        await bench.take(said(number, step))
    assert await bench.rows("SELECT key, owner FROM files ORDER BY key") == [
        ("7-1", "case1"),
        ("7-3", "case1"),
    ]
