"""Migrations: each revision is written by hand, and a test compares their result with tables.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.database.sealing import Codec

FOLDER = Path(__file__).parent


def run(
    connection: Connection,
    codec: Codec | None,
    advance: Callable[[int, int], None],
    revision: str = "head",
) -> list[str]:
    """Upgrade to a revision, in the connection's transaction.

    Revisions that read sealed rows find the codec among the config's attributes. Returns a sentence for each
    row that could not be carried over and is unchanged.
    """
    config, left = Config(), list[str]()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes.update(connection=connection, codec=codec, advance=advance, left=left)
    command.upgrade(config, revision)
    return left
