"""The log of erasure orders: no line is added, changed or cut unnoticed, and each order is applied once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from bot.database import files_table
from bot.database.contents import FolderContents
from bot.database.order_lines import Order, OrderReferenceError, OrdersDamagedError
from bot.database.order_log import OrderLog
from bot.database.sealing import Codec
from bot.database.tables import cases, files
from bot.operations import erasure_orders
from conversations.effects import KeepFile
from conversations.events import Attachment
from tests.integration.sealed_store import Store
from tests.unit.transcript import START

FIRST = Order("a", "DPMD-2026-0001", "Surat 12/2026", START)
SECOND = Order("b", "DPMD-2026-0002", "Surat 13/2026", START)
THIRD = Order("gone", "DPMD-2026-0009", "Surat 14/2026", START)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "state" / "data-aduan-orders.jsonl", tmp_path / "backups" / "orders.jsonl"


@pytest.fixture
def orders(codec: Codec, places: tuple[Path, Path]) -> OrderLog:
    return OrderLog(codec, *places)


class Erasing:
    """Notes what it was asked to erase, and drops the files of the complaint."""

    def __init__(self) -> None:
        self.erased: list[str] = []

    def __call__(self, connection: Connection, _codec: Codec, order: Order, /) -> Iterable[str]:
        self.erased.append(order.case)
        paths = connection.execute(select(files.c.path).where(files.c.owner == order.case)).scalars().all()
        files_table.drop_files(connection, (), [order.case])
        connection.execute(update(cases).where(cases.c.id == order.case).values(state=b"erased"))
        return [str(path) for path in paths]


def test_an_order_is_in_both_copies_and_readable_by_the_owner_alone(
    orders: OrderLog, places: tuple[Path, Path]
) -> None:
    orders.note(FIRST)
    orders.note(SECOND)
    orders.note(FIRST)
    assert orders.orders() == [FIRST, SECOND]
    first, second = places
    assert first.read_bytes() == second.read_bytes()
    assert {place.stat().st_mode & 0o777 for place in places} == {0o600}
    assert {place.parent.stat().st_mode & 0o777 for place in places} == {0o700}
    assert set(json.loads(first.read_text().splitlines()[0])) == {
        *("seq", "at", "case", "number", "order", "mac")
    }


def _changed(content: bytes) -> bytes:
    return content.replace(b"13/2026", b"99/2026")


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a word is changed": lambda lines: [*map(_changed, lines)],
    "the first line is removed": lambda lines: lines[1:],
    "two lines change places": lambda lines: [lines[1], lines[0], lines[2]],
    "a line comes twice": lambda lines: [lines[0], *lines],
    "a line is added": lambda lines: [*lines, lines[0]],
    "a line is no JSON": lambda lines: [*lines, b"{"],
    "a line is another JSON": lambda lines: [*lines, b"[]"],
    "a line has no time": lambda lines: [*lines, b'{"case": "a", "number": "", "order": "", "seq": 4}'],
    "it is binary": lambda _lines: [b"\xff\xfe\x00"],
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_copy_is_refused_with_its_name(
    orders: OrderLog, places: tuple[Path, Path], name: str
) -> None:
    for order in (FIRST, SECOND, THIRD):
        orders.note(order)
    for place in places:
        lines = place.read_bytes().splitlines()
        place.write_bytes(b"".join(line + b"\n" for line in CHANGES[name](lines)))
    before = [place.read_bytes() for place in places]
    with pytest.raises(OrdersDamagedError, match=f"{places[0]}: line"):
        orders.orders()
    with pytest.raises(OrdersDamagedError):
        orders.note(Order("d", "DPMD-2026-0004", "Surat 15/2026", START))
    assert [place.read_bytes() for place in places] == before


def test_another_installation_s_log_is_refused(
    orders: OrderLog, places: tuple[Path, Path], tmp_path: Path
) -> None:
    orders.note(FIRST)
    other = OrderLog(Codec.load(tmp_path / "other.key", create=True), *places)
    with pytest.raises(OrdersDamagedError, match="another installation"):
        other.orders()


@pytest.mark.parametrize("cut", [0, 1])
def test_a_copy_that_was_cut_at_the_end_gets_its_lines_back(
    orders: OrderLog, places: tuple[Path, Path], cut: int
) -> None:
    orders.note(FIRST)
    orders.note(SECOND)
    whole = places[0].read_bytes()
    places[cut].write_bytes(whole.splitlines(keepends=True)[0])
    assert orders.orders() == [FIRST, SECOND]
    orders.complete()
    assert [place.read_bytes() for place in places] == [whole, whole]


def test_a_line_that_a_kill_left_incomplete_is_no_order(orders: OrderLog, places: tuple[Path, Path]) -> None:
    orders.note(FIRST)
    for place in places:
        with place.open("ab") as file:
            file.write(b'{"seq": 2, "at": "20')
    assert orders.orders() == [FIRST]
    orders.note(SECOND)
    assert orders.orders() == [FIRST, SECOND]


def test_copies_that_went_different_ways_are_refused(
    orders: OrderLog, places: tuple[Path, Path], codec: Codec
) -> None:
    orders.note(FIRST)
    OrderLog(codec, places[0]).note(SECOND)
    OrderLog(codec, places[1]).note(THIRD)
    with pytest.raises(OrdersDamagedError, match="differ"):
        orders.orders()


def test_an_unreachable_second_copy_does_not_prevent_an_order(
    codec: Codec, places: tuple[Path, Path]
) -> None:
    first, second = places
    second.parent.write_text("a file in the place of the folder")
    log = OrderLog(codec, first, second)
    log.note(FIRST)
    second.parent.unlink()
    assert log.complete()
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("reference", ["", "  ", "x" * 201, "a\nb", "a\x1b[2J"])
def test_a_reference_is_one_short_line(orders: OrderLog, reference: str) -> None:
    with pytest.raises(OrderReferenceError):
        orders.note(Order("a", "DPMD-2026-0001", reference, START))
    assert orders.orders() == []


@pytest.fixture
def kept(tmp_path: Path) -> FolderContents:
    return FolderContents(tmp_path / "files")


async def test_each_order_is_applied_once(store: Store, orders: OrderLog, kept: FolderContents) -> None:
    erasing = Erasing()
    for order in (FIRST, THIRD):
        orders.note(order)
    done = await store.database.write(
        lambda c: erasure_orders.apply_orders(c, store.codec, kept, orders.lines(), erasing)
    )
    assert (done.erased, done.absent) == ((FIRST,), (THIRD,))
    orders.note(SECOND)
    for _ in range(2):
        erasure_orders.apply(store.database.store, store.codec, kept, orders.lines(), erasing)
    assert erasing.erased == ["a", "b"]


async def test_what_was_erased_before_is_not_counted(
    store: Store, orders: OrderLog, kept: FolderContents
) -> None:
    orders.note(FIRST)
    erasing = Erasing()
    await store.set(cases, cases.c.id == "a", state=b"erased")
    done = await store.database.write(
        lambda c: erasure_orders.apply_orders(c, store.codec, kept, orders.lines(), erasing)
    )
    assert (erasing.erased, done.erased, done.absent) == (["a"], (), ())


async def test_contents_go_with_the_complaint_except_shared_ones(
    store: Store, orders: OrderLog, kept: FolderContents
) -> None:
    own, shared = f"aa/{'a' * 64}", f"bb/{'b' * 64}"
    for path in (own, shared):
        kept.write(path, [b"sealed"])
    more = KeepFile("7-2", "a", 7, Attachment("photo", "f3", "u3"))

    def name(connection: Connection) -> None:
        files_table.insert_files(connection, store.codec, [more])
        for key, path in (("7-1", own), ("7-2", shared), ("8-1", shared)):
            connection.execute(update(files).where(files.c.key == key).values(path=path, state="stored"))

    await store.database.write(name)
    orders.note(FIRST)
    await store.database.write(
        lambda c: erasure_orders.apply_orders(c, store.codec, kept, orders.lines(), Erasing())
    )
    assert kept.paths() == [shared]


async def test_a_log_that_was_cut_does_not_fit_the_database(
    store: Store, orders: OrderLog, places: tuple[Path, Path], kept: FolderContents
) -> None:
    orders.note(FIRST)
    orders.note(SECOND)

    def applied(connection: Connection) -> object:
        return erasure_orders.apply_orders(connection, store.codec, kept, orders.lines(), Erasing())

    await store.database.write(applied)
    for place in places:
        place.write_bytes(place.read_bytes().splitlines(keepends=True)[0])
    await store.database.write(lambda c: c.execute(text("DELETE FROM erasure_orders WHERE seq = 2")))
    with pytest.raises(OrdersDamagedError, match="2 erasure orders were applied"):
        await store.database.write(applied)


@pytest.mark.parametrize("mark", ["2:00", "x", "-1:", "2", "1:{0}"])
async def test_a_mark_without_the_keys_hides_no_order(
    store: Store, orders: OrderLog, kept: FolderContents, mark: str
) -> None:
    orders.note(FIRST)
    orders.note(SECOND)
    erasing = Erasing()
    await store.database.write(
        lambda c: c.execute(
            text("INSERT INTO installation VALUES ('erasure_orders', :mark)"),
            {"mark": mark.format(orders.lines()[0].mac)},
        )
    )
    await store.database.write(
        lambda c: erasure_orders.apply_orders(c, store.codec, kept, orders.lines(), erasing)
    )
    assert erasing.erased == ["a", "b"]


async def test_an_order_that_fails_is_applied_later(
    store: Store, orders: OrderLog, kept: FolderContents
) -> None:
    orders.note(FIRST)

    def failing(_connection: Connection, _codec: Codec, _order: Order, /) -> Iterable[str]:
        raise LookupError

    with pytest.raises(LookupError):
        await store.database.write(
            lambda c: erasure_orders.apply_orders(c, store.codec, kept, orders.lines(), failing)
        )
    left = await store.database.write(lambda c: erasure_orders.pending(c, store.codec, orders.lines()))
    assert [line.order for line in left] == [FIRST]
