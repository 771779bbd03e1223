"""How long a leader may act, whose session a standby ends, which servers are refused, what the pages say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest
from structlog.testing import capture_logs

from bot.database.stores.lease import Lease
from bot.database.stores.postgres_facts import (
    Facts,
    PoolerRefusedError,
    ReadingServerError,
    ServerUnfitError,
    require_fit,
)
from bot.database.stores.postgres_session import Holder
from bot.database.stores.store import Hold
from bot.foundation.exit_codes import ExitCode, code_of
from bot.foundation.faults import is_infrastructure
from bot.leadership.asking import SILENT_SECONDS, Kind, Standing
from bot.leadership.lead import LOOK_SECONDS, WRONG_BEATS, Alone, Lead
from bot.leadership.standby_pages import page, problems

if TYPE_CHECKING:
    from bot.database.engine import Database

SINCE = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
BOT, COMMAND = "aduan run web1", "aduan migrate"
FIT = Facts(150_018, "UTF8", "c", 42, reading=False, synchronous_commit="on", named_pid=42)


class FakeHold(Hold):
    """A right with this lease, which nothing confirms; each beat finds the next difference."""

    def __init__(self, lease: Lease | None, ahead: Iterable[float] = ()) -> None:
        self.lease, self._ahead = lease, iter(ahead)

    def include_database(self) -> None: ...

    def beat(self) -> float:
        return next(self._ahead)

    def hung_up(self, seconds: float) -> bool:  # noqa: ARG002 - nothing ends it
        return False

    def release(self) -> None: ...


def holder(name: str, silent: float | None, *, served: bool | None = False) -> Holder:
    heard = None if silent is None else SINCE
    return Holder(7, name, "10.0.0.5", SINCE, "aduan", heard, silent, served)


@pytest.mark.parametrize(
    ("found", "ended"),
    [
        pytest.param(holder(BOT, 10.1), True, id="a running bot that is silent"),
        pytest.param(holder(BOT, 9.9), False, id="one that was heard"),
        pytest.param(holder(BOT, 99.0, served=True), False, id="one for which the server works"),
        pytest.param(holder(BOT, None, served=None), False, id="one that this role may not see"),
        pytest.param(holder(COMMAND, 99.0), False, id="a command that computes"),
        pytest.param(holder("psql", 99.0), False, id="a person"),
    ],
)
def test_only_the_silent_session_of_a_running_bot_is_ended(found: Holder, ended: bool) -> None:
    assert found.may_be_ended(SILENT_SECONDS) is ended


def test_the_holder_is_described_in_words() -> None:
    words = "aduan run web1, 10.0.0.5, session 7, opened 2026-11-26 10:00:00 UTC"
    assert str(holder(BOT, 1.0)) == words
    assert "on its own machine" in str(holder(BOT, 1.0)._replace(host=None))


def test_the_lease_counts_from_the_sending_of_what_was_answered() -> None:
    now = 100.0
    lease = Lease(5.0, lambda: now)
    now = 103.0
    lease.asked()
    now = 108.0
    assert not lease.holds()
    lease.answered()
    assert not lease.holds()
    lease.asked()
    lease.answered()
    now = 112.9
    assert lease.holds()
    now = 113.0
    assert not lease.holds()


async def test_a_call_waits_until_the_right_is_certain_again() -> None:
    now = 100.0
    lease = Lease(5.0, lambda: now)
    lead = Lead(FakeHold(lease))
    await lead.may_send()
    now = 105.0
    sending = asyncio.create_task(lead.may_send())
    done, _ = await asyncio.wait({sending}, timeout=0.2)
    assert not done
    lease.asked()
    lease.answered()
    await asyncio.wait_for(sending, 5.0)


async def test_the_only_process_never_waits() -> None:
    await Alone().may_send()
    await Lead(FakeHold(None)).may_send()


@pytest.mark.parametrize(
    ("facts", "error", "words", "code"),
    [
        (FIT._replace(provider="i"), ServerUnfitError, "ICU", ExitCode.STORE),
        (
            FIT._replace(encoding="LATIN1"),
            ServerUnfitError,
            "encoding of the database is LATIN1",
            ExitCode.STORE,
        ),
        (FIT._replace(version=130_022, provider=None), ServerUnfitError, "PostgreSQL 13", ExitCode.STORE),
        (FIT._replace(named_pid=99), PoolerRefusedError, "pooler", ExitCode.WRONG),
    ],
)
def test_an_unfit_server_is_refused_in_words(
    facts: Facts, error: type[Exception], words: str, code: ExitCode
) -> None:
    with pytest.raises(error, match=words) as raised:
        require_fit(facts, "db.example/aduan")
    assert code_of(raised.value) is code
    assert not is_infrastructure(raised.value)


def test_a_server_that_only_reads_is_waited_for() -> None:
    with pytest.raises(ReadingServerError, match="takes no writing now") as raised:
        require_fit(FIT._replace(reading=True), "db.example/aduan")
    assert is_infrastructure(raised.value)


def test_other_servers_are_fit() -> None:
    require_fit(FIT, "")
    require_fit(FIT._replace(version=140_000, provider=None), "")
    require_fit(FIT._replace(version=170_001, provider="b"), "")


@pytest.mark.parametrize(
    ("standing", "wrong", "leader"),
    [
        (None, (), None),
        (Standing(Kind.STANDS_BY, holder=holder(BOT, 1.0)), (), str(holder(BOT, 1.0))),
        (
            Standing(Kind.WRONG_CLOCK, ahead=-2.5),
            ("this machine's clock is 2.5 s behind the database's",),
            None,
        ),
        (Standing(Kind.UNREACHABLE, reason="refused"), ("the database is not reached: refused",), None),
    ],
)
def test_the_page_of_a_standby_says_who_leads_and_what_is_wrong(
    standing: Standing | None, wrong: tuple[str, ...], leader: str | None
) -> None:
    found = problems(standing)
    shown = page(standing, found)
    assert tuple(problem.words for problem in found) == wrong
    assert (shown["role"], shown["healthy"], shown["leader"]) == ("standby", not wrong, leader)


async def test_a_silent_server_is_told_once_and_its_answer_too() -> None:
    now = 100.0
    lease = Lease(5.0, lambda: now)
    with capture_logs() as logs:
        lead = Lead(FakeHold(lease))
        now = 105.0
        await _logged(logs, 1)
        # Time for two more looks, which say nothing new.
        await asyncio.sleep(3 * LOOK_SECONDS)
        lease.asked()
        lease.answered()
        await _logged(logs, 2)
        lead.give_up()
    assert [line["event"] for line in logs] == ["app.server_silent", "app.server_answers"]
    assert "synchronous replica" in logs[0]["advice"]


async def _logged(logs: Sequence[object], count: int) -> None:
    async with asyncio.timeout(5.0):
        while len(logs) < count:  # noqa: ASYNC110 - another task logs
            await asyncio.sleep(0.01)


class Direct:
    """A database whose writer is this thread."""

    async def outside(self, work: Callable[[], float]) -> float:
        return work()


class EndedError(Exception):
    """The process would have ended."""


async def test_a_leader_whose_clock_stays_wrong_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(code: int) -> None:
        raise EndedError(code)

    monkeypatch.setattr("os._exit", end)
    monkeypatch.setattr("bot.leadership.lead.BEAT_SECONDS", 0.0)
    set_right = [3.0] * (WRONG_BEATS - 1) + [0.9, -0.9]
    hold = FakeHold(Lease(), [*set_right, *[-2.0] * WRONG_BEATS])
    lead = Lead(hold)
    with capture_logs() as logs, pytest.raises(EndedError, match=str(int(ExitCode.STOPPED))):
        await lead.keep(cast("Database", Direct()))
    lead.give_up()
    (line,) = logs
    assert (line["event"], line["seconds_ahead"]) == ("app.clock_wrong", -2.0)
    assert list(hold._ahead) == []
