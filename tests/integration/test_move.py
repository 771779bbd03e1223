"""`aduan move` copies a store to an empty one of either kind, completely, or leaves nothing that starts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Table

from bot.database import moving, schema
from bot.database.cases import load_cases
from bot.database.key_guard import KeysForeignError, load_fitting
from bot.database.moving import MoveUnfinishedError
from bot.database.opening import open_store
from bot.database.order_lines import Order
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores import row_copying
from bot.database.stores.choice import store_of
from bot.database.stores.store import AlreadyRunningError
from bot.database.watermark import read
from bot.operations import move as moving_store
from bot.operations.move import Move
from bot.operations.move_checks import MoveError
from bot.operations.move_command import move
from bot.operations.verify import verify
from tests.integration.move_setup import ACROSS, DIRECTIONS, Moving
from tests.integration.move_setup import moving as filled
from tests.unit.transcript import START

both_ways = pytest.mark.parametrize("there", ACROSS, indirect=True, ids="-to-".join)


@pytest.fixture
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Moving]:
    kinds = getattr(request, "param", ACROSS[0])
    async with filled(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as made:
        yield made


async def is_whole(there: Moving) -> bool:
    """Whether the moved store has everything, verifies and opens."""
    same = there.everything(there.target) == there.everything(there.source)
    database, codec = await open_store(store_of(there.target), there.target.keys_path)
    found = await database.write(lambda c: load_cases(c, codec, ["a", "b"]))
    await database.close()
    return same and len(found) == 2 and not verify(store_of(there.target), there.codec).faults


@pytest.mark.parametrize("there", DIRECTIONS, indirect=True, ids="-to-".join)
async def test_a_moved_store_is_equal_and_starts(there: Moving) -> None:
    before = there.everything(there.source)
    said = there.move()
    assert "has 2 complaints" in said
    assert "2 files of" in said
    assert "Next: set database.url to the address of" in said
    assert there.everything(there.source) == before
    assert await is_whole(there)
    assert read(there.target.watermark_path) == {("dpmd", 2026): 57}


async def test_a_store_is_moved_there_and_back(there: Moving, tmp_path: Path) -> None:
    there.move()
    back = there.source.model_copy(update={"url": f"sqlite:///{tmp_path / 'back' / 'aduan.db'}"})
    move(there.target, back.url, lambda _done, _all: None, accept_faults=False)
    assert there.everything(back) == there.everything(there.source)


async def test_erasure_orders_follow_to_the_new_name(there: Moving) -> None:
    ordered = Order("a", "DPMD-2026-0001", "Surat 12/2026", START)
    OrderLog(there.codec, in_state_folder(there.source.watermark_path)).note(ordered)
    there.move()
    followed = OrderLog(there.codec, in_state_folder(there.target.watermark_path))
    assert followed.orders() == [ordered]
    assert there.target.watermark_path != there.source.watermark_path


def _after(module: object, name: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupt after a function has run so many times."""
    function, left = getattr(module, name), times

    def stopped(*arguments: object, **options: object) -> object:
        nonlocal left
        result, left = function(*arguments, **options), left - 1
        if left == 0:
            raise InterruptedError
        return result

    monkeypatch.setattr(module, name, stopped)


# What has just been done when the move is interrupted, and how many times.
POINTS = {
    "mark": (moving, "begin", 1),
    "one content": (moving_store, "part_of", 2),
    "three tables": (row_copying, "copy", 3),
    "all tables": (row_copying, "copy", len(row_copying.tables_of_rows())),
    "comparison": (row_copying, "measured", 1),
    "verification": (moving_store, "verify", 2),
    "numbers": (Move, "_carry_numbers", 1),
    "last act": (moving, "finish", 1),
}


@pytest.mark.parametrize(
    ("there", "point"),
    [*((ACROSS[0], point) for point in POINTS), (ACROSS[1], "mark"), (ACROSS[1], "three tables")],
    indirect=["there"],
)
async def test_an_interrupted_move_starts_nowhere_and_can_be_repeated(
    there: Moving, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = there.everything(there.source)
    with monkeypatch.context() as patch:
        _after(*POINTS[point], patch)
        with pytest.raises(InterruptedError):
            there.move()
    if point == "mark":
        # The transaction that makes the tables was not committed.
        with store_of(there.target).reading() as connection:
            assert schema.is_empty(connection)
    else:
        with pytest.raises(MoveUnfinishedError, match="is not complete"):
            load_fitting(store_of(there.target), there.target.keys_path)
        with pytest.raises(MoveUnfinishedError):
            await open_store(store_of(there.target), there.target.keys_path)
    there.move()
    assert there.everything(there.source) == before
    assert await is_whole(there)


@both_ways
async def test_a_second_move_begins_again_from_empty(there: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        _after(Move, "_carry_numbers", 1, patch)
        with pytest.raises(InterruptedError):
            there.move()
    # What the source loses meanwhile is not in the target either.
    there.change(there.source, "DELETE FROM outbox", "DELETE FROM files WHERE key = '8-1'")
    there.move()
    assert there.rows(there.target) == there.rows(there.source)
    assert list(there.contents(there.target)) == [there.photo]


async def test_a_move_of_another_store_does_not_continue_it(
    there: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _after(moving_store, "part_of", 2, patch)
        with pytest.raises(InterruptedError):
            there.move()
    other = there.source.path.with_name("other.db")
    there.source.path.rename(other)
    renamed = there.source.model_copy(update={"url": f"sqlite:///{other}"})
    with pytest.raises(MoveError, match="a move from another store"):
        move(renamed, there.target.url, lambda _done, _all: None, accept_faults=False)


@both_ways
async def test_a_target_with_rows_is_refused(there: Moving) -> None:
    there.move()
    before = there.everything(there.target)
    with pytest.raises(MoveError, match=r"is not empty \(rows in .*nothing was changed"):
        there.move()
    assert there.everything(there.target) == before


async def test_a_target_with_tables_and_no_rows_is_filled(there: Moving) -> None:
    there.change(there.target, schema.upgrade)
    there.move()
    assert await is_whole(there)


async def test_tables_of_another_program_are_refused(there: Moving) -> None:
    there.change(there.target, "CREATE TABLE theirs (a integer)")
    with pytest.raises(MoveError, match=r"is not empty \(tables of another program\)"):
        there.move()


@pytest.mark.parametrize("there", [ACROSS[1]], indirect=True)
async def test_files_of_an_earlier_store_are_not_replaced(there: Moving) -> None:
    contents_of(there.target).write(there.photo, [b"of an earlier store"])
    with pytest.raises(MoveError, match="is not empty"):
        there.move()
    assert there.contents(there.target) == {there.photo: b"of an earlier store"}
    assert not there.target.path.exists()


@both_ways
async def test_a_running_bot_is_not_moved(there: Moving) -> None:
    for settings in (there.source, there.target):
        hold = store_of(settings).hold()
        hold.engine.connect().close()
        try:
            with pytest.raises(AlreadyRunningError, match="stop that one first"):
                there.move()
        finally:
            hold.release()
    there.move()


@both_ways
async def test_wrong_keys_are_refused(there: Moving) -> None:
    there.source.keys_path.unlink()
    Codec.load(there.source.keys_path, create=True)
    with pytest.raises(KeysForeignError):
        there.move()
    assert store_of(there.target).is_blank()


async def test_another_key_file_in_the_place_of_the_new_store_is_refused(
    there: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without database.keys the key file is named after the database."""
    monkeypatch.chdir(tmp_path)
    there.source.keys_path.rename(there.source.path.with_suffix(".key"))
    source = there.source.model_copy(update={"keys": ""})
    target = source.model_copy(update={"url": there.target.url})
    Codec.load(target.keys_path, create=True)
    with pytest.raises(MoveError, match="is another key file"):
        move(source, target.url, lambda _done, _all: None, accept_faults=False)
    target.keys_path.unlink()
    said = move(source, target.url, lambda _done, _all: None, accept_faults=False)
    assert f"set database.keys to {source.keys_path} (or copy it to {target.keys_path})" in said


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("mysql://x/y", "--to: expected sqlite:/// and a path"),
        ("postgresql+psycopg://x", "--to: expected the name of a database"),
        ("", "--to: expected sqlite"),
    ],
)
async def test_an_address_that_is_none_is_refused(there: Moving, to: str, said: str) -> None:
    with pytest.raises(MoveError, match=said):
        move(there.source, to, lambda _done, _all: None, accept_faults=False)


async def test_the_store_itself_is_no_target(there: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(there.source.path.parent)
    for to in (there.source.url, "sqlite:///aduan.db"):
        with pytest.raises(MoveError, match="is the store of the configuration"):
            move(there.source, to, lambda _done, _all: None, accept_faults=False)


@both_ways
async def test_a_copy_that_differs_is_found_and_does_not_start(
    there: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = row_copying.copy

    def changed(source: object, of: Table, write: Callable[..., None], advance: object) -> object:
        def careless(rows: list[tuple[object, ...]]) -> None:
            write([(*row[:-1], 2.5) if of.name == "outbox" else row for row in rows])

        return copied(source, of, careless, advance)  # type: ignore[arg-type]

    monkeypatch.setattr(row_copying, "copy", changed)
    with pytest.raises(MoveError, match="the table outbox is not equal"):
        there.move()
    with pytest.raises(MoveUnfinishedError):
        await open_store(store_of(there.target), there.target.keys_path)


async def test_no_password_is_printed(there: Moving) -> None:
    with_password = there.target.url.replace("postgres@", "postgres:rahasia@")
    assert "rahasia" not in move(there.source, with_password, lambda _done, _all: None, accept_faults=False)
