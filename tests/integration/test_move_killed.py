"""kill -9 in `aduan move`: nothing starts on the half store, and the same command completes the move."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.database.stores.choice import store_of
from bot.foundation.exit_codes import ExitCode
from bot.operations.verify import verify
from tests.commands import aduan
from tests.integration.move_setup import ACROSS, Moving
from tests.integration.move_setup import moving as filled
from tests.integration.test_killed_commands import configuration, killed


@pytest.mark.parametrize(("kinds", "point"), [(ACROSS[0], "move.rows:5"), (ACROSS[1], "move.contents:4")])
async def test_a_move_that_is_killed_starts_nowhere_and_can_be_repeated(
    request: pytest.FixtureRequest, tmp_path: Path, kinds: tuple[str, str], point: str
) -> None:
    async with filled(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as there:
        before = there.everything(there.source)
        _configure(tmp_path, there, there.source.url)
        wanted = ("move", "--to", there.target.url)
        assert killed(point, *wanted, folder=tmp_path) == -signal.SIGKILL
        _configure(tmp_path, there, there.target.url)
        for command in ("init", "verify", "reindex"):
            refused = aduan(command, folder=tmp_path)
            assert "is not complete" in refused.stderr, command
            assert refused.returncode == ExitCode.STORE
        _configure(tmp_path, there, there.source.url)
        done = aduan(*wanted, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Next: set database.url" in done.stdout
        assert there.everything(there.target) == there.everything(there.source) == before
        assert verify(store_of(there.target), there.codec).faults == []


def _configure(folder: Path, there: Moving, url: str) -> None:
    settings = there.source.model_copy(update={"url": url})
    configuration(folder, settings)
    place = folder / "config.toml"
    text = place.read_text("utf-8").replace('#keys = ""', f'keys = "{settings.keys_path}"')
    place.write_text(text, "utf-8")
