"""`aduan erase`: the dry run, the confirmation, the running bot, and what other commands say afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.config.settings import load
from bot.database.engine import Database
from bot.database.order_lines import Line, OrderReferenceError
from bot.database.order_lines import Order as NotedOrder
from bot.database.order_log import OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.operations import archive as archiving
from bot.operations import erase as command
from bot.operations.archive import ArchiveError
from bot.operations.erase import Done, EraseError, Order
from bot.operations.erasure_orders import apply
from bot.operations.verify import verify
from bot.wording.rendering import Renderer
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from tests.commands import aduan
from tests.integration.both_stores import Place, write_configuration
from tests.integration.ended_store import BUDI, MARKS, SITI, EndedStore, ended, link
from tests.integration.opened_store import opened_texts
from tests.unit.transcript import START

NUMBER, ORDER = "DPMD-2026-0001", "Keputusan 12/2027"


class Installation:
    """A configuration and its store, which no bot has open."""

    def __init__(self, place: Place, *, tables: bool = True) -> None:
        settings = place.settings(place.folder / "data" / "aduan.db", tables=tables)
        write_configuration(place.folder, settings)
        self.folder, self.config = place.folder, load(place.folder / "config.toml")
        self.said: list[str] = []
        self.store, self.contents = store_of(settings), contents_of(settings)

    async def fill(self, *filed: Case) -> Codec:
        """File these, as a bot that was stopped since has left them."""
        self.config.database.keys_path.parent.mkdir(parents=True, exist_ok=True)
        codec = Codec.load(self.config.database.keys_path, create=True)
        database = await Database.open(self.store)
        await EndedStore(database, codec, contents=self.contents).fill(*filed)
        await database.close()
        return codec

    def orders(self, codec: Codec) -> list[Line]:
        """The noted orders."""
        return OrderLog(codec, in_state_folder(self.config.database.watermark_path)).lines()

    def erase(self, number: str = NUMBER, order: str = ORDER, *, yes: bool = True) -> Done:
        """Run the command in this process."""
        return command.erase(Order(number, order), self.config, lambda _: yes, self.said.append)


@pytest.fixture
def here(place: Place) -> Installation:
    return Installation(place)


async def _in_thread(work: Callable[[], Done]) -> Done:
    return await asyncio.to_thread(work)


async def test_the_dry_run_counts_and_changes_nothing(here: Installation) -> None:
    first = ended("aaaa00000001", 1, SITI)
    other = ended("cccc00000003", 3, BUDI)
    first = first.model_copy(update={"duplicate_of": link(other)})
    codec = await here.fill(first, other)
    before = opened_texts(here.store, codec)
    done = await _in_thread(lambda: here.erase(yes=False))
    assert (done.erased, done.sentence) == (
        False,
        "Nothing was changed. To erase: the same command with --yes",
    )
    (said,) = here.said
    for line in (
        "DPMD-2026-0001 (dpmd, archived, received 2026-03-17)",
        "texts: 4 ",
        "files: 1 ",
        "history: 2 texts; 2 entries stay",
        "conversations to be cleaned: 2",
        "messages waiting to be sent: 3",
        "keys of sent messages: 3",
        "quarantined updates: 2; waiting for a check: 1",
        "linked complaints, which are NOT erased by this command: DPMD-2026-0003",
    ):
        assert line in said
    assert MARKS[SITI] not in said
    assert opened_texts(here.store, codec) == before


@pytest.mark.parametrize(
    ("number", "order", "sentence"),
    [
        ("DPMD-2026-0099", ORDER, "there is no complaint DPMD-2026-0099"),
        ("semua", ORDER, "expected a registration number"),
        (NUMBER, "  ", "--order: name the order"),
    ],
)
async def test_what_cannot_be_erased_is_refused_in_words(
    here: Installation, number: str, order: str, sentence: str
) -> None:
    await here.fill(ended("aaaa00000001", 1, SITI))
    with pytest.raises(EraseError, match=sentence):
        await _in_thread(lambda: here.erase(number, order))


async def test_without_a_database_the_command_says_so(place: Place) -> None:
    here = Installation(place, tables=False)
    with pytest.raises(EraseError, match="is not there yet"):
        await _in_thread(here.erase)


async def test_an_open_complaint_is_refused(here: Installation) -> None:
    await here.fill(ended("aaaa00000001", 1, SITI).model_copy(update={"status": Status.IN_PROGRESS}))
    with pytest.raises(EraseError, match="has not ended"):
        await _in_thread(here.erase)
    assert here.said == []


async def test_a_second_order_says_when_it_was_erased_and_why(here: Installation) -> None:
    codec = await here.fill(ended("aaaa00000001", 1, SITI), ended("bbbb00000002", 2, BUDI))
    done = await _in_thread(here.erase)
    assert done.sentence.startswith("DPMD-2026-0001: the person is erased; the line of the register is left.")
    assert "2 messages to officers are older than 48 hours" in done.sentence
    assert MARKS[SITI] not in opened_texts(here.store, codec)
    assert MARKS[BUDI] in opened_texts(here.store, codec)
    again = await _in_thread(lambda: here.erase(order="lain"))
    assert "erased already on" in again.sentence
    assert again.sentence.endswith("by order: Keputusan 12/2027")


async def test_a_running_bot_erases_what_the_command_requests(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = await here.fill(ended("aaaa00000001", 1, SITI))
    hold = here.store.hold()
    database = await Database.open(here.store, hold.engine)
    try:
        running = EndedStore(database, codec, contents=here.contents).erasures()
        monkeypatch.setattr("bot.sources.erasures.LOOK_SECONDS", 0.05)
        bot = asyncio.create_task(running.run())
        done = await _in_thread(here.erase)
        bot.cancel()
    finally:
        await database.close()
        hold.release()
    assert done.erased
    assert MARKS[SITI] not in opened_texts(here.store, codec)


async def test_a_bot_that_does_not_answer_leaves_the_request(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = await here.fill(ended("aaaa00000001", 1, SITI))
    monkeypatch.setattr(command, "WAIT_SECONDS", 0.1)
    hold = here.store.hold()
    try:
        with pytest.raises(EraseError, match="the request stays stored"):
            await _in_thread(here.erase)
    finally:
        hold.release()
    assert MARKS[SITI] in opened_texts(here.store, codec)
    assert (await _in_thread(here.erase)).erased
    assert MARKS[SITI] not in opened_texts(here.store, codec)


async def test_an_interrupted_erasure_is_finished_by_the_same_command(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = await here.fill(ended("aaaa00000001", 1, SITI))

    def killed(*_: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(type(here.contents), "erase", killed)
        with pytest.raises(OSError, match="killed"):
            await _in_thread(here.erase)
    assert here.contents.paths() != []
    here.said.clear()
    assert (await _in_thread(here.erase)).erased
    assert here.said == []
    assert here.contents.paths() == []
    assert MARKS[SITI] not in opened_texts(here.store, codec)


async def test_the_order_is_noted_before_anything_is_erased(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    codec = await here.fill(ended("aaaa00000001", 1, SITI))

    def unwritable(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as full:
        full.setattr(OrderLog, "note", unwritable)
        with pytest.raises(OSError, match="no space left"):
            await _in_thread(here.erase)
    assert MARKS[SITI] in opened_texts(here.store, codec)
    with pytest.raises(OrderReferenceError):
        await _in_thread(lambda: here.erase(order="x" * 201))
    await _in_thread(here.erase)
    (noted,) = here.orders(codec)
    assert (noted.order.case, noted.order.number, noted.order.reference) == ("aaaa00000001", NUMBER, ORDER)


async def test_a_restored_copy_is_erased_again_even_from_before_the_end(here: Installation) -> None:
    filed = ended("aaaa00000001", 1, SITI)
    codec = await here.fill(filed.model_copy(update={"status": Status.IN_PROGRESS}), ended("b" * 12, 2, BUDI))
    log = OrderLog(codec, in_state_folder(here.config.database.watermark_path))
    log.note(NotedOrder(filed.id, filed.reference, ORDER, START))
    erase = command.by_order(here.config)
    for expected in (1, 0):
        applied = await asyncio.to_thread(lambda: apply(here.store, codec, here.contents, log.lines(), erase))
        assert len(applied.erased) == expected
    assert MARKS[SITI] not in opened_texts(here.store, codec)
    assert MARKS[BUDI] in opened_texts(here.store, codec)
    assert len(here.contents.paths()) == 2
    assert [one for one in verify(here.store, codec).faults if "signed" not in one] == []


async def test_the_commands_as_a_person_runs_them(here: Installation) -> None:
    await here.fill(ended("aaaa00000001", 1, SITI))
    arguments = ("erase", NUMBER, "--order", ORDER, "--yes")
    done = await asyncio.to_thread(lambda: aduan(*arguments, folder=here.folder))
    assert done.returncode == 0
    assert done.stdout.endswith("asked in their chats to do so.\n")
    shown = await asyncio.to_thread(lambda: aduan("verify", folder=here.folder))
    assert shown.stdout.splitlines()[-1].startswith(f"{NUMBER}: erased on")
    assert shown.stdout.splitlines()[-1].endswith(f"by order: {ORDER}")
    store = archiving.Source(here.store, here.config.database.keys_path, here.contents)
    with pytest.raises(ArchiveError, match="the person was erased on"):
        await archiving.archive(NUMBER, None, store, here.config.rules, Renderer())
