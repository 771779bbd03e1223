"""After the database of a server was restored to an older state, no number is issued twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.database import cases, serials, watermark
from bot.database.numbers_copy import NumbersCopy
from bot.database.opening import open_store
from bot.database.serials import Number
from bot.database.stores.store import AlreadyRunningError
from bot.database.watermark import Watermark
from bot.operations.restore_numbers import continue_numbers
from bot.operations.restored import RestoreError
from bot.outbox.operator_notes import Operator
from bot.turns.numbering import Numbering
from tests.bot_process import _toml
from tests.commands import aduan
from tests.integration.test_check_store import settings as practice_settings
from tests.integration.test_following import Machine
from tests.integration.turn_setup import case_of
from tests.postgres_server import Server
from tests.unit.transcript import START, TERMS

YEAR = START.year
DPMD = ("dpmd", YEAR)


class Site(Machine):
    """A machine of a bot whose database can be set back to an older state."""

    def __init__(self, server: Server, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self._server, self._name = server, str(make_url(url).database)
        self._older = f"{self._name}_older"

    async def file(self, *serials: int) -> None:
        """File as the leader does, without noting the numbers in its file."""
        database, codec = await open_store(self.store, self.keys)
        filed = [case_of(f"case{serial}", serial) for serial in serials]
        await database.write(lambda c: cases.file_cases(c, codec, filed, TERMS))
        await database.close()

    def keep_state(self) -> None:
        """Keep the state of now, as a backup of the server does."""
        self._server.create(self._older, self._name)

    def set_back(self) -> None:
        """Put the kept state in the place of the database."""
        self._server.drop(self._name)
        self._server.create(self._name, self._older)
        self._server.drop(self._older)

    async def lead(self) -> list[int]:
        """Start as the leader, and return the numbers of two complaints that it files."""
        database, codec = await open_store(self.store, self.keys)
        mark = Watermark(self.config.database.watermark_path)
        numbering = Numbering(database, mark, Operator(codec), lambda _rows: None, lambda: START)
        await numbering.start()
        issued = []
        for _ in range(2):
            found = await database.write(lambda c: serials.next_serials(c, ["dpmd"], YEAR))
            filed = [case_of(f"later{found[DPMD]}", found[DPMD])]
            await database.write(partial(cases.file_cases, codec=codec, filed=filed, terms=TERMS))
            await numbering.issued([Number(*DPMD, found[DPMD])])
            issued.append(found[DPMD])
        await database.close()
        return issued

    def gaps(self) -> list[tuple[int, int]]:
        with self.store.reading() as connection:
            rows = connection.execute(text("SELECT first, last FROM gaps ORDER BY first"))
            return [(row.first, row.last) for row in rows]

    def marked(self) -> dict[tuple[str, int], int]:
        return watermark.read(self.config.database.watermark_path)

    def restore(self, *issued: str, answers: dict[str, str | None] | None = None) -> str:
        """What `aduan restore` says; `answers` by the name of the agency."""
        self.asked: list[tuple[str, str]] = []

        def ask(question: str, default: str) -> str | None:
            name = question.partition(":")[0]
            self.asked.append((name, default))
            return (answers or {}).get(name, default)

        return continue_numbers(self.config, issued, ask)


@pytest.fixture
def site(postgres_server: Server, tmp_path: Path) -> Iterator[Site]:
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        made = Site(postgres_server, url, tmp_path)
        asyncio.run(made.init())
        yield made


def test_a_standby_that_has_followed_issues_no_number_again(site: Site) -> None:
    asyncio.run(site.file(1, 2, 3))
    site.keep_state()
    asyncio.run(site.file(4, 5))
    copy = NumbersCopy(site.store, Watermark(site.config.database.watermark_path))
    copy.copy()
    copy.end()
    site.set_back()
    assert asyncio.run(site.lead()) == [6, 7]
    assert site.gaps() == [(4, 5)]
    assert asyncio.run(site.lead()) == [8, 9]
    assert site.gaps() == [(4, 5)]


def test_a_machine_that_knows_nothing_continues_above_the_number_that_is_typed(site: Site) -> None:
    asyncio.run(site.file(1, 2, 3))
    site.keep_state()
    asyncio.run(site.file(4, 5))
    site.set_back()
    said = site.restore(f"DPMD-{YEAR}-0005")
    assert f"numbers DPMD-{YEAR}-0004 to -0005 were issued by the state that is lost" in said
    assert f"numbers continue above DPMD-{YEAR}-0005" in said
    assert site.marked() == {DPMD: 5}
    assert site.gaps() == [(4, 5)]
    # Another machine, whose file knows no number, leads first.
    site.config.database.watermark_path.unlink()
    assert asyncio.run(site.lead()) == [6, 7]


def test_the_operator_is_informed_once_of_the_numbers_that_are_lost(site: Site) -> None:
    asyncio.run(site.file(1))
    site.restore(f"dpmd {YEAR} 9")
    site.restore(f"DPMD-{YEAR}-0009")
    asyncio.run(site.lead())
    with site.store.reading() as connection:
        told = connection.execute(
            text("SELECT count(*) FROM outbox WHERE chat = :operator"),
            {"operator": site.config.operator_chat_id},
        )
        assert (told.scalar(), site.gaps()) == (1, [(2, 9)])


def test_each_agency_is_asked_for_with_what_is_known(site: Site) -> None:
    asyncio.run(site.file(1, 2))
    Watermark(site.config.database.watermark_path).raise_to([Number("bakesbangpol", YEAR, 7)])
    names = {agency.id: agency.short_name for agency in site.config.agencies}
    answers: dict[str, str | None] = {names["dpmd"]: f"DPMD-{YEAR}-0010"}
    said = site.restore(answers=answers)
    known = {"dpmd": f"DPMD-{YEAR}-0002", "bakesbangpol": f"BAKESBANGPOL-{YEAR}-0007"}
    assert site.asked == [(name, known.get(agency, "")) for agency, name in names.items()]
    assert f"numbers continue above BAKESBANGPOL-{YEAR}-0007, DPMD-{YEAR}-0010" in said
    assert site.marked() == {DPMD: 10, ("bakesbangpol", YEAR): 7}


def test_lower_numbers_change_nothing(site: Site) -> None:
    asyncio.run(site.file(1, 2, 3))
    said = site.restore(f"DPMD-{YEAR}-0002")
    assert said.splitlines()[0].endswith(f"numbers continue above DPMD-{YEAR}-0003.")
    assert (site.marked(), site.gaps()) == ({DPMD: 3}, [])


REFUSED = {
    "no number": ("BESOK", "expected a registration number"),
    "another agency": (f"DINSOS-{YEAR}-0001", "of an agency of the configuration"),
    "beyond all numbers": (f"DPMD-{YEAR}-1000000", "above every number that can be kept"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_number_is_refused_and_nothing_is_changed(site: Site, name: str) -> None:
    typed, says = REFUSED[name]
    agency = site.config.agencies[0].short_name
    with pytest.raises(RestoreError, match=says):
        site.restore(typed)
    with pytest.raises(RestoreError, match=says):
        site.restore(answers={agency: typed})
    assert (site.marked(), site.gaps()) == ({}, [])


def test_without_a_terminal_the_numbers_have_to_be_named(site: Site) -> None:
    agency = site.config.agencies[0].short_name
    with pytest.raises(RestoreError, match="with --issued; nothing was changed"):
        site.restore(answers={agency: None})


def test_a_bot_that_leads_is_stopped_first(site: Site) -> None:
    hold = site.store.hold()
    try:
        with pytest.raises(AlreadyRunningError):
            site.restore(f"DPMD-{YEAR}-0005")
    finally:
        hold.release()
    assert site.marked() == {}


def test_a_file_that_cannot_be_written_is_said_before_the_database_is_changed(site: Site) -> None:
    site.config.database.watermark_path.parent.write_text("a file in the place of the folder")
    with pytest.raises(OSError, match="state"):
        site.restore(f"DPMD-{YEAR}-0005")
    assert site.gaps() == []


def test_the_command_asks_and_a_file_needs_a_backup(site: Site, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    database = site.config.database.model_dump()

    def write(database: dict[str, str]) -> None:
        values = {**practice_settings(tmp_path), "database": database}
        config.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in values.items()))

    write(database)
    asyncio.run(site.file(1, 2))
    agencies = len(site.config.agencies)
    done = aduan("restore", folder=tmp_path, answer=f"DPMD-{YEAR}-0008\n" + "\n" * (agencies - 1))
    assert (done.returncode, f"numbers continue above DPMD-{YEAR}-0008" in done.stdout) == (0, True)
    silent = aduan("restore", folder=tmp_path)
    assert (silent.returncode, "with --issued; nothing was changed" in silent.stderr) == (1, True)
    write({"url": f"sqlite:///{tmp_path}/aduan.db"})
    refused = aduan("restore", folder=tmp_path)
    assert refused.stderr.startswith("aduan: name the backup to restore, such as")
    assert refused.returncode == 1
