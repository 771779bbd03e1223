"""kill -9 in `aduan move`: nothing starts on the half store, and the same command completes the move."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.database.stores.choice import store_of
from bot.foundation.exit_codes import ExitCode
from bot.operations.verify import verify
from tests.commands import aduan
from tests.integration.both_stores import write_configuration
from tests.integration.move_setup import ACROSS
from tests.integration.move_setup import moving as filled
from tests.integration.test_killed_commands import killed


@pytest.mark.parametrize(("kinds", "point"), [(ACROSS[0], "move.rows:5"), (ACROSS[1], "move.contents:4")])
async def test_a_move_that_is_killed_starts_nowhere_and_can_be_repeated(
    request: pytest.FixtureRequest, tmp_path: Path, kinds: tuple[str, str], point: str
) -> None:
    async with filled(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as there:
        before = there.everything(there.source)
        write_configuration(tmp_path, there.source)
        wanted = ("move", "--to", there.target.url)
        assert killed(point, *wanted, folder=tmp_path) == -signal.SIGKILL
        write_configuration(tmp_path, there.target)
        for command in ("init", "verify", "reindex"):
            refused = aduan(command, folder=tmp_path)
            assert "is not complete" in refused.stderr, command
            assert refused.returncode == ExitCode.STORE
        write_configuration(tmp_path, there.source)
        done = aduan(*wanted, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Next: set database.url" in done.stdout
        assert there.everything(there.target) == there.everything(there.source) == before
        assert verify(store_of(there.target), there.codec).faults == []
