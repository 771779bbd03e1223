"""A command whose PostgreSQL server is not there ends with a sentence, and shows no password."""

from __future__ import annotations

from pathlib import Path

from tests.commands import aduan

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_a_command_without_its_server_ends_in_words(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    address = "postgresql+psycopg://aduan:rahasia@/aduan?host=/nowhere"
    done = aduan("reindex", folder=tmp_path, ADUAN_DATABASE__URL=address)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no server listens at the socket" in done.stderr
    assert "rahasia" not in done.stderr
