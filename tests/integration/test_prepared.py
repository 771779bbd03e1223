"""A prepared statement does what SQLAlchemy does with the same statement."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, bindparam, delete, select

from bot.database import arrivals
from bot.database.engine import Database
from bot.database.prepared import Prepared
from bot.database.tables import updates

CHOSEN = (
    select(updates.c.update_id)
    .where(updates.c.channel == bindparam("from"), updates.c.update_id.in_(bindparam("ids", expanding=True)))
    .order_by(updates.c.update_id)
)
PREPARED = Prepared(CHOSEN)


@pytest.mark.parametrize("ids", [[], [1], [1, 3], [3, 1, 9], [2, 4]])
async def test_lists_of_any_length_choose_the_same_rows(database: Database, ids: list[int]) -> None:
    def compare(connection: Connection) -> None:
        arrivals.take(connection, "telegram", [1, 2, 3], 0.0)
        values = {"from": "telegram", "ids": ids}
        assert PREPARED.one(connection, values).all() == connection.execute(CHOSEN, values).all()

    await database.write(compare)


async def test_values_of_the_statement_itself_are_kept(database: Database) -> None:
    statement = Prepared(
        delete(updates).where(updates.c.channel == "telegram", updates.c.update_id == bindparam("row"))
    )

    def remove(connection: Connection) -> list[int]:
        arrivals.take(connection, "telegram", [1, 2, 3], 0.0)
        arrivals.take(connection, "other", [1], 0.0)
        statement.many(connection, [{"row": 1}, {"row": 3}])
        return [*connection.execute(select(updates.c.update_id).order_by(updates.c.channel)).scalars()]

    assert await database.write(remove) == [1, 2]


async def test_a_missing_value_is_an_error(database: Database) -> None:
    with pytest.raises(KeyError):
        await database.write(lambda c: PREPARED.one(c, {"ids": [1]}))
